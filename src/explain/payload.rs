//! Variants of a payload: undoes changes that middlewares and proxies make.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};

use super::style::{Layout, Numbers, Strings, Style, content, restyle};

/// A payload that may have been signed, and the advice if it was.
pub(super) type Variant = (Vec<u8>, Cow<'static, str>);

/// Iterates over payloads that may have been signed. Each is computed on demand, in time and memory proportional to the
/// payload.
pub(super) fn variants(payload: &[u8]) -> impl Iterator<Item = Variant> {
    let text = core::str::from_utf8(payload).ok();
    let of_text = |text| encodings(text).chain(line_breaks(text)).chain(styles(text)).chain(latin1(text));
    bytes(payload).chain(text.into_iter().flat_map(of_text))
}

/// Variants with bytes added or removed at the beginning or the end.
fn bytes(payload: &[u8]) -> impl Iterator<Item = Variant> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let variants: [(Option<Vec<u8>>, &'static str); 5] = [
        (
            payload.strip_suffix(b"\r\n").or(payload.strip_suffix(b"\n")).map(Vec::from),
            "verifies without the line break at its end: something added one to the body",
        ),
        (
            Some([payload, b"\n"].concat()),
            "verifies with a line break at its end: something removed it from the body",
        ),
        (
            Some([payload, b"\r\n"].concat()),
            "verifies with a line break (CR LF) at its end: something removed it from the body",
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
    variants.into_iter().filter_map(|(payload, advice)| Some((payload?, advice.into())))
}

type Decode = fn(&str) -> Option<Vec<u8>>;

/// Variants for a payload that is an encoding of the bytes.
fn encodings(text: &str) -> impl Iterator<Item = Variant> {
    let decodings: [(Decode, &'static str); 3] = [
        (
            decode_base64,
            "verifies decoded from base64: pass the bytes that it stands for (AWS Lambda: isBase64Encoded is true)",
        ),
        (
            listed_bytes,
            "verifies as the bytes that this text lists: a Buffer or Uint8Array was converted to a string; pass it as it is",
        ),
        (
            |text| content(text).map(String::into_bytes),
            "verifies as the content of this JSON string: something stringified the body once more; pass the raw body",
        ),
    ];
    decodings.into_iter().filter_map(move |(decode, advice)| Some((decode(text)?, advice.into())))
}

/// Decodes base64, standard or for URLs, padded or not, within quotation marks or not.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().trim_matches('"').trim_end_matches('=');
    let mut buffer = alloc::vec![0; digits.len()];
    let decoded = Base64Unpadded::decode(digits, &mut buffer).ok().map(Vec::from);
    let decoded = decoded.or_else(|| Base64UrlUnpadded::decode(digits, &mut buffer).ok().map(Vec::from));
    decoded.filter(|bytes| !bytes.is_empty())
}

/// Parses the forms of a `Buffer` or `Uint8Array` that JavaScript converted to a string or JSON:
/// `{"type":"Buffer","data":[1,2]}`, `{"0":1,"1":2}`, `[1,2]`, `1,2`.
fn listed_bytes(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|char| !char.is_ascii_whitespace()).collect();
    let buffer = text.strip_prefix(r#"{"type":"Buffer","data":["#).and_then(|rest| rest.strip_suffix("]}"));
    if let Some(list) = buffer.or_else(|| text.strip_prefix('[')?.strip_suffix(']')) {
        return byte_list(list);
    }
    let Some(members) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return byte_list(&text);
    };
    let indexed = members.split(',').enumerate().map(|(index, member)| {
        let (name, byte) = member.strip_prefix('"')?.split_once("\":")?;
        if name.parse() == Ok(index) { byte.parse().ok() } else { None }
    });
    indexed.collect()
}

fn byte_list(list: &str) -> Option<Vec<u8>> {
    list.split(',').map(|byte| byte.parse().ok()).collect()
}

/// Variants with other line breaks.
fn line_breaks(text: &str) -> impl Iterator<Item = Variant> {
    let breaks = [
        ("\n", "verifies with LF instead of CR LF: something changed the line breaks of the body"),
        ("\r\n", "verifies with CR LF instead of LF: something changed the line breaks of the body"),
    ];
    breaks.into_iter().map(|(line_break, advice)| {
        (lines(text).collect::<Vec<_>>().join(line_break).into_bytes(), advice.into())
    })
}

/// Returns the lines of a text, without their ends.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.split('\n').peekable();
    core::iter::from_fn(move || {
        let line = lines.next()?;
        // A carriage return at the end of the text does not end a line.
        Some(if lines.peek().is_some() { line.strip_suffix('\r').unwrap_or(line) } else { line })
    })
}

/// Variants of JSON in the styles of common serializers.
fn styles(text: &str) -> impl Iterator<Item = Variant> {
    let layouts = [Layout::Compact, Layout::Indented, Layout::Spaced];
    let strings = [
        Strings::AsTheyStand,
        Strings::Plain,
        Strings::Ascii,
        Strings::Slash,
        Strings::SlashAscii,
        Strings::Html,
    ];
    let usual = strings.into_iter().flat_map(move |strings| {
        layouts.map(|layout| Style { layout, strings, numbers: Numbers::AsTheyStand })
    });
    let other_numbers = [Numbers::Integers, Numbers::Floats].into_iter().flat_map(|numbers| {
        [Layout::Compact, Layout::Spaced].into_iter().flat_map(move |layout| {
            [Strings::Plain, Strings::Ascii].map(|strings| Style { layout, strings, numbers })
        })
    });
    usual
        .chain(other_numbers)
        .filter_map(|style| Some((restyle(text, style)?.into_bytes(), style.advice().into())))
}

impl Style {
    fn advice(self) -> String {
        let layout = match self.layout {
            Layout::Compact => "verifies as compact JSON",
            Layout::Indented => "verifies as JSON indented by two spaces",
            Layout::Spaced => "verifies as JSON with a space after each comma and colon",
        };
        let strings = match self.strings {
            Strings::AsTheyStand => "",
            Strings::Plain => ", without needless escapes",
            Strings::Ascii => ", with escapes outside ASCII",
            Strings::Slash => ", with \\/ for /",
            Strings::SlashAscii => ", with \\/ for / and with escapes outside ASCII",
            Strings::Html => ", with \\u003c for <",
        };
        let numbers = match self.numbers {
            Numbers::AsTheyStand => "",
            Numbers::Integers => ", with 1 for 1.0",
            Numbers::Floats => ", with 1.0 for 1",
        };
        let cause = if self.layout == Layout::Compact && self.strings == Strings::AsTheyStand {
            ": something formatted the body, or parsed it and wrote it again"
        } else {
            ": something parsed the body and wrote it again; pass the raw body, before any JSON middleware"
        };
        [layout, strings, numbers, cause].concat()
    }
}

/// The variant for a text that was decoded as Latin-1.
fn latin1(text: &str) -> impl Iterator<Item = Variant> {
    let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
    let advice = "verifies when its text is encoded as Latin-1: something decoded the body with another character \
                  set than UTF-8";
    bytes.map(|bytes| (bytes, advice.into())).into_iter()
}

/// Returns the name of the compression of a payload, by its first bytes.
pub(super) fn compression(payload: &[u8]) -> Option<&'static str> {
    // In a payload that was decoded as text, 8b is U+FFFD.
    let is = |magic: &[u8]| payload.starts_with(magic);
    if is(b"\x1f\x8b") || is(b"\x1f\xef\xbf\xbd") {
        Some("gzip")
    } else if is(b"\x28\xb5\x2f\xfd") {
        Some("zstd")
    } else if is(b"\x78\x01") || is(b"\x78\x9c") || is(b"\x78\xda") {
        Some("deflate")
    } else {
        None
    }
}
