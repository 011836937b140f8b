//! Valid payloads of every event, from the schemas of the library and WIRE, sections 2 and 3.

use std::collections::{BTreeMap, BTreeSet};

use agentmail_webhooks::{EVENT_SCHEMAS, EventSchema, FieldSchema, OBJECT_SCHEMAS, ObjectSchema};
use fastrand::Rng;

use super::json::Json;
use crate::Failure;

/// Fields that only `message.security.*` requires (WIRE 3.3), which a schema cannot express. Here they are always
/// present.
const REQUIRED_SOMEWHERE: [(&str, &str); 2] = [("AgentArmor", "status"), ("ManualOverride", "override_id")];

/// Names with a special meaning, besides those of fields.
const RESERVED: [&str; 6] = ["type", "event_type", "event_id", "from_", "name", "email"];

/// Names that every JavaScript object has, and other odd ones.
const ODD_NAMES: [&str; 12] = [
    "note",
    "x-new",
    "",
    "0",
    "10",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "größe",
    "$ref",
];

/// Returns `true` with a probability of 1 in `n`.
pub(super) fn rarely(rng: &mut Rng, n: u32) -> bool {
    rng.u32(..n) == 0
}

pub(super) fn pick<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    rng.choice(from).copied().unwrap_or_default()
}

/// A generator of valid payloads, from the schemas.
pub(super) struct Events {
    objects: BTreeMap<&'static str, &'static ObjectSchema>,
    names: BTreeSet<&'static str>,
}

impl Events {
    pub(super) fn new() -> Self {
        let fields = OBJECT_SCHEMAS.iter().flat_map(|schema| schema.fields).map(|field| field.name);
        Self {
            objects: OBJECT_SCHEMAS.iter().map(|schema| (schema.name, schema)).collect(),
            names: fields.chain(RESERVED).collect(),
        }
    }

    /// Returns the name of an event, and a valid payload.
    pub(super) fn valid(&self, rng: &mut Rng) -> Result<(String, Json), Failure> {
        let unknown = EVENT_SCHEMAS.len();
        let chosen = EVENT_SCHEMAS.get(rng.usize(..=unknown));
        let (name, mut members) = match chosen {
            Some(EventSchema { name, ty, .. }) => {
                let mut members = name_of_known(rng, name);
                let density = rng.choice([0, 30, 90, 100]).unwrap_or_default();
                members.extend(self.members(rng, ty, density)?);
                (*name, members)
            }
            None => ("unknown", self.unknown(rng)),
        };
        if rng.bool() {
            // The members that name the event may come anywhere, unlike in the documentation.
            rng.shuffle(&mut members);
        }
        Ok((name.into(), Json::Object(members)))
    }

    fn unknown(&self, rng: &mut Rng) -> Vec<(String, Json)> {
        let name = match rng.u8(..3) {
            0 => Json::text("message.new"),
            1 => Json::Text(format!("{}.{}", word(rng), word(rng))),
            _ => Json::Text(format!("{}!", text(rng))),
        };
        let mut members =
            if rng.bool() { vec![("event_type".into(), name)] } else { vec![("type".into(), name)] };
        if rng.bool() {
            let id = if rng.bool() { Json::Text(word(rng)) } else { anything(rng, 2) };
            members.push(("event_id".into(), id));
        }
        members.extend(self.unknown_members(rng, 4));
        members
    }

