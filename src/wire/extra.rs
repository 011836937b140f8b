//! Keeps in `extra` the members that have no field or do not fit it (WIRE 3.9 in `tests/fixtures/README.md`).

use alloc::borrow::Cow;

use super::decode::{Decoder, Mark, Outcome, Stop};
use super::dynamic::Value;
use super::encode::Encode as _;
use super::members::Progress;
use super::raw::{Json, Members};
use super::schema::{Aside, Key, Role, Type};
use super::target::ObjectTarget;
use super::warning::Segment;

impl<'a> Decoder<'a> {
    /// Keeps a member that has no field.
    pub(super) fn keep(&mut self, extra: Option<&mut Members<'a>>, name: Cow<'a, str>) -> Result<(), Stop> {
        let Some(extra) = extra else {
            self.json.skip()?;
            return Ok(());
        };
        self.count()?;
        extra.push(name, Json::new(self.json.keep()?));
        Ok(())
    }

    /// Goes back to a value that does not fit its field, and keeps it under the name of the field, with a warning.
    pub(super) fn keep_misfit(
        &mut self,
        (mark, ty): (Mark, Type),
        extra: Option<&mut Members<'a>>,
        key: Key,
    ) -> Result<(), Stop> {
        let misfit = self.go_back(mark, ty);
        self.warn(misfit);
        self.keep(extra, key.name().into())
    }

    /// Keeps all members of an object. The last value of a repeated name counts.
    pub(super) fn keep_members(&mut self, mut members: Option<&mut Members<'a>>) -> Result<(), Stop> {
        let mut open = self.json.open()?;
        while let Some(name) = self.json.name(&mut open)? {
            self.keep(members.as_deref_mut(), name)?;
        }
        if let Some(members) = members {
            members.keep_last();
        }
        Ok(())
    }

    /// Decodes a member that was set aside. The reader is at its value.
    pub(super) fn settle(
        &mut self,
        aside: &Aside,
        progress: &mut Progress,
        object: &mut dyn ObjectTarget<'a>,
    ) -> Result<(), Stop> {
        let mark = self.mark();
        let dropped = match aside.role {
            Role::Alias(position) if progress.present.has(position) => {
                let Some(field) = progress.schema.fields.get(position) else { return Ok(()) };
                // The values can only be compared once both are decoded.
                let mut value = Value::default();
                let outcome = match self.value(field.ty, &mut value) {
                    Err(Stop::Refused) => return Err(self.refused_at(Segment::Member(aside.key))),
                    outcome => outcome.ok(),
                };
                self.forget_warnings(mark);
                let decoded = object.decoded().map(|object| object.value(position));
                let same = decoded.is_some_and(|decoded| decoded.equals(value.node()));
                outcome == Some(Outcome::Absent) || outcome == Some(Outcome::Present) && same
            }
            Role::Alias(position) => {
                let Some(field) = progress.schema.fields.get(position) else { return Ok(()) };
                if self.member(aside.key, (position, field), progress, object)? {
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
            Role::Tag | Role::Constant => match self.json.peek()? {
                b'"' => {
                    let text = self.json.string()?;
                    if let Role::Constant = aside.role {
                        self.constants.contains(&&*text)
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
                    self.locate(mark, Segment::Member(aside.key));
                    false
                }
            },
        };
        if !dropped {
            self.json.restore(mark.json);
            self.keep(object.extra(), aside.key.name().into())?;
        }
        Ok(())
    }
}
