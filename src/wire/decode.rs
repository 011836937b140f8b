//! From JSON to values, along a schema.
//!
//! A [`Schema`] says what an object may have; an [`ObjectTarget`] and its [`Target`]s take the values. Both are data or
//! trait objects, so that there is one copy of what decodes, and not one for each type: the wasm module is small.
//!
//! No genuine mail is lost over a detail (WIRE 3.9): what does not fit is kept in the `extra` of the innermost object that can
//! do without it, and a warning tells of it. The path of a misfit is put together while decoding returns, so that it costs
//! a good payload nothing.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::dynamic::Value;
use super::encode::{Encode as _, EncodeObject};
use super::json::{self, Invalid, Name, integer};
use super::raw::{Json, Members};
use super::schema::{Aside, Field, FieldSet, Role, Schema, Type};
use crate::decimal::Decimal;
use crate::error::{Error, Reason};

/// Most elements of all lists and members of all objects that are kept, together. Three bytes of payload, `{},`,
/// are hundreds in memory: without a bound, a payload that is let through whole would not fit. A genuine one
/// has at most 1 MB (WIRE 1), and nothing like this many recipients.
const MAX_ENTRIES: usize = 65_536;

/// A place for a value. It is given what its [`Type`] allows, and nothing else.
pub(crate) trait Target<'a> {
    fn text(&mut self, _: Cow<'a, str>) {}
    fn integer(&mut self, _: u64) {}
    fn boolean(&mut self, _: bool) {}
    fn json(&mut self, _: Json<'a>) {}
    fn members(&mut self) -> Option<&mut Members<'a>> {
        None
    }
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        None
    }
    fn object(&mut self, _: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        None
    }
    /// The object that it took counts as absent.
    fn clear(&mut self) {}
}

/// A list that grows while it is read.
pub(crate) trait ListTarget<'a> {
    /// A new place at its end.
    fn add(&mut self) -> Option<&mut dyn Target<'a>>;
    fn remove_last(&mut self);
}

/// Where the members of an object go.
pub(crate) trait ObjectTarget<'a> {
    /// The place of a field, by its position in the schema.
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>>;
    /// Where the members without a place go. `None`: they are looked at, and dropped.
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
    /// Begins again.
    fn clear(&mut self) {}
    /// What it has become, for what is computed from its fields.
    fn decoded(&self) -> Option<&dyn EncodeObject> {
        None
    }
}

/// A place that keeps nothing: what goes there is only looked at.
pub(crate) struct Ignored;

impl Target<'_> for Ignored {}

impl<'a> ObjectTarget<'a> for Ignored {
    fn field(&mut self, _: usize) -> Option<&mut dyn Target<'a>> {
        None
    }
}

impl<'a> Target<'a> for Cow<'a, str> {
    fn text(&mut self, text: Cow<'a, str>) {
        *self = text;
    }
}

impl Target<'_> for u64 {
    fn integer(&mut self, integer: u64) {
        *self = integer;
    }
}

impl Target<'_> for bool {
    fn boolean(&mut self, boolean: bool) {
        *self = boolean;
    }
}

impl<'a> Target<'a> for Json<'a> {
    fn json(&mut self, json: Json<'a>) {
        *self = json;
    }
}

impl<'a> Target<'a> for Members<'a> {
    fn members(&mut self) -> Option<&mut Members<'a>> {
        Some(self)
    }
}

impl<'a, T: Default + Target<'a>> Target<'a> for Option<T> {
    fn text(&mut self, text: Cow<'a, str>) {
        self.get_or_insert_default().text(text);
    }
    fn integer(&mut self, integer: u64) {
        self.get_or_insert_default().integer(integer);
    }
    fn boolean(&mut self, boolean: bool) {
        self.get_or_insert_default().boolean(boolean);
    }
    fn json(&mut self, json: Json<'a>) {
        self.get_or_insert_default().json(json);
    }
    fn members(&mut self) -> Option<&mut Members<'a>> {
        self.get_or_insert_default().members()
    }
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        self.get_or_insert_default().list()
    }
    fn object(&mut self, schema: &'static Schema) -> Option<&mut dyn ObjectTarget<'a>> {
        self.get_or_insert_default().object(schema)
    }
    fn clear(&mut self) {
        *self = None;
    }
}

