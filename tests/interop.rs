//! Both ways with the reference implementation, the `standardwebhooks` crate: it signs and we
//! verify, we sign and it verifies.
#![cfg(all(not(target_arch = "wasm32"), feature = "http"))]
// Tests panic on failures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

use core::fmt::Display;
use std::time::SystemTime;

use agentmail_webhooks::{ErrorKind, Webhook};
use http::{HeaderMap, HeaderName};

const SECRETS: [&str; 3] = [
    "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCE=",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==",
];
const IDS: [&str; 8] = [
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "a",
    "0",
    "evt-1_2",
    "7f1d9c1e-2f6b-4d53-8e1c-1f5b0a8f6f0e",
    "a b",
    "a,b",
    "a:b/c?d=e&f",
];
const PAYLOADS: [&str; 4] = ["", "{}", "{\"text\":\"Grüße, 東京 🙂 \\u0000\"}", " {\"a\" : 1}\r\n"];

fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

fn headers(id: &str, timestamp: impl Display, signature: &str) -> HeaderMap {
    let [id, timestamp, signature] =
        [id, &timestamp.to_string(), signature].map(|value| value.parse().unwrap());
    [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)]
        .map(|(name, value)| (HeaderName::from_static(name), value))
        .into_iter()
        .collect()
}

/// Headers that the peer signed.
fn peer_signed(secret: &str, id: &str, timestamp: u64, payload: &str) -> HeaderMap {
    let peer = standardwebhooks::Webhook::new(secret).unwrap();
    let signature = peer.sign(id, timestamp.try_into().unwrap(), payload.as_bytes()).unwrap();
    headers(id, timestamp, &signature)
}

/// Headers that we signed, under the names that the peer reads.
fn signed(secret: &str, id: &str, timestamp: u64, payload: &[u8]) -> HeaderMap {
    let signed = Webhook::new(secret).unwrap();
    let signed = signed.sign(payload, id, timestamp).unwrap();
    let rename = |name: &str| name.replace("svix", "webhook").parse::<HeaderName>().unwrap();
    signed.iter().map(|(name, value)| (rename(name), value.parse().unwrap())).collect()
}

fn peer_takes(secret: &str, payload: &[u8], headers: &HeaderMap) -> bool {
    standardwebhooks::Webhook::new(secret).unwrap().verify(payload, headers).is_ok()
}

#[track_caller]
fn refused(secret: &str, payload: &[u8], headers: &HeaderMap, kind: ErrorKind) {
    let error = Webhook::new(secret).unwrap().verify(payload, headers).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
}

fn every_delivery() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let ids = || IDS.into_iter().flat_map(|id| PAYLOADS.map(|payload| (id, payload)));
    SECRETS.into_iter().flat_map(move |secret| ids().map(move |(id, payload)| (secret, id, payload)))
}

#[test]
fn they_sign_and_we_verify() {
    for (secret, id, payload) in every_delivery() {
        let timestamp = now();
        let headers = peer_signed(secret, id, timestamp, payload);
        let webhook = Webhook::new(secret).unwrap();
        let verified = webhook.verify(payload, &headers).unwrap();
        assert_eq!((verified.id(), verified.timestamp()), (Some(id), Some(timestamp)));
    }
}

#[test]
fn we_sign_and_they_verify() {
    for (secret, id, payload) in every_delivery() {
        let headers = signed(secret, id, now(), payload.as_bytes());
        assert!(peer_takes(secret, payload.as_bytes(), &headers), "{id:?} {payload:?}");
    }
}

