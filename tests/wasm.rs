//! The shared fixtures through the binding that the npm package calls: natively, and as wasm in Node.
#![cfg(feature = "wasm")]
// A test stops where something is not as it must be.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use agentmail_webhooks::wasm::{Call, Module};
use serde_json::{Value, from_slice, from_str, json};
#[cfg(not(target_arch = "wasm32"))]
use test as binding_test;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as binding_test;

/// An answer of the binding, or an error in JSON.
type Answer = Result<Value, Value>;

/// What `webhook.js` does with the binding.
struct Binding {
    module: Module,
    /// Whether SHA-256 is the host's.
    host: bool,
}

impl Binding {
    fn new(host: bool) -> Self {
        Self { module: Module::new(), host }
    }

    fn send(&mut self, parts: &[&[u8]]) {
        let all = parts.concat();
        self.module.input(all.len() + 512).expect("memory")[..all.len()].copy_from_slice(&all);
    }

    fn answer(&self, length: i32) -> Answer {
        let json = self.module.answer();
        assert_eq!(usize::try_from(length.unsigned_abs()), Ok(json.len()));
        assert!(json.is_ascii());
        let list: Vec<Value> = from_slice(json).expect("an answer is JSON");
        let [mut value, texts] = <[Value; 2]>::try_from(list).expect("a value and texts");
        for text in texts.as_array().expect("texts") {
            let range = |start: &Value, length: &Value| {
                let [start, length] = [start, length]
                    .map(|number| usize::try_from(number.as_u64().expect("a number")).expect("in memory"));
                start..start + length
            };
            let bytes = &self.module.texts()[range(&text[0], &text[1])];
            let text_itself = if text[2] == true {
                let units: Vec<_> =
                    bytes.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
                String::from_utf16(&units).expect("UTF-16")
            } else {
                assert!(bytes.is_ascii());
                String::from_utf8(bytes.to_vec()).expect("ASCII")
            };
            let place = text[3].as_array().expect("a path").iter().fold(&mut value, |place, step| match step
                .as_u64()
                .and_then(|index| usize::try_from(index).ok())
            {
                Some(index) => &mut place[index],
                None => &mut place[step.as_str().expect("a name")],
            });
            assert_eq!(*place, "", "a long text stands in for an empty one");
            *place = text_itself.into();
        }
        if length < 0 { Err(value) } else { Ok(value) }
    }

    /// What is no answer, but a number.
    fn checked(&self, result: i32) -> Result<usize, Value> {
        match usize::try_from(result) {
            Ok(number) => Ok(number),
            Err(_) => Err(self.answer(result).expect_err("an error")),
        }
    }

    fn create(&mut self, tolerance: f64) -> Result<usize, Value> {
        let result = self.module.create(tolerance);
        self.checked(result)
    }

    fn add_secret(&mut self, endpoint: usize, scheme: &str, secret: Option<&str>, listed: bool) -> Answer {
        self.send(&[scheme.as_bytes(), secret.unwrap_or_default().as_bytes()]);
        let length = secret.map_or(-1, |secret| i32::try_from(secret.len()).expect("short"));
        let result = self.module.add_secret(endpoint, scheme.len(), length, listed);
        let input = self.module.input(0).expect("memory");
        assert!(input.iter().all(|byte| *byte == 0), "a secret is wiped");
        self.checked(result).map(|_| Value::Null)
    }

    fn check_secrets(&mut self, endpoint: usize) -> Answer {
        let result = self.module.check_secrets(endpoint);
        self.checked(result).map(|_| Value::Null)
    }

    fn open(&mut self, endpoint: usize, payload: &[u8], headers: &str, now: f64, receive: bool) -> Answer {
        let call = Call { endpoint, payload: payload.len(), headers: headers.len(), now };
        let mut digests: Vec<u8> = Vec::new();
        loop {
            self.send(&[payload, headers.as_bytes(), &digests]);
            let length = self.module.open(call, receive, self.host, digests.len() / 32);
            let asked: Value = from_slice(self.module.answer()).expect("JSON");
            let Some(front) = asked.as_array().filter(|list| list.len() == 1) else {
                return self.answer(length);
            };
            assert!(self.host, "nobody is asked");
            let front = usize::try_from(front[0].as_u64().expect("a count")).expect("in memory");
            digests.extend(hmac_sha256::Hash::hash(self.module.front(front, payload.len())));
            assert!(digests.len() <= 16 * 32, "no end of questions");
        }
    }

