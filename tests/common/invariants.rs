//! Invariants of all payloads and addresses. The property tests, the edge cases and the fuzzers check them with their
//! own inputs.

// Each binary includes this module and uses a part of it.
#![allow(dead_code)]
// Tests panic on failures.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::arithmetic_side_effects)]

use core::fmt;

use agentmail_webhooks::{Address, Error, ErrorKind, Event, Scheme, Webhook, parse};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// WIRE 3.10.
const MAX_DEPTH: usize = 127;

/// WIRE 3.9: 16 lines, and one that counts the rest.
const MAX_WARNINGS: usize = 17;

/// Parses a payload, and asserts what must be so whatever the payload is.
#[track_caller]
pub(crate) fn check_payload(payload: &[u8]) -> Result<Event<'_>, Error> {
    let is_json = is_json(payload);
    let parsed = parse(payload);
    match &parsed {
        Ok(event) => {
            assert!(is_json, "an event that is no JSON");
            assert_eq!(&event.clone().into_owned(), event);
            check_return(event);
            check_warnings(event, payload);
            if let Ok(sent) = serde_json::from_slice(payload) {
                let found = serde_json::to_value(event).expect("plain data");
                check_kept(&sent, &found);
            }
        }
        Err(error) => match error.kind() {
            // Neither stricter nor laxer than the grammar, in depth too.
            ErrorKind::InvalidJson => {
                assert!(!is_json, "{error}");
                check_position(error, payload);
            }
            ErrorKind::InvalidEvent => assert!(is_json, "{error}"),
            kind => panic!("{kind:?}: {error}"),
        },
    }
    parsed
}

