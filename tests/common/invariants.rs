//! What holds for any payload and any address. The property tests, the edge cases and the fuzzers ask here,
//! each with inputs of their own making.

// Each binary includes this module and uses a part of it.
#![allow(dead_code)]
// What does not hold stops the test.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::arithmetic_side_effects)]

use core::fmt;

use agentmail_webhooks::{Address, Error, ErrorKind, Event, parse};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Parses a payload, and asserts what must be so whatever the payload is.
#[track_caller]
pub(crate) fn check_payload(payload: &[u8]) -> Result<Event<'_>, Error> {
    let is_json = serde_json::from_slice::<Value>(payload).is_ok();
    let parsed = parse(payload);
    match &parsed {
        Ok(event) => {
            assert!(is_json, "an event that is no JSON");
            assert_eq!(&event.clone().into_owned(), event);
            check_return(event, payload);
        }
        Err(error) => match error.kind() {
            // Neither stricter nor laxer than `serde_json`, in depth and numbers too.
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

/// What came out goes in again and comes out the same, to the character: the canonical event is wire, with
/// the members of `extra` put back where they were sent. Only that of an unknown event is none (WIRE 3.7):
/// there it is the payload that returns.
#[track_caller]
fn check_return(event: &Event<'_>, payload: &[u8]) {
    if let Event::Unknown(unknown) = event {
        let kept = unknown.payload.as_str();
        let sent = str::from_utf8(payload).map(|text| text.trim_matches([' ', '\t', '\r', '\n']));
        assert_eq!(Ok(kept), sent);
        assert_eq!(parse(kept.as_bytes()).as_ref(), Ok(event));
        return;
    }
    let canonical = serde_json::to_string(event).expect("plain data");
    let mut wire = Node::read(&canonical).expect("JSON");
    wire.put_back_extra();
    let wire = wire.to_string();
    match parse(wire.as_bytes()) {
        Ok(again) => assert_eq!(serde_json::to_string(&again).expect("plain data"), canonical, "from {wire}"),
        Err(error) => panic!("{error}: {wire}"),
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
                // What is kept as it was sent (WIRE 3.7).
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

    fn put_back_extra(&mut self) {
        match self {
            Self::Leaf(_) => {}
            Self::List(items) => items.iter_mut().for_each(Self::put_back_extra),
            Self::Object(members) => {
                let extra =
                    members.iter().position(|(name, _)| name == "extra").map(|at| members.remove(at).1);
                for (_, value) in members.iter_mut() {
                    value.put_back_extra();
                }
                let Some(Self::Object(extra)) = extra else { return };
                // Somebody sent a member of this name: it stands where ours does.
                if extra.iter().any(|(name, _)| name == "body_omitted") {
                    members.retain(|(name, _)| name != "body_omitted");
                }
                members.extend(extra);
            }
        }
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
    assert_eq!(email.trim(), email);
    assert_ne!(name, Some(""));
    match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        None => assert_eq!((name, email), (None, text.trim())),
        Some((before, inside)) => {
            assert_eq!(inside.trim(), email);
            let (before, name) = (before.trim(), name.unwrap_or_default());
            let is_quoted = before.len() >= 2 && before.starts_with('"') && before.ends_with('"');
            if is_quoted {
                // In another way than the library does it.
                let pieces = before[1..before.len() - 1].split(r"\\");
                let unescaped: Vec<_> = pieces.map(|piece| piece.replace(r#"\""#, "\"")).collect();
                assert_eq!(unescaped.join(r"\"), name);
            } else {
                assert_eq!(before, name);
            }
            // Whatever the name is: quoted, it comes back.
            if !name.is_empty() {
                let quoted = name.replace('\\', r"\\").replace('"', r#"\""#);
                assert_eq!(Address::from_text(format!(" \"{quoted}\" < {email} > ")), address);
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
