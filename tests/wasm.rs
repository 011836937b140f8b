//! The shared fixtures through the binding that the npm package calls, in Node.
#![cfg(all(target_arch = "wasm32", feature = "wasm"))]
// A test stops where something is not as it must be.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod common;

use agentmail_webhooks::wasm::{Endpoint, Secrets, parse, payload_not_raw};
use serde_json::{Value, from_str, json};
use wasm_bindgen_test::wasm_bindgen_test;

/// An answer of the binding, JSON either way.
type Answer = Result<String, String>;

#[wasm_bindgen_test]
fn every_fixture() {
    let mut count = 0_usize;
    let mut failures = Vec::new();
    for (file, text) in common::FILES {
        let file_of_cases: Value = from_str(text).expect("JSON");
        for case in file_of_cases["cases"].as_array().expect("cases") {
            count = count.saturating_add(1);
            let found = match answer(case) {
                // An answer to a payload nested as deeply as allowed is nested too deeply for `serde_json`.
                Ok(_) if case["expected"] == json!({}) => json!({}),
                Ok(answer) if case["call"] == "explain" => {
                    json!({"explanation": from_str::<Value>(&answer).expect("JSON")})
                }
                Ok(answer) => parts(&answer, case["secrets"].is_array()),
                Err(error) => json!({"error": without_hint(&error)}),
            };
            if !common::agrees(&case["expected"], &found) {
                let (id, expected) = (&case["id"], &case["expected"]);
                failures.push(format!("{file}: {id}\n  expected {expected}\n  found    {found}\n"));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.concat());
    assert!(count > 100, "only {count} cases");
}

/// What JavaScript does with a case.
fn answer(case: &Value) -> Answer {
    let payload = payload(case);
    let Some(secrets) = case["secrets"].as_array() else { return parse(&payload) };
    if case["call"] == "explain" {
        return explain(case, secrets, &payload);
    }
    let mut endpoint = Endpoint::new(case["tolerance"].as_f64().unwrap_or(300.0))?;
    for secret in secrets {
        endpoint.add_secret(text(&secret["scheme"]), secret["secret"].as_str().map(Vec::from))?;
    }
    endpoint.check_secrets()?;
    let headers = header_block(case["headers"].as_array().expect("headers"));
    let now = case["now"].as_f64().expect("now");
    let expected = &case["expected"];
    if case["call"] == "receive" || expected["event"].is_object() || expected["idempotencyKey"].is_string() {
        endpoint.receive(&payload, &headers, now)
    } else {
        endpoint.verify(&payload, &headers, now)
    }
}

fn explain(case: &Value, secrets: &[Value], payload: &[u8]) -> Answer {
    let mut list = Secrets::new();
    for secret in secrets {
        list.add(text(&secret["scheme"]), text(&secret["secret"]).into())?;
    }
    let headers = header_block(case["headers"].as_array().expect("headers"));
    let tolerance = case["tolerance"].as_f64().unwrap_or(300.0);
    list.explain(payload, &headers, tolerance, case["now"].as_f64().expect("now"))
}

/// As `headerBlock` in `webhook.js`: a line break would forge another header.
fn header_block(headers: &[Value]) -> String {
    let line = |value: &Value| text(value).replace('\n', "\0");
    let names_and_values = headers.iter().flat_map(|pair| [line(&pair[0]), line(&pair[1])]);
    names_and_values.collect::<Vec<_>>().join("\n")
}

fn payload(case: &Value) -> Vec<u8> {
    if let Some(payload) = case["payload"].as_str() {
        return payload.into();
    }
    if let Some(digits) = case["payload_hex"].as_str() {
        let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("ASCII"));
        return pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect();
    }
    let repeat = &case["payload_repeat"];
    let times = repeat["times"].as_u64().and_then(|times| times.try_into().ok()).expect("a count");
    [text(&repeat["prefix"]), &text(&repeat["unit"]).repeat(times), text(&repeat["suffix"])].concat().into()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// An answer in the form of `expected`. `verify` and `receive` put all parts on one level.
fn parts(answer: &str, is_delivery: bool) -> Value {
    let mut answer: Value = from_str(answer).expect("an answer is JSON");
    if !is_delivery {
        return json!({"event": answer});
    }
    let object = answer.as_object_mut().expect("an object");
    let mut found = json!({});
    for name in ["event", "idempotencyKey"] {
        if let Some(part) = object.remove(name) {
            found[name] = part;
        }
    }
    found["verification"] = answer;
    found
}

/// An error, after a look at what every error has.
fn without_hint(error: &str) -> Value {
    let mut error: Value = from_str(error).expect("an error is JSON");
    let object = error.as_object_mut().expect("an object");
    assert!(object.remove("hint").is_some_and(|hint| hint.as_str().is_some_and(|hint| hint.len() > 10)));
    assert!(object.remove("status").is_some_and(|status| matches!(status.as_u64(), Some(400 | 401 | 500))));
    assert_eq!(object.len(), 2, "code and message are left");
    error
}

fn code(answer: Answer) -> String {
    let error: Value = from_str(&answer.expect_err("a refusal")).expect("an error is JSON");
    text(&error["code"]).to_owned()
}

#[wasm_bindgen_test]
fn numbers_that_make_no_sense() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE] {
        let refusal = Endpoint::new(number).map(|_| String::new());
        assert_eq!(code(refusal), "invalid_option", "tolerance {number}");
        let mut endpoint = Endpoint::new(0.0).expect("a tolerance");
        endpoint.add_secret("body", Some("a secret".into())).expect("a secret");
        assert_eq!(code(endpoint.verify(b"{}", "", number)), "invalid_option", "now {number}");
        assert_eq!(code(endpoint.sign(b"{}", "msg_1", number)), "invalid_option", "timestamp {number}");
    }
    for number in [0.0, -0.0, 0.9, 1e300, f64::MAX] {
        Endpoint::new(number).map(drop).expect("a tolerance");
    }
}

