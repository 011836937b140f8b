//! Properties of all deliveries, payloads and addresses, tested on random ones. `PROPTEST_CASES` sets their number.
//! Every failure becomes a fixture, so that all languages have it.

#![cfg(not(target_arch = "wasm32"))]
// Tests panic on failures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

extern crate alloc;

mod common;
#[path = "common/invariants.rs"]
mod invariants;

use alloc::collections::BTreeSet;
use core::time::Duration;

use agentmail_webhooks::{Address, ErrorKind, Event, Scheme, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{FILES, cases};
use invariants::{Node, check_address, check_damaged, check_payload};
use mailparse::{MailAddr, addrparse};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use serde_json::{Value, json};

fn config() -> ProptestConfig {
    // Failures are reported with a reduced input; they become fixtures, not a file of seeds.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

// ---- Signing ----

/// A delivery that `sign` may sign, and where the receiver stands.
#[derive(Clone, Debug)]
struct Sending {
    scheme: Scheme,
    secret: String,
    id: String,
    timestamp: u64,
    tolerance: u64,
    payload: Vec<u8>,
}

impl Sending {
    fn webhook(&self) -> Webhook {
        self.webhook_with(&self.secret).unwrap()
    }

    fn webhook_with(&self, secret: &str) -> Result<Webhook, agentmail_webhooks::Error> {
        let builder = Webhook::builder().tolerance(Duration::from_secs(self.tolerance));
        builder.secret_for(self.scheme, secret)?.build()
    }

    /// The headers of the signed delivery, to be tampered with. `None`: it cannot be signed, rightly.
    fn headers(&self) -> Option<Vec<(&'static str, Vec<u8>)>> {
        match self.webhook().sign(&self.payload, &self.id, self.timestamp) {
            Ok(headers) => Some(headers.iter().map(|(name, value)| (name, value.into())).collect()),
            Err(error) => {
                assert_eq!((self.scheme, error.kind()), (Scheme::Standard, ErrorKind::InvalidOption));
                let sendable = |char: char| (' '..='~').contains(&char) && char != '.';
                let is_sendable = !self.id.is_empty() && self.id.chars().all(sendable);
                assert!(!is_sendable || self.id.trim() != self.id || self.id.contains(", "), "{:?}", self.id);
                None
            }
        }
    }
}

fn scheme_and_secret() -> impl Strategy<Value = (Scheme, String)> {
    let key = prop::collection::vec(any::<u8>(), 16..80).prop_map(|key| STANDARD.encode(key));
    let standard =
        (key, any::<bool>()).prop_map(|(key, prefixed)| if prefixed { format!("whsec_{key}") } else { key });
    let text =
        || "\\PC{1,80}".prop_map(|text| text.trim().to_owned()).prop_filter("empty", |text| !text.is_empty());
    prop_oneof![
        standard.prop_map(|secret| (Scheme::Standard, secret)),
        text().prop_map(|secret| (Scheme::Timestamped, secret)),
        text().prop_map(|secret| (Scheme::Body, secret)),
    ]
}

prop_compose! {
    fn sending()(
        (scheme, secret) in scheme_and_secret(),
        id in prop_oneof![8 => "[!-+/-~-]{1,64}", 1 => "[ -~]{1,64}", 1 => any::<String>()],
        timestamp in prop_oneof![Just(0), 0..4_000_000_000_u64, any::<u64>(), Just(u64::MAX)],
        tolerance in prop_oneof![Just(0), Just(300), 0..4_000_000_000_u64, any::<u64>()],
        payload in prop_oneof![prop::collection::vec(any::<u8>(), 0..600), event().prop_map(|event| event.to_string().into_bytes())],
    ) -> Sending {
        Sending { scheme, secret, id, timestamp, tolerance, payload }
    }
}

/// The kind of refusal, which must be the same with parsing behind it.
#[track_caller]
fn refused(webhook: &Webhook, payload: &[u8], headers: &[(&str, Vec<u8>)], now: u64) -> ErrorKind {
    let error = webhook.verify_at(payload, headers, now).unwrap_err();
    assert_eq!(
        webhook.receive_at(payload, headers, now),
        Err(error.clone()),
        "an event of a refused delivery"
    );
    error.kind()
}

fn flip(bytes: &mut [u8], bit: Index) {
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// The errors that a change within a header may cause: it may be malformed, split into two values, or belong to another
/// scheme.
const HEADER_REFUSALS: [ErrorKind; 4] = [
    ErrorKind::SignatureMismatch,
    ErrorKind::InvalidHeader,
    ErrorKind::ConflictingHeaders,
    ErrorKind::WrongScheme,
];

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_signed_verifies_within_the_window_and_not_outside(
        sending in sending(), within in any::<Index>(), beyond in any::<Index>(),
    ) {
        let Some(headers) = sending.headers() else { return Ok(()) };
        let Sending { timestamp, tolerance, payload, .. } = &sending;
        let webhook = sending.webhook();
        let (earliest, latest) = (timestamp.saturating_sub(*tolerance), timestamp.saturating_add(*tolerance));
        let span = usize::try_from(latest - earliest).unwrap();
        let within = earliest + u64::try_from(within.index(span.saturating_add(1).max(1))).unwrap();
        for now in [earliest, within, latest] {
            let verified = webhook.verify_at(payload, &headers, now).unwrap();
            let expected = match sending.scheme {
                Scheme::Standard => (Some(sending.id.as_str()), Some(*timestamp)),
                Scheme::Timestamped => (None, Some(*timestamp)),
                _ => (None, None),
            };
            prop_assert_eq!((verified.id(), verified.timestamp()), expected);
            prop_assert_eq!((verified.payload(), verified.secret_index()), (payload.as_slice(), 0));
            let told = format!("{webhook:?} {verified:?}");
            prop_assert!(sending.secret.len() < 8 || !told.contains(&sending.secret), "{told}");
            let received = webhook.receive_at(payload, &headers, now);
            if let Ok(delivery) = &received {
                prop_assert_eq!(&delivery.clone().into_owned(), delivery);
            }
            // The error of a delivery also says that it is genuine.
            let received = received.map(|delivery| delivery.event).map_err(|error| error.to_string());
            prop_assert_eq!(received, agentmail_webhooks::parse(payload).map_err(|error| error.to_string()));
        }
        for (edge, kind) in [(latest.checked_add(1), ErrorKind::TimestampTooOld), (earliest.checked_sub(1), ErrorKind::TimestampTooNew)] {
            let Some(edge) = edge else { continue };
            let room = if kind == ErrorKind::TimestampTooOld { u64::MAX - edge } else { edge };
            let further = u64::try_from(beyond.index(usize::try_from(room).unwrap().max(1))).unwrap();
            let further = if kind == ErrorKind::TimestampTooOld { edge + further } else { edge - further };
            for now in [edge, further] {
                if sending.scheme == Scheme::Body {
                    webhook.verify_at(payload, &headers, now).unwrap();
                } else {
                    prop_assert_eq!(refused(&webhook, payload, &headers, now), kind);
                }
            }
        }
    }

    #[test]
    fn one_bit_of_the_payload_is_refused(sending in sending(), bit in any::<Index>()) {
        let Some(headers) = sending.headers() else { return Ok(()) };
        let mut payload = sending.payload.clone();
        if payload.is_empty() {
            payload.push(0);
        } else {
            flip(&mut payload, bit);
        }
        prop_assert_eq!(refused(&sending.webhook(), &payload, &headers, sending.timestamp), ErrorKind::SignatureMismatch);
    }

    #[test]
    fn one_bit_of_the_signature_is_refused(sending in sending(), bit in any::<Index>()) {
        let Some(mut headers) = sending.headers() else { return Ok(()) };
        let (_, value) = headers.last_mut().unwrap();
        let text = str::from_utf8(value).unwrap();
        let (prefix, digits) = text.split_at(text.find(['=', ',']).unwrap() + 1);
        let is_base64 = sending.scheme == Scheme::Standard;
        let mut mac = if is_base64 { STANDARD.decode(digits).unwrap() } else { hex::decode(digits).unwrap() };
        flip(&mut mac, bit);
        let digits = if is_base64 { STANDARD.encode(mac) } else { hex::encode(mac) };
        *value = [prefix, &digits].concat().into();
        prop_assert_eq!(refused(&sending.webhook(), &sending.payload, &headers, sending.timestamp), ErrorKind::SignatureMismatch);
    }

    /// The id, the timestamp, and the text around the signature.
    #[test]
    fn one_bit_of_a_header_is_refused(sending in sending(), which in any::<Index>(), bit in any::<Index>()) {
        let Some(mut headers) = sending.headers() else { return Ok(()) };
        let which = which.index(headers.len());
        let (name, value) = &mut headers[which];
        let before = value.clone();
        flip(value, bit);
        // Hexadecimal digits are of either case: the signature is the same.
        let is_hex = name.starts_with("x-agentmail-signature");
        let digits = before.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
        if is_hex && value[..digits] == before[..digits] && value.eq_ignore_ascii_case(&before) {
            sending.webhook().verify_at(&sending.payload, &headers, sending.timestamp).unwrap();
            return Ok(());
        }
        let is_time = name.ends_with("timestamp");
        let kind = refused(&sending.webhook(), &sending.payload, &headers, sending.timestamp);
        let late = [ErrorKind::TimestampTooOld, ErrorKind::TimestampTooNew].contains(&kind);
        prop_assert!(HEADER_REFUSALS.contains(&kind) || is_time && late, "{kind:?}");
    }

    #[test]
    fn one_bit_of_the_secret_is_refused(sending in sending(), bit in any::<Index>()) {
        let Some(headers) = sending.headers() else { return Ok(()) };
        let secret = if sending.scheme == Scheme::Standard {
            let mut key = STANDARD.decode(sending.secret.trim_start_matches("whsec_")).unwrap();
            flip(&mut key, bit);
            STANDARD.encode(key)
        } else {
            let mut secret = sending.secret.clone().into_bytes();
            flip(&mut secret, bit);
            // A secret is text.
            let Ok(secret) = String::from_utf8(secret) else { return Ok(()) };
            secret
        };
        match sending.webhook_with(&secret) {
            Ok(webhook) => prop_assert_eq!(refused(&webhook, &sending.payload, &headers, sending.timestamp), ErrorKind::SignatureMismatch),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidSecret),
        }
    }
}

// ---- Payloads ----

/// The valid events of the fixtures, small enough to be many.
fn templates() -> Vec<Node> {
    let cases = FILES.iter().flat_map(|(file, _)| cases(file));
    let valid = cases.filter(|case| case.expected()["event"].is_object()).map(|case| case.payload());
    let small = valid.filter(|payload| payload.len() < 4096);
    // Those that `serde_json` reads: without a byte order mark, lone surrogates and numbers beyond a float.
    let plain = small.filter(|payload| serde_json::from_slice::<Value>(payload).is_ok());
    plain.map(|payload| Node::read(str::from_utf8(&payload).unwrap()).unwrap()).collect()
}

/// Every member's name in the fixtures.
fn names() -> Vec<String> {
    fn collect(node: &Node, names: &mut BTreeSet<String>) {
        match node {
            Node::Leaf(_) => {}
            Node::List(items) => items.iter().for_each(|item| collect(item, names)),
            Node::Object(members) => {
                for (name, value) in members {
                    names.insert(name.clone());
                    collect(value, names);
                }
            }
        }
    }
    let mut names = BTreeSet::from(
        ["event_type", "type", "from_", "body_omitted", "automated", "extra"].map(str::to_owned),
    );
    for template in templates() {
        collect(&template, &mut names);
    }
    names.into_iter().collect()
}

fn any_text() -> impl Strategy<Value = String> {
    let known = Event::TYPES.iter().chain(&["event", "", "Jane <jane@example.com>", "2026-01-01T00:00:00Z"]);
    prop_oneof![any::<String>(), select(known.map(|text| (*text).to_owned()).collect::<Vec<_>>())]
}

fn leaf() -> impl Strategy<Value = Node> {
    let literals = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1.0",
        "1e3",
        "0.1e-7",
        "9007199254740991",
        "9007199254740992",
    ];
    let literals = literals.into_iter().chain([
        "18446744073709551616",
        "2048.0",
        "1e400",
        r#""\u0000""#,
        r#""\ud83d\ude00\/""#,
        r#""\ud83d""#,
        r#""\ude00\ud83d""#,
    ]);
    prop_oneof![
        select(literals.collect::<Vec<_>>()).prop_map(|text| Node::Leaf(text.into())),
        any::<i64>().prop_map(|number| Node::Leaf(number.to_string())),
        any_text().prop_map(|text| Node::Leaf(json!(text).to_string())),
    ]
}

