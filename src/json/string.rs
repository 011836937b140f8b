//! Strings of JSON: finding their end, and what their escapes stand for.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::vec::Vec;

use super::{Invalid, Reader};

/// Bytes that are looked at together: as many as a register of today's processors holds.
const BLOCK: usize = 32;
const WORD: usize = size_of::<u64>();

impl<'a> Reader<'a> {
    /// The string at whose quotation mark it stands; borrowed, unless it has escapes.
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
        scratch.extend_from_slice(run.as_bytes());
        let read = self.escaped(&mut scratch);
        // Whole characters were put together, so it is UTF-8.
        let string = simdutf8::basic::from_utf8(&scratch).unwrap_or_default().to_owned();
        self.scratch = scratch;
        read.map(|()| Cow::Owned(string))
    }

    /// The rest of a string with escapes, past its end.
    fn escaped(&mut self, string: &mut Vec<u8>) -> Result<(), Invalid> {
        loop {
            match self.rest() {
                [b'"', ..] => {
                    self.advance(1);
                    return Ok(());
                }
                [b'\\', b'u', ..] => {
                    let char = self.escape()?;
                    string.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                }
                [b'\\', letter, rest @ ..] => {
                    string.push(short_escape(*letter).ok_or_else(|| self.invalid(ESCAPE))?);
                    // Escapes stand close together: another word at once.
                    self.advance(2_usize.saturating_add(copy_plain(rest, string)));
                }
                [byte, ..] if *byte < b' ' => return Err(self.invalid(CONTROL)),
                [] | [b'\\'] => return Err(self.invalid(CUT)),
                rest => self.advance(copy_plain(rest, string)),
            }
        }
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

    /// Past the escape at whose backslash it stands.
    fn escape(&mut self) -> Result<char, Invalid> {
        self.advance(1);
        let byte = self.byte(self.at).ok_or_else(|| self.invalid(CUT))?;
        if byte == b'u' {
            return self.unicode_escape();
        }
        let char = short_escape(byte).ok_or_else(|| self.invalid(ESCAPE))?;
        self.advance(1);
        Ok(char::from(char))
    }

    /// One unit of UTF-16, or two that belong together.
    fn unicode_escape(&mut self) -> Result<char, Invalid> {
        const ALONE: &str = "lone surrogate in hex escape";
        let start = self.at;
        let unit = self.unit()?;
        let mut units = [unit, 0];
        let count = if (0xd800..0xdc00).contains(&unit) {
            if !self.rest().starts_with(b"\\u") {
                return Err(Invalid { at: start, problem: ALONE });
            }
            self.advance(1);
            units = [unit, self.unit()?];
            2
        } else {
            1
        };
        let char = char::decode_utf16(units.into_iter().take(count)).next().and_then(Result::ok);
        char.ok_or(Invalid { at: start, problem: ALONE })
    }

    /// Past `u` and its four digits.
    fn unit(&mut self) -> Result<u16, Invalid> {
        self.advance(1);
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.byte(self.at).ok_or_else(|| self.invalid(CUT))?;
            let digit = char::from(byte).to_digit(16).ok_or_else(|| self.invalid(ESCAPE))?;
            unit = unit << 4 | digit;
            self.advance(1);
        }
        // Four digits fit.
        Ok(u16::try_from(unit).unwrap_or_default())
    }
}

/// What an escape of one letter stands for.
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

/// What ends a run of plain bytes: the end of the string, an escape, and what must not be there.
fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// How many bytes come before the first special one.
fn plain(bytes: &[u8]) -> usize {
    let mut count = 0_usize;
    // Names and identifiers end soon.
    for word in words(bytes).take(BLOCK / WORD) {
        if let Some(at) = first_special(word) {
            return count.saturating_add(at);
        }
        count = count.saturating_add(WORD);
    }
    let rest = |count| bytes.get(count..).unwrap_or_default();
    // Without a branch for each byte, so that compilers take a block at a time.
    for block in rest(count).as_chunks::<BLOCK>().0 {
        if block.iter().fold(false, |any, byte| any | is_special(*byte)) {
            break;
        }
        count = count.saturating_add(BLOCK);
    }
    for word in words(rest(count)) {
        if let Some(at) = first_special(word) {
            return count.saturating_add(at);
        }
        count = count.saturating_add(WORD);
    }
    count.saturating_add(rest(count).iter().take_while(|byte| !is_special(**byte)).count())
}

/// Copies the bytes before the first special one, and says how many those are.
fn copy_plain(bytes: &[u8], copy: &mut Vec<u8>) -> usize {
    let start = copy.len();
    let length = |count: usize| start.saturating_add(count);
    let mut count = 0_usize;
    for word in words(bytes) {
        // All of it, and then away with the rest: escapes stand close together, and this needs no loop over bytes.
        copy.extend_from_slice(word);
        if let Some(at) = first_special(word) {
            count = count.saturating_add(at);
            copy.truncate(length(count));
            return count;
        }
        count = count.saturating_add(WORD);
    }
    let rest = bytes.get(count..).unwrap_or_default();
    let last = rest.iter().take_while(|byte| !is_special(**byte)).count();
    copy.extend_from_slice(rest.get(..last).unwrap_or_default());
    count.saturating_add(last)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8; WORD]> {
    bytes.as_chunks::<WORD>().0.iter()
}

/// Where the first special byte of a word is. All eight are looked at together: a byte borrows from its highest bit
/// if it is less than what is subtracted (Mycroft's test for a zero byte).
fn first_special(word: &[u8; WORD]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; WORD]);
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; WORD]);
    let repeat = |byte: u8| u64::from_ne_bytes([byte; WORD]);
    let word = u64::from_le_bytes(*word);
    let less = |word: u64, than: u64| word.wrapping_sub(than) & !word & HIGHEST;
    let special = less(word, repeat(b' '))
        | less(word ^ repeat(b'"'), ONES)
        | less(word ^ repeat(b'\\'), ONES);
    // Only above the first one can a borrow have come from another byte.
    (special != 0).then(|| usize::try_from(special.trailing_zeros() / 8).unwrap_or_default())
}
