//! The Rust API beyond the fixtures: every kind of headers, signing, `Debug`. It needs no feature, so that the core is
//! tested without an allocator too.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "tests panic on failures")]

use agentmail_webhooks::{Error, ErrorKind, Headers, MAX_SECRETS, Scheme, Webhook};

// The first case of each of the fixtures `signing-standard`, `-timestamped` and `-body`.
const PAYLOAD: &str = r#"{"event_type":"message.sent"}"#;
const NOW: u64 = 1_790_000_000;
const ID: &str = "msg_2Kx9";
const SECRET: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const STANDARD: [(&str, &str); 3] = [
    ("svix-id", ID),
    ("svix-timestamp", "1790000000"),
    ("svix-signature", "v1,kZpTgKGzn5vxTJZiIasDkPwdCnO3h+nhbdmxwcPRgxU="),
];
const TIMESTAMPED_SECRET: &str = "tSec-9f31c0d2a75e48b6";
const TIMESTAMPED: [(&str, &str); 2] = [
    ("x-agentmail-timestamp", "1790000000"),
    ("x-agentmail-signature", "v1=6db41b934d0f80a9221ce1b254e776787f3902608dc63fc7eabb34605af7e022"),
];
const BODY_SECRET: &str = "old endpoint, body secret 7";
const BODY: [(&str, &str); 1] =
    [("x-agentmail-signature", "sha256=61c4d6ed5bca4d97308ac04b8bb2cc1adea0ed920f58fd5ee1a893d1d478be8b")];

fn webhook(scheme: Scheme, secret: &str) -> Webhook {
    Webhook::builder().secret_for(scheme, secret).unwrap().build().unwrap()
}

fn signed(scheme: Scheme, secret: &str) -> Vec<(&'static str, String)> {
    let webhook = webhook(scheme, secret);
    let signed = webhook.sign(PAYLOAD, ID, NOW).unwrap();
    signed.iter().map(|(name, value)| (name, value.to_owned())).collect()
}

