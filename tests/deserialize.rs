//! Deserializes events that were serialized, with every serde format and API.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::arithmetic_side_effects,
    reason = "tests panic on failures"
)]

mod common;

use agentmail_webhooks::{Event, parse};
use common::{FILES, cases};
use serde_json::Value;

/// Every event of the fixtures survives each round trip.
#[test]
fn every_event_comes_back() {
    let mut count = 0;
    for (file, _) in FILES {
        for case in cases(file).iter().filter(|case| case.expected()["event"].is_object()) {
            let payload = case.payload();
            let event = parse(&payload).unwrap();
            comes_back(&event, case.id());
            count += 1;
        }
    }
    assert!(count > 500, "only {count} events");
}

#[track_caller]
fn comes_back(event: &Event<'_>, id: &str) {
    let text = serde_json::to_string(event).unwrap();
    let again: Event<'static> = serde_json::from_str(&text).unwrap();
    assert_eq!(&again, event, "{id}");
    assert_eq!(serde_json::to_string(&again).unwrap(), text, "{id}");
    assert_eq!(&serde_json::from_slice::<Event<'static>>(text.as_bytes()).unwrap(), event, "{id}");
    assert_eq!(&serde_json::from_reader::<_, Event<'static>>(text.as_bytes()).unwrap(), event, "{id}");
    assert_eq!(
        &serde_json::from_value::<Event<'static>>(serde_json::to_value(event).unwrap()).unwrap(),
        event,
        "{id}"
    );
    let mut binary = Vec::new();
    ciborium::into_writer(event, &mut binary).unwrap();
    assert_eq!(&ciborium::from_reader::<Event<'static>, _>(binary.as_slice()).unwrap(), event, "{id}");
}

/// Events within another value, such as the message of a queue.
#[test]
fn within_another_value() {
    let queued = r#"[{"event_type":"moon.landed","crew":[1,-2,0.5,1e300,true,null,"\u0000\"\\"]}]"#;
    let events: Vec<Event<'static>> = serde_json::from_str(queued).unwrap();
    let value = serde_json::to_value(&events).unwrap();
    assert_eq!(value[0]["payload"], serde_json::from_str::<Value>(queued).unwrap()[0]);
}

#[test]
fn what_is_no_event_is_refused() {
    let told = |text: &str| serde_json::from_str::<Event<'static>>(text).unwrap_err().to_string();
    assert_eq!(told("{}"), "invalid event: payload: expected an object with event_type");
    assert!(told(r#"{"event_type":"message.sent"}"#).starts_with("invalid event: send: missing"));
    assert!(told("[").starts_with("EOF while parsing a list"));
    let mut binary = Vec::new();
    ciborium::into_writer(&[(1, 2)].into_iter().collect::<std::collections::BTreeMap<_, _>>(), &mut binary)
        .unwrap();
    assert!(ciborium::from_reader::<Event<'static>, _>(binary.as_slice()).is_err(), "names are text");
    binary.clear();
    ciborium::into_writer(&f64::NAN, &mut binary).unwrap();
    let error = ciborium::from_reader::<Event<'static>, _>(binary.as_slice()).unwrap_err();
    assert!(error.to_string().contains("a number that JSON cannot represent"), "{error}");
}
