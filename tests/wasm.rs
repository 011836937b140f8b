//! The shared fixtures through the binding that the npm package calls: natively, and as wasm in Node.
#![cfg(feature = "wasm")]
// Tests panic on failures.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use agentmail_webhooks::wasm::{Buffers, Explainer, Host, Webhook};
use serde_json::{Value, from_slice, from_str, json};
#[cfg(not(target_arch = "wasm32"))]
use test as binding_test;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as binding_test;

/// An answer of the binding, or an error in JSON.
type Answer = Result<Value, Value>;

/// Calls the binding as `webhook.js` does.
struct Binding {
    buffers: Buffers,
    /// The host computes HMACs.
    host: bool,
}

impl Binding {
    fn new() -> Self {
        Self { buffers: Buffers::new(), host: false }
    }

    fn call(&mut self, arguments: &[&[u8]], method: impl FnOnce(&mut Buffers) -> usize) -> Answer {
        self.buffers.send(arguments).expect("memory");
        let length = method(&mut self.buffers);
        let (json, ascii, utf16) = self.buffers.answer();
        assert_eq!(length, json.len());
        answer(json, ascii, utf16)
    }

    fn add_secret(&mut self, webhook: &mut Webhook, scheme: &str, secret: Option<&str>) -> Answer {
        let length = secret.map(str::len);
        let arguments = [scheme.as_bytes(), secret.unwrap_or_default().as_bytes()];
        let answer = self.call(&arguments, |buffers| webhook.add_secret(buffers, scheme.len(), length));
        // The input has no length any more: it was wiped.
        assert_eq!(code(self.call(&[], |buffers| buffers.payload_not_raw(1))), "payload_not_raw");
        answer
    }

    fn build(&mut self, webhook: &mut Webhook, tolerance: f64) -> Answer {
        self.call(&[], |buffers| webhook.build(buffers, tolerance))
    }

    fn open(&mut self, webhook: &Webhook, payload: &[u8], headers: &str, now: f64, receive: bool) -> Answer {
        let host = self.host.then(host);
        self.call(&[payload, headers.as_bytes()], |buffers| {
            webhook.open(buffers, payload.len(), headers.len(), now, receive, host)
        })
    }

    fn sign(&mut self, webhook: &Webhook, payload: &[u8], id: &str, timestamp: f64) -> Answer {
        self.call(&[payload, id.as_bytes()], |buffers| {
            webhook.sign(buffers, payload.len(), id.len(), timestamp)
        })
    }

    fn parse(&mut self, payload: &[u8]) -> Answer {
        self.call(&[payload], |buffers| buffers.parse(payload.len()))
    }
}

/// Reads a result as `answer` in `webhook.js` does.
fn answer(json: &[u8], ascii: &[u8], utf16: &[u16]) -> Answer {
    assert!(json.is_ascii());
    let list: Vec<Value> = from_slice(json).expect("an answer is JSON");
    let [mut value, places] = match <[Value; 2]>::try_from(list) {
        Ok(answer) => answer,
        Err(mut refusal) => return Err(refusal.pop().expect("an error")),
    };
    for text in places.as_array().expect("texts") {
        let range = |start: &Value, length: &Value| {
            let [start, length] = [start, length]
                .map(|number| usize::try_from(number.as_u64().expect("a number")).expect("in memory"));
            start..start + length
        };
        let bytes = range(&text[0], &text[1]);
        let text_itself = if text[2] == true {
            String::from_utf16(&utf16[bytes.start / 2..bytes.end / 2]).expect("UTF-16")
        } else {
            let bytes = &ascii[bytes];
            assert!(bytes.is_ascii());
            String::from_utf8(bytes.to_vec()).expect("ASCII")
        };
        let place = text[3].as_array().expect("a path").iter().fold(&mut value, |place, step| {
            match step.as_u64().and_then(|index| usize::try_from(index).ok()) {
                Some(index) => &mut place[index],
                None => &mut place[step.as_str().expect("a name")],
            }
        });
        assert_eq!(*place, "", "a long text stands in for an empty one");
        *place = text_itself.into();
    }
    Ok(value)
}

