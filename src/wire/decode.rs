//! Decodes JSON into values, guided by a schema.
//!
//! A value of the wrong type does not make an event invalid (WIRE 3.9 in `tests/fixtures/README.md`): it is kept in the
//! `extra` of the innermost object that is valid without it, and reported as a warning. The path of a misfit is built
//! while the decoder returns, so it costs nothing for a payload without misfits.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::json::{self, Invalid, integer};
use super::raw::Json;
use super::schema::{Key, Schema, Type};
use super::target::{Ignored, ListTarget, Target};
use super::warning::{Misfit, Segment, found};
use crate::decimal::Decimal;

/// The maximum number of list elements and unknown members that one payload may have in total. Three bytes of payload,
/// `{},`, become hundreds of bytes in memory: without this limit, a large payload could exhaust the memory. A genuine
/// payload is at most 1 MB (WIRE 1) and has far fewer elements.
const MAX_ENTRIES: usize = 65_536;

/// The reason why decoding stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// A value does not fit; [`Decoder::misfit`] has the details.
    Misfit,
    /// A field is repeated; the last value counts, so the object must be decoded again.
    Repeated,
    /// The payload is not JSON, or exceeds [`MAX_ENTRIES`].
    Refused,
}

impl From<Invalid> for Stop {
    fn from(_: Invalid) -> Self {
        Self::Refused
    }
}

/// The result of decoding a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The value is `null`.
    Absent,
    Present,
    /// A value of which some parts were left out because they do not fit.
    Partial,
}

/// Decodes a payload.
pub(crate) struct Decoder<'a> {
    pub(crate) json: json::Reader<'a>,
    pub(super) entries: usize,
    /// The misfit that stopped decoding.
    pub(super) misfit: Option<Box<Misfit>>,
    /// The values that were left out, up to [`MAX_STORED`].
    warnings: Vec<Misfit>,
    /// The number of values that were left out.
    warned: usize,
    /// The position of the last discriminator.
    pub(crate) tag: Option<json::Place>,
    /// The values of [`Role::Constant`](super::schema::Role::Constant) members that carry no information.
    pub(crate) constants: [&'static str; 2],
}

/// The maximum number of warnings that are reported; one more line counts the rest.
const MAX_WARNINGS: usize = 16;

/// The maximum number of warnings that are stored. It is larger, because members that are decoded at the end of their
/// object add their warnings out of order.
const MAX_STORED: usize = 4 * MAX_WARNINGS;