/// Returns `true` for JSON as in RFC 8259 and WIRE 3.10: with or without a byte order mark, with any numbers and
/// surrogates, up to 127 levels deep. `serde_json` checks skipped values by the grammar only.
pub(crate) fn is_json(payload: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(payload) else { return false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(text).is_ok() && depth(text) <= MAX_DEPTH
}

/// Returns the depth of nesting of a JSON text.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string) = (0_usize, 0, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// An encoded event is parsed again and encoded to the same text (WIRE 3.12).
#[track_caller]
fn check_return(event: &Event<'_>) {
    let canonical = serde_json::to_string(event).expect("plain data");
    // Kept values are nested deeper than in the payload.
    if !is_json(canonical.as_bytes()) {
        return;
    }
    match parse(canonical.as_bytes()) {
        Ok(again) => {
            assert_eq!(&again, event, "from {canonical}");
            assert_eq!(serde_json::to_string(&again).expect("plain data"), canonical);
        }
        Err(error) => panic!("{error}: {canonical}"),
    }
    assert_eq!(warnings(canonical.as_bytes()), [""; 0], "what was read before is as expected: {canonical}");
}

/// Every warning is about a value that was kept.
#[track_caller]
fn check_warnings(event: &Event<'_>, payload: &[u8]) {
    let warnings = warnings(payload);
    assert!(warnings.len() <= MAX_WARNINGS, "{warnings:?}");
    for (index, line) in warnings.iter().enumerate() {
        let is_fault = line.split_once(": expected ").is_some_and(|(_, fault)| fault.contains(", found "));
        let is_rest = index + 1 == MAX_WARNINGS && line.starts_with("and ") && line.ends_with(" more");
        assert!(is_fault != is_rest, "{line}");
    }
    let canonical = serde_json::to_string(event).expect("plain data");
    assert!(warnings.is_empty() || canonical.contains("\"extra\":{"), "{warnings:?}: {canonical}");
}

/// Those of a delivery of this payload.
fn warnings(payload: &[u8]) -> Vec<String> {
    let builder = Webhook::builder().secret_for(Scheme::Body, "a secret").expect("a secret");
    let webhook = builder.build().expect("a webhook");
    let headers = webhook.sign(payload, "", 0).expect("signed");
    webhook.receive_at(payload, &headers, 0).expect("genuine").warnings
}

/// Nothing that was sent is lost: it stands where the event has it, or in `extra`, as it was sent (WIRE 3.7, 3.9).
#[track_caller]
fn check_kept(sent: &Value, found: &Value) {
    if found["event_type"] == "unknown" {
        assert!(found["payload"] == *sent || found["wire_type"] == sent["wire_type"], "{sent}: {found}");
        return;
    }
    check_object_kept(sent, found);
}

#[track_caller]
fn check_object_kept(sent: &Value, found: &Value) {
    let none = Map::new();
    let members = |value: &Value| value.as_object().unwrap_or(&none).clone();
    let (extra, before) = (members(&found["extra"]), members(&sent["extra"]));
    for (name, value) in &before {
        assert!(is_same(value, &extra[name]), "{name} in extra: {found}");
    }
    for (name, value) in members(sent) {
        let is_kept = match (name.as_str(), extra.get(&name), found.get(&name)) {
            // A value that was kept earlier takes precedence.
            _ if before.contains_key(&name) => true,
            ("extra", ..) if value.is_object() => true,
            (_, Some(kept), _) => is_same(&value, kept),
            // It is `from`, or says the same.
            ("from_", None, _) => found["from"].is_array(),
            ("type", None, None) => value == "event" || value == found["event_type"],
            ("type" | "event_type" | "body_omitted" | "automated", None, _) if value.is_null() => true,
            ("from", None, _) if value.is_null() && sent.get("from_").is_some() => true,
            ("thread", None, None) => value == json!({}),
            ("sender", None, None) => value == json!([]),
            (_, None, Some(found)) => {
                check_value_kept(&name, &value, found);
                true
            }
            (_, None, None) => false,
        };
        assert!(is_kept || value.is_null(), "{name} is lost: {sent} gave {found}");
    }
}

/// A value that fits, and what became of it.
#[track_caller]
fn check_value_kept(name: &str, sent: &Value, found: &Value) {
    const ADDRESSES: [&str; 9] =
        ["from", "reply_to", "to", "cc", "bcc", "senders", "recipients", "participants", "sender"];
    match (sent, found) {
        _ if is_same(sent, found) => {}
        // `from_` may stand for it.
        (Value::Null, Value::Array(found)) => assert!(found.is_empty() || name == "from", "{name}"),
        (Value::Null, _) if ["body_omitted", "automated"].contains(&name) => {}
        (Value::Array(sent), Value::Array(found)) => {
            assert_eq!(sent.len(), found.len(), "{name}");
            sent.iter().zip(found).for_each(|(sent, found)| check_value_kept(name, sent, found));
        }
        (Value::String(sent), Value::Array(found)) if name == "references" => {
            assert!(sent.split_ascii_whitespace().eq(found.iter().filter_map(Value::as_str)), "{name}");
        }
        // One address, where there may be more, or the other way round.
        (_, Value::Array(found)) if ADDRESSES.contains(&name) && found.len() == 1 => {
            check_value_kept(name, sent, &found[0]);
        }
        (Value::Array(sent), Value::Object(_)) if name == "sender" && sent.len() == 1 => {
            check_value_kept(name, &sent[0], found);
        }
        (Value::String(sent), Value::Object(_)) if ADDRESSES.contains(&name) => {
            let address = Address::from_text(sent.as_str());
            assert_eq!(&serde_json::to_value(address).expect("plain data"), found, "{name}");
        }
        (Value::Object(sent), Value::Object(found))
            if ADDRESSES.contains(&name)
                && !found.contains_key("address")
                && !found.contains_key("status") =>
        {
            let email =
                [sent.get("email"), sent.get("address")].into_iter().flatten().find(|it| !it.is_null());
            assert_eq!(
                (email, sent.get("name").filter(|it| !it.is_null())),
                (found.get("email"), found.get("name"))
            );
        }
        (Value::Object(_), Value::Object(_)) => check_object_kept(sent, found),
        _ => panic!("{name}: {sent} became {found}"),
    }
}

/// Equal, numbers by their value.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => one == other,
    }
}

