//! The feature `testing`: samples have every documented field, and signed requests verify.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::std_instead_of_alloc, reason = "a test, which has std")]
#![allow(clippy::unwrap_used, reason = "tests panic on failures")]

use core::time::Duration;
use std::collections::BTreeSet;

use agentmail_webhooks::testing::{Clock, DIALECTS, EVENT_TYPES, SignedRequest, sample, sample_in};
use agentmail_webhooks::{
    EVENT_SCHEMAS, ErrorKind, Event, EventSchema, OBJECT_SCHEMAS, ObjectSchema, Scheme, Webhook, parse,
};
use serde_json::{Value, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

#[test]
fn there_is_a_sample_of_every_event() {
    let names: Vec<_> = Event::TYPES.iter().copied().chain(["unknown"]).collect();
    assert_eq!(EVENT_TYPES, names);
    for name in EVENT_TYPES {
        let samples = DIALECTS.iter().map(|dialect| sample_in(dialect, name).unwrap());
        for sample in samples.chain([sample(name).unwrap()]) {
            let event = parse(sample.as_ref()).unwrap();
            assert_eq!(event.event_type(), *name);
            // Samples of known events have no unknown members.
            assert!(!serde_json::to_string(&event).unwrap().contains("\"extra\""), "{name}: {event:?}");
        }
    }
}

#[test]
fn every_file_of_a_sample_is_one() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/samples");
    let names = |directory: &std::path::Path| -> BTreeSet<String> {
        let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().file_name());
        files.filter_map(|name| Some(name.to_str().unwrap().strip_suffix(".json")?.to_owned())).collect()
    };
    assert_eq!(names(&directory), EVENT_TYPES.iter().map(|name| (*name).to_owned()).collect());
    for dialect in DIALECTS {
        for name in names(&directory.join("dialects").join(dialect)) {
            assert_ne!(sample_in(dialect, &name).unwrap(), sample(&name).unwrap(), "{dialect}: {name}");
        }
    }
}

/// Every field of every object, in one sample at least; those of an event and of what it is about, in a sample of
/// that event.
#[test]
fn samples_have_every_documented_field() {
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for EventSchema { name, ty, .. } in EVENT_SCHEMAS {
        let mut own = BTreeSet::new();
        let dialects = DIALECTS.iter().map(|dialect| sample_in(dialect, name).unwrap());
        for sample in dialects.chain([sample(name).unwrap()]) {
            let event = serde_json::to_value(parse(sample.as_ref()).unwrap()).unwrap();
            visit(schema(ty).unwrap(), &event, &mut own);
        }
        let mut wanted = vec![*ty];
        wanted.extend(schema(ty).unwrap().fields.iter().filter_map(|field| object_of(field.ty)));
        // They are what `message.received` is.
        let is_variant = name.starts_with("message.received.");
        for object in wanted.into_iter().filter(|object| !is_variant && *object != "CalendarEvent") {
            let fields = schema(object).unwrap().fields.iter().map(|field| (object, field.name));
            missing.extend(fields.filter(|field| !own.contains(field)).map(|field| (*name, field)));
        }
        seen.extend(own);
    }
    for object in OBJECT_SCHEMAS.iter() {
        let fields = object.fields.iter().map(|field| (object.name, field.name));
        missing.extend(fields.filter(|field| !seen.contains(field)).map(|field| ("any", field)));
    }
    // The flat event of `agent_id` is documented without an id. A mail that is nobody's is among the spam.
    missing.retain(|(event, field)| *event == "any" || *field != ("Message", "automated"));
    missing.retain(|(_, field)| *field != ("MailReceived", "event_id"));
    assert_eq!(missing, []);
}

fn schema(name: &str) -> Option<&'static ObjectSchema> {
    OBJECT_SCHEMAS.iter().find(|schema| schema.name == name)
}

/// `Attachment` of `Vec<Attachment<'a>>`.
fn object_of(ty: &str) -> Option<&'static str> {
    let mut words = ty.split(|letter: char| !letter.is_alphanumeric());
    words
        .find_map(|word| Some(schema(if word == "RecurrenceDate" { "RecurrencePeriod" } else { word })?.name))
}

fn visit(schema: &'static ObjectSchema, value: &Value, seen: &mut BTreeSet<(&'static str, &'static str)>) {
    for field in schema.fields {
        let members = match value.get(field.name) {
            None => continue,
            Some(Value::Array(elements)) if elements.is_empty() => continue,
            Some(Value::Array(elements)) => elements.iter().collect(),
            Some(member) => vec![member],
        };
        seen.insert((schema.name, field.name));
        if let Some(object) = object_of(field.ty).and_then(self::schema) {
            for member in members {
                visit(object, member, seen);
            }
        }
    }
}

