//! `parse`: finding out which event a payload is, and reading it as that.

use alloc::borrow::Cow;
use alloc::string::ToString as _;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use super::json::{Check, Json, Members};
use super::read::{Fill, Object, Reader, Slot};
use super::trail::Trail;
use super::{Event, Text, UnknownEvent};
use crate::error::{Error, Reason};

/// Parses a payload into a typed event, **without any authentication**: whoever can reach the
/// endpoint can send any payload. Use [`Webhook::receive`](crate::Webhook), unless the payload
/// was verified before, and is read again from a queue or a log.
///
/// `payload` is JSON in UTF-8, of any size, nested up to 127 deep. To parse again later, store the payload:
/// a serialised [`Event`] can go in again too, but an unknown one then comes out as what it is in JSON, and what
/// `extra` holds as a member called `extra`.
///
/// # Errors
///
/// [`InvalidJson`](crate::ErrorKind::InvalidJson) with line and column,
/// [`InvalidEvent`](crate::ErrorKind::InvalidEvent) with the path of what is not as the event has it.
///
/// ```
/// use agentmail_webhooks::{Event, parse};
///
/// let event = parse(br#"{"event_type":"message.sent","send":
///     {"inbox_id":"i","thread_id":"t","message_id":"m","recipients":["Jane <jane@example.com>"]}}"#)?;
/// let Event::MessageSent(event) = event else { unreachable!() };
/// assert_eq!(event.send.recipients[0].email, "jane@example.com");
///
/// let error = parse(br#"{"event_type":"message.sent","send":{"inbox_id":5}}"#).unwrap_err();
/// assert_eq!(error.to_string(), "invalid event: send.inbox_id: expected a string, found a number");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub fn parse(payload: &[u8]) -> Result<Event<'_>, Error> {
    let text = core::str::from_utf8(payload).map_err(|error| not_utf8(payload, error.valid_up_to()))?;

    // As documented, `event_type` comes before all that depends on it: one pass is enough.
    let trail = Trail::default();
    if let Ok(event) = read(text, ReadEvent(&trail)) {
        return Ok(event);
    }
    if trail.has_fault() {
        return Err(explain(text, trail));
    }

    // Otherwise its name stands elsewhere, or is unknown, or this is no JSON.
    let trail = Trail::default();
    let mut names = Names::default();
    let Ok(present) = read(text, Fill::new(&mut names, &trail)) else {
        return Err(explain(text, trail));
    };
    let Some(name) = names.name().filter(|_| present) else {
        return Err(invalid_event("payload", EXPECTED, None));
    };
    if !Event::TYPES.contains(&&*name) {
        let event_id = names.event_id.and_then(|event_id| event_id.text());
        let trail = Trail::default();
        return match read(text, Json::seed(&trail)) {
            Ok(payload) => Ok(Event::Unknown(UnknownEvent { wire_type: name, event_id, payload })),
            Err(_) => Err(explain(text, trail)),
        };
    }
    let trail = Trail::named(name.into_owned());
    read(text, ReadEvent(&trail)).map_err(|_| explain(text, trail))
}

fn read<'a, T: DeserializeSeed<'a>>(text: &'a str, seed: T) -> Result<T::Value, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

/// Told of a payload that was refused: whether it is JSON at all comes first.
fn explain(text: &str, trail: Trail) -> Error {
    let json = read(text, Check(&Trail::default()));
    match (json, trail.into_fault()) {
        (Err(error), _) => {
            // `serde_json` has no column for what is missing at the beginning.
            let (line, column) = (error.line().max(1), error.column().max(1));
            let mut problem = error.to_string();
            // The position is told apart from the problem.
            if let Some(at) = problem.rfind(" at line ") {
                problem.truncate(at);
            }
            Reason::InvalidJson { line, column, problem }.into()
        }
        (Ok(()), Some(fault)) => invalid_event(&fault.path(), fault.problem, fault.found),
        (Ok(()), None) => invalid_event("payload", "not an event", None),
    }
}

fn invalid_event(path: &str, problem: &'static str, found: Option<&'static str>) -> Error {
    Reason::InvalidEvent { path: path.into(), problem, found }.into()
}

fn not_utf8(payload: &[u8], valid_up_to: usize) -> Error {
    let valid = payload.get(..valid_up_to).unwrap_or_default();
    let line_starts = valid.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    Reason::InvalidJson {
        line: valid.split(|byte| *byte == b'\n').count(),
        column: valid_up_to.saturating_sub(line_starts).saturating_add(1),
        problem: "not UTF-8".to_string(),
    }
    .into()
}

const EXPECTED: &str = "expected an object with event_type";

/// Nobody reads this: parsing starts again.
const NOT_YET: &str = "no known name yet";

/// Reads a known event. Unless the name is known before, the payload must begin with it.
struct ReadEvent<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for ReadEvent<'_> {
    type Value = Event<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Event<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ReadEvent<'_> {
    type Value = Event<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Event<'de>, A::Error> {
        let Self(trail) = self;
        trail.nested(|| {
            let mut reader = Reader::new(map, trail);
            let head = match &trail.name {
                Some(name) => Head { name: Cow::Owned(name.clone()), event_type_seen: false, kind: None },
                None => Head::read(&mut reader)?,
            };
            head.event(reader)
        })
    }
}

