//! Writes JSON in ASCII, so that JavaScript does not have to decode UTF-8.

use alloc::vec::Vec;

use super::string::{escape, is_plain};
use crate::decimal::Decimal;
use crate::wire::schema::Key;

/// A writer that adds the commas itself.
#[derive(Debug)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Clears the buffer. Frees its memory if that is more than `kept` bytes.
    pub(crate) fn clear(&mut self, kept: usize) {
        if self.0.capacity() > kept {
            self.0 = Vec::new();
        }
        self.0.clear();
    }

    /// Begins an object or a list.
    pub(crate) fn open(&mut self, bracket: u8) {
        self.comma();
        self.0.push(bracket);
    }

    pub(crate) fn close(&mut self, bracket: u8) {
        self.0.push(bracket);
    }

    pub(crate) fn list(&mut self, elements: impl FnOnce(&mut Self)) {
        self.open(b'[');
        elements(self);
        self.close(b']');
    }

    /// Writes the name of one of our members. Its value must follow.
    pub(crate) fn key(&mut self, key: Key) {
        self.comma();
        self.raw(key.as_json().as_bytes());
    }

    /// Writes the name of a member. Its value must follow.
    pub(crate) fn name(&mut self, name: &str) {
        self.string(name);
        self.0.push(b':');
    }

    pub(crate) fn string(&mut self, text: &str) {
        if text.is_ascii() && is_plain(text) {
            return self.quoted(text);
        }
        self.comma();
        self.0.push(b'"');
        for char in text.chars() {
            match char {
                '"' | '\\' => self.0.extend([b'\\', low_byte(char)]),
                ' '..='\x7f' => self.0.push(low_byte(char)),
                _ => escape(char, &mut |byte| self.0.push(byte)),
            }
        }
        self.0.push(b'"');
    }

    /// Writes a string that needs no escapes.
    fn quoted(&mut self, text: &str) {
        self.comma();
        self.0.push(b'"');
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'"');
    }

    pub(crate) fn integer(&mut self, integer: u64) {
        self.json(&Decimal::new(integer));
    }

    pub(crate) fn boolean(&mut self, boolean: bool) {
        self.json(if boolean { "true" } else { "false" });
    }

    /// Writes valid JSON. Characters outside ASCII, which are only in strings, are escaped.
    pub(crate) fn json(&mut self, json: &str) {
        self.comma();
        if json.is_ascii() {
            self.0.extend_from_slice(json.as_bytes());
            return;
        }
        for char in json.chars() {
            if char.is_ascii() {
                self.0.push(low_byte(char));
            } else {
                escape(char, &mut |byte| self.0.push(byte));
            }
        }
    }

    /// Writes bytes as they are, without a comma.
    pub(crate) fn raw(&mut self, json: &[u8]) {
        self.0.extend_from_slice(json);
    }

    fn comma(&mut self) {
        if !matches!(self.0.last(), None | Some(b'{' | b'[' | b':' | b',')) {
            self.0.push(b',');
        }
    }
}

/// Returns the byte of an ASCII character.
fn low_byte(char: char) -> u8 {
    u8::try_from(char).unwrap_or_default()
}