fn owned<const LEN: usize>(headers: [(&'static str, &str); LEN]) -> Vec<(&'static str, String)> {
    headers.map(|(name, value)| (name, value.to_owned())).into()
}

#[test]
fn signs_under_every_scheme() {
    assert_eq!(signed(Scheme::Standard, SECRET), owned(STANDARD));
    assert_eq!(signed(Scheme::Timestamped, TIMESTAMPED_SECRET), owned(TIMESTAMPED));
    assert_eq!(signed(Scheme::Body, BODY_SECRET), owned(BODY));
}

#[test]
fn signs_no_id_that_could_not_verify() {
    let webhook = Webhook::new(SECRET).unwrap();
    for id in ["", "a.b", " a", "a ", " ", "a, b", "a\nb", "a\tb", "é", "\u{7f}"] {
        let error = webhook.sign(PAYLOAD, id, NOW).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption, "{id:?}");
    }
    for id in ["a", "a b", "a,b", "~!\"#"] {
        let headers = webhook.sign(PAYLOAD, id, NOW).unwrap();
        assert_eq!(webhook.verify_at(PAYLOAD, &headers, NOW).unwrap().id(), Some(id));
    }
}

#[test]
fn signs_at_any_time() {
    for (scheme, secret) in [(Scheme::Standard, SECRET), (Scheme::Timestamped, TIMESTAMPED_SECRET)] {
        let webhook = webhook(scheme, secret);
        for timestamp in [0, u64::MAX] {
            let headers = webhook.sign(PAYLOAD, ID, timestamp).unwrap();
            let verified = webhook.verify_at(PAYLOAD, &headers, timestamp).unwrap();
            assert_eq!(verified.timestamp(), Some(timestamp));
        }
    }
}

#[track_caller]
fn is_read<H: Headers + ?Sized>(headers: &H) {
    let verified = Webhook::new(SECRET).unwrap();
    let verified = verified.verify_at(PAYLOAD, headers, NOW).unwrap();
    assert_eq!(
        (verified.scheme(), verified.id(), verified.timestamp()),
        (Scheme::Standard, Some(ID), Some(NOW))
    );
    assert_eq!((verified.secret_index(), verified.payload()), (0, PAYLOAD.as_bytes()));
}

#[test]
fn reads_headers_of_every_kind() {
    is_read(&STANDARD);
    is_read(STANDARD.as_slice());
    is_read::<&[(&str, &str)]>(&STANDARD.as_slice());
    is_read(&STANDARD.map(|(name, value)| (name.to_uppercase(), value.as_bytes().to_vec())));
    is_read(&Webhook::new(SECRET).unwrap().sign(PAYLOAD, ID, NOW).unwrap());
    #[cfg(feature = "alloc")]
    is_read(&STANDARD.to_vec());
}

#[cfg(feature = "http")]
#[test]
fn reads_a_header_map_with_its_repeats() {
    use http::{HeaderMap, HeaderName, HeaderValue};

    let pair = |(name, value): (&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    let mut headers: HeaderMap = STANDARD.into_iter().map(pair).collect();
    is_read(&headers);
    headers.append("svix-id", HeaderValue::from_static("msg_7Qa1"));
    let error = Webhook::new(SECRET).unwrap().verify_at(PAYLOAD, &headers, NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConflictingHeaders);
    // A header map takes any byte from 0x80 on.
    headers.insert("svix-id", HeaderValue::from_bytes(b"msg_\xff").unwrap());
    let error = Webhook::new(SECRET).unwrap().verify_at(PAYLOAD, &headers, NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidHeader);
}

#[test]
fn every_secret_counts_up_to_the_last() {
    let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    let mut builder = Webhook::builder();
    for _ in 1..MAX_SECRETS {
        builder = builder.secret(other).unwrap();
    }
    let webhook = builder.secret(SECRET).unwrap().build().unwrap();
    let verified = webhook.verify_at(PAYLOAD, &STANDARD, NOW).unwrap();
    assert_eq!(verified.secret_index(), MAX_SECRETS.checked_sub(1).unwrap());

    let mut builder = Webhook::builder();
    for _ in 0..MAX_SECRETS {
        builder = builder.secret(other).unwrap();
    }
    let webhook = builder.clone().build().unwrap();
    let error = webhook.verify_at(PAYLOAD, &STANDARD, NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignatureMismatch);
    assert_eq!(builder.secret(SECRET).unwrap_err().to_string(), "invalid secret: more than 16 secrets");
}

#[test]
fn no_secret_is_no_webhook() {
    assert_eq!(Webhook::builder().build().unwrap_err().kind(), ErrorKind::InvalidSecret);
}

#[test]
fn schemes_have_names() {
    for scheme in Scheme::ALL {
        assert_eq!(scheme.to_string(), scheme.as_str());
        assert_eq!(scheme.as_str().parse::<Scheme>(), Ok(scheme));
    }
    assert_eq!("Body".parse::<Scheme>().map_err(|error: Error| error.kind()), Err(ErrorKind::InvalidOption));
}

#[test]
fn debug_shows_no_secret_signature_or_payload() {
    let webhook = Webhook::new(SECRET).unwrap();
    assert!(format!("{webhook:?}").contains("Key { scheme: Standard, .. }"), "{webhook:?}");
    let headers = webhook.sign(PAYLOAD, ID, NOW).unwrap();
    assert_eq!(format!("{headers:?}"), "SignedHeaders { scheme: Standard, .. }");
    let verified = webhook.verify_at(PAYLOAD, &headers, NOW).unwrap();
    let expected = r#"Verified { scheme: Standard, id: Some("msg_2Kx9"), timestamp: Some(1790000000), secret_index: 0, .. }"#;
    assert_eq!(format!("{verified:?}"), expected);
}

#[cfg(feature = "alloc")]
#[test]
fn json_that_is_kept_can_be_looked_at() {
    let payload = br#"{"event_type":"message.sent","a":[1,2],"b":"c","send":{"inbox_id":"i","thread_id":"t","message_id":"m"}}"#;
    let agentmail_webhooks::Event::MessageSent(event) = agentmail_webhooks::parse(payload).unwrap() else {
        unreachable!()
    };
    let members: Vec<_> = event.extra.iter().map(|(name, json)| (name, json.as_str())).collect();
    assert_eq!(members, [("a", "[1,2]"), ("b", "\"c\"")]);
    let (a, b) = (event.extra.get("a").unwrap(), event.extra.get("b").unwrap());
    assert_eq!(a, &a.clone());
    assert_ne!(a, b);
    assert_eq!(format!("{a:?} {b:?}"), "[1,2] \"c\"");
}

#[test]
fn headers_are_judged_before_the_body() {
    let headers = signed(Scheme::Standard, SECRET);
    let forged = |name: &str, value: &str| {
        let with = |(each, old): &(&'static str, String)| {
            (*each, if *each == name { value } else { old }.to_owned())
        };
        headers.iter().map(with).collect::<Vec<_>>()
    };
    let standard = webhook(Scheme::Standard, SECRET);
    let refused =
        |headers: &[(&'static str, String)]| standard.check_headers_at(headers, NOW).unwrap_err().kind();
    standard.check_headers_at(&headers, NOW).unwrap();
    standard.check_headers_at(&forged("svix-signature", "v1,AAAA"), NOW).unwrap();
    assert_eq!(refused(&[]), ErrorKind::MissingHeader);
    assert_eq!(refused(headers.split_last().unwrap().1), ErrorKind::MissingHeader);
    assert_eq!(refused(&owned(BODY)), ErrorKind::WrongScheme);
    assert_eq!(refused(&owned([("X-AgentMail-Unsigned", "1")])), ErrorKind::UnsignedDelivery);
    assert_eq!(refused(&forged("svix-signature", "AAAA")), ErrorKind::InvalidHeader);
    assert_eq!(refused(&forged("svix-id", "a, b")), ErrorKind::ConflictingHeaders);
    assert_eq!(refused(&forged("svix-timestamp", "1789999699")), ErrorKind::TimestampTooOld);
    assert_eq!(refused(&forged("svix-timestamp", "1790000301")), ErrorKind::TimestampTooNew);
    assert!(standard.check_headers_at(&forged("svix-timestamp", "1789999700"), NOW).is_ok());
}

#[cfg(feature = "alloc")]
#[test]
fn a_genuine_delivery_that_cannot_be_read_says_so() {
    // SHA-256 of `[]`, by sha256sum.
    const DIGEST: &str = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";
    for (scheme, secret, id, key) in [
        (Scheme::Standard, SECRET, Some(ID), ID),
        (Scheme::Timestamped, TIMESTAMPED_SECRET, None, DIGEST),
        (Scheme::Body, BODY_SECRET, None, DIGEST),
    ] {
        let webhook = webhook(scheme, secret);
        let signed = webhook.sign("[]", ID, NOW).unwrap();
        let error = webhook.receive_at("[]", &signed, NOW).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidEvent);
        let verified = error.verified().unwrap();
        assert_eq!(
            (verified.scheme, verified.id.as_deref(), verified.idempotency_key.as_str()),
            (scheme, id, key)
        );
        assert_eq!(verified.timestamp, (scheme != Scheme::Body).then_some(NOW));
        assert_eq!(webhook.verify_at("[]", &signed, NOW).unwrap().parse(), Err(error));
        // Nothing is said of what is not genuine.
        assert_eq!(webhook.receive_at("[ ]", &signed, NOW).unwrap_err().verified(), None);
    }
    assert!(size_of::<Error>() <= 72, "{}", size_of::<Error>());
}