/// A position to which the decoder can go back.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) json: json::Place,
    warned: usize,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let json = json::Reader::document(text);
        Self {
            json,
            entries: 0,
            misfit: None,
            warnings: Vec::new(),
            warned: 0,
            tag: None,
            constants: [""; 2],
        }
    }

    pub(crate) fn into_misfit(self) -> Option<Box<Misfit>> {
        self.misfit
    }

    /// Returns one line for each value that was left out, in the order of the payload.
    pub(crate) fn into_warnings(self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut last = 0;
        while lines.len() < MAX_WARNINGS {
            let next = self.warnings.iter().filter(|warning| warning.at > last);
            let Some(next) = next.min_by_key(|warning| warning.at) else { break };
            last = next.at;
            lines.push(next.line());
        }
        let beyond = self.warned.saturating_sub(lines.len());
        if beyond > 0 {
            let mut line = String::from("and ");
            line.push_str(&Decimal::of(beyond));
            line.push_str(" more");
            lines.push(line);
        }
        lines
    }

    /// Decodes a value into `target`.
    pub(crate) fn value(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<Outcome, Stop> {
        let first = self.json.peek()?;
        match (first, ty) {
            (_, Type::Json) => {
                let json = Json::new(self.json.keep()?);
                if json.is_null() {
                    return Ok(Outcome::Absent);
                }
                target.json(json);
            }
            (b'"', _) => {
                let text = self.json.string()?;
                self.text(ty, target, text)?;
            }
            (b'{', _) => return self.members(ty, target),
            (b'[', _) => return self.elements(ty, target),
            (b't' | b'f', Type::Boolean) => target.boolean(self.json.literal()?.unwrap_or_default()),
            (b'-' | b'0'..=b'9', Type::Integer) => match integer(self.json.number()?) {
                Ok(integer) => target.integer(integer),
                Err(found) => return Err(self.stop(ty.expected(), Some(found))),
            },
            (b'n', _) => {
                self.json.literal()?;
                return Ok(Outcome::Absent);
            }
            _ => return Err(self.unexpected(ty, first)),
        }
        Ok(Outcome::Present)
    }

    fn text(&mut self, ty: Type, target: &mut dyn Target<'a>, text: Cow<'a, str>) -> Result<(), Stop> {
        match ty {
            Type::Text | Type::TextOrObject(_) => target.text(text),
            Type::Object(schema @ &Schema { from_text: Some(from_text), .. })
            | Type::One(schema @ &Schema { from_text: Some(from_text), .. }) => {
                from_text(text, target.object(schema).unwrap_or(&mut Ignored));
            }
            Type::List(&element @ Type::Object(&Schema { from_text: Some(_), .. })) => {
                let place = target.list().and_then(ListTarget::add);
                self.text(element, place.unwrap_or(&mut Ignored), text)?;
            }
            Type::Words => return self.words(target, text),
            _ => return Err(self.unexpected(ty, b'"')),
        }
        Ok(())
    }

    fn words(&mut self, target: &mut dyn Target<'a>, text: Cow<'a, str>) -> Result<(), Stop> {
        let Some(list) = target.list() else { return Ok(()) };
        let mut add = |word| {
            self.count()?;
            if let Some(place) = list.add() {
                place.text(word);
            }
            Ok(())
        };
        match text {
            Cow::Borrowed(text) => text.split_ascii_whitespace().map(Cow::Borrowed).try_for_each(add),
            Cow::Owned(text) => {
                text.split_ascii_whitespace().try_for_each(|word| add(Cow::Owned(word.into())))
            }
        }
    }

    fn members(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<Outcome, Stop> {
        match ty {
            Type::Object(schema) | Type::TextOrObject(schema) | Type::One(schema) => {
                let outcome = match target.object(schema) {
                    Some(object) => self.object(schema, object),
                    None => self.object(schema, &mut Ignored),
                }?;
                if outcome == Outcome::Absent {
                    target.clear();
                }
                Ok(outcome)
            }
            Type::Members => {
                self.keep_members(target.members())?;
                Ok(Outcome::Present)
            }
            Type::List(&element @ Type::Object(&Schema { from_text: Some(_), .. })) => {
                let Some(list) = target.list() else { return self.members(element, &mut Ignored) };
                let outcome = self.members(element, list.add().unwrap_or(&mut Ignored));
                if outcome.is_err() {
                    list.remove_last();
                }
                outcome
            }
            _ => Err(self.unexpected(ty, b'{')),
        }
    }

    fn elements(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<Outcome, Stop> {
        match ty {
            Type::List(&element) => self.list(element, target.list()),
            Type::Words => self.list(Type::Text, target.list()),
            Type::One(schema) => {
                let mut open = self.json.open()?;
                if !self.json.element(&mut open)? {
                    return Ok(Outcome::Absent);
                }
                let outcome = self.value(Type::Object(schema), target);
                if matches!(outcome, Err(Stop::Refused)) {
                    return outcome;
                }
                if outcome.is_ok_and(|outcome| outcome != Outcome::Absent) && !self.json.element(&mut open)? {
                    return outcome;
                }
                Err(self.unexpected(ty, b'['))
            }
            _ => Err(self.unexpected(ty, b'[')),
        }
    }

    fn list(&mut self, ty: Type, mut list: Option<&mut dyn ListTarget<'a>>) -> Result<Outcome, Stop> {
        let mut open = self.json.open()?;
        let mut index = 0_usize;
        let (mut outcome, mut told) = (Outcome::Present, false);
        while self.json.element(&mut open)? {
            self.count()?;
            let mark = self.mark();
            let place = list.as_deref_mut().and_then(ListTarget::add);
            let result = match self.value(ty, place.unwrap_or(&mut Ignored)) {
                Ok(Outcome::Absent) => Err(self.unexpected(ty, b'n')),
                result => result,
            };
            match result {
                Ok(Outcome::Partial) => {
                    outcome = Outcome::Partial;
                    if core::mem::replace(&mut told, true) {
                        self.forget_warnings(mark);
                    }
                }
                Ok(_) => {}
                Err(Stop::Refused) => return Err(self.refused_at(Segment::Index(index))),
                Err(_) => {
                    if let Some(list) = &mut list {
                        list.remove_last();
                    }
                    let misfit = self.go_back(mark, ty);
                    self.json.skip()?;
                    if !core::mem::replace(&mut told, true) {
                        self.warn(misfit);
                    }
                    outcome = Outcome::Partial;
                }
            }
            self.locate(mark, Segment::Index(index));
            index = index.saturating_add(1);
        }
        Ok(outcome)
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { json: self.json.place(), warned: self.warned }
    }

    /// Goes back to `mark`, and drops the warnings since then.
    pub(super) fn reset(&mut self, mark: Mark) {
        self.json.restore(mark.json);
        self.forget_warnings(mark);
    }

    pub(super) fn forget_warnings(&mut self, mark: Mark) {
        self.warnings.truncate(mark.warned);
        self.warned = mark.warned;
    }

    /// Goes back to a value that does not fit, and returns its misfit.
    pub(super) fn go_back(&mut self, mark: Mark, ty: Type) -> Misfit {
        self.reset(mark);
        let at = mark.json.at();
        let misfit = self.misfit.take();
        // A missing member is reported on its object, since the whole object is left out.
        let lacking = misfit.as_deref().and_then(|misfit| misfit.path.last());
        let (problem, member, found) = match (lacking, misfit.as_deref()) {
            (Some(Segment::Member(key)), _) => {
                (ty.expected(), Some(key.name()), Some("an object without it"))
            }
            (_, Some(misfit)) => (misfit.problem, None, misfit.found),
            (_, None) => (ty.expected(), None, None),
        };
        Misfit { problem, member, found, path: Vec::new(), at }
    }

    pub(super) fn warn(&mut self, misfit: Misfit) {
        self.warned = self.warned.saturating_add(1);
        if self.warnings.len() < MAX_STORED {
            self.warnings.push(misfit);
        }
    }

    /// Adds a member or an index to the paths of the warnings since `mark`.
    pub(super) fn locate(&mut self, mark: Mark, segment: Segment) {
        if self.warned > mark.warned {
            self.warnings.iter_mut().skip(mark.warned).for_each(|warning| warning.path.push(segment));
        }
    }

    /// Counts one more element or member. Fails beyond [`MAX_ENTRIES`].
    pub(super) fn count(&mut self) -> Result<(), Stop> {
        if self.entries >= MAX_ENTRIES {
            self.stop("over 65536 elements and unknown members in all", None);
            return Err(Stop::Refused);
        }
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    pub(super) fn unexpected(&mut self, ty: Type, first: u8) -> Stop {
        self.stop(ty.expected(), Some(found(first)))
    }

    pub(crate) fn stop(&mut self, problem: &'static str, found: Option<&'static str>) -> Stop {
        self.misfit = Some(Box::new(Misfit { problem, member: None, found, path: Vec::new(), at: 0 }));
        Stop::Misfit
    }

    pub(crate) fn stop_at(
        &mut self,
        member: Key,
        problem: &'static str,
        found: Option<&'static str>,
    ) -> Stop {
        let stop = self.stop(problem, found);
        self.at(Segment::Member(member));
        stop
    }

    pub(super) fn refused_at(&mut self, segment: Segment) -> Stop {
        self.at(segment);
        Stop::Refused
    }

    pub(super) fn at(&mut self, segment: Segment) {
        if let Some(misfit) = &mut self.misfit {
            misfit.path.push(segment);
        }
    }
}
