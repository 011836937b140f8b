//! Finding out which of several objects a payload is, and decoding it as that.

use alloc::borrow::Cow;

use super::decode::{Decoder, Ignored, ObjectTarget, Progress, Stop, found};
use super::json::{self, Invalid};
use super::raw::Json;
use super::schema::{Schema, Type};
use crate::error::{Error, Reason};

/// How a payload says what it is: by the value of a member.
pub(crate) struct Discriminator {
    /// The name of that member.
    pub(crate) tag: &'static str,
    /// A member that does so where that one is missing, and a value of it that says nothing.
    pub(crate) fallback: (&'static str, &'static str),
    /// The member that identifies a payload, which is kept of an unknown one.
    pub(crate) id: &'static str,
    /// What is known, by the value of that member.
    pub(crate) variants: &'static [(&'static str, &'static Schema)],
    /// What anything else is decoded as: an object of its name, its id and the payload.
    pub(crate) unknown: (&'static str, &'static Schema),
    /// For a payload that says nothing: "expected …".
    pub(crate) expected: &'static str,
}

/// What a payload is decoded into.
pub(crate) trait VariantTarget<'a> {
    /// Begins an object with this tag, and returns where its members go. `None`: they are looked at, and dropped.
    fn variant(
        &mut self,
        tag: (&'static str, &'static str),
        schema: &'static Schema,
    ) -> Option<&mut dyn ObjectTarget<'a>>;
}

impl Discriminator {
    /// Decodes a payload, or says what is wrong with it.
    pub(crate) fn decode<'a>(
        &self,
        payload: &'a [u8],
        target: &mut dyn VariantTarget<'a>,
    ) -> Result<(), Error> {
        let text = simdutf8::basic::from_utf8(payload).map_err(|_| utf8_error(payload))?;

        // As documented, the tag comes before all that depends on it: one pass is enough.
        let mut decoder = Decoder::new(text);
        match self.known(&mut decoder, None, target) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(Stop) => return Err(payload_error(text, decoder)),
        }

        // Otherwise it stands elsewhere, or is unknown, or says nothing.
        let mut decoder = Decoder::new(text);
        let mut names = Names { tags: self, tag: None, fallback: None, id: None };
        if let Err(Stop) = names.decode(&mut decoder) {
            return Err(payload_error(text, decoder));
        }
        let Some(name) = names.name() else {
            return Err(invalid_event_error("payload", self.expected, None));
        };
        let mut decoder = Decoder::new(text);
        match self.known(&mut decoder, Some(&name), target) {
            Ok(true) => {}
            // All of it was read once: it is JSON.
            Ok(false) => {
                let id = names.id.and_then(|id| id.text());
                self.unknown(name, id, Json::new(text.trim_matches(JSON_SPACE)), target);
            }
            Err(Stop) => return Err(payload_error(text, decoder)),
        }
        Ok(())
    }

    /// Decodes what is known. Unless its `name` is known before, the payload must begin with it. Returns `false` if it
    /// is not known.
    fn known<'a>(
        &self,
        decoder: &mut Decoder<'a>,
        name: Option<&str>,
        target: &mut dyn VariantTarget<'a>,
    ) -> Result<bool, Stop> {
        let mut head = Head { tags: self, tag_seen: false, fallback: None };
        if decoder.json.peek()? != b'{' {
            return Ok(false);
        }
        let mut progress = decoder.begin(&Schema::EMPTY)?;
        let first = if name.is_none() { head.decode(decoder, &mut progress)? } else { None };
        let Some(name) = name.or(first.as_deref()) else { return Ok(false) };
        let Some((name, schema)) = self.variants.iter().find(|(known, _)| *known == name) else {
            return Ok(false);
        };
        progress.follow(schema);
        head.members(
            decoder,
            progress,
            target.variant((self.tag, name), schema).unwrap_or(&mut Ignored),
            name,
        )?;
        decoder.json.end()?;
        Ok(true)
    }

    fn unknown<'a>(
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
}

/// White space of JSON.
const JSON_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Builds the error for a payload that was refused. That it is no JSON takes precedence.
fn payload_error(text: &str, decoder: Decoder<'_>) -> Error {
    match (json::check(text), decoder.into_misfit()) {
        (Err(Invalid { at, problem }), _) => {
            let (line, column) = position(text.as_bytes(), at);
            Reason::InvalidJson { line, column, problem }.into()
        }
        (Ok(()), Some(misfit)) => invalid_event_error(&misfit.path(), misfit.problem, misfit.found),
        (Ok(()), None) => invalid_event_error("payload", "not an event", None),
    }
}

pub(crate) fn invalid_event_error(path: &str, problem: &'static str, found: Option<&'static str>) -> Error {
    Reason::InvalidEvent { path: path.into(), problem, found }.into()
}

