//! Results in the format that the JavaScript side reads.

use alloc::vec::Vec;

use encoding_rs::mem;

use super::KEPT;
use crate::Scheme;
use crate::decimal::Decimal;
use crate::error::Error;
use crate::wire::encode::Node;
use crate::wire::json::Writer;
use crate::wire::schema::{Key, key};

/// The length in bytes from which a text is copied separately, which is then faster than to write and parse it as JSON.
const LONG: usize = 128;

/// A value as JSON. Its long texts are stored separately, and are empty strings in the JSON.
pub(super) struct Output {
    json: Writer,
    ascii: Vec<u8>,
    utf16: Vec<u16>,
    /// For each long text: start and length in bytes, `true` if it is UTF-16, and its path in the value.
    places: Writer,
    /// The path of the value that is being written.
    path: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Member(Key),
    Index(usize),
}

impl Output {
    pub(super) const fn new() -> Self {
        Self {
            json: Writer::new(),
            ascii: Vec::new(),
            utf16: Vec::new(),
            places: Writer::new(),
            path: Vec::new(),
        }
    }

    pub(super) fn json(&self) -> &[u8] {
        self.json.as_bytes()
    }

    /// Returns the long texts in ASCII.
    pub(super) fn ascii(&self) -> &[u8] {
        &self.ascii
    }

    /// Returns the long texts in UTF-16.
    pub(super) fn utf16(&self) -> &[u16] {
        &self.utf16
    }

    /// Writes a value or an error. Returns the length of the JSON.
    pub(super) fn answer<T>(&mut self, result: Result<T, Error>, value: impl FnOnce(&mut Self, T)) -> usize {
        match result {
            Ok(result) => {
                self.clear();
                self.json.open(b'[');
                value(self, result);
                self.end()
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// Writes `null`, for methods without a result.
    pub(super) fn nothing(&mut self, (): ()) {
        self.json.json("null");
    }

    /// Completes `[value, [[start, length, wide, path], …]]`.
    fn end(&mut self) -> usize {
        self.json.open(b'[');
        self.json.raw(self.places.as_bytes());
        self.json.raw(b"]]");
        self.json().len()
    }

    /// Writes `[error]`. Returns the length of the JSON.
    pub(super) fn refuse(&mut self, error: &Error) -> usize {
        self.clear();
        self.list(|output| {
            output.object(|output| {
                output.member(key!("code"), error.code());
                output.member(key!("message"), &error.message());
                output.member(key!("hint"), error.hint());
                output.name(key!("status"));
                output.integer(error.status().into());
                if let Some(verified) = error.verified() {
                    output.name(key!("verified"));
                    output.object(|output| {
                        let id = verified.id.as_deref();
                        output.verification(verified.scheme, id, verified.timestamp, verified.secret_index);
                        output.member(key!("idempotencyKey"), &verified.idempotency_key);
                    });
                }
            });
        });
        self.json().len()
    }

    /// Writes the members of a `Verification`.
    pub(super) fn verification(
        &mut self,
        scheme: Scheme,
        id: Option<&str>,
        timestamp: Option<u64>,
        secret_index: usize,
    ) {
        self.member(key!("scheme"), scheme.as_str());
        if let Some(id) = id {
            self.member(key!("id"), id);
        }
        if let Some(timestamp) = timestamp {
            self.name(key!("timestamp"));
            self.integer(timestamp);
        }
        self.name(key!("secretIndex"));
        self.integer(u64::try_from(secret_index).unwrap_or_default());
    }

    /// Clears the buffers. Frees the memory of those with more than [`KEPT`] bytes.
    pub(super) fn clear(&mut self) {
        self.json.clear(KEPT);
        self.places.clear(KEPT);
        self.path.clear();
        clear(&mut self.ascii);
        clear(&mut self.utf16);
    }

    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.json.open(b'{');
        members(self);
        self.json.close(b'}');
    }

    pub(super) fn list(&mut self, elements: impl FnOnce(&mut Self)) {
        self.json.open(b'[');
        elements(self);
        self.json.close(b']');
    }

    pub(super) fn name(&mut self, key: Key) {
        self.json.key(key);
        self.path.clear();
        self.path.push(Step::Member(key));
    }

    pub(super) fn member(&mut self, key: Key, value: &str) {
        self.json.key(key);
        self.json.string(value);
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.json.name(name);
        self.json.string(value);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.json.string(text);
    }

    pub(super) fn integer(&mut self, integer: u64) {
        self.json.integer(integer);
    }

    #[cfg(feature = "explain")]
    pub(super) fn boolean(&mut self, boolean: bool) {
        self.json.boolean(boolean);
    }

    pub(super) fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Absent => self.json.json("null"),
            Node::Text(text) if text.len() < LONG => self.json.string(text),
            Node::Text(text) => self.long(text),
            Node::Integer(integer) => self.json.integer(integer),
            Node::Boolean(boolean) => self.json.boolean(boolean),
            Node::Json(json) => self.json.json(json.as_str()),
            Node::Members(members) => self.object(|output| {
                for (name, value) in members.iter() {
                    output.json.name(name);
                    output.json.json(value.as_str());
                }
            }),
            Node::List(list) => self.list(|output| {
                for index in 0.. {
                    let Some(element) = list.element(index) else { break };
                    output.inside(Step::Index(index), element);
                }
            }),
            Node::Object(object) => self.object(|output| {
                object.each(&mut |key, node| {
                    if !matches!(node, Node::Absent) {
                        output.json.key(key);
                        output.inside(Step::Member(key), node);
                    }
                });
            }),
        }
    }

    fn inside(&mut self, step: Step, node: Node<'_>) {
        self.path.push(step);
        self.node(node);
        self.path.pop();
    }

    /// Stores a text separately, and its place.
    fn long(&mut self, text: &str) {
        self.json.string("");
        let wide = !text.is_ascii();
        let (start, end) = if wide {
            let start = self.utf16.len();
            // In UTF-16, a text has at most as many units as bytes in UTF-8.
            self.utf16.reserve_exact(text.len());
            self.utf16.resize(start.saturating_add(text.len()), 0);
            let units = mem::convert_str_to_utf16(text, self.utf16.get_mut(start..).unwrap_or_default());
            self.utf16.truncate(start.saturating_add(units));
            (start.saturating_mul(2), self.utf16.len().saturating_mul(2))
        } else {
            let start = self.ascii.len();
            self.ascii.reserve_exact(text.len());
            self.ascii.extend_from_slice(text.as_bytes());
            (start, self.ascii.len())
        };
        let Self { places, path, .. } = self;
        places.list(|places| {
            places.json(&Decimal::of(start));
            places.json(&Decimal::of(end.saturating_sub(start)));
            places.boolean(wide);
            places.list(|places| {
                for step in path {
                    match step {
                        Step::Member(key) => places.string(key.name()),
                        Step::Index(index) => places.json(&Decimal::of(*index)),
                    }
                }
            });
        });
    }
}

/// Clears a buffer. Frees its memory if that is more than [`KEPT`] elements.
fn clear<T>(buffer: &mut Vec<T>) {
    if buffer.capacity() > KEPT {
        *buffer = Vec::new();
    }
    buffer.clear();
}
