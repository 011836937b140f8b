//! Writing JSON, in ASCII: whoever reads it need not decode UTF-8.

use alloc::string::String;

use crate::decimal::Decimal;

/// Puts commas where they belong.
#[derive(Debug, Default)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn into_string(self) -> String {
        self.0
    }

    pub(crate) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.between('{', '}', members);
    }

    pub(crate) fn list(&mut self, elements: impl FnOnce(&mut Self)) {
        self.between('[', ']', elements);
    }

    fn between(&mut self, open: char, close: char, inside: impl FnOnce(&mut Self)) {
        self.comma();
        self.0.push(open);
        inside(self);
        self.0.push(close);
    }

    /// The name of a member, whose value comes next.
    pub(crate) fn name(&mut self, name: &str) {
        self.string(name);
        self.0.push(':');
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.comma();
        self.0.push('"');
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        // Without a branch for each byte, so that compilers take many at a time.
        if text.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
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