/// Any JSON, with names that mean something.
fn any_json() -> impl Strategy<Value = Node> {
    let name = prop_oneof![3 => select(names()), 1 => any::<String>()];
    leaf().prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Node::List),
            prop::collection::vec((name.clone(), inner), 0..8).prop_map(Node::Object),
        ]
    })
}

/// An event's name, and any members beside it.
fn any_event() -> impl Strategy<Value = Node> {
    (select(Event::TYPES), any_json(), any::<bool>()).prop_map(|(name, json, first)| {
        let mut members =
            if let Node::Object(members) = json { members } else { vec![("message".into(), json)] };
        let at = if first { 0 } else { members.len() };
        members.insert(at, ("event_type".into(), Node::Leaf(json!(name).to_string())));
        Node::Object(members)
    })
}

/// One edit of a payload: at one node, chosen by its number.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Node),
    Remove,
    Repeat,
    Insert(String, Node),
    Rename(String),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => any_json().prop_map(Edit::Replace),
        2 => Just(Edit::Remove),
        1 => Just(Edit::Repeat),
        2 => (select(names()), any_json()).prop_map(|(name, value)| Edit::Insert(name, value)),
        1 => select(names()).prop_map(Edit::Rename),
    ]
}

impl Edit {
    fn apply(self, root: &mut Node, at: Index) {
        let mut parents = Vec::new();
        paths(root, &mut Vec::new(), &mut parents);
        let Some(path) = (!parents.is_empty()).then(|| at.get(&parents)) else { return };
        let Some((last, path)) = path.split_last() else { return };
        let parent = path.iter().fold(root, |node, index| match node {
            Node::List(items) => &mut items[*index],
            Node::Object(members) => &mut members[*index].1,
            leaf @ Node::Leaf(_) => leaf,
        });
        match (self, parent) {
            (Self::Replace(value), Node::List(items)) => items[*last] = value,
            (Self::Replace(value), Node::Object(members)) => members[*last].1 = value,
            (Self::Remove, Node::List(items)) => drop(items.remove(*last)),
            (Self::Remove, Node::Object(members)) => drop(members.remove(*last)),
            (Self::Repeat, Node::List(items)) => items.push(items[*last].clone()),
            (Self::Repeat, Node::Object(members)) => members.push(members[*last].clone()),
            (Self::Insert(_, value), Node::List(items)) => items.insert(*last, value),
            (Self::Insert(name, value), Node::Object(members)) => members.insert(*last, (name, value)),
            (Self::Rename(name), Node::Object(members)) => members[*last].0 = name,
            _ => {}
        }
    }
}

