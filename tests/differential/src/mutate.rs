//! Faults between a sender and a receiver, by accident or on purpose.

use fastrand::Rng;

use super::delivery::{Delivery, secret};
use super::event::{Events, anything, pick, rarely, word};
use super::json::Json;
use crate::Failure;

/// The headers that any scheme reads.
const HEADERS: [&str; 9] = [
    "svix-id",
    "svix-timestamp",
    "svix-signature",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "x-agentmail-timestamp",
    "x-agentmail-signature",
    "x-agentmail-unsigned",
];

/// Returns a delivery with one or two faults, and their description.
pub(super) fn delivery(rng: &mut Rng, events: &Events) -> Result<(String, Delivery), Failure> {
    let (event, valid) = events.valid(rng)?;
    // A payload that is signed with its fault can be refused only by parsing.
    let (mut what, payload) = match rng.u8(..10) {
        0 | 1 => {
            let (what, payload) = bent_event(rng, valid);
            (vec![what], payload)
        }
        2 => {
            let text = valid.write(rng);
            let (what, payload) = bent_text(rng, text.into());
            (vec![what], payload)
        }
        _ => (Vec::new(), valid.write(rng).into()),
    };
    let mut delivery = Delivery::genuine(rng, payload);
    if what.is_empty() || rarely(rng, 10) {
        what.push(request(rng, &mut delivery));
    }
    if rarely(rng, 10) {
        what.push(request(rng, &mut delivery));
    }
    Ok((format!("{event}: {}", what.join(", ")), delivery))
}

/// Returns a payload for `parse` alone, and its description.
pub(super) fn payload(rng: &mut Rng, events: &Events) -> Result<(String, Vec<u8>), Failure> {
    let (event, valid) = events.valid(rng)?;
    let (what, payload) = match rng.u8(..12) {
        0 => ("random bytes", (0..rng.usize(..200)).map(|_| rng.u8(..)).collect()),
        1 => ("random characters", (0..rng.usize(..200)).map(|_| rng.char(..)).collect::<String>().into()),
        2 => ("random tokens", tokens(rng).into()),
        3 => {
            let name = pick(rng, &["message.received", "message.sent", "mail.received", "moon.landed"]);
            ("an event of random tokens", format!("{{\"event_type\":\"{name}\",{}", tokens(rng)).into())
        }
        4 => ("as deep as it may be, or deeper", deep(rng).into()),
        5..=8 => return Ok(bent_event(rng, valid)),
        9 => {
            let text = valid.write(rng);
            return Ok(bent_text(rng, text.into()));
        }
        10 => ("valid", valid.write(rng).into()),
        _ => {
            let mut bytes: Vec<u8> = valid.write(rng).into();
            for _ in 0..rng.usize(1..8) {
                bytes = bent_text(rng, bytes).1;
            }
            ("an event that was bent again and again", bytes)
        }
    };
    Ok((format!("{event}: {what}"), payload))
}

/// Changes an event. The result is JSON, but perhaps not a valid event.
fn bent_event(rng: &mut Rng, mut event: Json) -> (String, Vec<u8>) {
    let (chosen, count) = (rng.u8(..7), event.count());
    // The first three changes need an object, which most values are not.
    let places: Vec<_> = (0..20).map(|_| rng.usize(..count)).chain([0]).collect();
    let suits = |place: &usize| chosen > 2 || matches!(event.at(*place), Some(Json::Object(_)));
    let place = places.into_iter().find(suits).unwrap_or_default();
    let Some(value) = event.at(place) else { return ("nothing".into(), event.write(rng).into()) };
    let what = match (chosen, &mut *value) {
        (0, Json::Object(members)) if !members.is_empty() => {
            members.remove(rng.usize(..members.len()));
            "a member is missing"
        }
        (1, Json::Object(members)) if !members.is_empty() => {
            let copy = rng.choice(members.iter()).cloned();
            members.extend(copy);
            "a member is repeated"
        }
        (2, Json::Object(members)) if !members.is_empty() => {
            if let Some((name, _)) = rng.choice(members.iter_mut()) {
                *name =
                    pick(rng, &["type", "event_type", "event_id", "from_", "thread_id", "size", "x"]).into();
            }
            "a member has another name"
        }
        (3, _) => {
            *value = Json::List(vec![value.clone()]);
            "a value is in a list"
        }
        (4, _) => {
            *value = anything(rng, 3);
            "another value"
        }
        _ => {
            let numbers =
                ["-1", "0.5", "1e2", "9007199254740991", "9007199254740992", "18446744073709551616"];
            let others = ["null", "true", "1", "\"text\"", "[]", "{}", "[null]", "-0", "{\"email\":1}"];
            let from: &[&str] = if rng.bool() { &numbers } else { &others };
            *value = Json::token(pick(rng, from));
            "a value of another type"
        }
    };
    (what.into(), event.write(rng).into())
}

