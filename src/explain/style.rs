//! Rewrites JSON in another style. White space, escapes and the form of integers change; names and their order do not.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::iter::Peekable;
use core::str::Chars;

use crate::wire::json::{check, escape};

/// The style of a serializer.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) layout: Layout,
    pub(super) strings: Strings,
    pub(super) numbers: Numbers,
}

/// The white space between values.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Layout {
    /// No white space, as in JavaScript's `JSON.stringify(value)`.
    Compact,
    /// Each value on its own line, indented by two spaces, as in `JSON.stringify(value, null, 2)`.
    Indented,
    /// A space after each comma and colon, as in Python's `json.dumps(value)`.
    Spaced,
}

/// The escapes in strings.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Strings {
    AsTheyStand,
    /// Only required escapes, as in `JSON.stringify`.
    Plain,
    /// Also everything outside ASCII, as `\uXXXX`: Python.
    Ascii,
    /// Also `/`, as `\/`: PHP with `JSON_UNESCAPED_UNICODE`.
    Slash,
    /// Both of these: PHP.
    SlashAscii,
    /// Also `<`, `>`, `&` and the two line separators, as `\uXXXX`: Go.
    Html,
}

/// The form of integers.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Numbers {
    AsTheyStand,
    /// `1` for `1.0`.
    Integers,
    /// `1.0` for `1`.
    Floats,
}

/// The maximum growth of a text. Without a limit, indentation could make it far longer.
const MAX_GROWTH: usize = 16;

/// Rewrites JSON in another style. Returns `None` if `text` is not JSON, or becomes too long.
pub(super) fn restyle(text: &str, style: Style) -> Option<String> {
    check(text).ok()?;
    let limit = text.len().saturating_mul(MAX_GROWTH);
    let mut styled = String::with_capacity(text.len());
    let mut depth = 0_usize;
    // An opening bracket was read; no line break follows it if the closing bracket comes next.
    let mut opened = false;
    let mut rest = text.chars().peekable();
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
                styled.push_str(if style.layout == Layout::Spaced { ", " } else { "," });
                new_line(&mut styled, style, depth);
            }
            ':' => styled.push_str(if style.layout == Layout::Compact { ":" } else { ": " }),
            '"' => string(&mut styled, style.strings, &mut rest),
            '-' | '0'..='9' => number(&mut styled, style.numbers, char, &mut rest),
            _ => styled.push(char),
        }
        if opened {
            depth = depth.saturating_add(1);
        }
        if styled.len() > limit {
            return None;
        }
    }
    Some(styled)
}

fn new_line(styled: &mut String, style: Style, depth: usize) {
    if style.layout == Layout::Indented {
        styled.push('\n');
        for _ in 0..depth {
            styled.push_str("  ");
        }
    }
}

/// Rewrites a string. The opening quotation mark was read.
fn string(styled: &mut String, strings: Strings, rest: &mut Peekable<Chars<'_>>) {
    styled.push('"');
    while let Some(char) = rest.next() {
        match char {
            '"' => break,
            '\\' if strings == Strings::AsTheyStand => {
                styled.push('\\');
                styled.extend(rest.next());
            }
            '\\' => match unescape(rest) {
                Ok(char) => write(styled, strings, char),
                // An unpaired surrogate, which a Rust string cannot hold.
                Err(unit) => {
                    styled.push_str("\\u");
                    for shift in [12, 8, 4, 0] {
                        styled.extend(char::from_digit((u32::from(unit) >> shift) & 0xf, 16));
                    }
                }
            },
            char => write(styled, strings, char),
        }
    }
    styled.push('"');
}

