//! Genuine payloads with damage to members that no event needs (WIRE 3.9): they must still parse as events.

use fastrand::Rng;

use super::event::{Events, anything, pick, rarely, text};
use super::json::Json;
use crate::Failure;

/// Returns the required members (WIRE 3.3), listed here independently. All other members may be damaged.
fn required(event: &str) -> &'static [&'static str] {
    match event.split('.').collect::<Vec<_>>()[..] {
        ["message", "received", ..] => {
            &["message", "message.inbox_id", "message.thread_id", "message.message_id"]
        }
        ["message", "security", _] => &["message", "message.inbox_id", "message.message_id"],
        ["message", "sent"] => &["send", "send.inbox_id", "send.thread_id", "send.message_id"],
        ["message", "delivered"] => {
            &["delivery", "delivery.inbox_id", "delivery.thread_id", "delivery.message_id"]
        }
        ["message", "complained"] => {
            &["complaint", "complaint.inbox_id", "complaint.thread_id", "complaint.message_id"]
        }
        ["message", "rejected"] => &["reject", "reject.inbox_id", "reject.thread_id", "reject.message_id"],
        ["message", "opened"] => &["open", "open.inbox_id", "open.thread_id", "open.message_id"],
        ["message", "bounced"] => &["bounce"],
        ["domain", "verified"] => &["domain", "domain.domain_id", "domain.status"],
        ["calendar", "event", _] => &["inbox_id", "calendar_event", "calendar_event.event_id"],
        ["mail", "received"] => &["agent_id", "message_id"],
        _ => &[],
    }
}

/// Names that decide which event it is.
const NAMING: [&str; 2] = ["event_type", "type"];

/// Names that mean something in many objects, beside those of the schemas.
const TELLING: [&str; 8] =
    ["extra", "from_", "body_omitted", "automated", "address", "email", "wire_type", "payload"];

const NUMBERS: [&str; 16] = [
    "2048.0",
    "2e3",
    "-0",
    "-0.0",
    "1e400",
    "-1e400",
    "1e-400",
    "9007199254740991",
    "9007199254740992",
    "9007199254740991.0",
    "18446744073709551616",
    "-1",
    "0.5",
    "1E+2",
    "0e99999999999999999999",
    "1e99999999999999999999",
];

/// Strings as a serialiser writes them that cuts surrogate pairs in two.
const SURROGATES: [&str; 6] = [
    r#""cut \ud83d""#,
    r#""\ude00""#,
    r#""\uD83D\uD83D\uDE00""#,
    r#""\ude00\ud83d""#,
    r#""A \udfff <a@x.example> (\ud800)""#,
    r#""\ud83d\\ude00""#,
];

/// The place of a node: the way to its parent, its position there, and the path of both.
struct Place {
    way: Vec<usize>,
    position: usize,
    parent: String,
    path: String,
}

/// Returns a payload that is damaged in up to six places, with its event and the damage as a description.
pub(super) fn payload(rng: &mut Rng, events: &Events) -> Result<(String, Vec<u8>), Failure> {
    let (event, mut payload) = events.valid(rng)?;
    let required = required(&event);
    let mut told = Vec::new();
    for _ in 0..rng.usize(1..=6) {
        let mut places = Vec::new();
        find(&payload, &mut Vec::new(), "", &mut places);
        let Some(place) = rng.choice(&places) else { break };
        let is_fixed = |path: &str| NAMING.contains(&path) || required.contains(&path);
        told.push(damage(rng, events, &mut payload, place, &is_fixed));
    }
    let mut bytes: Vec<u8> = payload.write(rng).into();
    if rarely(rng, 20) {
        bytes.splice(0..0, "\u{feff}".bytes());
        told.push("a byte order mark");
    }
    Ok((format!("{event}: {}", told.join(", ")), bytes))
}

/// Finds all nodes but the outermost.
fn find(json: &Json, way: &mut Vec<usize>, path: &str, places: &mut Vec<Place>) {
    let children: Vec<(String, &Json)> = match json {
        Json::Token(_) | Json::Text(_) => Vec::new(),
        Json::List(values) => values.iter().map(|value| (format!("{path}[]"), value)).collect(),
        Json::Object(members) => members.iter().map(|(name, value)| (join(path, name), value)).collect(),
    };
    for (position, (inner, child)) in children.into_iter().enumerate() {
        places.push(Place { way: way.clone(), position, parent: path.to_owned(), path: inner.clone() });
        way.push(position);
        find(child, way, &inner, places);
        way.pop();
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Damages one node or inserts one beside it. Returns what it did. The last copy of a fixed member does not change.
fn damage(
    rng: &mut Rng,
    events: &Events,
    payload: &mut Json,
    place: &Place,
    is_fixed: &impl Fn(&str) -> bool,
) -> &'static str {
    let (what, new) = wrong_value(rng);
    let (name, position) = (any_name(rng, events), place.position);
    let may_be_named = !is_fixed(&join(&place.parent, &name));
    match payload.child(&place.way) {
        Some(Json::Object(members)) => {
            let Some((own, value)) = members.get_mut(position) else { return "nothing" };
            let choices = if is_fixed(&place.path) { 3 } else { 10 };
            match rng.u8(..choices) {
                0 => {
                    let earlier = (own.clone(), new);
                    members.insert(position, earlier);
                }
                1 if may_be_named => members.insert(position, (name, new)),
                2 if may_be_named => members.push((name, new)),
                1 | 2 => return "nothing",
                3 => drop(members.remove(position)),
                4 => {
                    let later = (own.clone(), new);
                    members.push(later);
                }
                5 if may_be_named => *own = name,
                6 => *value = Json::List(vec![value.clone()]),
                7 => *value = Json::Object(vec![(name, value.clone())]),
                _ => *value = new,
            }
        }
        Some(Json::List(values)) => match (rng.u8(..4), values.get_mut(position)) {
            (0, _) => drop(values.remove(position)),
            (1, _) => values.insert(position, new),
            (_, Some(value)) => *value = new,
            (_, None) => return "nothing",
        },
        _ => return "nothing",
    }
    what
}

/// Returns a value that is wrong in most places, and its description.
fn wrong_value(rng: &mut Rng) -> (&'static str, Json) {
    match rng.u8(..10) {
        0 => ("null", Json::token("null")),
        1 | 2 => ("a number", Json::token(pick(rng, &NUMBERS))),
        3 | 4 => ("a surrogate", Json::token(pick(rng, &SURROGATES))),
        5 => ("a surrogate in a name", Json::token(r#"{"\ud800":1,"\udfff":"\ud800"}"#)),
        6 => {
            let depth = rng.usize(1..100);
            ("nested", Json::Token(["[".repeat(depth), "]".repeat(depth)].concat()))
        }
        7 => ("a list", Json::List(vec![Json::token("null"), Json::Text(text(rng)), anything(rng, 1)])),
        8 => ("a string", Json::Text(text(rng))),
        _ => ("anything", anything(rng, 2)),
    }
}

fn any_name(rng: &mut Rng, events: &Events) -> String {
    if rarely(rng, 3) { pick(rng, &TELLING).to_owned() } else { events.any_name(rng).to_owned() }
}
