//! The same JSON in another style of writing, value by value as it stands: white space and escapes
//! change, numbers, names and their order do not.

use alloc::string::String;

use crate::wire::json;

/// How serialisers write JSON.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    comma: &'static str,
    colon: &'static str,
    /// Each value on a line of its own, two spaces deeper than what it is in.
    indented: bool,
    /// Everything outside ASCII as `\uXXXX`.
    ascii: bool,
}

impl Style {
    /// JavaScript's `JSON.stringify(value)`.
    pub(crate) const COMPACT: Self = Self { comma: ",", colon: ":", indented: false, ascii: false };
    /// JavaScript's `JSON.stringify(value, null, 2)`.
    pub(crate) const INDENTED: Self = Self { comma: ",", colon: ": ", indented: true, ascii: false };
    /// Python's `json.dumps(value, ensure_ascii=False)`.
    pub(crate) const SPACED: Self = Self { comma: ", ", colon: ": ", indented: false, ascii: false };
    /// Python's `json.dumps(value)`.
    pub(crate) const SPACED_ASCII: Self = Self { ascii: true, ..Self::SPACED };
    /// Python's `json.dumps(value, separators=(",", ":"))`.
    pub(crate) const COMPACT_ASCII: Self = Self { ascii: true, ..Self::COMPACT };
}

/// The result may be this many times as long as the text: indentation could make it far longer.
const MAX_GROWTH: usize = 16;

/// `None` if `text` is not JSON, or grows too long.
pub(crate) fn restyle(text: &str, style: Style) -> Option<String> {
    json::check(text).ok()?;
    let limit = text.len().saturating_mul(MAX_GROWTH);
    let mut styled = String::with_capacity(text.len());
    let mut depth = 0_usize;
    // A bracket that may turn out to be the first of an empty pair, which has no line of its own.
    let mut opened = false;
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        match char {
            ' ' | '\t' | '\n' | '\r' => continue,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !opened {
                    new_line(&mut styled, style, depth);
                }
            }
            _ if opened => new_line(&mut styled, style, depth),
            _ => {}
        }
        opened = matches!(char, '{' | '[');
        match char {
            ',' => {
                styled.push_str(style.comma);
                new_line(&mut styled, style, depth);
            }
            ':' => styled.push_str(style.colon),
            _ => styled.push(char),
        }
        if opened {
            depth = depth.saturating_add(1);
        }
        if char == '"' {
            string(&mut styled, style, &mut rest);
        }
        if styled.len() > limit {
            return None;
        }
    }
    Some(styled)
}

fn new_line(styled: &mut String, style: Style, depth: usize) {
    if style.indented {
        styled.push('\n');
        for _ in 0..depth {
            styled.push_str("  ");
        }
    }
}

/// The rest of a string, closing quotation mark included.
fn string(styled: &mut String, style: Style, rest: &mut core::str::Chars<'_>) {
    while let Some(char) = rest.next() {
        if style.ascii && !char.is_ascii() {
            json::escape(char, &mut |byte| styled.push(char::from(byte)));
        } else {
            styled.push(char);
        }
        match char {
            '"' => return,
            '\\' => styled.extend(rest.next()),
            _ => {}
        }
    }
}
