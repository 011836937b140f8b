//! Decodes a payload that is one of several objects, told apart by a discriminator.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::decode::{Decoder, Stop};
use super::json::{self, Invalid, Place};
use super::raw::Json;
use super::schema::{Key, Schema, Type};
use super::target::{Ignored, ObjectTarget};
use super::warning::found;
use crate::error::{Error, Reason};

/// The member that names the type of a payload, and the schema of each type.
pub(crate) struct Discriminator {
    /// The name of the discriminating member.
    pub(crate) tag: Key,
    /// The name of a member that is used where `tag` is missing, and a value of it that is ignored.
    pub(crate) fallback: (Key, &'static str),
    /// The schema of each known value of that member.
    pub(crate) variants: &'static [(&'static str, &'static Schema)],
    /// The tag and the schema of all other payloads: an object with the name, the id and the payload.
    pub(crate) unknown: (&'static str, &'static Schema),
    /// The message for a payload that has no discriminator: "expected …".
    pub(crate) expected: &'static str,
}

/// The target of a whole payload.
pub(crate) trait VariantTarget<'a> {
    /// Begins an object with this tag, and returns the target of its members. Without one, they are validated and
    /// dropped.
    fn variant(
        &mut self,
        tag: (Key, &'static str),
        schema: &'static Schema,
    ) -> Option<&mut dyn ObjectTarget<'a>>;
}

impl Discriminator {
    /// Decodes a payload, and returns the warnings.
    pub(crate) fn decode<'a>(
        &self,
        payload: &'a [u8],
        target: &mut dyn VariantTarget<'a>,
    ) -> Result<Vec<String>, Error> {
        let text = simdutf8::basic::from_utf8(payload).map_err(|_| utf8_error(payload))?;

        // In payloads as documented, the tag comes first: one pass is enough.
        let mut decoder = Decoder::new(text);
        if self.decode_by_first_tag(&mut decoder, target).is_ok_and(|done| done) {
            return Ok(decoder.into_warnings());
        }

        // Otherwise the tag is elsewhere, unknown, missing or repeated, or the payload is invalid.
        let mut decoder = Decoder::new(text);
        match self.decode_by_last_tag(&mut decoder, text, target) {
            Ok(()) => Ok(decoder.into_warnings()),
            Err(_) => Err(self.payload_error(text, decoder)),
        }
    }