/// Changes a text. The result is perhaps not JSON.
fn bent_text(rng: &mut Rng, mut text: Vec<u8>) -> (String, Vec<u8>) {
    const SPLICES: [&[u8]; 24] = [
        b"\\ud800",
        b"\\udc00",
        b"\\u12",
        b"\\x",
        b"\"",
        b"'",
        b"01",
        b"1e999",
        b"-",
        b"NaN",
        b"//",
        b",",
        b":",
        b"]",
        b"}",
        b"[",
        b"{",
        b"\0",
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\n",
        b"\\u0000",
    ];
    let at = rng.usize(..=text.len());
    let what = match rng.u8(..6) {
        0 => {
            text.truncate(at);
            "truncated"
        }
        1 => {
            flip(rng, &mut text);
            "a bit is flipped"
        }
        2 => {
            let end = text.len().min(at + rng.usize(1..5));
            text.drain(at..end);
            "bytes are missing"
        }
        3 => {
            let end = text.len().min(at + rng.usize(1..20));
            let copy = text.get(at..end).unwrap_or_default().to_vec();
            text.splice(at..at, copy);
            "bytes are repeated"
        }
        4 => {
            let ends = pick(rng, &["\u{feff}", "\0", "{}", ",", "x", "\u{a0}"]);
            let at = if rng.bool() { 0 } else { text.len() };
            text.splice(at..at, ends.bytes());
            "more than one value"
        }
        _ => {
            let splice = rng.choice(SPLICES).unwrap_or_default();
            text.splice(at..at, splice.iter().copied());
            "other bytes within"
        }
    };
    (what.into(), text)
}

/// Returns random tokens of JSON, which are valid JSON only by accident.
fn tokens(rng: &mut Rng) -> String {
    const TOKENS: [&str; 30] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e9",
        "1e400",
        "\"a\"",
        "\"message\":",
        "\"thread\":{}",
        "\"send\":{",
        "\"inbox_id\":\"i\"",
        "\"thread_id\":\"t\"",
        "\"message_id\":\"m\"",
        "\"event_type\":\"message.sent\"",
        "\"type\":\"event\"",
        "\"recipients\":[",
        " ",
        "\n",
        "\"\\ud83d\\ude42\"",
        "\"\\ud83d\"",
    ];
    (0..rng.usize(..40)).map(|_| pick(rng, &TOKENS)).collect()
}

/// Returns a deeply nested payload, often close to the limit, in a known or unknown member.
fn deep(rng: &mut Rng) -> String {
    let depth = if rng.bool() { rng.usize(120..135) } else { rng.usize(..5_000) };
    let (open, close) = if rng.bool() { ("[", "]") } else { ("{\"a\":", "}") };
    let (open, close) = (open.repeat(depth), close.repeat(depth));
    let start = pick(
        rng,
        &[
            "{\"event_type\":\"moon.landed\",\"x\":",
            "{\"event_type\":\"message.sent\",\"x\":",
            "{\"event_type\":\"message.received\",\"message\":{\"headers\":{\"x\":",
            "{\"event_type\":\"message.sent\",\"send\":",
            "",
        ],
    );
    let end = "}".repeat(start.matches('{').count());
    format!("{start}{open}1{close}{end}")
}

fn flip(rng: &mut Rng, bytes: &mut [u8]) {
    let bit = 1 << rng.u8(..8);
    if let Some(byte) = rng.choice(bytes) {
        *byte ^= bit;
    }
}

