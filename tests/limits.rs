//! The cost of a request is limited. `SECURITY.md` lists the limits; the fixtures test those on signatures, secrets and
//! nesting.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "tests panic on failures")]

use agentmail_webhooks::{CheckName, Error, Scheme, Webhook, explain_at, parse};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: u64 = 1_700_000_000;

/// A genuine delivery whose header `name` is changed.
fn with_header(name: &str, change: impl Fn(&str) -> Vec<String>) -> Result<(), Error> {
    let webhook = Webhook::new(SECRET).unwrap();
    let signed = webhook.sign("{}", "msg_1", NOW).unwrap();
    let mut headers = Vec::new();
    for (each, value) in signed.iter() {
        let values = if each == name { change(value) } else { vec![value.to_owned()] };
        headers.extend(values.into_iter().map(|value| (each, value)));
    }
    webhook.verify_at("{}", &headers, NOW).map(drop)
}

/// A signature header of this length: the genuine signature, and one of another version.
fn of_length(genuine: &str, length: usize) -> Vec<String> {
    let start = format!("{genuine} v2,");
    vec![format!("{start}{}", "x".repeat(length - start.len()))]
}

#[test]
fn a_header_is_at_most_8192_bytes_long() {
    with_header("svix-signature", |genuine| of_length(genuine, 8192)).unwrap();
    for name in ["svix-id", "svix-timestamp"] {
        let error = with_header(name, |_| vec!["1".repeat(8193)]).unwrap_err();
        assert_eq!(error.to_string(), format!("invalid header {name}: longer than 8192 bytes"));
    }
    let error = with_header("svix-signature", |genuine| of_length(genuine, 8193)).unwrap_err();
    assert_eq!(error.to_string(), "invalid header svix-signature: longer than 8192 bytes");
}

#[test]
fn a_header_comes_at_most_32_times() {
    let copies = |count| move |value: &str| vec![value.to_owned(); count];
    let joined = |count| move |value: &str| vec![vec![value; count].join(", ")];
    for name in ["svix-id", "svix-timestamp", "svix-signature"] {
        with_header(name, copies(32)).unwrap();
        let expected = format!("invalid header {name}: more than 32 copies");
        for count in [33, 255, 256, 257, 1000] {
            assert_eq!(with_header(name, copies(count)).unwrap_err().to_string(), expected, "{count}");
        }
        with_header(name, joined(32)).unwrap();
        assert_eq!(with_header(name, joined(33)).unwrap_err().to_string(), expected);
    }
}

#[test]
fn other_headers_do_not_count() {
    let webhook = Webhook::builder().secret_for(Scheme::Body, "secret").unwrap().build().unwrap();
    let signed = webhook.sign("{}", "", NOW).unwrap();
    let mut headers: Vec<_> =
        signed.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    headers.extend((0..10_000).map(|number| (format!("x-{number}"), "x".repeat(100))));
    webhook.verify_at("{}", &headers, NOW).unwrap();
}

fn message(members: &str) -> String {
    format!(
        r#"{{"event_type":"message.received","message":{{"inbox_id":"i","thread_id":"t","message_id":"m",{members}}}}}"#
    )
}

#[track_caller]
fn at_most_65536(unit: impl Fn(usize) -> String, around: impl Fn(&str) -> String, refusal: &str) {
    let payload = |count| {
        let units: Vec<_> = (0..count).map(&unit).collect();
        around(&units.join(","))
    };
    parse(payload(65_536).as_bytes()).unwrap();
    let error = parse(payload(65_537).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), format!("invalid event: {refusal}"));
}

#[test]
fn lists_have_at_most_65536_elements() {
    let list = |name| move |elements: &str| message(&format!(r#""{name}":[{elements}]"#));
    at_most_65536(
        |_| "{}".into(),
        list("attachments"),
        "message.attachments: over 65536 elements and unknown members in all",
    );
    at_most_65536(
        |_| r#""""#.into(),
        list("labels"),
        "message.labels: over 65536 elements and unknown members in all",
    );
    at_most_65536(
        |_| r#""a@b""#.into(),
        list("to"),
        "message.to: over 65536 elements and unknown members in all",
    );
}

#[test]
fn objects_keep_at_most_65536_members() {
    let member = |number| format!(r#""{number}":0"#);
    at_most_65536(member, message, "message: over 65536 elements and unknown members in all");
    let headers = |members: &str| message(&format!(r#""headers":{{{members}}}"#));
    at_most_65536(member, headers, "message.headers: over 65536 elements and unknown members in all");
    let top = |members: &str| message(r#""size":1"#).replacen('{', &format!("{{{members},"), 1);
    at_most_65536(member, top, "payload: over 65536 elements and unknown members in all");
    // Kept as one text, they cost nothing.
    let unknown = |members: &str| format!(r#"{{"event_type":"moon.landed",{members}}}"#);
    let members: Vec<_> = (0..100_000).map(member).collect();
    parse(unknown(&members.join(",")).as_bytes()).unwrap();
}

#[test]
fn elements_and_members_count_together() {
    let labels = |count: usize| vec!["\"\""; count].join(",");
    let payload = |count| {
        let extra = r#""a":0,"headers":{"b":"c"},"attachments":[{"d":0}]"#;
        message(&format!(r#"{extra},"labels":[{}]"#, labels(count)))
    };
    // The four others: two members of their own, a header, an attachment.
    parse(payload(65_532).as_bytes()).unwrap();
    let error = parse(payload(65_533).as_bytes()).unwrap_err();
    let refusal = "message.labels: over 65536 elements and unknown members in all";
    assert_eq!(error.to_string(), format!("invalid event: {refusal}"));
}

#[test]
fn what_explain_guesses_is_bounded() {
    let webhook = Webhook::new(SECRET).unwrap();
    let headers: Vec<_> = {
        let signed = webhook.sign("{}", "msg_1", NOW).unwrap();
        signed.iter().map(|(name, value)| (name, value.to_owned())).collect()
    };
    let advice = |secrets: usize, size: usize| {
        // Each change of it is another text.
        let unit = r#"{"z/<" : "\u0041\/ü" ,"b" :[1.0, 2]} ,"#;
        let payload = format!("[{}0]", unit.repeat(size / unit.len()));
        let secrets = vec![(Scheme::Standard, SECRET); secrets];
        let explanation = explain_at(&payload, &headers, &secrets, NOW);
        let check = explanation.checks.iter().find(|check| check.name == CheckName::Payload).unwrap();
        check.advice.clone()
    };
    assert_eq!(advice(2, 100_000), "no usual change of the body explains it");
    assert!(advice(16, 2_000_000).starts_with("too large to try every change"));
    assert!(advice(1, 3_000_000).starts_with("over 2 MiB"));
}
