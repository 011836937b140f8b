//! `parse`: finding out which event a payload is, and reading it as that.

use super::{EVENTS, Event, Text, UnknownEvent};
use crate::error::{Error, Reason};
use crate::wire::decode::{Nowhere, Object, Progress, Reader, Slot, Stop};
use crate::wire::json::{self, Invalid};
use crate::wire::raw::{Json, Members};
use crate::wire::schema::{Field, Kind, Shape};

/// Parses a payload into a typed event, **without any authentication**: whoever can reach the
/// endpoint can send any payload. Use [`Webhook::receive`](crate::Webhook::receive_at), unless the payload
/// was verified before, and is read again from a queue or a log.
///
/// `payload` is JSON in UTF-8, of any size, nested up to 127 deep, with up to 65,536 elements of lists and members that
/// are kept (`extra`, `headers`) in all. To parse again later, store the payload:
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
    let mut event = None;
    read(payload, &mut event)?;
    event.ok_or_else(|| invalid_event("payload", EXPECTED, None))
}

/// The name of the event that a payload is: [`parse`] without an event.
#[cfg(feature = "explain")]
pub(crate) fn event_type(payload: &[u8]) -> Result<&'static str, Error> {
    struct Name(&'static str);
    impl<'a> Target<'a> for Name {
        fn known(&mut self, name: &'static str, _: &'static Shape) -> Option<&mut dyn Object<'a>> {
            self.0 = name;
            None
        }
        fn unknown(&mut self, _: UnknownEvent<'a>) {}
    }
    let mut name = Name(super::UNKNOWN);
    read(payload, &mut name)?;
    Ok(name.0)
}

/// What an event is read into.
pub(crate) trait Target<'a> {
    /// An event of this name and shape. Gives where its members go. `None`: they are looked at, and dropped.
    fn known(&mut self, name: &'static str, shape: &'static Shape) -> Option<&mut dyn Object<'a>>;
    fn unknown(&mut self, event: UnknownEvent<'a>);
}

/// Reads a payload, or says what is wrong with it.
pub(crate) fn read<'a>(payload: &'a [u8], target: &mut dyn Target<'a>) -> Result<(), Error> {
    let text = simdutf8::basic::from_utf8(payload).map_err(|_| not_utf8(payload))?;

    // As documented, `event_type` comes before all that depends on it: one pass is enough.
    let mut reader = Reader::new(text);
    match read_known(&mut reader, None, target) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(Stop) => return Err(explain(text, reader)),
    }

    // Otherwise its name stands elsewhere, or is unknown, or this is no event.
    let mut reader = Reader::new(text);
    let mut names = Names::default();
    match read_names(&mut reader, &mut names) {
        Ok(true) => {}
        Ok(false) => return Err(invalid_event("payload", EXPECTED, None)),
        Err(Stop) => return Err(explain(text, reader)),
    }
    let Some(name) = names.name() else { return Err(invalid_event("payload", EXPECTED, None)) };
    let mut reader = Reader::new(text);
    match read_known(&mut reader, Some(&name), target) {
        Ok(true) => {}
        // All of it was read once: it is JSON.
        Ok(false) => target.unknown(UnknownEvent {
            event_id: names.event_id.and_then(|event_id| event_id.text()),
            wire_type: name,
            payload: Json::new(text.trim_matches(JSON_SPACE)),
        }),
        Err(Stop) => return Err(explain(text, reader)),
    }
    Ok(())
}

/// White space of JSON.
const JSON_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

const EXPECTED: &str = "expected an object with event_type";

/// Told of a payload that was refused: whether it is JSON at all comes first.
fn explain(text: &str, reader: Reader<'_>) -> Error {
    match (json::check(text), reader.into_fault()) {
        (Err(Invalid { at, problem }), _) => {
            let (line, column) = position(text.as_bytes(), at);
            Reason::InvalidJson { line, column, problem }.into()
        }
        (Ok(()), Some(fault)) => invalid_event(&fault.path(), fault.problem, fault.found),
        (Ok(()), None) => invalid_event("payload", "not an event", None),
    }
}

fn invalid_event(path: &str, problem: &'static str, found: Option<&'static str>) -> Error {
    Reason::InvalidEvent { path: path.into(), problem, found }.into()
}

fn not_utf8(payload: &[u8]) -> Error {
    let valid = core::str::from_utf8(payload).map_or_else(|error| error.valid_up_to(), str::len);
    let (line, column) = position(payload, valid);
    Reason::InvalidJson { line, column, problem: "not UTF-8" }.into()
}

/// Line and column, in bytes and counted from 1, of the byte `at`; of the last one, if there is none.
fn position(payload: &[u8], at: usize) -> (usize, usize) {
    let before = payload.get(..at).unwrap_or(payload);
    let line_start =
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline.saturating_add(1));
    let column = before.len().saturating_sub(line_start);
    let column = if at < payload.len() { column.saturating_add(1) } else { column.max(1) };
    (before.split(|byte| *byte == b'\n').count(), column)
}