    /// Returns members of an object that are in its schema, sometimes with others.
    fn members(&self, rng: &mut Rng, type_name: &str, density: u8) -> Result<Vec<(String, Json)>, Failure> {
        let schema = self.objects.get(type_name).ok_or_else(|| {
            format!("OBJECT_SCHEMAS lacks {type_name}: if it is no object, teach it to differential/event.rs")
        })?;
        let mut members = Vec::new();
        for FieldSchema { name, ty, .. } in schema.fields {
            let ty = ty.replace("<'a>", "").replace(' ', "");
            let optional = within(&ty, "Option");
            // A `bool` that is not optional is derived from others, and comes only if an event comes back.
            let required = (optional.is_none() && within(&ty, "Vec").is_none() && ty != "bool")
                || REQUIRED_SOMEWHERE.contains(&(type_name, name));
            if !required && rng.u8(..100) >= density {
                continue;
            }
            let value = if !required && rarely(rng, 12) {
                // Absent (WIRE 3.2).
                if *name == "thread" && rng.bool() { Json::Object(Vec::new()) } else { Json::token("null") }
            } else {
                self.value(rng, optional.unwrap_or(&ty), density)?
            };
            if *name == "from" && !required && rarely(rng, 3) {
                // A dialect. If both names are present, `from_` goes to `extra` (WIRE 3.5).
                if rarely(rng, 3) {
                    members.push(("from".into(), value.clone()));
                }
                members.push(("from_".into(), value));
                continue;
            }
            members.push(((*name).into(), value));
        }
        if rarely(rng, 3) {
            members.extend(self.unknown_members(rng, 2));
        }
        if rarely(rng, 3) {
            rng.shuffle(&mut members);
        }
        Ok(members)
    }

    /// Returns a value for a Rust type.
    fn value(&self, rng: &mut Rng, ty: &str, density: u8) -> Result<Json, Failure> {
        if let Some(inner) = within(ty, "Vec") {
            if inner == "Address" && rarely(rng, 3) {
                return Ok(address(rng));
            }
            let values = (0..rng.usize(..4)).map(|_| self.value(rng, inner, density));
            return values.collect::<Result<_, _>>().map(Json::List);
        }
        Ok(match ty {
            "Text" => Json::Text(text(rng)),
            "Integer" => Json::Token(integer(rng).to_string()),
            "bool" => Json::token(pick(rng, &["true", "false"])),
            "Members" => Json::Object(members(rng, 3)),
            "Address" => address(rng),
            "Json" => anything(rng, 3),
            "Automated" => {
                Json::text(pick(rng, &["own", "bounce", "auto_submitted", "mailing_list", "bulk"]))
            }
            "RecurrenceDate" if rng.bool() => Json::Text(text(rng)),
            "RecurrenceDate" => Json::Object(self.members(rng, "RecurrencePeriod", density)?),
            object => Json::Object(self.members(rng, object, density)?),
        })
    }

    /// Returns any name that has a meaning.
    pub(super) fn any_name(&self, rng: &mut Rng) -> &'static str {
        rng.choice(&self.names).copied().unwrap_or_default()
    }

    /// Returns members that no version knows.
    fn unknown_members(&self, rng: &mut Rng, depth: u32) -> Vec<(String, Json)> {
        let mut members = members(rng, depth);
        members.retain(|(name, _)| !self.names.contains(name.as_str()));
        members
    }
}

/// Returns the text between the angle brackets of `Outer<…>`.
fn within<'t>(ty: &'t str, outer: &str) -> Option<&'t str> {
    ty.strip_prefix(outer)?.strip_prefix('<')?.strip_suffix('>')
}

/// Returns the members that name a known event (WIRE, section 2).
fn name_of_known(rng: &mut Rng, wire_name: &str) -> Vec<(String, Json)> {
    let named = |name: &str, value: &str| (name.to_owned(), Json::text(value));
    match rng.u8(..4) {
        0 => vec![named("event_type", wire_name)],
        1 => vec![named("type", "event"), named("event_type", wire_name)],
        2 => vec![named("type", wire_name)],
        // Another type beside the name is kept.
        _ => vec![named("type", &word(rng)), named("event_type", wire_name)],
    }
}

/// Returns members with any name and any value; a name may repeat.
pub(super) fn members(rng: &mut Rng, depth: u32) -> Vec<(String, Json)> {
    let count = rng.usize(..4);
    let mut members = Vec::new();
    for _ in 0..count {
        let name = if rng.bool() { pick(rng, &ODD_NAMES).to_owned() } else { text(rng) };
        members.push((name, anything(rng, depth)));
    }
    members
}