impl<'a, T: Default + Target<'a>> Target<'a> for Vec<T> {
    fn list(&mut self) -> Option<&mut dyn ListTarget<'a>> {
        Some(self)
    }
}

impl<'a, T: Default + Target<'a>> ListTarget<'a> for Vec<T> {
    fn add(&mut self) -> Option<&mut dyn Target<'a>> {
        self.push(T::default());
        self.last_mut().map(|slot| -> &mut dyn Target<'a> { slot })
    }
    fn remove_last(&mut self) {
        self.pop();
    }
}

/// Why decoding stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// A value does not fit, which is told by [`Decoder::misfit`].
    Misfit,
    /// A field came twice, so that what was decoded of it does not count.
    Repeated,
    /// This is no JSON, or more than the bound allows.
    Refused,
}

impl From<Invalid> for Stop {
    fn from(_: Invalid) -> Self {
        Self::Refused
    }
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is none, which `null` stands for.
    Absent,
    Present,
    /// A list without those of its elements that do not fit.
    Partial,
}

/// A value that does not fit. The path is stored inside out.
#[derive(Debug)]
pub(crate) struct Misfit {
    problem: &'static str,
    /// The member that an object was to have.
    member: Option<&'static str>,
    found: Option<&'static str>,
    path: Vec<Segment>,
    /// Where it begins in the payload.
    at: usize,
}

#[derive(Clone, Copy, Debug)]
enum Segment {
    Member(&'static str),
    Index(usize),
}

/// Decodes a payload.
pub(crate) struct Decoder<'a> {
    pub(crate) json: json::Reader<'a>,
    entries: usize,
    /// Why decoding stopped, if it did.
    misfit: Option<Box<Misfit>>,
    /// What was given up, in the order of the payload: the first ones, and how many there are.
    warnings: Vec<Misfit>,
    warned: usize,
    /// Where the name of what is decoded stands, the last one that came.
    pub(crate) tag: Option<json::Place>,
}

/// Most warnings that are told, one by one.
const MAX_WARNINGS: usize = 16;

/// Most warnings that are stored: those of members that are decoded at the end of their object come out of order.
const MAX_STORED: usize = 4 * MAX_WARNINGS;

/// A point to go back to.
#[derive(Clone, Copy)]
struct Mark {
    json: json::Place,
    warned: usize,
}

/// An object of which some members were decoded.
struct Progress {
    schema: &'static Schema,
    open: json::Open,
    seen: FieldSet,
    present: FieldSet,
    /// The field that is likely to come next: senders keep their order, and it is nearly ours.
    next: usize,
    empty: bool,
    /// Where the members begin that are decoded at the end: [`EXTRA`], then those of [`Schema::aside`]. 0 if there is none.
    aside: [usize; MAX_ASIDE],
    /// The first required field that does not fit.
    misfit: Option<Box<Misfit>>,
    /// A value was given up, and the object has no `extra` that could take it.
    partial: bool,
    /// Where the values begin that count, if some fields came twice.
    last: Option<Vec<usize>>,
}

/// The member that holds what an object had beside its fields, in an event that was encoded and is decoded again.
const EXTRA: &str = "extra";

/// As many as any object sets aside, and `extra`.
const MAX_ASIDE: usize = 4;

