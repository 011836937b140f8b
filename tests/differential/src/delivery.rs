//! Genuine deliveries in every scheme (WIRE, section 1), signed without the library.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::event::{pick, rarely, text, word};

const SCHEMES: [&str; 3] = ["standard", "timestamped", "body"];

/// A request, and the configuration of the receiver.
#[derive(Clone)]
pub(super) struct Delivery {
    pub(super) payload: Vec<u8>,
    /// Names and values, which may repeat.
    pub(super) headers: Vec<(String, String)>,
    /// Schemes and secrets.
    pub(super) secrets: Vec<(String, String)>,
    pub(super) now: u64,
    pub(super) tolerance: u64,
}

/// The scheme, the secret and the timestamp for a signature.
pub(super) struct Plan<'p> {
    pub(super) scheme: &'p str,
    pub(super) secret: &'p str,
    pub(super) timestamp: String,
}

impl Delivery {
    /// Creates a delivery, signed under any scheme with any of several secrets, within the window.
    pub(super) fn genuine(rng: &mut Rng, payload: Vec<u8>) -> Self {
        let most = if rarely(rng, 20) { 16 } else { 3 };
        let count = rng.usize(1..=most);
        let secrets: Vec<_> = (0..count)
            .map(|_| {
                let scheme = pick(rng, &SCHEMES);
                (scheme.to_owned(), secret(rng, scheme))
            })
            .collect();
        let tolerance = rng.choice([300, 300, 0, 60, 86_400]).unwrap_or_default();
        let now = rng.u64(1_600_000_000..2_200_000_000);
        let within = rng.u64(..=tolerance);
        let away = rng.choice([0, tolerance, within]).unwrap_or_default();
        let timestamp = if rng.bool() { now - away } else { now + away };
        // Leading zeros are signed too: the signature covers the text, not the number.
        let zeros = if rarely(rng, 16) { "00" } else { "" };
        let (scheme, secret) = rng.choice(&secrets).cloned().unwrap_or_default();
        let plan = Plan { scheme: &scheme, secret: &secret, timestamp: format!("{zeros}{timestamp}") };
        let mut headers = sign(rng, &plan, &payload);
        repeat(rng, &mut headers);
        headers.extend(foreign(rng));
        rng.shuffle(&mut headers);
        for (name, _) in &mut headers {
            *name = any_case(rng, name);
        }
        Self { payload, headers, secrets, now, tolerance }
    }
}

/// Creates a secret as AgentMail may issue it.
pub(super) fn secret(rng: &mut Rng, scheme: &str) -> String {
    if scheme != "standard" {
        let inner = if rng.bool() { word(rng) } else { text(rng) };
        return format!("s{inner}{}", word(rng));
    }
    let key: Vec<u8> = (0..rng.usize(16..=64)).map(|_| rng.u8(..)).collect();
    let prefix = pick(rng, &["whsec_", "whsec_", ""]);
    format!("{prefix}{}", STANDARD.encode(key))
}

/// Returns the headers of a signed delivery.
pub(super) fn sign(rng: &mut Rng, plan: &Plan<'_>, payload: &[u8]) -> Vec<(String, String)> {
    let Plan { scheme, secret, timestamp } = plan;
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let secret_bytes = secret.as_bytes();
    match *scheme {
        "standard" => {
            let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).unwrap_or_default();
            let id = id(rng);
            let mac = mac(&key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", payload]);
            let mut list = vec![format!("v1,{}", STANDARD.encode(mac))];
            for _ in 0..rng.choice([0, 0, 1, 4, 31]).unwrap_or_default() {
                let bytes: Vec<u8> = (0..rng.usize(1..=64)).map(|_| rng.u8(..)).collect();
                list.push(format!("{},{}", pick(rng, &["v1", "v1a", "v2"]), STANDARD.encode(bytes)));
            }
            rng.shuffle(&mut list);
            let list = list.join(" ");
            let sets: &[&str] =
                rng.choice([&["svix"][..], &["webhook"], &["svix", "webhook"]]).unwrap_or_default();
            let values = [("id", id.as_str()), ("timestamp", timestamp), ("signature", &list)];
            let set = |set: &&str| values.map(|(name, value)| header(&format!("{set}-{name}"), value));
            sets.iter().flat_map(set).collect()
        }
        "timestamped" => {
            let digits =
                any_case(rng, &hex::encode(mac(secret_bytes, &[timestamp.as_bytes(), b".", payload])));
            vec![
                header("x-agentmail-timestamp", timestamp),
                header("x-agentmail-signature", &format!("v1={digits}")),
            ]
        }
        _ => {
            let digits = any_case(rng, &hex::encode(mac(secret_bytes, &[payload])));
            let prefix = pick(rng, &["sha256=", ""]);
            vec![header("x-agentmail-signature", &format!("{prefix}{digits}"))]
        }
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Creates an id: printable ASCII without a dot, and without ", ", with which a server joins copies.
fn id(rng: &mut Rng) -> String {
    if rng.bool() {
        return format!("msg_{}", word(rng));
    }
    let inner: String = (0..rng.usize(..60)).map(|_| rng.char(' '..='~')).collect();
    format!("i{}d", inner.replace('.', "-").replace(", ", ";"))
}

/// Repeats some headers, in separate lines or joined as by a server.
fn repeat(rng: &mut Rng, headers: &mut Vec<(String, String)>) {
    for (name, value) in headers.clone() {
        match rng.u8(..20) {
            0 => headers.push((name, value)),
            1 => {
                headers.retain(|(other, _)| *other != name);
                headers.push((name, format!("{value}, {value}")));
            }
            _ => {}
        }
    }
}

/// Returns other headers of a request.
fn foreign(rng: &mut Rng) -> Vec<(String, String)> {
    let all = [
        ("host", "receiver.example"),
        ("content-type", "application/json"),
        ("user-agent", "Svix-Webhooks/1.24"),
        ("x-agentmail-unsigned", "0"),
        ("x-forwarded-for", "192.0.2.1, 198.51.100.7"),
        ("svix-id-old", "msg_1"),
        ("x-note", "Grüße\u{1f642}"),
        ("", ""),
    ];
    let chosen: Vec<_> = all.into_iter().filter(|_| rng.bool()).collect();
    chosen.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn any_case(rng: &mut Rng, text: &str) -> String {
    match rng.u8(..4) {
        0 => text.to_ascii_uppercase(),
        1 => text.chars().map(|char| if rng.bool() { char.to_ascii_uppercase() } else { char }).collect(),
        _ => text.to_owned(),
    }
}