fn utf8_error(payload: &[u8]) -> Error {
    let valid = core::str::from_utf8(payload).map_or_else(|error| error.valid_up_to(), str::len);
    let (line, column) = position(payload, valid);
    Reason::InvalidJson { line, column, problem: "not UTF-8" }.into()
}

/// Returns line and column, in bytes and counted from 1, of the byte `at`; of the last one, if there is none.
fn position(payload: &[u8], at: usize) -> (usize, usize) {
    let before = payload.get(..at).unwrap_or(payload);
    let line_start =
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline.saturating_add(1));
    let column = before.len().saturating_sub(line_start);
    let column = if at < payload.len() { column.saturating_add(1) } else { column.max(1) };
    (before.split(|byte| *byte == b'\n').count(), column)
}

/// The members that say what a known payload is.
struct Head<'d, 'a> {
    tags: &'d Discriminator,
    tag_seen: bool,
    fallback: Option<Json<'a>>,
}

impl<'a> Head<'_, 'a> {
    /// Decodes the tag, perhaps after the fallback. `None`: another member comes before it.
    fn decode(
        &mut self,
        decoder: &mut Decoder<'a>,
        progress: &mut Progress,
    ) -> Result<Option<Cow<'a, str>>, Stop> {
        loop {
            match decoder.name(progress)? {
                Some(member) if member == self.tags.fallback.0 && self.fallback.is_none() => {
                    self.fallback = Some(Json::new(decoder.json.skip()?));
                }
                Some(member) if member == self.tags.tag => {
                    let mut name = Cow::default();
                    let named = decoder.value(Type::Text, &mut name);
                    self.tag_seen = named.map_err(|stop| decoder.at_member(self.tags.tag, stop))?;
                    return Ok(self.tag_seen.then_some(name));
                }
                _ => return Ok(None),
            }
        }
    }

    /// Decodes the rest.
    fn members(
        &mut self,
        decoder: &mut Decoder<'a>,
        mut progress: Progress,
        object: &mut dyn ObjectTarget<'a>,
        name: &str,
    ) -> Result<(), Stop> {
        let (tag, (fallback, nothing)) = (self.tags.tag, self.tags.fallback);
        while let Some(member) = decoder.name(&mut progress)? {
            if member == tag {
                if core::mem::replace(&mut self.tag_seen, true) {
                    return Err(decoder.misfit_at(tag, "repeated"));
                }
                decoder.json.skip()?;
            } else if member == fallback {
                if self.fallback.is_some() {
                    return Err(decoder.misfit_at(fallback, "repeated"));
                }
                self.fallback = Some(Json::new(decoder.json.skip()?));
            } else {
                decoder.member(&mut progress, object, member)?;
            }
        }
        if let Some(json) = self.fallback.take() {
            let mut text = Cow::default();
            let told = decoder.decode_again(&json, Type::Text, &mut text, fallback)?;
            if told && text != nothing && text != name {
                decoder.keep(object.extra(), fallback.into(), json)?;
            }
        }
        decoder.finish(&progress, object).map(drop)
    }
}

/// What may say what a payload is, and its id, wherever they stand.
struct Names<'d, 'a> {
    tags: &'d Discriminator,
    tag: Option<Cow<'a, str>>,
    fallback: Option<Json<'a>>,
    id: Option<Json<'a>>,
}

impl<'a> Names<'_, 'a> {
    fn decode(&mut self, decoder: &mut Decoder<'a>) -> Result<(), Stop> {
        let first = decoder.json.peek()?;
        if first != b'{' {
            let found = (first != b'n').then(|| found(first));
            return Err(decoder.misfit(self.tags.expected, found));
        }
        let (tag, fallback, id) = (self.tags.tag, self.tags.fallback.0, self.tags.id);
        let mut object = decoder.json.open()?;
        let mut tag_seen = false;
        while let Some(member) = decoder.json.name(&mut object)? {
            if member == tag {
                if core::mem::replace(&mut tag_seen, true) {
                    return Err(decoder.misfit_at(tag, "repeated"));
                }
                let named = decoder.value(Type::Text, &mut self.tag);
                named.map_err(|stop| decoder.at_member(tag, stop))?;
            } else if member == fallback {
                if self.fallback.replace(Json::new(decoder.json.skip()?)).is_some() {
                    return Err(decoder.misfit_at(fallback, "repeated"));
                }
            } else if member == id {
                if self.id.replace(Json::new(decoder.json.skip()?)).is_some() {
                    return Err(decoder.misfit_at(id, "repeated"));
                }
            } else {
                decoder.json.skip()?;
            }
        }
        decoder.json.end()?;
        Ok(())
    }

    fn name(&self) -> Option<Cow<'a, str>> {
        let fallback = || self.fallback.as_ref()?.text().filter(|name| name != self.tags.fallback.1);
        self.tag.clone().or_else(fallback)
    }
}