/// Bends a request after it was signed, or the receiver's configuration.
fn request(rng: &mut Rng, delivery: &mut Delivery) -> String {
    match rng.u8(..20) {
        0 | 1 => {
            let (what, payload) = bent_text(rng, core::mem::take(&mut delivery.payload));
            delivery.payload = payload;
            format!("the payload after it was signed: {what}")
        }
        2..=5 => headers(rng, &mut delivery.headers).into(),
        6..=8 => value(rng, &mut delivery.headers),
        9..=12 => time(rng, delivery).into(),
        13..=17 => secrets(rng, &mut delivery.secrets).into(),
        18 => {
            delivery.headers.push((pick(rng, &HEADERS).into(), "1".into()));
            "one header more".into()
        }
        _ => {
            let value = pick(rng, &["1", "1", "1, 1", "0, 1", "1 ", "01", "true", ""]);
            delivery.headers.push(("X-AgentMail-Unsigned".into(), value.into()));
            format!("unsigned: {value:?}")
        }
    }
}

/// Adds, removes or replaces headers.
fn headers(rng: &mut Rng, headers: &mut Vec<(String, String)>) -> &'static str {
    let ours = |name: &str| HEADERS.iter().any(|ours| name.eq_ignore_ascii_case(ours));
    match rng.u8(..8) {
        0 => {
            headers.retain(|(name, _)| !ours(name));
            "no headers of ours"
        }
        1 => {
            let names: Vec<_> =
                headers.iter().map(|(name, _)| name.to_lowercase()).filter(|name| ours(name)).collect();
            let gone = rng.choice(names).unwrap_or_default();
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case(&gone));
            "one header is missing"
        }
        2 => {
            let names = [["svix-", "webhook-"], ["webhook-", "svix-"]];
            if let (Some((name, _)), Some([from, to])) = (rng.choice(headers.iter_mut()), rng.choice(names)) {
                *name = name.to_lowercase().replace(from, to);
            }
            "sets are mixed"
        }
        3 => {
            let copies: Vec<_> = headers.iter().filter(|(name, _)| ours(name)).cloned().collect();
            if let Some((name, value)) = rng.choice(copies) {
                headers.push((name, bent_value(rng, &value)));
            }
            "a copy that differs"
        }
        4 => {
            if let Some((_, value)) =
                rng.choice(headers.iter_mut().filter(|(name, _)| ours(name)).collect::<Vec<_>>())
            {
                *value = format!("{value}, {}", pick(rng, &["", "1", "x", "v1,AAAA"]));
            }
            "a copy that differs, joined"
        }
        5 | 6 => {
            // Replaces the headers by a signature of another scheme.
            headers.retain(|(name, _)| !ours(name));
            let digits: String = (0..64).map(|_| rng.digit(16)).collect();
            let prefix = pick(rng, &["v1=", "sha256=", ""]);
            headers.push(("X-AgentMail-Signature".into(), format!("{prefix}{digits}")));
            "headers of another scheme"
        }
        _ => {
            if let Some((name, _)) =
                rng.choice(headers.iter_mut().filter(|(name, _)| ours(name)).collect::<Vec<_>>())
            {
                // The second one is the Kelvin sign, which some languages lowercase to `k`.
                let ends = pick(rng, &[" ", "\u{212a}", "\0", "-", "s"]);
                *name = if rng.bool() { format!("{name}{ends}") } else { name.replace('k', ends) };
            }
            "a header has another name"
        }
    }
}

/// Changes the value of a header.
fn value(rng: &mut Rng, headers: &mut [(String, String)]) -> String {
    let ours = headers.iter_mut().filter(|(name, _)| HEADERS.contains(&name.to_lowercase().as_str()));
    let Some((name, value)) = rng.choice(ours.collect::<Vec<_>>()) else { return "nothing".into() };
    *value = bent_value(rng, value);
    format!("another value of {}", name.to_lowercase())
}