#[test]
fn overrides_are_merged() {
    let overrides = json!({
        "message": { "subject": "Hello", "labels": [], "text": null, "from": { "email": "a@b.example" }, "new": 1 },
    });
    let sample = sample("message.received").unwrap().merge(overrides).unwrap();
    let Event::MessageReceived(event) = parse(sample.as_ref()).unwrap() else {
        unreachable!("it has the name of its event")
    };
    let message = &event.message;
    assert_eq!(message.subject.as_deref(), Some("Hello"));
    assert_eq!((message.labels.len(), message.text.is_none()), (0, true));
    assert_eq!(message.from.first().unwrap().email, "a@b.example");
    assert_eq!(message.to.len(), 1, "what is not named stays");
    assert_eq!(serde_json::to_value(&event.message).unwrap().pointer("/extra/new"), Some(&json!(1)));
}

#[test]
fn what_cannot_be_is_refused() {
    let kind = |result: Result<_, agentmail_webhooks::Error>| result.err().map(|error| error.kind());
    assert_eq!(kind(sample("message.recieved").map(drop)), Some(ErrorKind::InvalidOption));
    assert_eq!(kind(sample_in("005", "message.sent").map(drop)), Some(ErrorKind::InvalidOption));
    let of_list = sample("message.sent").unwrap().merge(json!([1]));
    assert_eq!(kind(of_list.map(drop)), Some(ErrorKind::InvalidOption));
    assert_eq!(kind(SignedRequest::new("{}", "short").map(drop)), Some(ErrorKind::InvalidSecret));
    let with_dot = SignedRequest::builder("{}", 1).id("a.b").sign(SECRET);
    assert_eq!(kind(with_dot.map(drop)), Some(ErrorKind::InvalidOption));
}

#[test]
fn what_is_signed_verifies() {
    let payload = sample("message.bounced").unwrap();
    let webhook = Webhook::new(SECRET).unwrap();
    let request = SignedRequest::new(&payload, SECRET).unwrap();
    let delivery = webhook.receive(request.body(), request.headers()).unwrap();
    assert_eq!(delivery.event.event_type(), "message.bounced");
    let again = SignedRequest::new(&payload, SECRET).unwrap();
    let again = webhook.receive(again.body(), again.headers()).unwrap();
    assert_ne!(delivery.id, again.id, "each is a delivery of its own");
    assert_eq!(delivery.idempotency_key, again.idempotency_key, "of the same event");

    let forged = SignedRequest::new(&payload, OTHER_SECRET).unwrap();
    let error = webhook.receive(forged.body(), forged.headers()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignatureMismatch);
    assert!(!format!("{forged:?}").contains("v1,"), "Debug shows no signature");
}

#[test]
fn every_scheme_signs() {
    let clock = Clock::at(1_800_000_000);
    for scheme in [Scheme::Standard, Scheme::Timestamped, Scheme::Body] {
        let webhook = Webhook::builder().secret_for(scheme, SECRET).unwrap().build().unwrap();
        let builder = SignedRequest::builder("{}", clock.now()).scheme(scheme).id("msg_1");
        let request = builder.sign(SECRET).unwrap();
        let verified = webhook.verify_at(request.body(), request.headers(), clock.now()).unwrap();
        assert_eq!(verified.id(), (scheme == Scheme::Standard).then_some("msg_1"));
        let late = clock.clone();
        late.advance(Duration::from_secs(301));
        let result = webhook.verify_at(request.body(), request.headers(), late.now());
        assert_eq!(result.is_ok(), scheme == Scheme::Body, "{scheme:?}");
        clock.set(1_800_000_000);
    }
}

#[test]
fn as_a_request_of_http() {
    let request = SignedRequest::new("{}", SECRET).unwrap();
    let request: http::Request<Vec<u8>> = request.into_http("http://localhost/webhooks").unwrap();
    assert_eq!((request.method(), request.uri().path()), (&http::Method::POST, "/webhooks"));
    assert_eq!(request.headers()["content-type"], "application/json");
    Webhook::new(SECRET).unwrap().verify(request.body(), request.headers()).unwrap();
    assert!(SignedRequest::new("{}", SECRET).unwrap().into_http::<Vec<u8>>("not a uri").is_err());
}