/// Reads a known event. Unless its `name` is known before, the payload must begin with it. Gives whether there is one.
fn read_known<'a>(
    reader: &mut Reader<'a>,
    name: Option<&str>,
    target: &mut dyn Target<'a>,
) -> Result<bool, Stop> {
    let mut head = Head { event_type_seen: false, kind: None };
    if reader.json.peek()? != b'{' {
        return Ok(false);
    }
    let mut progress = reader.begin(&NAMES)?;
    let first = if name.is_none() { head.read(reader, &mut progress)? } else { None };
    let Some(name) = name.or(first.as_deref()) else { return Ok(false) };
    let Some((name, shape)) = EVENTS.iter().find(|(known, _)| *known == name) else { return Ok(false) };
    progress.follow(shape);
    reader.identifies = shape.identifies;
    head.members(reader, progress, target.known(name, shape).unwrap_or(&mut Nowhere), name)?;
    reader.json.end()?;
    Ok(true)
}

/// What names a known event.
struct Head<'a> {
    event_type_seen: bool,
    kind: Option<Json<'a>>,
}

impl<'a> Head<'a> {
    /// `event_type`, perhaps after `type`. `None`: another member comes before it.
    fn read(&mut self, reader: &mut Reader<'a>, progress: &mut Progress) -> Result<Option<Text<'a>>, Stop> {
        loop {
            match reader.name(progress)?.as_deref() {
                Some("type") if self.kind.is_none() => self.kind = Some(Json::new(reader.json.skip()?)),
                Some("event_type") => {
                    let mut name = Text::default();
                    let named = reader.value(Kind::Text, &mut name);
                    self.event_type_seen = named.map_err(|stop| reader.at_member("event_type", stop))?;
                    return Ok(self.event_type_seen.then_some(name));
                }
                _ => return Ok(None),
            }
        }
    }

    /// Reads the rest.
    fn members(
        &mut self,
        reader: &mut Reader<'a>,
        mut progress: Progress,
        object: &mut dyn Object<'a>,
        name: &str,
    ) -> Result<(), Stop> {
        while let Some(member) = reader.name(&mut progress)? {
            match &*member {
                "event_type" if self.event_type_seen => return Err(reader.fail_at("repeated", "event_type")),
                "event_type" => {
                    self.event_type_seen = true;
                    reader.json.skip()?;
                }
                "type" if self.kind.is_some() => return Err(reader.fail_at("repeated", "type")),
                "type" => self.kind = Some(Json::new(reader.json.skip()?)),
                _ => reader.member(&mut progress, object, member)?,
            }
        }
        if let Some(kind) = self.kind.take() {
            let mut text = Text::default();
            let told = reader.read_again(&kind, Kind::Text, &mut text, "type")?;
            if told && text != "event" && text != name {
                reader.keep(object.extra(), "type".into(), kind)?;
            }
        }
        reader.finish(&progress, object).map(drop)
    }
}

/// What may name an event, and its id, wherever they stand.
#[derive(Default)]
struct Names<'a> {
    event_type: Option<Text<'a>>,
    kind: Option<Json<'a>>,
    event_id: Option<Json<'a>>,
}

const NAMES: Shape = Shape {
    fields: &[
        Field { name: "event_type", kind: Kind::Text, always: false },
        Field { name: "type", kind: Kind::Json, always: false },
        Field { name: "event_id", kind: Kind::Json, always: false },
    ],
    expected: EXPECTED,
    ..Shape::EMPTY
};

/// Whether there is an object.
fn read_names<'a>(reader: &mut Reader<'a>, names: &mut Names<'a>) -> Result<bool, Stop> {
    struct Payload<'n, 'a>(&'n mut Names<'a>);
    impl<'a> Slot<'a> for Payload<'_, 'a> {
        fn object(&mut self, _: &'static Shape) -> Option<&mut dyn Object<'a>> {
            Some(self.0)
        }
    }
    let present = reader.value(Kind::Object(&NAMES), &mut Payload(names))?;
    reader.json.end()?;
    Ok(present)
}

impl<'a> Names<'a> {
    /// `event_type`, or a `type` that is not just `event` (WIRE 3.7).
    fn name(&self) -> Option<Text<'a>> {
        let kind = || self.kind.as_ref()?.text().filter(|kind| kind != "event");
        self.event_type.clone().or_else(kind)
    }
}

impl<'a> Object<'a> for Names<'a> {
    fn slot(&mut self, position: usize) -> Option<&mut dyn Slot<'a>> {
        match position {
            0 => Some(&mut self.event_type),
            1 => Some(&mut self.kind),
            _ => Some(&mut self.event_id),
        }
    }
    fn extra(&mut self) -> Option<&mut Members<'a>> {
        None
    }
}