/// Node's HMAC, as `host.js` has it.
#[cfg(target_arch = "wasm32")]
fn host() -> Host {
    host_with(
        "process.getBuiltinModule('node:crypto').createHmac('sha256', key).update(prefix).update(payload).digest()",
    )
}

/// A host whose MAC is the value of an expression, which `webhook.js` passes on in this way.
#[cfg(target_arch = "wasm32")]
fn host_with(mac: &str) -> Host {
    let body = format!(
        "return {{ hmacSha256(key, prefix, payload, address) {{
            const mac = {mac};
            if (mac.length !== 32) return false;
            new Uint8Array(memory.buffer).set(mac, address);
            return true;
        }} }}"
    );
    let make = js_sys::Function::new_with_args("memory", &body);
    let host = make.call1(&wasm_bindgen::JsValue::NULL, &wasm_bindgen::memory()).expect("a host");
    wasm_bindgen::JsCast::unchecked_into(host)
}

#[cfg(not(target_arch = "wasm32"))]
fn host() -> Host {
    unreachable!("there is no host")
}

/// Natively there is no host.
const HOSTS: &[bool] = if cfg!(target_arch = "wasm32") { &[false, true] } else { &[false] };

#[binding_test]
fn every_fixture() {
    let mut count = 0_usize;
    let mut failures = Vec::new();
    for (file, text) in common::FILES {
        let file_of_cases: Value = from_str(text).expect("JSON");
        for case in file_of_cases["cases"].as_array().expect("cases") {
            count += 1;
            for &host in HOSTS {
                let found = match call(&mut Binding { host, ..Binding::new() }, case) {
                    // An answer to a payload nested as deeply as allowed is nested too deeply for `serde_json`.
                    Ok(_) if case["expected"] == json!({}) => json!({}),
                    Ok(answer) if case["call"] == "explain" => json!({"explanation": answer}),
                    Ok(answer) => parts(answer),
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

/// Runs a case as JavaScript does.
fn call(binding: &mut Binding, case: &Value) -> Answer {
    let payload = payload(case);
    if case["expected"] == json!({}) && case["secrets"].is_null() {
        // Too deep for the reader of this test.
        binding.buffers.send(&[&payload]).expect("memory");
        binding.buffers.parse(payload.len());
        return if binding.buffers.answer().0.starts_with(b"[{\"code\"") {
            Err(json!({}))
        } else {
            Ok(Value::Null)
        };
    }
    let Some(secrets) = case["secrets"].as_array() else { return parsed_and_received(binding, &payload) };
    let headers = header_block(case["headers"].as_array().expect("headers"));
    let now = case["now"].as_f64().expect("now");
    let tolerance = case["tolerance"].as_f64().unwrap_or(300.0);
    if case["call"] == "explain" {
        return explain(binding, secrets, &payload, &headers, now, tolerance);
    }
    let mut webhook = Webhook::new();
    for secret in secrets {
        binding.add_secret(&mut webhook, text(&secret["scheme"]), secret["secret"].as_str())?;
    }
    binding.build(&mut webhook, tolerance)?;
    let expected = &case["expected"];
    let receive =
        case["call"] == "receive" || expected["event"].is_object() || expected["idempotencyKey"].is_string();
    binding.open(&webhook, &payload, &headers, now, receive)
}

/// Warnings come with a delivery: the payload is signed here.
fn parsed_and_received(binding: &mut Binding, payload: &[u8]) -> Answer {
    let parsed = binding.parse(payload);
    let webhook = webhook(binding, "standard", STANDARD);
    let headers = signed(binding, &webhook, payload, "msg_1");
    let received = binding.open(&webhook, payload, &headers, 1e9, true);
    match (&parsed, &received) {
        (Ok(parsed), Ok(received)) => assert_eq!(*parsed, received["event"]),
        (Err(parsed), Err(received)) => {
            assert_eq!(parsed["message"], received["message"]);
            assert_eq!(parsed["verified"], Value::Null, "nothing was verified");
            let mut verified = received["verified"].clone();
            let key = verified.as_object_mut().expect("what was verified").remove("idempotencyKey");
            assert!(key.is_some_and(|key| key.is_string()), "the id, or that of the event");
            let expected =
                json!({"scheme": "standard", "id": "msg_1", "timestamp": 1_000_000_000, "secretIndex": 0});
            assert_eq!(verified, expected);
        }
        _ => assert_eq!(parsed, received),
    }
    received
}

/// The headers of a payload that is signed at 1e9, as `webhook.js` passes them.
fn signed(binding: &mut Binding, webhook: &Webhook, payload: &[u8], id: &str) -> String {
    let signed = binding.sign(webhook, payload, id, 1e9).expect("headers");
    let headers = signed.as_object().expect("an object").iter();
    headers.flat_map(|(name, value)| [name.as_str(), text(value)]).collect::<Vec<_>>().join("\n")
}

fn explain(
    binding: &mut Binding,
    secrets: &[Value],
    payload: &[u8],
    headers: &str,
    now: f64,
    tolerance: f64,
) -> Answer {
    let mut explainer = Explainer::new();
    for secret in secrets {
        let [scheme, secret] = [text(&secret["scheme"]), text(&secret["secret"])];
        binding.call(&[scheme.as_bytes(), secret.as_bytes()], |buffers| {
            explainer.add_secret(buffers, scheme.len(), secret.len())
        })?;
    }
    binding.call(&[payload, headers.as_bytes()], |buffers| {
        explainer.explain(buffers, payload.len(), headers.len(), now, tolerance)
    })
}

/// Writes headers as `headerBlock` in `webhook.js` does: a line break would forge another header.
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
fn parts(mut answer: Value) -> Value {
    let object = answer.as_object_mut().expect("an object");
    let mut found = json!({});
    for name in ["event", "idempotencyKey", "warnings"] {
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
    let others = object.keys().filter(|name| !["code", "message", "verified"].contains(&name.as_str()));
    assert_eq!(others.count(), 0, "{object:?}");
    error
}

fn code<T: core::fmt::Debug>(result: Result<T, Value>) -> String {
    text(&result.expect_err("a refusal")["code"]).to_owned()
}

/// A webhook with one secret.
fn webhook(binding: &mut Binding, scheme: &str, secret: &str) -> Webhook {
    let mut webhook = Webhook::new();
    binding.add_secret(&mut webhook, scheme, Some(secret)).expect("a secret");
    binding.build(&mut webhook, 300.0).expect("a tolerance");
    webhook
}

const STANDARD: &str = "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=";

#[binding_test]
fn numbers_that_make_no_sense() {
    let mut binding = Binding::new();
    let mut body = webhook(&mut binding, "body", "a secret");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE] {
        assert_eq!(code(binding.build(&mut body, number)), "invalid_option", "tolerance {number}");
        assert_eq!(code(binding.open(&body, b"{}", "", number, false)), "invalid_option", "now {number}");
        assert_eq!(code(binding.sign(&body, b"{}", "msg_1", number)), "invalid_option", "timestamp {number}");
        for (now, tolerance) in [(number, 300.0), (0.0, number)] {
            assert_eq!(code(explain(&mut binding, &[], b"{}", "", now, tolerance)), "invalid_option");
        }
    }
    for number in [0.0, -0.0, 0.9, 1e300, f64::MAX] {
        binding.build(&mut body, number).expect("a tolerance");
    }
}

#[binding_test]
fn secrets_that_are_none() {
    let mut binding = Binding::new();
    let mut webhook = Webhook::new();
    assert_eq!(code(binding.build(&mut webhook, 300.0)), "invalid_secret");
    assert_eq!(code(binding.add_secret(&mut webhook, "standard", None)), "invalid_secret");
    assert_eq!(code(binding.add_secret(&mut webhook, "svix", Some("a secret"))), "invalid_option");
    assert_eq!(
        code(binding.build(&mut webhook, 300.0)),
        "invalid_secret",
        "a refused secret counts for nothing"
    );
    assert_eq!(code(binding.sign(&webhook, b"{}", "msg_1", 0.0)), "invalid_secret");
    assert!(!format!("{webhook:?}").contains("secret"), "{webhook:?}");
}

#[binding_test]
fn lengths_beyond_the_input() {
    let mut binding = Binding::new();
    let webhook = webhook(&mut binding, "standard", STANDARD);
    for length in [1_usize << 20, usize::MAX] {
        let opened = binding.call(&[], |buffers| webhook.open(buffers, length, length, 0.0, true, None));
        assert_eq!(code(opened), "missing_header");
        assert_eq!(code(binding.call(&[], |buffers| buffers.parse(length))), "invalid_json");
    }
}

#[binding_test]
fn headers_that_are_cut_short() {
    let mut binding = Binding::new();
    let webhook = webhook(&mut binding, "standard", STANDARD);
    for block in
        ["", "\n", "\n\n", "svix-id", "svix-id\n", "svix-id\nmsg_1\nsvix-timestamp", "\nsvix-id\nmsg_1"]
    {
        assert_eq!(code(binding.open(&webhook, b"{}", block, 0.0, false)), "missing_header", "{block:?}");
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
        for &host in HOSTS {
            let mut binding = Binding { host, ..Binding::new() };
            let webhook = webhook(&mut binding, scheme, secret);
            for id in ["msg_1", &long_id] {
                let block = signed(&mut binding, &webhook, b"{}", id);
                let verification = binding.open(&webhook, b"{}", &block, 1e9, false).expect("genuine");
                assert_eq!(verification["scheme"], scheme);
                assert_eq!(code(binding.open(&webhook, b"{ }", &block, 1e9, false)), "signature_mismatch");
            }
        }
    }
}

/// A wrong MAC of the host verifies nothing: it is compared as our own is.
#[cfg(target_arch = "wasm32")]
#[binding_test]
fn a_mac_of_the_host_that_is_wrong() {
    let open = |mac: &str, headers: &str| {
        let mut binding = Binding::new();
        let webhook = webhook(&mut binding, "body", "a secret of thirty-two bytes, all");
        let host = host_with(mac);
        binding.call(&[b"{}", headers.as_bytes()], |buffers| {
            webhook.open(buffers, 2, headers.len(), 0.0, false, Some(host))
        })
    };
    let mut binding = Binding::new();
    let webhook = webhook(&mut binding, "body", "a secret of thirty-two bytes, all");
    let genuine = signed(&mut binding, &webhook, b"{}", "");
    let zeros = format!("x-agentmail-signature\n{}", "00".repeat(32));
    for wrong in ["new Uint8Array(32).fill(255)", "key.slice(0, 32)"] {
        assert_eq!(code(open(wrong, &genuine)), "signature_mismatch", "{wrong}");
        assert_eq!(code(open(wrong, &zeros)), "signature_mismatch", "{wrong}");
    }
    // Other lengths are ignored: the module computes the MAC itself.
    for none in ["new Uint8Array(0)", "new Uint8Array(31)", "new Uint8Array(33)"] {
        assert!(open(none, &genuine).is_ok(), "{none}");
        assert_eq!(code(open(none, &zeros)), "signature_mismatch", "{none}");
    }
}

#[binding_test]
fn long_texts_of_every_kind() {
    let mut binding = Binding::new();
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
    let mut buffers = Buffers::new();
    assert!(buffers.input(usize::MAX).is_null());
    // In wasm, that is 2 GiB, which may be there.
    #[cfg(not(target_arch = "wasm32"))]
    assert!(buffers.input(isize::MAX.unsigned_abs()).is_null());
    assert!(!buffers.input(10).is_null());
    assert_eq!(format!("{buffers:?}"), "Buffers { .. }");
}

#[binding_test]
fn payloads_that_are_refused_before_they_are_copied() {
    let mut binding = Binding::new();
    let error = binding.call(&[b"Object"], |buffers| buffers.payload_not_raw(6)).expect_err("an error");
    assert_eq!((&error["code"], &error["status"]), (&json!("payload_not_raw"), &json!(500)));
    assert!(text(&error["message"]).ends_with("found Object"));
    let error = binding.call(&[], |buffers| buffers.payload_too_large(5)).expect_err("an error");
    assert_eq!((&error["code"], &error["status"]), (&json!("payload_too_large"), &json!(413)));
}