impl<'a> Decoder<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let json = json::Reader::document(text);
        Self { json, entries: 0, misfit: None, warnings: Vec::new(), warned: 0, tag: None }
    }

    pub(crate) fn into_misfit(self) -> Option<Box<Misfit>> {
        self.misfit
    }

    /// Returns a line for each value that was given up, in the order of the payload.
    pub(crate) fn into_warnings(self) -> Vec<String> {
        let mut sorted: Vec<&Misfit> = Vec::with_capacity(self.warnings.len());
        for warning in &self.warnings {
            let before = sorted.iter().rposition(|other| other.at <= warning.at);
            sorted.insert(before.map_or(0, |before| before.saturating_add(1)), warning);
        }
        let mut lines: Vec<_> = sorted.into_iter().take(MAX_WARNINGS).map(Misfit::line).collect();
        let beyond = self.warned.saturating_sub(lines.len());
        if beyond > 0 {
            lines.push(["and ", &Decimal::of(beyond), " more"].concat());
        }
        lines
    }

    /// Decodes a value into its place.
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

    /// Keeps all members of an object. Of a name that comes twice, the last one counts.
    fn keep_members(&mut self, mut members: Option<&mut Members<'a>>) -> Result<(), Stop> {
        let mut open = self.json.open()?;
        while let Some(name) = self.json.name(&mut open)? {
            self.keep(members.as_deref_mut(), name)?;
        }
        if let Some(members) = members {
            members.keep_last();
        }
        Ok(())
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

    /// Decodes an object. If fields came twice, it begins again, and decodes the last ones alone.
    pub(crate) fn object(
        &mut self,
        schema: &'static Schema,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<Outcome, Stop> {
        let (mark, entries) = (self.mark(), self.entries);
        let result = self.object_once(schema, object, None);
        if !matches!(result, Err(Stop::Repeated)) {
            return result;
        }
        self.reset(mark);
        let last = self.last_values(schema)?;
        self.reset(mark);
        self.entries = entries;
        object.clear();
        self.object_once(schema, object, Some(last))
    }

    fn object_once(
        &mut self,
        schema: &'static Schema,
        object: &mut dyn ObjectTarget<'a>,
        last: Option<Vec<usize>>,
    ) -> Result<Outcome, Stop> {
        let mut progress = Progress {
            schema,
            open: self.json.open()?,
            seen: FieldSet::NONE,
            present: FieldSet::NONE,
            next: 0,
            empty: true,
            aside: [0; MAX_ASIDE],
            misfit: None,
            partial: false,
            last,
        };
        while self.next_member(&mut progress, object)? {}
        self.finish(progress, object)
    }

    /// Finds where the last value of each field begins.
    fn last_values(&mut self, schema: &Schema) -> Result<Vec<usize>, Stop> {
        let mut last = alloc::vec![0; schema.fields.len()];
        let mut open = self.json.open()?;
        while let Some(name) = self.json.name(&mut open)? {
            let position = schema.fields.iter().position(|field| field.name == name);
            let at = self.json.place().at();
            if let Some(last) = position.and_then(|position| last.get_mut(position)) {
                *last = at;
            }
            self.json.skip()?;
        }
        Ok(last)
    }

    /// Decodes the next member into its place, or keeps it. Returns `false` at the end of the object.
    fn next_member(
        &mut self,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<bool, Stop> {
        let guess = progress.schema.fields.get(progress.next);
        let name = self.json.name_guessed(&mut progress.open, guess.map_or("", |field| field.name))?;
        match (name, guess) {
            (Name::End, _) => return Ok(false),
            (Name::Guessed, Some(field)) => {
                let position = progress.next;
                self.field(progress, object, position, field)?;
            }
            (Name::Guessed, None) => self.keep(object.extra(), Cow::Borrowed(""))?,
            (Name::Other(name), _) => match progress.find(&name) {
                Some((position, field)) => self.field(progress, object, position, field)?,
                None => match progress.aside(&name) {
                    Some(aside) => {
                        *aside = self.json.place().at();
                        self.json.skip()?;
                    }
                    None => self.keep(object.extra(), name)?,
                },
            },
        }
        progress.empty = false;
        Ok(true)
    }

    fn field(
        &mut self,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
        position: usize,
        field: &'static Field,
    ) -> Result<(), Stop> {
        progress.next = position.saturating_add(1);
        if let Some(last) = &progress.last {
            if last.get(position) != Some(&self.json.place().at()) {
                self.json.skip()?;
                return Ok(());
            }
        } else if !progress.seen.insert(position) {
            return Err(Stop::Repeated);
        }
        if self.member(field.name, position, progress, object)? {
            progress.present.insert(position);
        }
        Ok(())
    }

    /// Decodes the value of a field, which came under this name. Returns `false` if it is absent.
    fn member(
        &mut self,
        name: &'static str,
        position: usize,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<bool, Stop> {
        let Some(field) = progress.schema.fields.get(position) else { return Ok(false) };
        let mark = self.mark();
        let result = match object.field(position) {
            Some(target) => self.value(field.ty, target),
            None => self.value(field.ty, &mut Ignored),
        };
        let present = match result {
            Ok(Outcome::Absent) => return Ok(false),
            Ok(Outcome::Present) => true,
            Ok(Outcome::Partial) => {
                self.json.restore(mark.json);
                self.keep(object.extra(), name.into())?;
                true
            }
            Err(Stop::Refused) => return Err(self.refused_at(Segment::Member(name))),
            Err(_) => {
                if let Some(target) = object.field(position) {
                    target.clear();
                }
                if progress.schema.required.has(position) {
                    // It may come again, and then counts.
                    let misfit = self.misfit.take();
                    self.reset(mark);
                    self.json.skip()?;
                    if let Some(mut misfit) = misfit.filter(|_| progress.misfit.is_none()) {
                        misfit.path.push(Segment::Member(field.name));
                        progress.misfit = Some(misfit);
                    }
                    return Ok(false);
                }
                let misfit = self.go_back(mark, field.ty);
                self.warn(misfit);
                progress.partial |= object.extra().is_none();
                self.keep(object.extra(), name.into())?;
                false
            }
        };
        self.locate(mark, Segment::Member(name));
        Ok(present)
    }

    /// Keeps a member that has no place of its own.
    fn keep(&mut self, extra: Option<&mut Members<'a>>, name: Cow<'a, str>) -> Result<(), Stop> {
        let Some(extra) = extra else {
            self.json.skip()?;
            return Ok(());
        };
        self.count()?;
        extra.push(name, Json::new(self.json.keep()?));
        Ok(())
    }

    /// Ends an object.
    fn finish(&mut self, mut progress: Progress, object: &mut dyn ObjectTarget<'a>) -> Result<Outcome, Stop> {
        let schema = progress.schema;
        if progress.empty && schema.empty_is_absent {
            return Ok(Outcome::Absent);
        }
        let [extra, aside @ ..] = progress.aside;
        let end = self.json.place();
        for (aside, at) in schema.aside.iter().zip(aside) {
            if at != 0 {
                self.json.restore(end.moved(at));
                self.settle(aside, &mut progress, object)?;
            }
        }
        if extra != 0 {
            self.json.restore(end.moved(extra));
            match self.json.peek()? {
                b'{' => self.keep_members(object.extra())?,
                _ => self.keep(object.extra(), EXTRA.into())?,
            }
        }
        self.json.restore(end);
        if let Some(extra) = object.extra() {
            extra.keep_last();
        }
        if progress.misfit.is_some() {
            self.misfit = progress.misfit;
            return Err(Stop::Misfit);
        }
        let missing = schema.required.first_beyond(progress.present);
        if let Some(field) = missing.and_then(|position| schema.fields.get(position)) {
            return Err(self.stop_at(field.name, "missing", None));
        }
        Ok(if progress.partial { Outcome::Partial } else { Outcome::Present })
    }

    /// Decodes a member that was set aside, at whose value the reader stands.
    fn settle(
        &mut self,
        aside: &Aside,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<(), Stop> {
        let mark = self.mark();
        let dropped = match aside.role {
            Role::Alias(position) if progress.present.has(position) => {
                let Some(field) = progress.schema.fields.get(position) else { return Ok(()) };
                // Whether it says the same is seen once it is decoded.
                let mut value = Value::default();
                let outcome = match self.value(field.ty, &mut value) {
                    Err(Stop::Refused) => return Err(self.refused_at(Segment::Member(aside.name))),
                    outcome => outcome.ok(),
                };
                self.forget_warnings(mark);
                let decoded = object.decoded().map(|object| object.value(position));
                let same = decoded.is_some_and(|decoded| decoded.equals(value.node()));
                outcome == Some(Outcome::Absent) || outcome == Some(Outcome::Present) && same
            }
            Role::Alias(position) => {
                if self.member(aside.name, position, progress, object)? {
                    progress.present.insert(position);
                }
                return Ok(());
            }
            Role::Computed(compute) => {
                let mut value = Value::default();
                let ty = match self.json.peek()? {
                    b'"' => Type::Text,
                    b't' | b'f' => Type::Boolean,
                    _ => Type::Json,
                };
                let outcome = self.value(ty, &mut value)?;
                outcome == Outcome::Absent
                    || object.decoded().is_some_and(|object| compute(object).equals(value.node()))
            }
            Role::Tag | Role::Constant(_) => match self.json.peek()? {
                b'"' => {
                    let text = self.json.string()?;
                    if let Role::Constant(known) = aside.role {
                        known.contains(&&*text)
                    } else {
                        self.tag = Some(mark.json);
                        true
                    }
                }
                b'n' => true,
                first => {
                    self.unexpected(Type::Text, first);
                    let misfit = self.go_back(mark, Type::Text);
                    self.warn(misfit);
                    self.locate(mark, Segment::Member(aside.name));
                    false
                }
            },
        };
        if !dropped {
            self.json.restore(mark.json);
            self.keep(object.extra(), aside.name.into())?;
        }
        Ok(())
    }

    fn mark(&self) -> Mark {
        Mark { json: self.json.place(), warned: self.warned }
    }

    /// Forgets what came since then.
    fn reset(&mut self, mark: Mark) {
        self.json.restore(mark.json);
        self.forget_warnings(mark);
    }

    fn forget_warnings(&mut self, mark: Mark) {
        self.warnings.truncate(mark.warned);
        self.warned = mark.warned;
    }

    /// Goes back to a value that does not fit, and returns what is to be told of it.
    fn go_back(&mut self, mark: Mark, ty: Type) -> Misfit {
        self.reset(mark);
        let at = mark.json.at();
        let misfit = self.misfit.take();
        // What an object lacks is told of the object: it is what is given up.
        let lacking = misfit.as_deref().and_then(|misfit| misfit.path.last());
        let (problem, member, found) = match (lacking, misfit.as_deref()) {
            (Some(Segment::Member(name)), _) => (ty.expected(), Some(*name), Some("an object without it")),
            (_, Some(misfit)) => (misfit.problem, None, misfit.found),
            (_, None) => (ty.expected(), None, None),
        };
        Misfit { problem, member, found, path: Vec::new(), at }
    }

    fn warn(&mut self, misfit: Misfit) {
        self.warned = self.warned.saturating_add(1);
        if self.warnings.len() < MAX_STORED {
            self.warnings.push(misfit);
        }
    }

    /// Says of the warnings since then that they stand in this member or element.
    fn locate(&mut self, mark: Mark, segment: Segment) {
        if self.warned > mark.warned {
            self.warnings.iter_mut().skip(mark.warned).for_each(|warning| warning.path.push(segment));
        }
    }

    /// Makes room for one element or member more.
    fn count(&mut self) -> Result<(), Stop> {
        if self.entries >= MAX_ENTRIES {
            self.stop("over 65536 elements and unknown members in all", None);
            return Err(Stop::Refused);
        }
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    fn unexpected(&mut self, ty: Type, first: u8) -> Stop {
        self.stop(ty.expected(), Some(found(first)))
    }

    pub(crate) fn stop(&mut self, problem: &'static str, found: Option<&'static str>) -> Stop {
        self.misfit = Some(Box::new(Misfit { problem, member: None, found, path: Vec::new(), at: 0 }));
        Stop::Misfit
    }

    pub(crate) fn stop_at(
        &mut self,
        member: &'static str,
        problem: &'static str,
        found: Option<&'static str>,
    ) -> Stop {
        let stop = self.stop(problem, found);
        self.at(Segment::Member(member));
        stop
    }

    fn refused_at(&mut self, segment: Segment) -> Stop {
        self.at(segment);
        Stop::Refused
    }

    fn at(&mut self, segment: Segment) {
        if let Some(misfit) = &mut self.misfit {
            misfit.path.push(segment);
        }
    }
}

impl Progress {
    /// Finds the field with this name, and its position.
    fn find(&self, name: &str) -> Option<(usize, &'static Field)> {
        let fields = self.schema.fields;
        let from = |start: usize| fields.iter().enumerate().skip(start);
        let found = from(self.next).find(|(_, field)| field.name == name);
        found.or_else(|| from(0).take(self.next).find(|(_, field)| field.name == name))
    }

    /// Finds where it is noted that a member was set aside.
    fn aside(&mut self, name: &str) -> Option<&mut usize> {
        let position = if name == EXTRA && self.schema.keeps_unknown {
            0
        } else {
            self.schema.aside.iter().position(|aside| aside.name == name)?.saturating_add(1)
        };
        self.aside.get_mut(position)
    }
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
    /// Builds the error for a payload that is refused over it.
    pub(crate) fn into_error(self) -> Error {
        let Self { problem, found, .. } = self;
        Reason::InvalidEvent { path: self.path(), problem, found }.into()
    }

    /// Returns the warning, such as `message.attachments[2].size: expected an integer, found a string`.
    fn line(&self) -> String {
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
                Segment::Member(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
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
