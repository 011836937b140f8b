//! From JSON to values, along a schema.
//!
//! A [`Schema`] says what an object may have; an [`ObjectTarget`] and its [`Target`]s take the values. Both are data or
//! trait objects, so that there is one copy of what decodes, and not one for each type: the wasm module is small.
//!
//! The path of a misfit is put together while the failure travels outwards, so that it costs a good payload nothing.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::encode::{EncodeObject, Node};
use super::json::{self, Invalid, Name, Number};
use super::raw::{Json, Members};
use super::schema::{Field, FieldSet, Schema, Type};
use crate::decimal::Decimal;

/// 2^53 - 1: the largest integer that every language reads exactly (RFC 8259, section 6).
pub(crate) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

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
}

/// Where the members of an object go.
pub(crate) trait ObjectTarget<'a> {
    /// The place of a field, by its position in the schema.
    fn field(&mut self, position: usize) -> Option<&mut dyn Target<'a>>;
    /// Where the members without a place go. `None`: they are looked at, and dropped.
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
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
}

/// Decoding stopped: at a [`Misfit`], or because this is no JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop;

impl From<Invalid> for Stop {
    fn from(_: Invalid) -> Self {
        Self
    }
}

/// The first value that does not fit. The path is stored inside out.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) problem: &'static str,
    pub(crate) found: Option<&'static str>,
    path: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Member(&'static str),
    Index(usize),
}

/// Decodes a payload.
pub(crate) struct Decoder<'a> {
    pub(crate) json: json::Reader<'a>,
    entries: usize,
    misfit: Option<Misfit>,
}

