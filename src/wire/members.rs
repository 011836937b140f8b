//! Decodes the members of objects.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::decode::{Decoder, Outcome, Stop};
use super::json;
use super::schema::{EXTRA, Field, FieldSet, Key, Schema};
use super::target::{Ignored, ObjectTarget};
use super::warning::{Misfit, Segment};

/// The state of an object that is being decoded.
pub(super) struct Progress {
    pub(super) schema: &'static Schema,
    open: json::Open,
    seen: FieldSet,
    pub(super) present: FieldSet,
    /// The field that is likely to come next: senders keep an order, and it is nearly that of the schema.
    next: usize,
    empty: bool,
    /// The positions of the members that are decoded at the end: [`EXTRA`], then those of [`Schema::aside`]. 0 if
    /// absent.
    aside: [usize; MAX_ASIDE],
    /// The first required field that does not fit.
    misfit: Option<Box<Misfit>>,
    /// A value was left out, and the object has no `extra` to keep it in.
    partial: bool,
    /// The position of the last value of each field, if some fields are repeated.
    last: Option<Vec<usize>>,
}

/// The maximum number of members that any object sets aside, including `extra`.
const MAX_ASIDE: usize = 4;

impl<'a> Decoder<'a> {
    /// Decodes an object. If a field is repeated, decodes the object again, with the last value of each field only.
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

    /// Finds the position of the last value of each field.
    fn last_values(&mut self, schema: &Schema) -> Result<Vec<usize>, Stop> {
        let mut last = alloc::vec![0; schema.fields.len()];
        let mut open = self.json.open()?;
        while let Some(name) = self.json.name(&mut open)? {
            let position = schema.fields.iter().position(|field| field.key.is(&name));
            let at = self.json.place().at();
            if let Some(last) = position.and_then(|position| last.get_mut(position)) {
                *last = at;
            }
            self.json.skip()?;
        }
        Ok(last)
    }

    /// Decodes the next member into its field, or keeps it in `extra`. Returns `false` at the end of the object.
    fn next_member(
        &mut self,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<bool, Stop> {
        if !self.json.member(&mut progress.open)? {
            return Ok(false);
        }
        progress.empty = false;
        let guess = progress.schema.fields.get(progress.next);
        if let Some(field) = guess.filter(|field| self.json.take(field.key.as_json())) {
            self.field(progress, object, progress.next, field)?;
            return Ok(true);
        }
        let name = self.json.any_name()?;
        match progress.find(&name) {
            Some((position, field)) => self.field(progress, object, position, field)?,
            None => match progress.aside(&name) {
                Some(aside) => {
                    *aside = self.json.place().at();
                    self.json.skip()?;
                }
                None => self.keep(object.extra(), name)?,
            },
        }
        Ok(true)
    }

    #[inline]
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
        if self.member(field.key, (position, field), progress, object)? {
            progress.present.insert(position);
        }
        Ok(())
    }

    /// Decodes the value of a field, which has this name in the payload. Returns `false` if it is absent.
    pub(super) fn member(
        &mut self,
        key: Key,
        (position, field): (usize, &Field),
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<bool, Stop> {
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
                self.keep(object.extra(), key.name().into())?;
                true
            }
            Err(Stop::Refused) => return Err(self.refused_at(Segment::Member(key))),
            Err(_) => {
                if let Some(target) = object.field(position) {
                    target.clear();
                }
                if progress.schema.required.has(position) {
                    // The field may be repeated with a value that fits.
                    let misfit = self.misfit.take();
                    self.reset(mark);
                    self.json.skip()?;
                    if let Some(mut misfit) = misfit.filter(|_| progress.misfit.is_none()) {
                        misfit.path.push(Segment::Member(field.key));
                        progress.misfit = Some(misfit);
                    }
                    return Ok(false);
                }
                progress.partial |= object.extra().is_none();
                self.keep_misfit((mark, field.ty), object.extra(), key)?;
                false
            }
        };
        self.locate(mark, Segment::Member(key));
        Ok(present)
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
                _ => self.keep(object.extra(), EXTRA.name().into())?,
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
            return Err(self.stop_at(field.key, "missing", None));
        }
        Ok(if progress.partial { Outcome::Partial } else { Outcome::Present })
    }
}

impl Progress {
    /// Finds the field with this name, and its position.
    fn find(&self, name: &str) -> Option<(usize, &'static Field)> {
        let fields = self.schema.fields;
        let from = |start: usize| fields.iter().enumerate().skip(start);
        let found = from(self.next).find(|(_, field)| field.key.is(name));
        found.or_else(|| from(0).take(self.next).find(|(_, field)| field.key.is(name)))
    }

    /// Returns the place for the position of a member that is to be set aside.
    fn aside(&mut self, name: &str) -> Option<&mut usize> {
        let position = if EXTRA.is(name) && self.schema.keeps_unknown {
            0
        } else {
            self.schema.aside.iter().position(|aside| aside.key.is(name))?.saturating_add(1)
        };
        self.aside.get_mut(position)
    }
}