    /// Decodes a payload that begins with a known tag. Returns `false` if it does not, or if a different tag follows.
    fn decode_by_first_tag<'a>(
        &self,
        decoder: &mut Decoder<'a>,
        target: &mut dyn VariantTarget<'a>,
    ) -> Result<bool, Stop> {
        if decoder.json.peek()? != b'{' {
            return Ok(false);
        }
        let start = decoder.json.place();
        let mut object = decoder.json.open()?;
        let mut found = decoder.json.member(&mut object)?;
        if found && decoder.json.take(self.fallback.0.as_json()) {
            decoder.json.skip()?;
            found = decoder.json.member(&mut object)?;
        }
        if !found || !decoder.json.take(self.tag.as_json()) || decoder.json.peek()? != b'"' {
            return Ok(false);
        }
        let tag = decoder.json.string()?;
        decoder.json.restore(start);
        if !self.decode_known(decoder, &tag, target)? {
            return Ok(false);
        }
        let last = decoder.tag.take();
        Ok(text_at(decoder, last)? == Some(tag))
    }

    /// Decodes a payload by the last of its tags, at any position.
    fn decode_by_last_tag<'a>(
        &self,
        decoder: &mut Decoder<'a>,
        text: &'a str,
        target: &mut dyn VariantTarget<'a>,
    ) -> Result<(), Stop> {
        let first = decoder.json.peek()?;
        if first != b'{' {
            return Err(decoder.stop(self.expected, (first != b'n').then(|| found(first))));
        }
        let start = decoder.json.place();
        let (places, others) = self.find_names(decoder)?;
        let [tag, fallback, name, id, payload] = places;
        let (nothing, id) = (self.fallback.1, Field { place: id, text: text_at(decoder, id)? });
        let fallback = Field { place: fallback, text: text_at(decoder, fallback)? };
        let named = match text_at(decoder, tag)? {
            Some(tag) => Some(tag),
            None => fallback.text.clone().filter(|name| name != nothing),
        };
        let Some(named) = named else {
            return Err(match kind_at(decoder, tag)? {
                b'n' => decoder.stop(self.expected, None),
                first => decoder.stop_at(self.tag, Type::Text.expected(), Some(found(first))),
            });
        };
        *decoder = Decoder::new(text);
        decoder.json.peek()?;
        if self.decode_known(decoder, &named, target)? {
            return Ok(());
        }
        // An unknown event that was encoded before is decoded to the same unknown event.
        let is_encoded = named == self.unknown.0
            && !others
            && (id.text.is_some() || kind_at(decoder, id.place)? == b'n')
            && fallback
                .text
                .as_ref()
                .map_or(kind_at(decoder, fallback.place)? == b'n', |text| text == nothing)
            && kind_at(decoder, payload)? != b'n';
        let (named, payload) = match text_at(decoder, name)? {
            Some(name) if is_encoded => (name, payload.unwrap_or(start)),
            _ => (named, start),
        };
        decoder.json.restore(payload);
        let payload = Json::new(decoder.json.keep()?);
        self.decode_unknown(named, id.text, payload, target);
        Ok(())
    }

    /// Finds the last member of each relevant name: the tag, its fallback, and the fields of an unknown event. Returns
    /// `true` if there are other members.
    fn find_names(&self, decoder: &mut Decoder<'_>) -> Result<([Option<Place>; 5], bool), Stop> {
        let names = [self.tag, self.fallback.0].into_iter();
        let names = || names.clone().chain(self.unknown.1.fields.iter().map(|field| field.key));
        let mut places = [None; 5];
        let mut others = false;
        let mut object = decoder.json.open()?;
        while let Some(name) = decoder.json.name(&mut object)? {
            let position = names().position(|known| known.is(&name));
            match position.and_then(|position| places.get_mut(position)) {
                Some(place) => *place = Some(decoder.json.place()),
                None => others = true,
            }
            decoder.json.skip()?;
        }
        decoder.json.end()?;
        Ok((places, others))
    }

    /// Returns the id of a payload, if it is an object with a non-empty id.
    pub(crate) fn id(&self, payload: &[u8]) -> Option<String> {
        let mut decoder = Decoder::new(simdutf8::basic::from_utf8(payload).ok()?);
        if decoder.json.peek().ok()? != b'{' {
            return None;
        }
        let ([.., id, _], _) = self.find_names(&mut decoder).ok()?;
        text_at(&mut decoder, id).ok()?.filter(|id| !id.is_empty()).map(Cow::into_owned)
    }

    /// Decodes the object at the decoder's position. Returns `false` if `name` is unknown.
    fn decode_known<'a>(
        &self,
        decoder: &mut Decoder<'a>,
        name: &str,
        target: &mut dyn VariantTarget<'a>,
    ) -> Result<bool, Stop> {
        let Some((name, schema)) = self.variants.iter().find(|(known, _)| *known == name) else {
            return Ok(false);
        };
        decoder.constants = [self.fallback.1, name];
        decoder.object(schema, target.variant((self.tag, name), schema).unwrap_or(&mut Ignored))?;
        decoder.json.end()?;
        Ok(true)
    }

    fn decode_unknown<'a>(
        &self,
        name: Cow<'a, str>,
        id: Option<Cow<'a, str>>,
        payload: Json<'a>,
        target: &mut dyn VariantTarget<'a>,
    ) {
        let (tag, schema) = self.unknown;
        let Some(object) = target.variant((self.tag, tag), schema) else { return };
        if let Some(target) = object.field(0) {
            target.text(name);
        }
        if let Some((target, id)) = object.field(1).zip(id) {
            target.text(id);
        }
        if let Some(target) = object.field(2) {
            target.json(payload);
        }
    }

    /// Builds the error for a rejected payload. Malformed JSON takes precedence.
    fn payload_error(&self, text: &str, decoder: Decoder<'_>) -> Error {
        match (json::check(text), decoder.into_misfit()) {
            (Err(Invalid { at, problem }), _) => {
                let (line, column) = position(text.as_bytes(), at);
                Reason::InvalidJson { line, column, problem }.into()
            }
            (Ok(()), Some(misfit)) => misfit.into_error(),
            (Ok(()), None) => self.expected_error(),
        }
    }

    pub(crate) fn expected_error(&self) -> Error {
        Reason::InvalidEvent { path: "payload".into(), problem: self.expected, found: None }.into()
    }
}

/// A member, and its value if that is a string.
struct Field<'a> {
    place: Option<Place>,
    text: Option<Cow<'a, str>>,
}

/// Reads the string at `place`. Returns `None` if there is no value, or one of another type.
fn text_at<'a>(decoder: &mut Decoder<'a>, place: Option<Place>) -> Result<Option<Cow<'a, str>>, Stop> {
    if kind_at(decoder, place)? != b'"' {
        return Ok(None);
    }
    Ok(Some(decoder.json.string()?))
}

/// Returns the first byte of the value at `place`, or `b'n'`, as for `null`, if there is none.
fn kind_at(decoder: &mut Decoder<'_>, place: Option<Place>) -> Result<u8, Stop> {
    let Some(place) = place else { return Ok(b'n') };
    decoder.json.restore(place);
    Ok(decoder.json.peek()?)
}

fn utf8_error(payload: &[u8]) -> Error {
    let valid = core::str::from_utf8(payload).map_or_else(|error| error.valid_up_to(), str::len);
    let (line, column) = position(payload, valid);
    Reason::InvalidJson { line, column, problem: "not UTF-8" }.into()
}

/// Returns the line and column of the byte `at`, counted in bytes from 1. Past the end, returns those of the last byte.
fn position(payload: &[u8], at: usize) -> (usize, usize) {
    let before = payload.get(..at).unwrap_or(payload);
    let line_start =
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline.saturating_add(1));
    let column = before.len().saturating_sub(line_start);
    let column = if at < payload.len() { column.saturating_add(1) } else { column.max(1) };
    (before.split(|byte| *byte == b'\n').count(), column)
}