fn bent_value(rng: &mut Rng, value: &str) -> String {
    let ends = pick(rng, &[" ", "\t", "\u{a0}", "\0", ",", "=", ".", "é", "\u{1f642}", "x", "0"]);
    let chars: Vec<char> = value.chars().collect();
    let (first, last) = chars.split_at_checked(rng.usize(..=chars.len())).unwrap_or_default();
    let (first, last): (String, String) = (first.iter().collect(), last.iter().collect());
    match rng.u8(..9) {
        0 => String::new(),
        1 => format!("{ends}{value}"),
        2 => format!("{value}{ends}"),
        3 => first,
        4 => format!("{first}{ends}{last}"),
        5 => value.to_ascii_uppercase(),
        6 => value.replace(['+', '/'], "-").replace('=', ""),
        7 => vec![value; rng.usize(30..36)].join(" "),
        _ => pick(rng, &["v1,", "v1=", "sha256=", "v1,AAAA v1", "v1a,AAAA", ",", "whsec_", "1", "-1"]).into(),
    }
}

/// The latest second that JavaScript can represent exactly.
const LATEST: u64 = (1 << 53) - 1;

/// Changes the time of signing, the time of arrival or the tolerance.
fn time(rng: &mut Rng, delivery: &mut Delivery) -> &'static str {
    let Delivery { headers, now, tolerance, .. } = delivery;
    // Many deliveries are signed at a limit of the window already.
    let far = if rng.bool() { 2 * *tolerance } else { 0 };
    let over = far + if rng.bool() { 1 } else { rng.u64(1..1000) };
    match rng.u8(..6) {
        0 => {
            *now = now.saturating_add(over).min(LATEST);
            "it came late"
        }
        1 => {
            *now = now.saturating_sub(over);
            "it came early"
        }
        2 => {
            *now = rng.choice([0, 1, LATEST, now.saturating_mul(1000).min(LATEST)]).unwrap_or_default();
            "the clock is wrong"
        }
        3 => {
            *tolerance = rng.choice([0, 1, 1 << 40]).unwrap_or_default();
            "another tolerance"
        }
        chosen => {
            for (name, value) in headers.iter_mut() {
                if !name.to_lowercase().ends_with("-timestamp") {
                    continue;
                }
                *value = match (chosen, rng.u8(..8)) {
                    (4, _) => format!("{value}000"),
                    (_, 0) => format!("+{value}"),
                    (_, 1) => format!("-{value}"),
                    (_, 2) => format!("{value}.5"),
                    (_, 3) => format!("{:.3}e9", 1.7),
                    (_, 4) => format!("{value}s"),
                    (_, 5) => u64::MAX.to_string(),
                    (_, 6) => "18446744073709551616".into(),
                    _ => "१७".into(),
                };
            }
            "another timestamp"
        }
    }
}

/// Changes the configured secrets.
fn secrets(rng: &mut Rng, secrets: &mut Vec<(String, String)>) -> &'static str {
    match rng.u8(..10) {
        0 => {
            secrets.clear();
            return "no secret";
        }
        1 => {
            secrets.extend((0..17).map(|_| ("body".into(), word(rng))));
            return "more secrets than there may be";
        }
        2 => {
            for (scheme, text) in secrets.iter_mut() {
                *text = secret(rng, scheme);
            }
            return "other secrets";
        }
        3 => {
            let scheme = pick(rng, &["standard", "timestamped", "body"]);
            secrets.retain(|(other, _)| other != scheme);
            secrets.push((scheme.into(), secret(rng, scheme)));
            return "another secret";
        }
        _ => {}
    }
    let Some((scheme, secret)) = rng.choice(secrets.iter_mut()) else { return "nothing" };
    let space = pick(rng, &[" ", "\n", "\u{a0}", "\u{feff}", "\0", "\u{2028}"]);
    match rng.u8(..10) {
        0 => secret.clear(),
        1 => secret.push_str(space),
        2 => secret.insert_str(0, space),
        3 => *secret = secret.chars().take(rng.usize(..20)).collect(),
        4 => *secret = format!("whsec_{secret}"),
        5 => *secret = secret.replace(['+', '/', 'A'], "-"),
        6 => *secret = word(rng).repeat(200),
        7 | 8 => {
            *scheme = pick(rng, &["Standard", "svix", "", "body ", "v1", "timestamp", "__proto__"]).into();
            return "a scheme that there is not";
        }
        _ => {
            *scheme = pick(rng, &["standard", "timestamped", "body"]).into();
            return "a secret of another scheme";
        }
    }
    "a secret that is bent"
}
