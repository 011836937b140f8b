//! Payloads that may have been signed: the one that came, without what something on the way did to it.

use alloc::string::String;
use alloc::vec::Vec;

use super::style::{Style, restyle};

type Rewrite = fn(&str) -> Option<String>;

/// Returns the payload as it may have been before something on the way changed it, each with what that tells.
pub(super) fn variants(payload: &[u8]) -> impl Iterator<Item = (Vec<u8>, &'static str)> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let text = core::str::from_utf8(payload).ok();
    let changed = |change: Option<Vec<u8>>, advice| change.map(|payload| (payload, advice));
    let bytes = [
        (
            payload.strip_suffix(b"\r\n").or(payload.strip_suffix(b"\n")).map(Vec::from),
            "verifies without the line break at its end: something added one to the body",
        ),
        (
            Some([payload, b"\n"].concat()),
            "verifies with a line break at its end: something took it from the body",
        ),
        (
            Some([payload, b"\r\n"].concat()),
            "verifies with a line break (CR LF) at its end: something took it from the body",
        ),
        (
            payload.strip_prefix(BOM).map(Vec::from),
            "verifies without the byte order mark at its beginning: something added one to the body",
        ),
        (
            Some([BOM, payload].concat()),
            "verifies with a byte order mark at its beginning: something decoded the body and dropped it",
        ),
    ];
    let texts: [(Rewrite, _); 7] = [
        (
            |text| Some(lines(text).collect::<Vec<_>>().join("\n")),
            "verifies with LF instead of CR LF: something changed the line breaks of the body",
        ),
        (
            |text| Some(lines(text).collect::<Vec<_>>().join("\r\n")),
            "verifies with CR LF instead of LF: something changed the line breaks of the body",
        ),
        (
            |text| restyle(text, Style::COMPACT),
            "verifies as compact JSON: something formatted the body, or parsed it and wrote it again",
        ),
        (
            |text| restyle(text, Style::INDENTED),
            "verifies as JSON indented by two spaces: something parsed the body and wrote it again; pass the \
             raw body, before any JSON middleware",
        ),
        (
            |text| restyle(text, Style::SPACED),
            "verifies as JSON with a space after each comma and colon: something parsed the body and wrote it \
             again; pass the raw body, before any JSON middleware",
        ),
        (
            |text| restyle(text, Style::SPACED_ASCII),
            "verifies as JSON with spaces and with escapes outside ASCII: something parsed the body and wrote \
             it again; pass the raw body, before any JSON middleware",
        ),
        (
            |text| restyle(text, Style::COMPACT_ASCII),
            "verifies as compact JSON with escapes outside ASCII: something parsed the body and wrote it \
             again; pass the raw body, before any JSON middleware",
        ),
    ];
    let latin1 = move || text.and_then(|text| text.chars().map(|char| u8::try_from(char).ok()).collect());
    bytes
        .into_iter()
        .filter_map(move |(change, advice)| changed(change, advice))
        .chain(texts.into_iter().filter_map(move |(change, advice)| {
            changed(text.and_then(change).map(String::into_bytes), advice)
        }))
        .chain(core::iter::once_with(latin1).filter_map(move |change| {
            changed(
                change,
                "verifies when its text is encoded as Latin-1: something decoded the body with another \
                 character set than UTF-8",
            )
        }))
}

/// Returns the lines of a text, without their ends.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.split('\n').peekable();
    core::iter::from_fn(move || {
        let line = lines.next()?;
        // A carriage return at the very end ends no line.
        Some(if lines.peek().is_some() { line.strip_suffix('\r').unwrap_or(line) } else { line })
    })
}