#[wasm_bindgen_test]
fn secrets_that_are_none() {
    let mut endpoint = Endpoint::new(300.0).expect("a tolerance");
    let nothing = |result: Result<(), String>| result.map(|()| String::new());
    assert_eq!(code(nothing(endpoint.check_secrets())), "invalid_secret");
    assert_eq!(code(nothing(endpoint.add_secret("standard", None))), "invalid_secret");
    assert_eq!(code(nothing(endpoint.add_secret("svix", Some("a secret".into())))), "invalid_option");
    assert_eq!(
        code(nothing(endpoint.check_secrets())),
        "invalid_secret",
        "a refused secret counts for nothing"
    );
    assert_eq!(code(endpoint.sign(b"{}", "msg_1", 0.0)), "invalid_secret");
}

#[wasm_bindgen_test]
fn headers_that_are_cut_short() {
    let mut endpoint = Endpoint::new(300.0).expect("a tolerance");
    endpoint.add_secret("standard", Some("whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=".into())).expect("a secret");
    for block in
        ["", "\n", "\n\n", "svix-id", "svix-id\n", "svix-id\nmsg_1\nsvix-timestamp", "\nsvix-id\nmsg_1"]
    {
        assert_eq!(code(endpoint.verify(b"{}", block, 0.0)), "missing_header", "{block:?}");
    }
}

#[wasm_bindgen_test]
fn signed_headers_verify() {
    for (scheme, secret) in
        [("standard", "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE="), ("timestamped", "a"), ("body", "b")]
    {
        let mut endpoint = Endpoint::new(300.0).expect("a tolerance");
        endpoint.add_secret(scheme, Some(secret.into())).expect("a secret");
        let signed: Value = from_str(&endpoint.sign(b"{}", "msg_1", 1e9).expect("headers")).expect("JSON");
        let lines = signed
            .as_object()
            .expect("an object")
            .iter()
            .flat_map(|(name, value)| [name.as_str(), text(value)]);
        let block = lines.collect::<Vec<_>>().join("\n");
        let verification: Value =
            from_str(&endpoint.verify(b"{}", &block, 1e9).expect("genuine")).expect("JSON");
        assert_eq!(verification["scheme"], scheme);
    }
}

#[wasm_bindgen_test]
fn what_is_told_of_a_payload_that_is_not_raw() {
    let error: Value = from_str(&payload_not_raw("Object".to_owned())).expect("JSON");
    assert_eq!(error["code"], "payload_not_raw");
    assert_eq!(error["status"], 500);
    assert!(text(&error["message"]).ends_with("found Object"));
}