/// The way to every node but the root: positions from the outside in.
fn paths(node: &Node, here: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    let children: Vec<&Node> = match node {
        Node::Leaf(_) => Vec::new(),
        Node::List(items) => items.iter().collect(),
        Node::Object(members) => members.iter().map(|(_, value)| value).collect(),
    };
    for (index, child) in children.into_iter().enumerate() {
        here.push(index);
        found.push(here.clone());
        paths(child, here, found);
        here.pop();
    }
}

/// A valid event with some edits, so that most of what is asked of it still holds.
fn event() -> impl Strategy<Value = Node> {
    let edits = prop::collection::vec((edit(), any::<Index>()), 0..4);
    (select(templates()), edits).prop_map(|(mut event, edits)| {
        for (edit, at) in edits {
            edit.apply(&mut event, at);
        }
        event
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_an_event_or_a_typed_error(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = check_payload(&payload);
    }

    #[test]
    fn any_text_is_an_event_or_a_typed_error(payload in any::<String>()) {
        let _ = check_payload(payload.as_bytes());
    }

    #[test]
    fn any_json_is_an_event_or_a_typed_error(json in any_json()) {
        let _ = check_payload(json.to_string().as_bytes());
    }

    #[test]
    fn any_members_of_an_event_are_an_event_or_a_typed_error(event in any_event()) {
        let _ = check_payload(event.to_string().as_bytes());
    }

    #[test]
    fn edited_events_are_an_event_or_a_typed_error(event in event()) {
        let _ = check_payload(event.to_string().as_bytes());
    }

    /// No genuine mail is lost over a detail (WIRE 3.9).
    #[test]
    fn any_members_beside_what_identifies_are_an_event(json in any_json(), event in event()) {
        for json in [json, event] {
            let text = json.to_string();
            if let Some(members) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
                check_damaged(members);
            }
        }
    }

    #[test]
    fn white_space_and_order_mean_nothing(event in event(), space in "[ \t\r\n]{0,3}", by in any::<Index>()) {
        let plain = event.to_string();
        let spaced = format!("{space}{plain}{space}");
        let value = |text: &str| check_payload(text.as_bytes()).map(|event| serde_json::to_value(event).unwrap()).ok();
        prop_assert_eq!(value(&plain), value(&spaced));
        let Node::Object(mut members) = event else { return Ok(()) };
        // Repeated names are another matter: the last one counts. So is `extra`, which has a place of its own.
        let names: BTreeSet<_> = members.iter().map(|(name, _)| name.clone()).collect();
        if names.len() == members.len() && !members.is_empty() {
            let by = by.index(members.len());
            members.rotate_left(by);
            let (found, expected) = (value(&Node::Object(members).to_string()), value(&plain));
            prop_assert_eq!(found, expected);
        }
    }
}

/// The generators make what they are for: events that are taken, and both kinds of refusal.
#[test]
fn edited_events_are_of_every_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (events, mut found) = (event(), [0_u32; 3]);
    for _ in 0..500 {
        let event = events.new_tree(&mut runner).unwrap().current();
        match check_payload(event.to_string().as_bytes()) {
            Ok(Event::Unknown(_)) => found[0] += 1,
            Ok(_) => found[1] += 1,
            Err(_) => found[2] += 1,
        }
    }
    assert!(found.iter().all(|count| *count >= 10), "{found:?}");
}

