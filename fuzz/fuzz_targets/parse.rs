//! Any bytes are an event or a typed error, and what came out of an event can go in again.
#![no_main]

use agentmail_webhooks::{ErrorKind, Event, parse};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;

fuzz_target!(|payload: &[u8]| -> Corpus {
    let json = serde_json::from_slice::<Value>(payload);
    match parse(payload) {
        Ok(event) => {
            assert!(json.is_ok(), "an event that is no JSON");
            assert_eq!(event.clone().into_owned(), event);
            returns(&event, payload);
        }
        Err(error) => {
            let told = error.to_string();
            match error.kind() {
                // Neither more nor less strict than `serde_json`, in depth and in numbers too.
                ErrorKind::InvalidJson => {
                    assert!(json.is_err(), "{told}");
                    check_position(&told, payload);
                }
                ErrorKind::InvalidEvent => assert!(json.is_ok(), "{told}"),
                kind => panic!("{kind:?}: {told}"),
            }
        }
    }
    Corpus::Keep
});

/// The canonical form is wire, with what is in `extra` put back where it came from.
fn returns(event: &Event<'_>, payload: &[u8]) {
    let canonical = serde_json::to_value(event).expect("plain data");
    if let Event::Unknown(unknown) = event {
        // Its canonical form is no wire: the payload that it keeps is.
        assert_eq!(
            Ok(unknown.payload.as_str()),
            std::str::from_utf8(payload).map(|text| text.trim_matches([' ', '\t', '\n', '\r']))
        );
        assert_eq!(parse(unknown.payload.as_str().as_bytes()).as_ref(), Ok(event));
        return;
    }
    let mut wire = canonical.clone();
    put_back_extra(&mut wire);
    let wire = wire.to_string();
    match parse(wire.as_bytes()) {
        Ok(again) => assert_eq!(serde_json::to_value(again).expect("plain data"), canonical, "{wire}"),
        Err(error) => panic!("{error}: {wire}"),
    }
}

fn put_back_extra(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let extra = object.remove("extra");
            for (_, member) in object.iter_mut().filter(|(name, _)| !FREE_FORM.contains(&name.as_str())) {
                put_back_extra(member);
            }
            if let Some(Value::Object(extra)) = extra {
                object.extend(extra);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(put_back_extra),
        _ => {}
    }
}

/// Members without an `extra` of their own (WIRE 3.7).
const FREE_FORM: [&str; 2] = ["headers", "metadata"];

/// `invalid JSON at line 3 column 14: …` lies in the payload, or right behind it.
fn check_position(told: &str, payload: &[u8]) {
    let words: Vec<_> = told.split([' ', ':']).collect();
    let ["invalid", "JSON", "at", "line", line, "column", column, ..] = words[..] else { panic!("{told}") };
    let (line, column): (usize, usize) = (line.parse().expect(told), column.parse().expect(told));
    let text = payload.split(|byte| *byte == b'\n').nth(line - 1);
    let text = text.unwrap_or_else(|| panic!("no such line: {told}"));
    assert!((1..=text.len() + 1).contains(&column), "no such column: {told}");
}
