//! A pull parser for JSON (RFC 8259).
//!
//! `serde_json` makes the wasm module 6 to 15 KB larger, and cannot go back to a value that did not fit. It is not
//! slower on long payloads: benches/CHOICES.md has the table. The tests compare this parser with `serde_json`.

#![allow(clippy::inline_always, reason = "every byte passes here, and the wasm module is built for size")]

mod number;
mod repair;
mod string;
#[cfg(feature = "wasm")]
mod write;

use alloc::borrow::Cow;
use alloc::string::String;

pub(crate) use number::integer;
use repair::repair;
#[cfg(feature = "explain")]
pub(crate) use string::escape;
#[cfg(feature = "wasm")]
pub(crate) use write::Writer;

/// The maximum nesting of a payload. It is the limit of `serde_json`, so every accepted payload can be read with that.
const MAX_DEPTH: u8 = 127;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A syntax error, and its position in bytes from the beginning of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invalid {
    pub(crate) at: usize,
    pub(crate) problem: &'static str,
}

/// Reads JSON value by value.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
    /// The buffer in which strings with escapes are decoded.
    scratch: String,
    /// The value has something that other parsers reject: an unpaired surrogate, or a number beyond 64-bit floats.
    unusual: bool,
}

/// A position of the reader, to go back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    at: usize,
    depth: u8,
}

impl Place {
    /// Returns the offset in bytes.
    pub(crate) fn at(self) -> usize {
        self.at
    }

    /// Returns the place at another offset in the same object.
    pub(crate) fn moved(self, at: usize) -> Self {
        Self { at, ..self }
    }
}

/// An object or a list that is being read.
#[derive(Debug)]
pub(crate) struct Open {
    /// No element or member was read yet.
    first: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, scratch: String::new(), unusual: false }
    }

    /// Reads a whole document. Skips a byte order mark.
    pub(crate) fn document(text: &'a str) -> Self {
        let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Self { at, ..Self::new(text) }
    }

    /// Returns the position. After [`peek`](Self::peek), this is the beginning of the next value.
    pub(crate) fn place(&self) -> Place {
        Place { at: self.at, depth: self.depth }
    }

    pub(crate) fn restore(&mut self, Place { at, depth }: Place) {
        (self.at, self.depth) = (at, depth);
    }

    /// Skips a value and returns its text, without anything that other parsers reject.
    pub(crate) fn keep(&mut self) -> Result<Cow<'a, str>, Invalid> {
        self.unusual = false;
        let text = self.skip()?;
        Ok(if self.unusual { repair(text).into() } else { text.into() })
    }

    /// Returns the next byte that is not white space, without reading it.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Result<u8, Invalid> {
        self.next_byte().ok_or_else(|| self.invalid("EOF while parsing a value"))
    }

    /// Reads the opening bracket of an object or a list.
    pub(crate) fn open(&mut self) -> Result<Open, Invalid> {
        if self.depth >= MAX_DEPTH {
            return Err(self.invalid("nested too deeply"));
        }
        self.depth = self.depth.saturating_add(1);
        self.advance(1);
        Ok(Open { first: true })
    }

    /// Reads up to the next element of a list, and returns `true`. At the end, reads the closing bracket and returns
    /// `false`.
    pub(crate) fn element(&mut self, list: &mut Open) -> Result<bool, Invalid> {
        self.item(list, b']', "EOF while parsing a list", "expected `,` or `]`")
    }

    /// Reads up to the name of the next member of an object, and returns `true`. At the end, reads the closing bracket and
    /// returns `false`.
    pub(crate) fn member(&mut self, object: &mut Open) -> Result<bool, Invalid> {
        self.item(object, b'}', "EOF while parsing an object", "expected `,` or `}`")
    }

    /// Reads a text if that is what comes next.
    #[inline(always)]
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text.as_bytes());
        if found {
            self.advance(text.len());
        }
        found
    }

    /// Reads the name of the next member of an object, up to its value. At the end, reads the closing bracket and
    /// returns `None`.
    pub(crate) fn name(&mut self, object: &mut Open) -> Result<Option<Cow<'a, str>>, Invalid> {
        Ok(if self.member(object)? { Some(self.any_name()?) } else { None })
    }

    /// Reads the name of a member, up to its value.
    pub(crate) fn any_name(&mut self) -> Result<Cow<'a, str>, Invalid> {
        if self.next_byte() != Some(b'"') {
            return Err(self.invalid("key must be a string"));
        }
        let name = self.string()?;
        match self.next_byte() {
            Some(b':') => self.advance(1),
            Some(_) => return Err(self.invalid("expected `:`")),
            None => return Err(self.invalid("EOF while parsing an object")),
        }
        Ok(name)
    }

    #[inline(always)]
    fn item(
        &mut self,
        open: &mut Open,
        end: u8,
        cut: &'static str,
        expected: &'static str,
    ) -> Result<bool, Invalid> {
        let byte = self.next_byte().ok_or_else(|| self.invalid(cut))?;
        if byte == end {
            self.advance(1);
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if core::mem::take(&mut open.first) {
            return Ok(true);
        }
        if byte != b',' {
            return Err(self.invalid(expected));
        }
        self.advance(1);
        match self.next_byte() {
            None => Err(self.invalid(cut)),
            Some(byte) if byte == end => Err(self.invalid("trailing comma")),
            Some(_) => Ok(true),
        }
    }

    /// Reads a value of any type, and returns its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Invalid> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'{' => {
                let mut object = self.open()?;
                while self.name(&mut object)?.is_some() {
                    self.skip()?;
                }
            }
            b'[' => {
                let mut list = self.open()?;
                while self.element(&mut list)? {
                    self.skip()?;
                }
            }
            b'"' => self.skip_string()?,
            b'-' | b'0'..=b'9' => drop(self.number()?),
            _ => drop(self.literal()?),
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Reads `true`, `false` or `null`, for which it returns `None`.
    pub(crate) fn literal(&mut self) -> Result<Option<bool>, Invalid> {
        for (word, value) in [("null", None), ("true", Some(true)), ("false", Some(false))] {
            let rest = self.rest();
            if rest.starts_with(word.as_bytes()) {
                self.advance(word.len());
                return Ok(value);
            }
            let same = rest.iter().zip(word.bytes()).take_while(|(byte, wanted)| **byte == *wanted).count();
            if same > 0 {
                self.advance(same);
                return Err(self.invalid(if self.rest().is_empty() {
                    "EOF while parsing a value"
                } else {
                    "expected ident"
                }));
            }
        }
        Err(self.invalid("expected value"))
    }

    /// Checks that only white space is left.
    pub(crate) fn end(&mut self) -> Result<(), Invalid> {
        match self.next_byte() {
            None => Ok(()),
            Some(_) => Err(self.invalid("trailing characters")),
        }
    }

    #[inline(always)]
    fn next_byte(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.advance(1);
        }
    }

    #[inline(always)]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline(always)]
    fn advance(&mut self, by: usize) {
        self.at = self.at.saturating_add(by);
    }

    fn invalid(&self, problem: &'static str) -> Invalid {
        Invalid { at: self.at, problem }
    }
}

/// Checks that `text` is one JSON value.
pub(crate) fn check(text: &str) -> Result<(), Invalid> {
    let mut reader = Reader::document(text);
    reader.skip()?;
    reader.end()
}
