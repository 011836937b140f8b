//! Converts values of any self-describing format of serde to JSON.

use alloc::string::String;
use core::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::json::Reader;

/// Returns a value as JSON. Keeps the order of members, and the exact value of numbers.
pub(crate) fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut json = String::new();
    Transcoder(&mut json).deserialize(deserializer)?;
    Ok(json)
}

/// Appends a value.
struct Transcoder<'j>(&'j mut String);

impl Transcoder<'_> {
    fn format(&mut self, arguments: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        _ = self.0.write_fmt(arguments);
    }

    fn text(mut self, text: &str) {
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => self.0.extend(['\\', char]),
                ..' ' => self.format(format_args!("\\u{:04x}", u32::from(char))),
                _ => self.0.push(char),
            }
        }
        self.0.push('"');
    }
}

impl<'de> DeserializeSeed<'de> for Transcoder<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! display {
    ($($visit:ident: $Type:ty,)*) => {$(
        fn $visit<E: Error>(mut self, value: $Type) -> Result<(), E> {
            self.format(format_args!("{value}"));
            Ok(())
        }
    )*};
}

impl<'de> Visitor<'de> for Transcoder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    display! {
        visit_bool: bool,
        visit_i64: i64,
        visit_i128: i128,
        visit_u64: u64,
        visit_u128: u128,
    }

    fn visit_f64<E: Error>(mut self, float: f64) -> Result<(), E> {
        if !float.is_finite() {
            return Err(E::custom("a number that JSON cannot represent"));
        }
        // `Debug` writes long numbers with an exponent.
        self.format(format_args!("{float:?}"));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.push_str("null");
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.push('[');
        let empty = self.0.len();
        loop {
            let start = self.0.len();
            if start > empty {
                self.0.push(',');
            }
            if list.next_element_seed(Transcoder(self.0))?.is_none() {
                self.0.truncate(start);
                self.0.push(']');
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let start = self.0.len();
        let mut separator = '{';
        while let Some(name) = object.next_key::<String>()? {
            self.0.push(core::mem::replace(&mut separator, ','));
            Transcoder(self.0).text(&name);
            self.0.push(':');
            let value = self.0.len();
            object.next_value_seed(Transcoder(self.0))?;
            // The form that serde_json gives a number with its feature `arbitrary_precision`.
            if name == "$serde_json::private::Number" {
                let number = self.0.get(value..).and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
                if let Some(number) = number.filter(|number| is_number(number)).map(String::from) {
                    self.0.truncate(start);
                    self.0.push_str(&number);
                    return Ok(());
                }
            }
        }
        self.0.push_str(if separator == '{' { "{}" } else { "}" });
        Ok(())
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && Reader::new(text).number().is_ok_and(|number| number == text)
}
