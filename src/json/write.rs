//! Writing JSON, in ASCII: whoever reads it need not decode UTF-8.

use alloc::string::String;

use super::string::is_plain;
use crate::decimal::Decimal;

/// Puts commas where they belong.
#[derive(Debug)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) const fn new() -> Self {
        Self(String::new())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Begins an object or a list.
    pub(crate) fn open(&mut self, bracket: char) {
        self.comma();
        self.0.push(bracket);
    }

    pub(crate) fn close(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    pub(crate) fn list(&mut self, elements: impl FnOnce(&mut Self)) {
        self.open('[');
        elements(self);
        self.close(']');
    }

    /// The name of a member that is one of ours, whose value comes next.
    pub(crate) fn known_name(&mut self, name: &'static str) {
        self.comma();
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// The name of a member, whose value comes next.
    pub(crate) fn name(&mut self, name: &str) {
        self.string(name);
        self.0.push(':');
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.comma();
        self.0.push('"');
        if text.is_ascii() && is_plain(text) {
            self.0.push_str(text);
        } else {
            for char in text.chars() {
                match char {
                    '"' | '\\' => self.0.extend(['\\', char]),
                    ' '..='~' => self.0.push(char),
                    _ => self.escape(char),
                }
            }
        }
        self.0.push('"');
    }

    pub(crate) fn integer(&mut self, integer: u64) {
        self.comma();
        self.0.push_str(&Decimal::new(integer));
    }

    pub(crate) fn boolean(&mut self, boolean: bool) {
        self.json(if boolean { "true" } else { "false" });
    }

    /// A value that is JSON already. Outside ASCII, it has strings only.
    pub(crate) fn json(&mut self, json: &str) {
        self.comma();
        if json.is_ascii() {
            self.0.push_str(json);
            return;
        }
        for char in json.chars() {
            if char.is_ascii() { self.0.push(char) } else { self.escape(char) }
        }
    }

    /// As it is, without a comma.
    pub(crate) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn escape(&mut self, char: char) {
        for unit in char.encode_utf16(&mut [0; 2]) {
            self.0.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                self.0.extend(char::from_digit(u32::from(*unit >> shift) & 0xf, 16));
            }
        }
    }

    fn comma(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':' | b',')) {
            self.0.push(',');
        }
    }
}