#[test]
fn both_refuse_what_was_tampered_with() {
    let ([secret, other, _], payload, at) = (SECRETS, PAYLOADS[2], now());
    let good = peer_signed(secret, "msg_1", at, payload);
    let signature = good["webhook-signature"].to_str().unwrap();
    let flipped = format!("v1,{}{}", if signature.starts_with("v1,A") { 'B' } else { 'A' }, &signature[4..]);
    let (late, early) = (at - 400, at + 400);
    let longer = format!("{payload} ");
    let cases = [
        (secret, longer.as_str(), good.clone(), ErrorKind::SignatureMismatch),
        (other, payload, good.clone(), ErrorKind::SignatureMismatch),
        (secret, payload, headers("msg_2", at, signature), ErrorKind::SignatureMismatch),
        (secret, payload, headers("msg_1", at - 7, signature), ErrorKind::SignatureMismatch),
        (
            secret,
            payload,
            headers("msg_1", at, &signature.replace("v1,", "v1a,")),
            ErrorKind::SignatureMismatch,
        ),
        (secret, payload, headers("msg_1", at, &flipped), ErrorKind::SignatureMismatch),
        (secret, payload, headers("msg_1", at, &signature[3..]), ErrorKind::InvalidHeader),
        (secret, payload, headers("msg_1", "today", signature), ErrorKind::InvalidHeader),
        (secret, payload, headers("msg_1", format!("{at}.5"), signature), ErrorKind::InvalidHeader),
        (secret, payload, peer_signed(secret, "msg_1", late, payload), ErrorKind::TimestampTooOld),
        (secret, payload, peer_signed(secret, "msg_1", early, payload), ErrorKind::TimestampTooNew),
        (secret, payload, HeaderMap::new(), ErrorKind::MissingHeader),
    ];
    assert!(peer_takes(secret, payload.as_bytes(), &good));
    for (secret, payload, headers, kind) in cases {
        refused(secret, payload.as_bytes(), &headers, kind);
        assert!(!peer_takes(secret, payload.as_bytes(), &headers), "the peer takes it: {kind:?}");
    }
}

#[test]
fn rotation_as_they_send_it() {
    let ([old, new, _], at) = (SECRETS, now());
    let list = [new, old]
        .map(|secret| peer_signed(secret, "m", at, "{}")["webhook-signature"].to_str().unwrap().to_owned());
    let both = headers("m", at, &format!("v1a,AAAA {}", list.join(" ")));
    assert!(peer_takes(old, b"{}", &both));
    let webhook = Webhook::builder().secret(SECRETS[2]).unwrap().secret(old).unwrap().build().unwrap();
    assert_eq!(webhook.verify("{}", &both).unwrap().secret_index(), 1);
}

/// Deliveries that the crate accepts and we reject, and why. If the crate changes, delete the line.
#[test]
fn divergences_where_we_are_stricter() {
    let (secret, at) = (SECRETS[0], now());
    let signature =
        |id: &str| peer_signed(secret, id, at, "{}")["webhook-signature"].to_str().unwrap().to_owned();
    let mut repeated = headers("m", at, &signature("m"));
    repeated.append("webhook-id", "other".parse().unwrap());
    let mut unsigned = headers("m", at, &signature("m"));
    unsigned.append("x-agentmail-unsigned", "1".parse().unwrap());
    let cases = [
        // Two deliveries would sign the same bytes: `m.1` + `2` and `m` + `1.2`.
        (headers("m.1", at, &signature("m.1")), ErrorKind::InvalidHeader),
        (headers("", at, &signature("")), ErrorKind::InvalidHeader),
        // `i64::from_str` takes a sign.
        (headers("m", format!("+{at}"), &signature("m")), ErrorKind::InvalidHeader),
        // The digits are what was signed, not the number.
        (headers("m", format!("0{at}"), &signature("m")), ErrorKind::SignatureMismatch),
        // Entries without a version, or in a number that buys work.
        (headers("m", at, &format!("nonsense {}", signature("m"))), ErrorKind::InvalidHeader),
        (headers("m", at, &format!("{}{}", "v1,AAAA ".repeat(40), signature("m"))), ErrorKind::InvalidHeader),
        // The crate reads the first of several.
        (repeated, ErrorKind::ConflictingHeaders),
        // Seed 003.
        (unsigned, ErrorKind::UnsignedDelivery),
    ];
    for (headers, kind) in cases {
        assert!(peer_takes(secret, b"{}", &headers), "the peer refuses it, too: {kind:?}");
        refused(secret, b"{}", &headers, kind);
    }
    assert!(standardwebhooks::Webhook::new("whsec_AAAA").is_ok());
    assert_eq!(Webhook::new("whsec_AAAA").unwrap_err().kind(), ErrorKind::InvalidSecret);
}

/// The crate signs text, the specification bytes.
#[test]
fn divergences_where_they_are_stricter() {
    let payload = b"{\"latin\":\"\xe9\"}";
    let headers = signed(SECRETS[0], "m", now(), payload);
    Webhook::new(SECRETS[0]).unwrap().verify(payload, &headers).unwrap();
    assert!(!peer_takes(SECRETS[0], payload, &headers));
}