    fn explain(&mut self, endpoint: usize, payload: &[u8], headers: &str, now: f64) -> Answer {
        self.send(&[payload, headers.as_bytes()]);
        let length =
            self.module.explain(Call { endpoint, payload: payload.len(), headers: headers.len(), now });
        self.answer(length)
    }

    fn sign(&mut self, endpoint: usize, payload: &[u8], id: &str, timestamp: f64) -> Answer {
        self.send(&[payload, id.as_bytes()]);
        let length = self.module.sign(endpoint, payload.len(), id.len(), timestamp);
        self.answer(length)
    }

    fn parse(&mut self, payload: &[u8]) -> Answer {
        self.send(&[payload]);
        let length = self.module.parse(payload.len());
        self.answer(length)
    }
}

#[binding_test]
fn every_fixture() {
    let mut count = 0_usize;
    let mut failures = Vec::new();
    for (file, text) in common::FILES {
        let file_of_cases: Value = from_str(text).expect("JSON");
        for case in file_of_cases["cases"].as_array().expect("cases") {
            count += 1;
            for host in [false, true] {
                let found = match answer(&mut Binding::new(host), case) {
                    // An answer to a payload nested as deeply as allowed is nested too deeply for `serde_json`.
                    Ok(_) if case["expected"] == json!({}) => json!({}),
                    Ok(answer) if case["call"] == "explain" => json!({"explanation": answer}),
                    Ok(answer) => parts(answer, case["secrets"].is_array()),
                    Err(error) => json!({"error": without_hint(error)}),
                };
                if !common::agrees(&case["expected"], &found) {
                    let (id, expected) = (&case["id"], &case["expected"]);
                    failures.push(format!(
                        "{file}: {id}, host {host}\n  expected {expected}\n  found    {found}\n"
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.concat());
    assert!(count > 100, "only {count} cases");
}

/// What JavaScript does with a case.
fn answer(binding: &mut Binding, case: &Value) -> Answer {
    let payload = payload(case);
    if case["expected"] == json!({}) && case["secrets"].is_null() {
        // Too deep for the reader of this test.
        binding.send(&[&payload]);
        let length = binding.module.parse(payload.len());
        return if length < 0 { binding.answer(length) } else { Ok(Value::Null) };
    }
    let Some(secrets) = case["secrets"].as_array() else { return binding.parse(&payload) };
    let headers = header_block(case["headers"].as_array().expect("headers"));
    let now = case["now"].as_f64().expect("now");
    let explained = case["call"] == "explain";
    let endpoint = binding.create(case["tolerance"].as_f64().unwrap_or(300.0))?;
    for secret in secrets {
        binding.add_secret(endpoint, text(&secret["scheme"]), secret["secret"].as_str(), explained)?;
    }
    if explained {
        return binding.explain(endpoint, &payload, &headers, now);
    }
    binding.check_secrets(endpoint)?;
    let expected = &case["expected"];
    let receive =
        case["call"] == "receive" || expected["event"].is_object() || expected["idempotencyKey"].is_string();
    binding.open(endpoint, &payload, &headers, now, receive)
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
fn parts(mut answer: Value, is_delivery: bool) -> Value {
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
fn without_hint(mut error: Value) -> Value {
    let object = error.as_object_mut().expect("an object");
    assert!(object.remove("hint").is_some_and(|hint| hint.as_str().is_some_and(|hint| hint.len() > 10)));
    assert!(object.remove("status").is_some_and(|status| matches!(status.as_u64(), Some(400 | 401 | 500))));
    assert_eq!(object.len(), 2, "code and message are left");
    error
}

fn code<T: core::fmt::Debug>(result: Result<T, Value>) -> String {
    text(&result.expect_err("a refusal")["code"]).to_owned()
}

/// An endpoint with one secret.
fn endpoint(binding: &mut Binding, scheme: &str, secret: &str) -> usize {
    let endpoint = binding.create(300.0).expect("a tolerance");
    binding.add_secret(endpoint, scheme, Some(secret), false).expect("a secret");
    endpoint
}

const STANDARD: &str = "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=";

#[binding_test]
fn numbers_that_make_no_sense() {
    let mut binding = Binding::new(false);
    let body = endpoint(&mut binding, "body", "a secret");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE] {
        assert_eq!(code(binding.create(number)), "invalid_option", "tolerance {number}");
        assert_eq!(code(binding.open(body, b"{}", "", number, false)), "invalid_option", "now {number}");
        assert_eq!(code(binding.sign(body, b"{}", "msg_1", number)), "invalid_option", "timestamp {number}");
    }
    for number in [0.0, -0.0, 0.9, 1e300, f64::MAX] {
        binding.create(number).expect("a tolerance");
    }
}

#[binding_test]
fn secrets_that_are_none() {
    let mut binding = Binding::new(false);
    let endpoint = binding.create(300.0).expect("a tolerance");
    assert_eq!(code(binding.check_secrets(endpoint)), "invalid_secret");
    assert_eq!(code(binding.add_secret(endpoint, "standard", None, false)), "invalid_secret");
    assert_eq!(code(binding.add_secret(endpoint, "svix", Some("a secret"), false)), "invalid_option");
    assert_eq!(
        code(binding.check_secrets(endpoint)),
        "invalid_secret",
        "a refused secret counts for nothing"
    );
    assert_eq!(code(binding.sign(endpoint, b"{}", "msg_1", 0.0)), "invalid_secret");
}

#[binding_test]
fn numbers_of_endpoints() {
    let mut binding = Binding::new(true);
    let first = endpoint(&mut binding, "body", "one");
    let second = endpoint(&mut binding, "body", "two");
    assert_ne!(first, second);
    binding.module.release(first);
    assert_eq!(code(binding.open(first, b"{}", "", 0.0, true)), "invalid_option");
    assert_eq!(code(binding.explain(first, b"{}", "", 0.0)), "invalid_option");
    assert_eq!(code(binding.sign(first, b"{}", "msg_1", 0.0)), "invalid_option");
    assert_eq!(code(binding.add_secret(first, "body", Some("three"), false)), "invalid_option");
    binding.module.release(usize::MAX);
    assert_eq!(endpoint(&mut binding, "body", "three"), first, "a number is given again");
    assert_eq!(code(binding.open(second, b"{}", "", 0.0, true)), "missing_header");
}

#[binding_test]
fn lengths_beyond_the_input() {
    let mut binding = Binding::new(false);
    let endpoint = endpoint(&mut binding, "standard", STANDARD);
    for length in [1_usize << 20, usize::MAX] {
        let call = Call { endpoint, payload: length, headers: length, now: 0.0 };
        let result = binding.module.open(call, true, true, usize::MAX);
        assert_eq!(code(binding.answer(result)), "missing_header");
        let result = binding.module.parse(length);
        assert_eq!(code(binding.answer(result)), "invalid_json");
    }
}

#[binding_test]
fn headers_that_are_cut_short() {
    let mut binding = Binding::new(false);
    let endpoint = endpoint(&mut binding, "standard", STANDARD);
    for block in
        ["", "\n", "\n\n", "svix-id", "svix-id\n", "svix-id\nmsg_1\nsvix-timestamp", "\nsvix-id\nmsg_1"]
    {
        assert_eq!(code(binding.open(endpoint, b"{}", block, 0.0, false)), "missing_header", "{block:?}");
    }
}

#[binding_test]
fn signed_headers_verify() {
    let long_id = "m".repeat(1000);
    for (scheme, secret) in [
        ("standard", STANDARD),
        ("timestamped", "a"),
        ("body", "b"),
        // Over a block of SHA-256: hashed first.
        ("body", &"long-".repeat(20)),
    ] {
        for host in [false, true] {
            let mut binding = Binding::new(host);
            let endpoint = endpoint(&mut binding, scheme, secret);
            for id in ["msg_1", &long_id] {
                let signed = binding.sign(endpoint, b"{}", id, 1e9).expect("headers");
                let headers = signed.as_object().expect("an object").iter();
                let lines = headers.flat_map(|(name, value)| [name.as_str(), text(value)]);
                let block = lines.collect::<Vec<_>>().join("\n");
                let verification = binding.open(endpoint, b"{}", &block, 1e9, false).expect("genuine");
                assert_eq!(verification["scheme"], scheme);
                assert_eq!(code(binding.open(endpoint, b"{ }", &block, 1e9, false)), "signature_mismatch");
            }
        }
    }
}

#[binding_test]
fn a_digest_that_is_wrong_is_a_signature_that_is_wrong() {
    let mut binding = Binding::new(true);
    let endpoint = endpoint(&mut binding, "body", "a secret");
    let headers = format!("x-agentmail-signature\n{}", "0".repeat(64));
    for digest in [[0; 32], [0xff; 32]] {
        binding.send(&[b"{}", headers.as_bytes(), &digest]);
        let call = Call { endpoint, payload: 2, headers: headers.len(), now: 0.0 };
        let result = binding.module.open(call, false, true, 1);
        assert_eq!(code(binding.answer(result)), "signature_mismatch");
        assert!(binding.module.front(512, 0).iter().all(|byte| *byte == 0), "nothing of the key stays");
    }
}

#[binding_test]
fn long_texts_of_every_kind() {
    let mut binding = Binding::new(false);
    let long = |unit: &str| unit.repeat(400);
    let (ascii, wide, astral, escapes) = (long("a~ "), long("ü€"), long("💌"), long("\"\\\n\u{7f}"));
    let payload = json!({"event_type": "message.received", "message": {
        "inbox_id": "i", "thread_id": "t", "message_id": long("x"), "text": ascii, "html": wide, "subject": astral,
        "labels": ["short", escapes], "attachments": [{}, {"content": ascii}], "more": {"deep": [wide]},
        "headers": {"X-Long": wide}}});
    let event = binding.parse(payload.to_string().as_bytes()).expect("an event");
    let message = &event["message"];
    assert_eq!(message["text"], ascii);
    assert_eq!(message["html"], wide);
    assert_eq!(message["subject"], astral);
    assert_eq!(message["labels"], json!(["short", escapes]));
    assert_eq!(message["attachments"], json!([{}, {"content": ascii}]));
    assert_eq!(message["extra"], json!({"more": {"deep": [wide]}}));
    assert_eq!(message["headers"], json!({"X-Long": wide}));
    // The one large payload of a day is not kept.
    let short = binding.parse(br#"{"event_type":"moon.landed"}"#).expect("an event");
    assert_eq!(short["wire_type"], "moon.landed");
}

#[binding_test]
fn more_than_there_is_memory_for() {
    let mut module = Module::new();
    assert!(module.input(usize::MAX).is_none());
    assert!(module.input(isize::MAX.unsigned_abs()).is_none());
    assert_eq!(module.input(10).expect("memory"), [0; 10]);
    assert_eq!(format!("{module:?}"), "Module { .. }");
}

#[binding_test]
fn what_is_told_of_a_payload_that_is_none() {
    let mut binding = Binding::new(false);
    binding.send(&[b"Object"]);
    let result = binding.module.payload_not_raw(6);
    let error = binding.answer(result).expect_err("an error");
    assert_eq!((&error["code"], &error["status"]), (&json!("payload_not_raw"), &json!(500)));
    assert!(text(&error["message"]).ends_with("found Object"));
    let result = binding.module.payload_too_large(5);
    let error = binding.answer(result).expect_err("an error");
    assert_eq!((&error["code"], &error["status"]), (&json!("payload_too_large"), &json!(413)));
}
