//! From JSON to what an event is made of: what may stand where.
//!
//! A [`Shape`] says what an object may have, an [`Object`] and its [`Slot`]s take the values. Both are data or trait
//! objects, so that there is one copy of what reads, and not one for each type: the wasm module is small.
//!
//! The path of a fault is put together while the failure travels outwards, so that it costs a good payload nothing.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::json::{self, Invalid, Name, Number};
use super::raw::{Json, Members};
use super::schema::{Field, Fields, Kind, Shape};
use crate::decimal::Decimal;
use crate::event::address::{self, Address};

/// 2^53 - 1: the largest integer that every language reads exactly (RFC 8259, section 6).
pub(crate) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// Most elements of all lists and members of all objects that are kept, together. Three bytes of payload, `{},`,
/// are hundreds in memory: without a bound, a payload that is let through whole would not fit. A genuine one
/// has at most 1 MB (WIRE 1), and nothing like this many recipients.
const MAX_ENTRIES: usize = 65_536;

/// A place for a value. It is given what its [`Kind`] allows, and nothing else.
pub(crate) trait Slot<'a> {
    fn text(&mut self, _: Cow<'a, str>) {}
    fn integer(&mut self, _: u64) {}
    fn boolean(&mut self, _: bool) {}
    fn json(&mut self, _: Json<'a>) {}
    fn address(&mut self, _: Address<'a>) {}
    fn members(&mut self) -> Option<&mut Members<'a>> {
        None
    }
    fn list(&mut self) -> Option<&mut dyn List<'a>> {
        None
    }
    fn object(&mut self, _: &'static Shape) -> Option<&mut dyn Object<'a>> {
        None
    }
    /// The object that it took counts as absent.
    fn clear(&mut self) {}
}

/// A list that grows while it is read.
pub(crate) trait List<'a> {
    /// A new place at its end.
    fn add(&mut self) -> Option<&mut dyn Slot<'a>>;
}

/// Where the members of an object go.
pub(crate) trait Object<'a> {
    /// The place of a field, by its position in the shape.
    fn slot(&mut self, position: usize) -> Option<&mut dyn Slot<'a>>;
    /// Where the members without a place go. `None`: they are looked at, and dropped.
    fn extra(&mut self) -> Option<&mut Members<'a>>;
}

/// A place that keeps nothing: what goes there is only looked at.
pub(crate) struct Nowhere;

impl Slot<'_> for Nowhere {}

impl<'a> Object<'a> for Nowhere {
    fn slot(&mut self, _: usize) -> Option<&mut dyn Slot<'a>> {
        None
    }
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
}

impl<'a> Slot<'a> for Cow<'a, str> {
    fn text(&mut self, text: Cow<'a, str>) {
        *self = text;
    }
}

impl Slot<'_> for u64 {
    fn integer(&mut self, integer: u64) {
        *self = integer;
    }
}

impl Slot<'_> for bool {
    fn boolean(&mut self, boolean: bool) {
        *self = boolean;
    }
}

impl<'a> Slot<'a> for Json<'a> {
    fn json(&mut self, json: Json<'a>) {
        *self = json;
    }
}

impl<'a> Slot<'a> for Address<'a> {
    fn address(&mut self, address: Address<'a>) {
        *self = address;
    }
}

impl<'a> Slot<'a> for Members<'a> {
    fn members(&mut self) -> Option<&mut Members<'a>> {
        Some(self)
    }
}

impl<'a, T: Default + Slot<'a>> Slot<'a> for Option<T> {
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
    fn address(&mut self, address: Address<'a>) {
        self.get_or_insert_default().address(address);
    }
    fn members(&mut self) -> Option<&mut Members<'a>> {
        self.get_or_insert_default().members()
    }
    fn list(&mut self) -> Option<&mut dyn List<'a>> {
        self.get_or_insert_default().list()
    }
    fn object(&mut self, shape: &'static Shape) -> Option<&mut dyn Object<'a>> {
        self.get_or_insert_default().object(shape)
    }
    fn clear(&mut self) {
        *self = None;
    }
}