#[test]
fn every_event_type_has_a_template() {
    let name = |event: &Node| -> Value {
        serde_json::to_value(agentmail_webhooks::parse(event.to_string().as_bytes()).unwrap()).unwrap()["event_type"].clone()
    };
    let found: BTreeSet<_> =
        templates().iter().map(|event| name(event).as_str().unwrap().to_owned()).collect();
    for wanted in Event::TYPES.iter().chain(&["unknown"]) {
        assert!(found.contains(*wanted), "the fixtures have no {wanted}");
    }
}

// ---- Addresses ----

/// A display name on the wire, by RFC 5322 and 6532: words, or a quoted string.
fn display_name() -> impl Strategy<Value = String> {
    const ATOM: &str = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\-äßéüøЖ東京\u{1f642}]{1,8}";
    let words = prop::collection::vec(ATOM, 1..4).prop_map(|words| words.join(" "));
    // Escapes only what must be escaped.
    let quoted =
        r"[ -~äßéЖ東京\u{1f642}]{1,20}".prop_map(|name| name.replace('\\', r"\\").replace('"', r#"\""#));
    prop_oneof![words, quoted.prop_map(|name| format!("\"{name}\""))]
}

/// A comment by RFC 5322: text and escapes in parentheses. The parser has no nested ones.
fn comment() -> impl Strategy<Value = String> {
    let text = r#"([ !"-'*-\[\]-~äßéЖ東京\u{1f642}]|\\[ -~]){0,8}"#;
    text.prop_map(|text| format!("({text})"))
}

fn mailbox() -> impl Strategy<Value = String> {
    let local = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\-äß東]{1,8}(\.[a-z0-9]{1,8}){0,2}";
    let domain = r"([a-z0-9äß東\-]{1,8}(\.[a-z]{2,4}){1,2}|\[192\.0\.2\.[0-9]\])";
    let address = (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}"));
    let named = (display_name(), " {0,2}", address.clone())
        .prop_map(|(name, space, address)| format!("{name}{space}<{address}>"));
    let mailbox = prop_oneof![named, address.clone().prop_map(|address| format!("<{address}>")), address];
    (mailbox, prop::collection::vec(comment(), 0..3), " {0,2}").prop_map(|(mailbox, comments, space)| {
        let comments = comments.into_iter().fold(String::new(), |all, comment| all + &space + &comment);
        format!("{space}{mailbox}{comments}{space}")
    })
}