/// The required parts of each event (WIRE 3.3): its name, the required object, and the required members of that or,
/// without one, of the event.
const IDENTIFIED: [(&str, &str, &str); 12] = [
    ("message.received", "message", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.received.unauthenticated", "message", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.sent", "send", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.delivered", "delivery", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.complained", "complaint", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.rejected", "reject", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.opened", "open", r#""inbox_id":"i","thread_id":"t","message_id":"m""#),
    ("message.bounced", "bounce", r#""x":0"#),
    ("message.security.review", "message", r#""inbox_id":"i","message_id":"m""#),
    ("domain.verified", "domain", r#""domain_id":"d","status":"s""#),
    ("calendar.event.updated", "calendar_event", r#""event_id":"e""#),
    ("mail.received", "", r#""agent_id":"a","message_id":"m""#),
];

/// An event with all required parts is parsed, whatever else it contains. The last of repeated members counts.
/// `members` are the members of an object, as text.
#[track_caller]
pub(crate) fn check_damaged(members: &str) {
    let separator = if members.trim().is_empty() { "" } else { "," };
    if !is_json(format!("{{{members}}}").as_bytes()) {
        return;
    }
    for (name, object, ids) in IDENTIFIED {
        let own = match object {
            "" => ids.to_owned(),
            object => format!(r#""inbox_id":"i","{object}":{{{members}{separator}{ids}}}"#),
        };
        let payload = format!(r#"{{{members}{separator}"event_type":"{name}",{own}}}"#);
        if !is_json(payload.as_bytes()) {
            continue; // too deep
        }
        match check_payload(payload.as_bytes()) {
            Ok(event) => assert_eq!(event.event_type(), name),
            Err(error) => panic!("{error}: {payload}"),
        }
    }
}

/// `invalid JSON at line 3 column 14: …` lies within the payload, or right behind it.
#[track_caller]
fn check_position(error: &Error, payload: &[u8]) {
    let told = error.to_string();
    let words: Vec<_> = told.split([' ', ':']).collect();
    let ["invalid", "JSON", "at", "line", line, "column", column, ..] = words[..] else { panic!("{told}") };
    let [line, column]: [usize; 2] = [line, column].map(|number| number.parse().expect("a number"));
    let text = payload.split(|byte| *byte == b'\n').nth(line - 1).expect("no such line");
    assert!((1..=text.len() + 1).contains(&column), "no such column: {told}");
}

/// JSON to take apart and put together again: members repeat and stay in order, numbers and strings stay as
/// they were written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// The text of anything that holds nothing else.
    Leaf(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        match text.trim_start().as_bytes().first() {
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                items.into_iter().map(|item| Self::read(item.get())).collect::<Result<_, _>>().map(Self::List)
            }
            Some(b'{') => Self::read_object(text, |name, value| match name {
                // Values that are kept as they were sent (WIRE 3.7).
                "headers" | "metadata" => Ok(Self::Leaf(value.into())),
                "extra" if value.starts_with('{') => {
                    Self::read_object(value, |_, value| Ok(Self::Leaf(value.into())))
                }
                _ => Self::read(value),
            }),
            _ => Ok(Self::Leaf(text.trim().to_owned())),
        }
    }

    fn read_object(
        text: &str,
        read: impl Fn(&str, &str) -> serde_json::Result<Self>,
    ) -> serde_json::Result<Self> {
        let Members(members) = serde_json::from_str(text)?;
        let members = members.into_iter().map(|(name, value)| {
            let value = read(&name, value.get())?;
            Ok((name, value))
        });
        members.collect::<Result<_, _>>().map(Self::Object)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        match self {
            Self::Leaf(text) => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for item in items {
                    write!(f, "{separator}{item}")?;
                    separator = ",";
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (name, value) in members {
                    write!(f, "{separator}{}:{value}", json!(name))?;
                    separator = ",";
                }
                f.write_str("}")
            }
        }
    }
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReadMembers;
        impl<'de> Visitor<'de> for ReadMembers {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = object.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(ReadMembers)
    }
}

/// Any text is an address: trimmed, taken apart as WIRE 3.4 has it, with nothing lost, alone and in events.
#[track_caller]
pub(crate) fn check_address(text: &str) {
    let address = Address::from_text(text);
    assert_eq!(address, Address::from_text(text.to_owned()), "borrowed and owned differ");

    let (name, email) = (address.name.as_deref(), address.email.as_ref());
    assert_ne!(name, Some(""));
    let (rest, comment) = without_comments(text.trim());
    match rest.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        _ if rest.is_empty() => assert_eq!((name, email), (None, text.trim())),
        None => assert_eq!((name.unwrap_or_default(), email), (comment.as_str(), rest)),
        Some((before, inside)) => {
            assert_eq!(inside.trim(), email);
            let (before, name) = (before.trim(), name.unwrap_or_default());
            let is_quoted = before.len() >= 2 && before.starts_with('"') && before.ends_with('"');
            let expected =
                if is_quoted { unescaped(&before[1..before.len() - 1], &["\""]) } else { before.to_owned() };
            assert_eq!(if expected.is_empty() { &comment } else { &expected }, name);
            // Every name survives quoting.
            if !name.is_empty() {
                let quoted = name.replace('\\', r"\\").replace('"', r#"\""#);
                let again = format!(" \"{quoted}\" < {email} > ");
                assert_eq!(Address::from_text(again), address);
            }
        }
    }

    let object = serde_json::to_value(&address).expect("plain data");
    for sent in [json!(text), object.clone()] {
        let mail = json!({"event_type": "mail.received", "agent_id": "a", "message_id": "m", "sender": sent});
        let mail = mail.to_string();
        let Ok(Event::MailReceived(event)) = check_payload(mail.as_bytes()) else { panic!("{mail}") };
        assert_eq!(event.sender.as_ref(), Some(&address));
        let send =
            json!({"inbox_id": "i", "thread_id": "t", "message_id": "m", "recipients": [sent, object]});
        let send = json!({"event_type": "message.sent", "send": send}).to_string();
        let Ok(Event::MessageSent(event)) = check_payload(send.as_bytes()) else { panic!("{send}") };
        assert_eq!(event.send.recipients, [address.clone(), address.clone()]);
    }
}

/// Returns the text before the comments at its end, and the first of those as a name. Unlike the library, it works from
/// the end, by the class of each character.
fn without_comments(text: &str) -> (&str, String) {
    let (mut quoted, mut depth, mut escaped) = (false, 0_usize, false);
    // The nesting of comments before each character.
    let mut depths = Vec::new();
    for (at, char) in text.char_indices() {
        depths.push((at, depth));
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let (mut rest, mut name) = (text, String::new());
    if depth > 0 || quoted {
        return (rest, name);
    }
    while let Some((at, _)) = depths.pop_if(|(at, depth)| *at + 1 == rest.len() && *depth == 1) {
        while depths.pop_if(|(_, depth)| *depth > 0).is_some() {}
        let start = depths.pop().map_or(0, |(at, _)| at);
        name = unescaped(text[start + 1..at].trim(), &["(", ")"]);
        rest = text[..start].trim_end();
        depths.truncate(depths.partition_point(|(at, _)| *at < rest.len()));
    }
    (rest, name)
}

/// Takes away the backslash before a backslash and before these.
fn unescaped(text: &str, escapes: &[&str]) -> String {
    let unescape = |piece: &str| {
        escapes.iter().fold(piece.to_owned(), |piece, escape| piece.replace(&format!("\\{escape}"), escape))
    };
    text.split(r"\\").map(unescape).collect::<Vec<_>>().join(r"\")
}