impl<'a, T: Default + Slot<'a>> Slot<'a> for Vec<T> {
    fn list(&mut self) -> Option<&mut dyn List<'a>> {
        Some(self)
    }
}

impl<'a, T: Default + Slot<'a>> List<'a> for Vec<T> {
    fn add(&mut self) -> Option<&mut dyn Slot<'a>> {
        self.push(T::default());
        self.last_mut().map(|slot| -> &mut dyn Slot<'a> { slot })
    }
}

/// Reading stopped: at a [`Fault`], or because this is no JSON.
#[derive(Debug)]
pub(crate) struct Stop;

impl From<Invalid> for Stop {
    fn from(_: Invalid) -> Self {
        Self
    }
}

/// The first thing that is not as the event has it. The path is stored inside out.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) problem: &'static str,
    pub(crate) found: Option<&'static str>,
    path: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Member(&'static str),
    Index(usize),
}

/// Reads a payload.
pub(crate) struct Reader<'a> {
    pub(crate) json: json::Reader<'a>,
    /// Whether what identifies is required: [`Shape::identifies`].
    pub(crate) identifies: bool,
    entries: usize,
    fault: Option<Fault>,
}

/// An object of which some members were read.
pub(crate) struct Progress {
    shape: &'static Shape,
    open: json::Open,
    seen: Fields,
    present: Fields,
    /// The field that is likely to come next: senders keep their order, and it is nearly ours.
    next: usize,
    empty: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { json: json::Reader::new(text), identifies: false, entries: 0, fault: None }
    }

    pub(crate) fn into_fault(self) -> Option<Fault> {
        self.fault
    }

    /// Reads a value into its place. Gives whether there was one: `null` is none.
    pub(crate) fn value(&mut self, kind: Kind, slot: &mut dyn Slot<'a>) -> Result<bool, Stop> {
        let first = self.json.peek()?;
        if matches!(kind, Kind::Json) {
            let json = Json::new(self.json.skip()?);
            let present = !json.is_null();
            if present {
                slot.json(json);
            }
            return Ok(present);
        }
        match first {
            b'"' => {
                let text = self.json.string()?;
                self.text(kind, slot, text)?;
            }
            b'{' => return self.members(kind, slot),
            b'[' => self.elements(kind, slot)?,
            b'-' | b'0'..=b'9' => {
                let number = self.json.number()?;
                match (kind, number) {
                    (Kind::Integer, Number::Integer(integer @ ..=MAX_INTEGER)) => slot.integer(integer),
                    _ => return Err(self.unexpected(kind, number.describe())),
                }
            }
            _ => match (self.json.literal()?, kind) {
                (None, _) => return Ok(false),
                (Some(boolean), Kind::Boolean) => slot.boolean(boolean),
                (Some(_), _) => return Err(self.unexpected(kind, "a boolean")),
            },
        }
        Ok(true)
    }

    fn text(&mut self, kind: Kind, slot: &mut dyn Slot<'a>, text: Cow<'a, str>) -> Result<(), Stop> {
        match kind {
            Kind::Text | Kind::TextOrObject(_) => slot.text(text),
            Kind::Address | Kind::OneAddress => slot.address(Address::from_text(text)),
            Kind::List(Kind::Address) => {
                if let Some(place) = slot.list().and_then(List::add) {
                    place.address(Address::from_text(text));
                }
            }
            _ => return Err(self.unexpected(kind, "a string")),
        }
        Ok(())
    }

    fn members(&mut self, kind: Kind, slot: &mut dyn Slot<'a>) -> Result<bool, Stop> {
        match kind {
            Kind::Object(shape) | Kind::TextOrObject(shape) => {
                let present = match slot.object(shape) {
                    Some(object) => self.object(shape, object),
                    None => self.object(shape, &mut Nowhere),
                }?;
                if !present {
                    slot.clear();
                }
                return Ok(present);
            }
            Kind::Members => {
                let mut open = self.json.open()?;
                let mut members = slot.members();
                while let Some(name) = self.json.name(&mut open)? {
                    self.extra(members.as_deref_mut(), name)?;
                }
            }
            Kind::Address | Kind::OneAddress => {
                let address = self.address()?;
                slot.address(address);
            }
            Kind::List(Kind::Address) => {
                let address = self.address()?;
                if let Some(place) = slot.list().and_then(List::add) {
                    place.address(address);
                }
            }
            _ => return Err(self.unexpected(kind, "an object")),
        }
        Ok(true)
    }

    fn address(&mut self) -> Result<Address<'a>, Stop> {
        let mut address = Address::default();
        self.object(&address::SHAPE, &mut address)?;
        Ok(address)
    }

    fn elements(&mut self, kind: Kind, slot: &mut dyn Slot<'a>) -> Result<(), Stop> {
        match kind {
            Kind::List(kind) => {
                let mut list = slot.list();
                self.each_element(|reader| {
                    reader.count()?;
                    reader.element(*kind, list.as_deref_mut().and_then(List::add).unwrap_or(&mut Nowhere))
                })
            }
            Kind::OneAddress => {
                let mut taken = false;
                self.each_element(|reader| {
                    if core::mem::replace(&mut taken, true) {
                        return Err(reader.fail("expected one element", Some("more")));
                    }
                    reader.element(Kind::Address, slot)
                })
            }
            _ => Err(self.unexpected(kind, "a list")),
        }
    }

    fn each_element(&mut self, mut read: impl FnMut(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        let mut open = self.json.open()?;
        let mut index = 0_usize;
        while self.json.element(&mut open)? {
            let full = self.is_full();
            // That is a fault of the list, not of its element.
            read(self).map_err(|stop| if full { stop } else { self.at(Step::Index(index), stop) })?;
            index = index.saturating_add(1);
        }
        Ok(())
    }

    fn element(&mut self, kind: Kind, slot: &mut dyn Slot<'a>) -> Result<(), Stop> {
        if self.value(kind, slot)? { Ok(()) } else { Err(self.unexpected(kind, "null")) }
    }

    /// Reads an object. Gives whether there is one.
    fn object(&mut self, shape: &'static Shape, object: &mut dyn Object<'a>) -> Result<bool, Stop> {
        let mut progress = self.begin(shape)?;
        while self.next_member(&mut progress, object)? {}
        self.finish(&progress, object)
    }

    pub(crate) fn begin(&mut self, shape: &'static Shape) -> Result<Progress, Stop> {
        let open = self.json.open()?;
        Ok(Progress { shape, open, seen: Fields::NONE, present: Fields::NONE, next: 0, empty: true })
    }

    /// Reads the next member into its place, or keeps it. Gives whether there was one.
    fn next_member(&mut self, progress: &mut Progress, object: &mut dyn Object<'a>) -> Result<bool, Stop> {
        let guess = progress.shape.fields.get(progress.next);
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

    /// The name of the next member, whose value comes next.
    pub(crate) fn name(&mut self, progress: &mut Progress) -> Result<Option<Cow<'a, str>>, Stop> {
        let name = self.json.name(&mut progress.open)?;
        progress.empty &= name.is_none();
        Ok(name)
    }

    /// Reads the member `name` into its place, or keeps it.
    pub(crate) fn member(
        &mut self,
        progress: &mut Progress,
        object: &mut dyn Object<'a>,
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
        object: &mut dyn Object<'a>,
        position: usize,
        field: &'static Field,
    ) -> Result<(), Stop> {
        progress.next = position.saturating_add(1);
        if !progress.seen.insert(position) {
            return Err(self.fail_at("repeated", field.name));
        }
        let value = match object.slot(position) {
            Some(slot) => self.value(field.kind, slot),
            None => self.value(field.kind, &mut Nowhere),
        };
        if value.map_err(|stop| self.at(Step::Member(field.name), stop))? {
            progress.present.insert(position);
        }
        Ok(())
    }

    /// Reads a member that has no place of its own.
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

    /// Whether there is an object: all that it requires, or nothing at all.
    pub(crate) fn finish(&mut self, progress: &Progress, object: &mut dyn Object<'a>) -> Result<bool, Stop> {
        let Progress { shape, present, .. } = *progress;
        if progress.empty && shape.empty_is_absent {
            return Ok(false);
        }
        let identifying = if self.identifies { shape.identifying } else { Fields::NONE };
        let missing = shape.required.and(identifying).first_beyond(present);
        if let Some(field) = missing.and_then(|position| shape.fields.get(position)) {
            return Err(self.fail_at("missing", field.name));
        }
        if let Some((name, position)) = shape.alias {
            self.settle_alias(name, position, progress, object)?;
        }
        // A canonical event that is parsed again brings this along. Where it says what follows anyway, there is
        // nothing to keep.
        if let (Some((name, fields)), Some(extra)) = (shape.absence, object.extra()) {
            let derived = if present.has_any(fields) { "false" } else { "true" };
            if extra.get(name).is_some_and(|sent| sent.as_str() == derived) {
                extra.take(name);
            }
        }
        Ok(true)
    }

    /// The other name counts where the field is absent, and is kept as it came where both are there (WIRE 3.5).
    fn settle_alias(
        &mut self,
        name: &'static str,
        position: usize,
        progress: &Progress,
        object: &mut dyn Object<'a>,
    ) -> Result<(), Stop> {
        let Some(extra) = object.extra() else { return Ok(()) };
        if extra.count(name) > 1 {
            return Err(self.fail_at("repeated", name));
        }
        let is_null = extra.get(name).is_some_and(Json::is_null);
        if progress.present.has(position) && !is_null {
            return Ok(());
        }
        let Some(json) = extra.take(name) else { return Ok(()) };
        let Some((field, slot)) = progress.shape.fields.get(position).zip(object.slot(position)) else {
            return Ok(());
        };
        self.read_again(&json, field.kind, slot, name).map(drop)
    }

    /// As [`value`](Self::value), for the member `name`, which was set aside at first.
    pub(crate) fn read_again(
        &mut self,
        json: &Json<'a>,
        kind: Kind,
        slot: &mut dyn Slot<'a>,
        name: &'static str,
    ) -> Result<bool, Stop> {
        // What reading sets aside is borrowed from the payload.
        let text = json.borrowed().unwrap_or_default();
        let here = core::mem::replace(&mut self.json, json::Reader::new(text));
        let value = self.value(kind, slot);
        self.json = here;
        value.map_err(|stop| self.at_member(name, stop))
    }

    fn is_full(&self) -> bool {
        self.entries >= MAX_ENTRIES
    }

    /// Makes room for one element or member more.
    fn count(&mut self) -> Result<(), Stop> {
        if self.is_full() {
            return Err(self.fail("over 65536 elements and unknown members in all", None));
        }
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    fn unexpected(&mut self, kind: Kind, found: &'static str) -> Stop {
        self.fail(kind.expected(), Some(found))
    }

    pub(crate) fn fail(&mut self, problem: &'static str, found: Option<&'static str>) -> Stop {
        self.fault = Some(Fault { problem, found, path: Vec::new() });
        Stop
    }

    pub(crate) fn fail_at(&mut self, problem: &'static str, member: &'static str) -> Stop {
        let stop = self.fail(problem, None);
        self.at(Step::Member(member), stop)
    }

    pub(crate) fn at_member(&mut self, name: &'static str, stop: Stop) -> Stop {
        self.at(Step::Member(name), stop)
    }

    fn at(&mut self, place: Step, stop: Stop) -> Stop {
        if let Some(fault) = &mut self.fault {
            fault.path.push(place);
        }
        stop
    }
}

impl Progress {
    /// Now that it is known what object it is.
    pub(crate) fn follow(&mut self, shape: &'static Shape) {
        self.shape = shape;
    }

    /// The field with this name, and its position.
    fn find(&self, name: &str) -> Option<(usize, &'static Field)> {
        let fields = self.shape.fields;
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

impl Fault {
    /// Such as `message.attachments[2].size`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Member(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Index(index) => {
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
