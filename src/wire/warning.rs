//! Values that do not fit the schema, and their messages.

use alloc::string::String;
use alloc::vec::Vec;

use super::schema::Key;
use crate::decimal::Decimal;
use crate::error::{Error, Reason};

/// A value that does not fit. The path is stored innermost first.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(super) problem: &'static str,
    /// The missing member of an object.
    pub(super) member: Option<&'static str>,
    pub(super) found: Option<&'static str>,
    pub(super) path: Vec<Segment>,
    /// The position of the value in the payload.
    pub(super) at: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Segment {
    Member(Key),
    Index(usize),
}

/// Names a value by its first byte, for messages.
pub(crate) fn found(first: u8) -> &'static str {
    match first {
        b'{' => "an object",
        b'[' => "a list",
        b'"' => "a string",
        b'n' => "null",
        b't' | b'f' => "a boolean",
        _ => "a number",
    }
}

impl Misfit {
    /// Builds the error for a payload that is rejected because of this misfit.
    pub(crate) fn into_error(self) -> Error {
        let Self { problem, found, .. } = self;
        Reason::InvalidEvent { path: self.path(), problem, found }.into()
    }

    /// Returns the warning, such as `message.attachments[2].size: expected an integer, found a string`.
    pub(super) fn line(&self) -> String {
        let mut line = self.path();
        let member = self.member.map_or(["", ""], |member| [" with ", member]);
        let found = self.found.map_or(["", ""], |found| [", found ", found]);
        for part in [": ", self.problem].into_iter().chain(member).chain(found) {
            line.push_str(part);
        }
        line
    }

    /// Returns the path, such as `message.attachments[2].size`.
    fn path(&self) -> String {
        let mut path = String::new();
        for segment in self.path.iter().rev() {
            match segment {
                Segment::Member(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key.name());
                }
                Segment::Index(index) => {
                    path.push('[');
                    path.push_str(&Decimal::of(*index));
                    path.push(']');
                }
            }
        }
        if path.is_empty() {
            path.push_str("payload");
        }
        path
    }
}
