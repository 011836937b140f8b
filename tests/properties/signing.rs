//! Signed deliveries verify, and every change is refused.

use core::time::Duration;

use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::sample::Index;

use super::config;
use super::payloads::event;

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