/// Returns any JSON but `null`, nested this deep at most.
pub(super) fn anything(rng: &mut Rng, depth: u32) -> Json {
    match rng.u8(..if depth == 0 { 4 } else { 6 }) {
        0 => Json::token(pick(rng, &["true", "false"])),
        1 => Json::Text(text(rng)),
        2 => Json::Token(number(rng)),
        3 => Json::Token(integer(rng).to_string()),
        4 => {
            let count = rng.usize(..4);
            let value = |_| if rarely(rng, 8) { Json::token("null") } else { anything(rng, depth - 1) };
            Json::List((0..count).map(value).collect())
        }
        _ => Json::Object(members(rng, depth - 1)),
    }
}

/// Returns an integer in the range of WIRE 3.8.
fn integer(rng: &mut Rng) -> u64 {
    const MAX: u64 = (1 << 53) - 1;
    match rng.u8(..4) {
        0 => rng.u64(..10),
        1 => MAX - rng.u64(..2),
        2 => rng.u64(..=MAX),
        _ => rng.u64(..100_000),
    }
}

/// Returns a number in any form of JSON, within the range of doubles.
fn number(rng: &mut Rng) -> String {
    let minus = pick(rng, &["", "-"]);
    let integer = match rng.u8(..3) {
        0 => "0".into(),
        1 => rng.u64(1..).to_string(),
        // More digits than a double has.
        _ => format!("{}{:020}", rng.u64(1..), rng.u64(..)),
    };
    let fraction = if rng.bool() { format!(".{:03}", rng.u64(..)) } else { String::new() };
    let e = pick(rng, &["", "e", "E", "e+", "E-"]);
    let exponent = if e.is_empty() { String::new() } else { rng.u16(..250).to_string() };
    format!("{minus}{integer}{fraction}{e}{exponent}")
}

/// Returns text of the kinds that people and programs write.
pub(super) fn text(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0 => String::new(),
        1 => format!("2026-{:02}-{:02}T12:00:00.{:03}Z", rng.u8(1..=12), rng.u8(1..=28), rng.u16(..1000)),
        2 => format!("<{}@mail.example>", word(rng)),
        3 => mailbox(rng),
        4 => pick(
            rng,
            &[
                "Grüße, 東京 🙂",
                "e\u{301}\u{200d}\u{202e}",
                "\u{feff}",
                "\u{2028}\u{2029}",
                "\0\u{1}\u{8}\u{c}\u{1f}\u{7f}",
                "</script>\\\"'",
                "\r\n\t",
                "\u{ffff}\u{10ffff}\u{d7ff}\u{e000}",
                "event",
                "null",
            ],
        )
        .to_owned(),
        5 => (0..rng.usize(..30)).map(|_| rng.char(..)).collect(),
        6 => (0..rng.usize(..40)).map(|_| rng.char(' '..='~')).collect(),
        _ => format!("{} {}", word(rng), word(rng)),
    }
}

/// Returns letters, digits and underscores.
pub(super) fn word(rng: &mut Rng) -> String {
    (0..rng.usize(3..24)).map(|_| if rarely(rng, 8) { '_' } else { rng.alphanumeric() }).collect()
}

/// Returns an address in any form that WIRE 3.4 accepts.
fn address(rng: &mut Rng) -> Json {
    if rng.bool() {
        return Json::Text(if rarely(rng, 4) { text(rng) } else { mailbox(rng) });
    }
    let mut members = vec![("email".into(), Json::Text(text(rng)))];
    if rng.bool() {
        members
            .push(("name".into(), if rarely(rng, 6) { Json::token("null") } else { Json::Text(text(rng)) }));
    }
    if rarely(rng, 6) {
        members.push(("note".into(), anything(rng, 2)));
    }
    rng.shuffle(&mut members);
    Json::Object(members)
}

fn mailbox(rng: &mut Rng) -> String {
    let email = format!("{}@{}.example", word(rng), word(rng));
    let name = match rng.u8(..4) {
        0 => return email,
        1 => format!("\"{}\\\"{}\\\\\" ", word(rng), word(rng)),
        2 => format!(" {}, <{}> ", word(rng), word(rng)),
        _ => format!("{} Ünï ", word(rng)),
    };
    let space = pick(rng, &["", " ", "\u{a0}", "\t"]);
    format!("{name}<{space}{email}{space}>{space}")
}