/// Parses an address with a mail parser.
fn theirs(text: &str) -> Option<(Option<String>, String)> {
    let mut all = addrparse(text).ok()?.into_inner();
    match (all.pop(), all.pop()) {
        (Some(MailAddr::Single(one)), None) => Some((one.display_name, one.addr)),
        _ => None,
    }
}

fn ours(text: &str) -> (Option<String>, String) {
    let Address { name, email, .. } = Address::from_text(text);
    (name.map(Into::into), email.into())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_an_address(text in any::<String>(), marks in r#"[ <>"\\@a,\t\u{a0}]{0,24}"#) {
        check_address(&text);
        check_address(&marks);
    }

    #[test]
    fn well_formed_mailboxes_are_as_a_mail_parser_has_them(mailbox in mailbox()) {
        check_address(&mailbox);
        let (name, email) = ours(&mailbox);
        let (their_name, their_email) = theirs(&mailbox).unwrap();
        prop_assert_eq!(email, their_email);
        // The parser has no name from a comment.
        if let Some(their_name) = their_name {
            prop_assert_eq!(name, Some(their_name));
        } else {
            prop_assert!(name.is_none() || mailbox.trim_end().ends_with(')'));
        }
    }
}

/// Cases in which WIRE 3.4 is simpler than RFC 5322, or accepts more than the parser. If either changes, delete the
/// line.
#[test]
fn divergences_from_the_mail_parser() {
    type Mailbox = (Option<&'static str>, &'static str);
    let divergences: [(&str, Mailbox, Option<Mailbox>); 14] = [
        // An empty name is none.
        (r#""" <a@b.c>"#, (None, "a@b.c"), Some((Some(""), "a@b.c"))),
        // Only `\"` and `\\` are escapes.
        (r#""J\ane" <a@b.c>"#, (Some(r"J\ane"), "a@b.c"), Some((Some("Jane"), "a@b.c"))),
        // Comments are text but at the end, where one is the name if there is no other; and two quoted strings are one.
        ("Jane (work) <a@b.c>", (Some("Jane (work)"), "a@b.c"), Some((Some("Jane"), "a@b.c"))),
        ("a@b.c (Jane)", (Some("Jane"), "a@b.c"), Some((None, "a@b.c"))),
        ("a@b.c (Jane (Doe))", (Some("Jane (Doe)"), "a@b.c"), Some((None, "a@b.c )"))),
        (r#""A" "B" <a@b.c>"#, (Some(r#"A" "B"#), "a@b.c"), Some((Some("A B"), "a@b.c"))),
        // An angle bracket in a quoted local part.
        (r#"Jane <"a<b"@b.c>"#, (Some(r#"Jane <"a"#), r#"b"@b.c"#), Some((Some("Jane"), r#""a<b"@b.c"#))),
        (r#"Jane <"a>b"@b.c>"#, (Some("Jane"), r#""a>b"@b.c"#), None),
        // A string is one mailbox: no list, no group.
        ("a@b.c, d@e.f", (None, "a@b.c, d@e.f"), None),
        ("team: a@b.c;", (None, "team: a@b.c;"), None),
        // No string fails.
        ("Jane Doe", (None, "Jane Doe"), None),
        ("Jane <>", (Some("Jane"), ""), None),
        ("Jane <a@b.c", (None, "Jane <a@b.c"), None),
        (r#""a b"@b.c"#, (None, r#""a b"@b.c"#), None),
    ];
    let owned = |(name, email): Mailbox| (name.map(str::to_owned), email.to_owned());
    for (text, our_mailbox, their_mailbox) in divergences {
        check_address(text);
        assert_eq!((ours(text), theirs(text)), (owned(our_mailbox), their_mailbox.map(owned)), "{text}");
    }
}
