//! Strings of JSON: finds their end and resolves their escapes.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::String;

use wide::u8x16;

use super::{Invalid, Reader};

impl<'a> Reader<'a> {
    /// Reads the string that begins here. It is borrowed unless it has escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, Invalid> {
        self.advance(1);
        let start = self.at;
        self.advance(plain(self.rest()));
        let run = self.text.get(start..self.at).unwrap_or_default();
        if self.byte(self.at) == Some(b'"') {
            self.advance(1);
            return Ok(Cow::Borrowed(run));
        }
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.push_str(run);
        let read = self.escaped(&mut scratch);
        let string = scratch.as_str().to_owned();
        self.scratch = scratch;
        read.map(|()| Cow::Owned(string))
    }

    /// Reads the rest of a string with escapes, and its closing quotation mark.
    fn escaped(&mut self, string: &mut String) -> Result<(), Invalid> {
        loop {
            match self.rest() {
                [b'"', ..] => {
                    self.advance(1);
                    return Ok(());
                }
                [b'\\', b'u', ..] => string.push(self.escape()?),
                [b'\\', letter, rest @ ..] => {
                    string.push(char::from(short_escape(*letter).ok_or_else(|| self.invalid(ESCAPE))?));
                    // Escapes often come in groups, so continue without another iteration.
                    self.advance(2);
                    self.copy_plain(rest, string);
                }
                [byte, ..] if *byte < b' ' => return Err(self.invalid(CONTROL)),
                [] | [b'\\'] => return Err(self.invalid(CUT)),
                rest => self.copy_plain(rest, string),
            }
        }
    }

    /// Copies the bytes before the first special one. They are cut at ASCII bytes, so they are still UTF-8.
    #[inline(always)]
    fn copy_plain(&mut self, rest: &[u8], string: &mut String) {
        let start = self.at;
        self.advance(plain(rest));
        string.push_str(self.text.get(start..self.at).unwrap_or_default());
    }

    pub(super) fn skip_string(&mut self) -> Result<(), Invalid> {
        self.advance(1);
        loop {
            self.advance(plain(self.rest()));
            match self.byte(self.at) {
                Some(b'"') => {
                    self.advance(1);
                    return Ok(());
                }
                Some(b'\\') => drop(self.escape()?),
                Some(_) => return Err(self.invalid(CONTROL)),
                None => return Err(self.invalid(CUT)),
            }
        }
    }

    /// Reads the escape that begins here with a backslash.
    pub(super) fn escape(&mut self) -> Result<char, Invalid> {
        self.advance(1);
        let byte = self.byte(self.at).ok_or_else(|| self.invalid(CUT))?;
        if byte == b'u' {
            return self.unicode_escape();
        }
        let char = short_escape(byte).ok_or_else(|| self.invalid(ESCAPE))?;
        self.advance(1);
        Ok(char::from(char))
    }

    /// Reads a UTF-16 unit or a surrogate pair. An unpaired surrogate becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, Invalid> {
        let first = self.unit()?;
        let after = self.at;
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with(b"\\u") {
            self.advance(1);
            let second = self.unit()?;
            if let Some(Ok(char)) = char::decode_utf16([first, second]).next() {
                return Ok(char);
            }
            self.at = after;
        }
        let char = char::from_u32(first.into());
        self.unusual |= char.is_none();
        Ok(char.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Reads `u` and four hexadecimal digits.
    fn unit(&mut self) -> Result<u16, Invalid> {
        self.advance(1);
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.byte(self.at).ok_or_else(|| self.invalid(CUT))?;
            let digit = char::from(byte).to_digit(16).ok_or_else(|| self.invalid(ESCAPE))?;
            unit = unit << 4 | digit;
            self.advance(1);
        }
        // Four hexadecimal digits fit into 16 bits.
        Ok(u16::try_from(unit).unwrap_or_default())
    }
}

/// Returns the byte that an escape of one letter stands for.
fn short_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'"' | b'\\' | b'/' => letter,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 0x08,
        b'f' => 0x0c,
        _ => return None,
    })
}

const ESCAPE: &str = "invalid escape";
const CUT: &str = "EOF while parsing a string";
const CONTROL: &str = "control character (\\u0000-\\u001F) found while parsing a string";

/// The number of bytes that are examined together.
const BLOCK: usize = 16;

/// Returns `true` for bytes that end a run of plain bytes: the closing quotation mark, a backslash, control characters.
#[inline(always)]
fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Finds the first special byte of a block.
#[inline(always)]
fn first_special(block: &[u8; BLOCK]) -> Option<usize> {
    let bytes = u8x16::new(*block);
    let is = |byte| bytes.cmp_eq(u8x16::splat(byte));
    let is_control = bytes.min(u8x16::splat(b' ' - 1)).cmp_eq(bytes);
    // One bit for each byte.
    let special = (is(b'"') | is(b'\\') | is_control).move_mask();
    (special != 0).then(|| usize::try_from(special.trailing_zeros()).unwrap_or_default())
}

/// Writes a character as one or two `\u` escapes.
#[cfg(any(feature = "explain", feature = "wasm"))]
pub(crate) fn escape(char: char, write: &mut dyn FnMut(u8)) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        write(b'\\');
        write(b'u');
        for byte in unit.to_be_bytes() {
            for digit in [byte >> 4, byte & 0xf] {
                write(if digit < 10 { b'0' | digit } else { b'W'.wrapping_add(digit) });
            }
        }
    }
}

/// Returns `true` if a text needs no escapes.
#[cfg(feature = "wasm")]
pub(super) fn is_plain(text: &str) -> bool {
    plain(text.as_bytes()) == text.len()
}

/// Counts the bytes before the first special one.
fn plain(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks();
    let mut count = 0_usize;
    for block in blocks {
        if let Some(at) = first_special(block) {
            return count.saturating_add(at);
        }
        count = count.saturating_add(BLOCK);
    }
    count.saturating_add(plain_singly(rest))
}

#[inline(always)]
fn plain_singly(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| !is_special(**byte)).count()
}