/// Writes a character of a string.
fn write(styled: &mut String, strings: Strings, char: char) {
    let short = match char {
        _ if strings == Strings::AsTheyStand => None,
        '"' | '\\' => Some(char),
        '/' if matches!(strings, Strings::Slash | Strings::SlashAscii) => Some('/'),
        '\u{8}' => Some('b'),
        '\t' => Some('t'),
        '\n' => Some('n'),
        '\u{c}' => Some('f'),
        '\r' => Some('r'),
        _ => None,
    };
    let long = match char {
        '\0'..=' ' => char < ' ' && strings != Strings::AsTheyStand,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if strings == Strings::Html => true,
        _ => !char.is_ascii() && matches!(strings, Strings::Ascii | Strings::SlashAscii),
    };
    if let Some(letter) = short {
        styled.push('\\');
        styled.push(letter);
    } else if long {
        escape(char, &mut |byte| styled.push(char::from(byte)));
    } else {
        styled.push(char);
    }
}

/// Reads an escape after its backslash. The error is an unpaired surrogate.
fn unescape(rest: &mut Peekable<Chars<'_>>) -> Result<char, u16> {
    Ok(match rest.next().unwrap_or_default() {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        'u' => {
            let first = unit(rest);
            let mut after = rest.clone();
            let mut units = [first, 0];
            if (0xd800..0xdc00).contains(&first) && after.next() == Some('\\') && after.next() == Some('u') {
                units = [first, unit(&mut after)];
            }
            match char::decode_utf16(units).next() {
                Some(Ok(char)) => {
                    if u32::from(char) > 0xffff {
                        *rest = after;
                    }
                    char
                }
                _ => return Err(first),
            }
        }
        char => char,
    })
}

/// Reads four hexadecimal digits.
fn unit(rest: &mut Peekable<Chars<'_>>) -> u16 {
    let digits = rest.take(4).filter_map(|char| char.to_digit(16));
    digits.fold(0, |unit, digit| (unit << 4) | u16::try_from(digit).unwrap_or_default())
}

fn number(styled: &mut String, numbers: Numbers, first: char, rest: &mut Peekable<Chars<'_>>) {
    let start = styled.len();
    styled.push(first);
    while let Some(char) = rest.next_if(|char| matches!(char, '+' | '-' | '.' | 'e' | 'E' | '0'..='9')) {
        styled.push(char);
    }
    let number = styled.get(start..).unwrap_or_default();
    match numbers {
        Numbers::Integers if number.ends_with(".0") => styled.truncate(styled.len().saturating_sub(2)),
        Numbers::Floats if !number.contains(['.', 'e', 'E']) => styled.push_str(".0"),
        _ => {}
    }
}

/// Returns the content of a text that is a JSON string.
pub(super) fn content(text: &str) -> Option<String> {
    check(text).ok()?;
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    let mut content = String::with_capacity(inner.len());
    let mut rest = inner.chars().peekable();
    while let Some(char) = rest.next() {
        content.push(if char == '\\' { unescape(&mut rest).ok()? } else { char });
    }
    Some(content)
}

/// The minimum number of comparisons for names to count as sorted, because a few may be sorted by chance.
const MIN_COMPARED: usize = 6;

/// Returns `true` if there are enough members, and those of each object are sorted by name.
pub(super) fn is_sorted(text: &str) -> bool {
    if check(text).is_err() {
        return false;
    }
    // The last name of each open object.
    let mut last: Vec<Option<&str>> = Vec::new();
    let mut compared = 0_usize;
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        rest = rest.get(char.len_utf8()..).unwrap_or_default();
        match char {
            '{' | '[' => last.push(None),
            '}' | ']' => drop(last.pop()),
            '"' => {
                let (name, after) = split_string(rest);
                rest = after;
                if !rest.trim_start_matches([' ', '\t', '\n', '\r']).starts_with(':') {
                    continue;
                }
                let Some(last) = last.last_mut() else { continue };
                match last.replace(name).map(|before| before.cmp(name)) {
                    Some(Ordering::Greater) => return false,
                    Some(_) => compared = compared.saturating_add(1),
                    None => {}
                }
            }
            _ => {}
        }
    }
    compared >= MIN_COMPARED
}

/// Splits a text after the quotation mark that ends a string.
fn split_string(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    let (string, rest) = end.and_then(|end| text.split_at_checked(end)).unwrap_or((text, ""));
    (string, rest.get(1..).unwrap_or_default())
}
