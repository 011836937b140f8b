//! The peers that are measured: this library and others, each doing the same work on one delivery.

mod borrowed;
mod by_hand;

use std::hint::black_box;

use agentmail_webhooks::{Event, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};

use crate::borrowed::MessageReceived;
use crate::by_hand::Key;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A delivery as a server hands it over.
pub struct Delivery {
    payload: Vec<u8>,
    headers: HeaderMap,
    now: u64,
}

impl Delivery {
    /// Signs a payload, and adds the headers of a proxy and a sender.
    ///
    /// # Panics
    /// Never: the secret is good.
    #[must_use]
    pub fn new(payload: Vec<u8>, now: u64) -> Self {
        let id = "msg_2Lv9mXn4TzKqWcRbYpGhJsDfA7e";
        let mac = Key::new(SECRET).expect("a secret").sign(id, &now.to_string(), &payload);
        let signature = format!("v1,{}", STANDARD.encode(mac));
        let (length, now_text) = (payload.len().to_string(), now.to_string());
        let lines = [
            ("host", "agents.example.com"),
            ("user-agent", "Svix-Webhooks/1.62.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"),
            ("accept", "*/*"),
            ("accept-encoding", "gzip, deflate, br"),
            ("content-type", "application/json"),
            ("content-length", &length),
            ("svix-id", id),
            ("svix-timestamp", &now_text),
            ("svix-signature", &signature),
            ("x-forwarded-for", "203.0.113.7"),
            ("x-forwarded-proto", "https"),
            ("x-request-id", "0f8fad5b-d9cb-469f-a165-70867728950e"),
            ("via", "2.0 proxy.example.com"),
        ];
        let header = |value: &str| HeaderValue::from_str(value).expect("a header");
        let headers = lines.map(|(name, value)| (http::HeaderName::from_static(name), header(value)));
        Self { payload, headers: headers.into_iter().collect(), now }
    }

    /// Returns the delivery with another payload of the same length.
    #[must_use]
    pub fn forged(&self) -> Self {
        let mut payload = self.payload.clone();
        if let Some(last) = payload.last_mut() {
            *last ^= 1;
        }
        Self { payload, headers: self.headers.clone(), now: self.now }
    }
}

/// The verifiers that a server creates once, at startup.
pub struct Receiver {
    ours: Webhook,
    #[cfg(feature = "peers")]
    svix: svix::webhooks::Webhook,
    by_hand: Key,
}

impl Receiver {
    /// # Panics
    /// Never: the secret is good.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ours: Webhook::new(SECRET).expect("a secret"),
            #[cfg(feature = "peers")]
            svix: svix::webhooks::Webhook::new(SECRET).expect("a secret"),
            by_hand: Key::new(SECRET).expect("a secret"),
        }
    }
}

impl Default for Receiver {
    fn default() -> Self {
        Self::new()
    }
}

/// One way to do the work.
pub struct Peer {
    /// `verify`, `parse` or `receive`, which is both.
    pub what: &'static str,
    pub name: &'static str,
    /// Returns `true` if the peer accepts the delivery.
    pub run: fn(&Receiver, &Delivery) -> bool,
}

const fn peer(what: &'static str, name: &'static str, run: fn(&Receiver, &Delivery) -> bool) -> Peer {
    Peer { what, name, run }
}

pub const PEERS: &[Peer] = &[
    peer("verify", "ours", |receiver, it| {
        black_box(receiver.ours.verify_at(&it.payload, &it.headers, it.now)).is_ok()
    }),
    #[cfg(feature = "peers")]
    peer("verify", "svix", |receiver, it| receiver.svix.verify(&it.payload, &it.headers).is_ok()),
    peer("verify", "bare HMAC", |receiver, it| receiver.by_hand.verify(it).is_some()),
    peer("parse", "ours", |_, it| {
        matches!(black_box(agentmail_webhooks::parse(&it.payload)), Ok(Event::MessageReceived(_)))
    }),
    peer("parse", "serde_json::Value", |_, it| parse_value(it).is_some()),
    peer("parse", "serde_json borrowed", |_, it| parse_borrowed(it).is_some()),
    #[cfg(feature = "peers")]
    peer("parse", "sonic-rs borrowed", |_, it| parse_sonic(it).is_some()),
    peer("receive", "ours", |receiver, it| {
        black_box(receiver.ours.receive_at(&it.payload, &it.headers, it.now)).is_ok()
    }),
    #[cfg(feature = "peers")]
    peer("receive", "svix + serde_json::Value", |receiver, it| {
        receiver.svix.verify(&it.payload, &it.headers).is_ok() && parse_value(it).is_some()
    }),
    peer("receive", "bare HMAC + serde_json borrowed", |receiver, it| {
        receiver.by_hand.verify(it).and_then(|()| parse_borrowed(it)).is_some()
    }),
    #[cfg(feature = "peers")]
    peer("receive", "bare HMAC + sonic-rs borrowed", |receiver, it| {
        receiver.by_hand.verify(it).and_then(|()| parse_sonic(it)).is_some()
    }),
];

fn parse_value(it: &Delivery) -> Option<()> {
    let value: serde_json::Value = serde_json::from_slice(&it.payload).ok()?;
    black_box(value)["message"]["text"].is_string().then_some(())
}

fn parse_borrowed(it: &Delivery) -> Option<()> {
    let event: MessageReceived<'_> = serde_json::from_slice(&it.payload).ok()?;
    black_box(event).message.text.map(drop)
}

#[cfg(feature = "peers")]
fn parse_sonic(it: &Delivery) -> Option<()> {
    let event: MessageReceived<'_> = sonic_rs::from_slice(&it.payload).ok()?;
    black_box(event).message.text.map(drop)
}
