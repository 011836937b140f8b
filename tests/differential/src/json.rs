//! JSON in any form: repeated members, any order, any spacing, any escapes.

use fastrand::Rng;

#[derive(Clone)]
pub(super) enum Json {
    /// A number, `true`, `false`, `null`, or text that is not JSON.
    Token(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn token(token: &str) -> Self {
        Self::Token(token.into())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Returns the number of values: this one, and all inside it.
    pub(super) fn count(&self) -> usize {
        1 + match self {
            Self::Token(_) | Self::Text(_) => 0,
            Self::List(values) => values.iter().map(Self::count).sum(),
            Self::Object(members) => members.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// Returns the value at this place among those that [`count`](Self::count) counts.
    pub(super) fn at(&mut self, place: usize) -> Option<&mut Self> {
        let Some(mut place) = place.checked_sub(1) else { return Some(self) };
        let values: Vec<&mut Self> = match self {
            Self::Token(_) | Self::Text(_) => Vec::new(),
            Self::List(values) => values.iter_mut().collect(),
            Self::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
        };
        for value in values {
            let count = value.count();
            if place < count {
                return value.at(place);
            }
            place -= count;
        }
        None
    }

    /// Returns the value at the end of this way, which has positions from the outside in.
    pub(super) fn child(&mut self, way: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = way.split_first() else { return Some(self) };
        match self {
            Self::Token(_) | Self::Text(_) => None,
            Self::List(values) => values.get_mut(*first)?.child(rest),
            Self::Object(members) => members.get_mut(*first)?.1.child(rest),
        }
    }

    /// Writes the value in a random style: compact or not, escaped or not.
    pub(super) fn write(&self, rng: &mut Rng) -> String {
        let mut writer = Writer { out: String::new(), spaces: often(rng), escapes: often(rng), rng };
        writer.value(self);
        writer.out
    }
}

/// Returns a random percentage, mostly 0, as senders mostly use no spaces and no escapes.
fn often(rng: &mut Rng) -> u8 {
    rng.choice([0, 0, 0, 5, 50]).unwrap_or_default()
}

struct Writer<'r> {
    out: String,
    spaces: u8,
    escapes: u8,
    rng: &'r mut Rng,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json) {
        self.space();
        match value {
            Json::Token(token) => self.out.push_str(token),
            Json::Text(text) => self.text(text),
            Json::List(values) => self.all('[', values, Self::value, ']'),
            Json::Object(members) => self.all('{', members, Self::member, '}'),
        }
        self.space();
    }

    fn member(&mut self, (name, value): &(String, Json)) {
        self.space();
        self.text(name);
        self.space();
        self.out.push(':');
        self.value(value);
    }

    fn all<T>(&mut self, open: char, values: &[T], write: impl Fn(&mut Self, &T), close: char) {
        self.out.push(open);
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            write(self, value);
        }
        self.space();
        self.out.push(close);
    }

    fn space(&mut self) {
        while self.rng.u8(..100) < self.spaces {
            self.out.extend(self.rng.choice([' ', '\n', '\t', '\r']));
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            let short = match char {
                '"' => Some('"'),
                '\\' => Some('\\'),
                '/' => Some('/'),
                '\u{8}' => Some('b'),
                '\u{c}' => Some('f'),
                '\n' => Some('n'),
                '\r' => Some('r'),
                '\t' => Some('t'),
                _ => None,
            };
            let must = matches!(char, '"' | '\\' | '\0'..='\x1f');
            if !must && self.rng.u8(..100) >= self.escapes {
                self.out.push(char);
                continue;
            }
            match short.filter(|_| self.rng.bool()) {
                Some(short) => self.out.extend(['\\', short]),
                None => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        let digits =
                            if self.rng.bool() { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                        self.out.push_str(&digits);
                    }
                }
            }
        }
        self.out.push('"');
    }
}