/// What names a known event.
struct Head<'de> {
    name: Text<'de>,
    event_type_seen: bool,
    kind: Option<Json<'de>>,
}

impl<'de> Head<'de> {
    /// `event_type`, perhaps after `type`.
    fn read<A: MapAccess<'de>>(reader: &mut Reader<'_, A>) -> Result<Self, A::Error> {
        let trail = reader.trail;
        let mut kind = None;
        loop {
            match reader.next_key()?.as_deref() {
                Some("type") if kind.is_none() => {
                    kind = Some(reader.map.next_value_seed(Json::seed(trail))?);
                }
                Some("event_type") => {
                    let mut name = Text::default();
                    let named = reader.map.next_value_seed(Fill::new(&mut name, trail));
                    if !named.map_err(trail.at_member("event_type"))? {
                        return Err(A::Error::custom(NOT_YET));
                    }
                    return Ok(Self { name, event_type_seen: true, kind });
                }
                _ => return Err(A::Error::custom(NOT_YET)),
            }
        }
    }

    /// Reads the rest.
    fn event<A: MapAccess<'de>>(mut self, mut reader: Reader<'_, A>) -> Result<Event<'de>, A::Error> {
        let trail = reader.trail;
        let not_yet = || A::Error::custom(NOT_YET);
        let mut event = Event::named(&self.name).ok_or_else(not_yet)?;
        let object = event.object().ok_or_else(not_yet)?;
        while let Some(key) = reader.next_key()? {
            match &*key {
                "event_type" if self.event_type_seen => return Err(repeated(trail, "event_type")),
                "event_type" => {
                    self.event_type_seen = true;
                    reader.map.next_value_seed(Check(trail))?;
                }
                "type" if self.kind.is_some() => return Err(repeated(trail, "type")),
                "type" => self.kind = Some(reader.map.next_value_seed(Json::seed(trail))?),
                _ => reader.member(object, key)?,
            }
        }
        if let Some(kind) = self.kind {
            let mut name = Text::default();
            let told =
                kind.fill(&mut name, trail).map_err(trail.at_member("type")).map_err(A::Error::custom)?;
            if told && name != "event" && name != self.name {
                object.extra().map_or(Ok(()), |extra| extra.push(trail, "type".into(), kind))?;
            }
        }
        reader.finish(object)?;
        Ok(event)
    }
}

/// What may name an event, and its id, wherever they stand.
#[derive(Default)]
struct Names<'de> {
    event_type: Option<Text<'de>>,
    kind: Option<Json<'de>>,
    event_id: Option<Json<'de>>,
}

impl<'de> Names<'de> {
    /// `event_type`, or a `type` that is not just `event` (WIRE 3.7).
    fn name(&self) -> Option<Text<'de>> {
        let kind = || self.kind.as_ref()?.text().filter(|kind| kind != "event");
        self.event_type.clone().or_else(kind)
    }
}

impl<'de> Slot<'de> for Names<'de> {
    fn expected(&self) -> &'static str {
        EXPECTED
    }
    fn object(&mut self) -> Option<&mut dyn Object<'de>> {
        Some(self)
    }
}

impl<'de> Object<'de> for Names<'de> {
    fn fields(&self) -> &'static [&'static str] {
        &["event_type", "type", "event_id"]
    }
    fn slot(&mut self, position: u32) -> Option<&mut dyn Slot<'de>> {
        match position {
            0 => Some(&mut self.event_type),
            1 => Some(&mut self.kind),
            _ => Some(&mut self.event_id),
        }
    }
    fn extra(&mut self) -> Option<&mut Members<'de>> {
        None
    }
}

fn repeated<E: serde::de::Error>(trail: &Trail, name: &'static str) -> E {
    trail.at_member(name)(trail.fail("repeated", None))
}