/// An object of which some members were decoded.
pub(crate) struct Progress {
    schema: &'static Schema,
    open: json::Open,
    seen: FieldSet,
    present: FieldSet,
    /// The field that is likely to come next: senders keep their order, and it is nearly ours.
    next: usize,
    empty: bool,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { json: json::Reader::new(text), entries: 0, misfit: None }
    }

    pub(crate) fn into_misfit(self) -> Option<Misfit> {
        self.misfit
    }

    /// Decodes a value into its place. Returns `false` if there is none, which `null` stands for.
    pub(crate) fn value(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<bool, Stop> {
        let first = self.json.peek()?;
        if matches!(ty, Type::Json) {
            let json = Json::new(self.json.skip()?);
            let present = !json.is_null();
            if present {
                target.json(json);
            }
            return Ok(present);
        }
        match first {
            b'"' => {
                let text = self.json.string()?;
                self.text(ty, target, text)?;
            }
            b'{' => return self.members(ty, target),
            b'[' => self.elements(ty, target)?,
            b'-' | b'0'..=b'9' => {
                let number = self.json.number()?;
                match (ty, number) {
                    (Type::Integer, Number::Integer(integer @ ..=MAX_INTEGER)) => target.integer(integer),
                    _ => return Err(self.unexpected(ty, number.describe())),
                }
            }
            _ => match (self.json.literal()?, ty) {
                (None, _) => return Ok(false),
                (Some(boolean), Type::Boolean) => target.boolean(boolean),
                (Some(_), _) => return Err(self.unexpected(ty, "a boolean")),
            },
        }
        Ok(true)
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
            _ => return Err(self.unexpected(ty, "a string")),
        }
        Ok(())
    }

    fn members(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<bool, Stop> {
        match ty {
            Type::Object(schema) | Type::TextOrObject(schema) | Type::One(schema) => {
                let present = match target.object(schema) {
                    Some(object) => self.object(schema, object),
                    None => self.object(schema, &mut Ignored),
                }?;
                if !present {
                    target.clear();
                }
                return Ok(present);
            }
            Type::Members => {
                let mut open = self.json.open()?;
                let mut members = target.members();
                while let Some(name) = self.json.name(&mut open)? {
                    self.extra(members.as_deref_mut(), name)?;
                }
            }
            Type::List(&element @ Type::Object(&Schema { from_text: Some(_), .. })) => {
                let place = target.list().and_then(ListTarget::add);
                return self.members(element, place.unwrap_or(&mut Ignored));
            }
            _ => return Err(self.unexpected(ty, "an object")),
        }
        Ok(true)
    }

    fn elements(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<(), Stop> {
        match ty {
            Type::List(ty) => {
                let mut list = target.list();
                self.each_element(|decoder| {
                    decoder.count()?;
                    let place = list.as_deref_mut().and_then(ListTarget::add);
                    decoder.element(*ty, place.unwrap_or(&mut Ignored))
                })
            }
            Type::One(schema) => {
                let mut taken = false;
                self.each_element(|decoder| {
                    if core::mem::replace(&mut taken, true) {
                        return Err(decoder.misfit("expected one element", Some("more")));
                    }
                    decoder.element(Type::Object(schema), target)
                })
            }
            _ => Err(self.unexpected(ty, "a list")),
        }
    }

    fn each_element(&mut self, mut decode: impl FnMut(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        let mut open = self.json.open()?;
        let mut index = 0_usize;
        while self.json.element(&mut open)? {
            let full = self.is_full();
            // That is a fault of the list, not of its element.
            decode(self).map_err(|stop| if full { stop } else { self.at(Segment::Index(index), stop) })?;
            index = index.saturating_add(1);
        }
        Ok(())
    }

    fn element(&mut self, ty: Type, target: &mut dyn Target<'a>) -> Result<(), Stop> {
        if self.value(ty, target)? { Ok(()) } else { Err(self.unexpected(ty, "null")) }
    }

    /// Decodes an object. Returns `false` if it stands for none.
    fn object(&mut self, schema: &'static Schema, object: &mut dyn ObjectTarget<'a>) -> Result<bool, Stop> {
        let mut progress = self.begin(schema)?;
        while self.next_member(&mut progress, object)? {}
        self.finish(&progress, object)
    }

    pub(crate) fn begin(&mut self, schema: &'static Schema) -> Result<Progress, Stop> {
        let open = self.json.open()?;
        Ok(Progress { schema, open, seen: FieldSet::NONE, present: FieldSet::NONE, next: 0, empty: true })
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
            (Name::Guessed, None) => self.extra(object.extra(), Cow::Borrowed(""))?,
            (Name::Other(name), _) => self.member(progress, object, name)?,
        }
        progress.empty = false;
        Ok(true)
    }

    /// Reads the name of the next member, whose value comes next.
    pub(crate) fn name(&mut self, progress: &mut Progress) -> Result<Option<Cow<'a, str>>, Stop> {
        let name = self.json.name(&mut progress.open)?;
        progress.empty &= name.is_none();
        Ok(name)
    }

    /// Decodes the member `name` into its place, or keeps it.
    pub(crate) fn member(
        &mut self,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
        name: Cow<'a, str>,
    ) -> Result<(), Stop> {
        match progress.find(&name) {
            Some((position, field)) => self.field(progress, object, position, field),
            None => self.extra(object.extra(), name),
        }
    }

    fn field(
        &mut self,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
        position: usize,
        field: &'static Field,
    ) -> Result<(), Stop> {
        progress.next = position.saturating_add(1);
        if !progress.seen.insert(position) {
            return Err(self.misfit_at(field.name, "repeated"));
        }
        let value = match object.field(position) {
            Some(target) => self.value(field.ty, target),
            None => self.value(field.ty, &mut Ignored),
        };
        if value.map_err(|stop| self.at_member(field.name, stop))? {
            progress.present.insert(position);
        }
        Ok(())
    }

    /// Keeps a member that has no place of its own.
    fn extra(&mut self, extra: Option<&mut Members<'a>>, name: Cow<'a, str>) -> Result<(), Stop> {
        let value = Json::new(self.json.skip()?);
        self.keep(extra, name, value)
    }

    pub(crate) fn keep(
        &mut self,
        extra: Option<&mut Members<'a>>,
        name: Cow<'a, str>,
        value: Json<'a>,
    ) -> Result<(), Stop> {
        if let Some(extra) = extra {
            self.count()?;
            extra.push(name, value);
        }
        Ok(())
    }

    /// Ends an object. Returns `false` if it stands for none.
    pub(crate) fn finish(
        &mut self,
        progress: &Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<bool, Stop> {
        let Progress { schema, present, .. } = *progress;
        if progress.empty && schema.empty_is_absent {
            return Ok(false);
        }
        let missing = schema.required.first_beyond(present);
        if let Some(field) = missing.and_then(|position| schema.fields.get(position)) {
            return Err(self.misfit_at(field.name, "missing"));
        }
        if let Some((name, position)) = schema.alias {
            self.settle_alias(name, position, progress, object)?;
        }
        // A canonical event that is parsed again brings these along. Where they say what follows anyway, there is
        // nothing to keep.
        for computed in schema.computed {
            let Some(Node::Boolean(value)) = object.decoded().map(computed.compute) else { continue };
            let Some(extra) = object.extra() else { continue };
            let value = if value { "true" } else { "false" };
            if extra.get(computed.name).is_some_and(|sent| sent.as_str() == value) {
                extra.take(computed.name);
            }
        }
        Ok(true)
    }

    /// Decodes the other name of a field where the field is absent. Where both are there, it is kept as it came.
    fn settle_alias(
        &mut self,
        name: &'static str,
        position: usize,
        progress: &Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<(), Stop> {
        let Some(extra) = object.extra() else { return Ok(()) };
        if extra.count(name) > 1 {
            return Err(self.misfit_at(name, "repeated"));
        }
        let is_null = extra.get(name).is_some_and(Json::is_null);
        if progress.present.has(position) && !is_null {
            return Ok(());
        }
        let Some(json) = extra.take(name) else { return Ok(()) };
        let Some((field, target)) = progress.schema.fields.get(position).zip(object.field(position)) else {
            return Ok(());
        };
        self.decode_again(&json, field.ty, target, name).map(drop)
    }

    /// As [`value`](Self::value), for the member `name`, which was set aside at first.
    pub(crate) fn decode_again(
        &mut self,
        json: &Json<'a>,
        ty: Type,
        target: &mut dyn Target<'a>,
        name: &'static str,
    ) -> Result<bool, Stop> {
        // What decoding sets aside is borrowed from the payload.
        let text = json.borrowed().unwrap_or_default();
        let here = core::mem::replace(&mut self.json, json::Reader::new(text));
        let value = self.value(ty, target);
        self.json = here;
        value.map_err(|stop| self.at_member(name, stop))
    }

    fn is_full(&self) -> bool {
        self.entries >= MAX_ENTRIES
    }

    /// Makes room for one element or member more.
    fn count(&mut self) -> Result<(), Stop> {
        if self.is_full() {
            return Err(self.misfit("over 65536 elements and unknown members in all", None));
        }
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    fn unexpected(&mut self, ty: Type, found: &'static str) -> Stop {
        self.misfit(ty.expected(), Some(found))
    }

    pub(crate) fn misfit(&mut self, problem: &'static str, found: Option<&'static str>) -> Stop {
        self.misfit = Some(Misfit { problem, found, path: Vec::new() });
        Stop
    }

    pub(crate) fn misfit_at(&mut self, member: &'static str, problem: &'static str) -> Stop {
        let stop = self.misfit(problem, None);
        self.at_member(member, stop)
    }

    pub(crate) fn at_member(&mut self, name: &'static str, stop: Stop) -> Stop {
        self.at(Segment::Member(name), stop)
    }

    fn at(&mut self, segment: Segment, stop: Stop) -> Stop {
        if let Some(misfit) = &mut self.misfit {
            misfit.path.push(segment);
        }
        stop
    }
}

impl Progress {
    /// Goes on with the schema, now that it is known.
    pub(crate) fn follow(&mut self, schema: &'static Schema) {
        self.schema = schema;
    }

    /// Finds the field with this name, and its position.
    fn find(&self, name: &str) -> Option<(usize, &'static Field)> {
        let fields = self.schema.fields;
        let from = |start: usize| fields.iter().enumerate().skip(start);
        let found = from(self.next).find(|(_, field)| field.name == name);
        found.or_else(|| from(0).take(self.next).find(|(_, field)| field.name == name))
    }
}

impl Number {
    fn describe(self) -> &'static str {
        match self {
            Self::Integer(..=MAX_INTEGER) => "a number",
            Self::Integer(_) => "an integer over 2^53 - 1",
            Self::Negative(_) => "a negative number",
            Self::Other => "a number with a fraction, an exponent or too many digits",
        }
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
    /// Returns the path, such as `message.attachments[2].size`.
    pub(crate) fn path(&self) -> String {
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
