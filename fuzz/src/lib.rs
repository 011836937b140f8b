//! Code that the fuzz targets about signing share: requests as text, and verification written a second time.
//!
//! An input is a configuration, the headers and the payload, with an empty line between them:
//!
//! ```text
//! 1790000000 300
//! standard whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT
//! body a second secret
//!
//! svix-id: msg_1
//! svix-timestamp: 1790000000
//! svix-signature: v1,{standard}
//!
//! {"event_type":"message.sent"}
//! ```
//!
//! `now` and the tolerance come first. `{standard}` stands for the right signature of the mutated request under the
//! first secret of that scheme: no fuzzer would ever guess one.

use std::collections::BTreeSet;

use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac_sha256::HMAC;

/// A parsed input.
pub struct Request<'a> {
    pub now: u64,
    pub tolerance: u64,
    pub secrets: Vec<(Scheme, &'a str)>,
    pub headers: Vec<(&'a [u8], Vec<u8>)>,
    pub payload: &'a [u8],
}

impl<'a> Request<'a> {
    /// Parses an input. Returns `None` if it is malformed, and of no interest.
    #[must_use]
    pub fn read(input: &'a [u8]) -> Option<Self> {
        let (configuration, rest) = cut(input, b"\n\n")?;
        let (headers, payload) = cut(rest, b"\n\n")?;
        let mut lines = std::str::from_utf8(configuration).ok()?.split('\n');
        let (now, tolerance) = lines.next()?.split_once(' ')?;
        let secret = |line: &'a str| -> Option<(Scheme, &'a str)> {
            let (scheme, secret) = line.split_once(' ')?;
            Some((scheme.parse().ok()?, secret))
        };
        let headers = headers.split(|byte| *byte == b'\n').filter_map(|line| cut(line, b": "));
        let mut request = Self {
            now: now.parse().ok()?,
            tolerance: tolerance.parse().ok()?,
            secrets: lines.map(secret).collect::<Option<_>>()?,
            headers: headers.map(|(name, value)| (name, value.to_vec())).collect(),
            payload,
        };
        request.fill_in_signatures();
        Some(request)
    }

    /// Builds a `Webhook` with the valid secrets, which must be those that the library accepts.
    #[must_use]
    pub fn webhook(&mut self) -> Option<Webhook> {
        let mut builder = Webhook::builder().tolerance(std::time::Duration::from_secs(self.tolerance));
        self.secrets.truncate(agentmail_webhooks::MAX_SECRETS);
        self.secrets.retain(|(scheme, secret)| {
            let (expected, found) = (key(*scheme, secret), builder.clone().secret_for(*scheme, secret));
            assert_eq!(expected.is_some(), found.is_ok(), "whether {secret:?} is a secret of {scheme}");
            match found {
                Ok(with) => builder = with,
                Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidSecret),
            }
            expected.is_some()
        });
        let webhook = builder.build();
        assert_eq!(webhook.is_ok(), !self.secrets.is_empty());
        webhook.ok()
    }

    /// Returns the copies of a header, and splits joined ones. Bytes become characters (Latin-1), so none is lost.
    fn all(&self, name: &str) -> Vec<String> {
        let named = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()));
        let text = |value: &[u8]| value.iter().map(|byte| char::from(*byte)).collect::<String>();
        named.flat_map(|(_, value)| text(value).split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    fn copies(&self, name: &str) -> BTreeSet<String> {
        self.all(name).into_iter().collect()
    }

    /// Returns whether the values under these names together are within the limits of SECURITY.md.
    fn is_bounded(&self, names: &[&str]) -> bool {
        let all: Vec<_> = names.iter().flat_map(|name| self.all(name)).collect();
        all.len() <= 32 && all.iter().all(|value| value.chars().count() <= 8192)
    }

    /// Returns the value of a header that came once, or with equal copies, under these names.
    fn one(&self, names: &[&str]) -> Option<String> {
        let copies: BTreeSet<_> = names.iter().flat_map(|name| self.copies(name)).collect();
        let mut copies = copies.into_iter();
        copies
            .next()
            .filter(|value| copies.next().is_none() && value.chars().all(|c| (' '..='~').contains(&c)))
    }

    fn fill_in_signatures(&mut self) {
        let id = self.one(&["svix-id", "webhook-id"]).unwrap_or_default();
        let at = self.one(&["svix-timestamp", "webhook-timestamp"]).unwrap_or_default();
        let agentmail_at = self.one(&["x-agentmail-timestamp"]).unwrap_or_default();
        for (scheme, prefixes) in [
            (Scheme::Standard, vec![id, at]),
            (Scheme::Timestamped, vec![agentmail_at]),
            (Scheme::Body, Vec::new()),
        ] {
            let first = self.secrets.iter().find(|(other, _)| *other == scheme);
            let Some(key) = first.and_then(|(_, secret)| key(scheme, secret)) else { continue };
            let signature = encode(scheme, &mac(&key, &prefixes, self.payload));
            for (_, value) in &mut self.headers {
                let token = format!("{{{scheme}}}");
                while let Some((before, after)) = cut(value, token.as_bytes()) {
                    *value = [before, signature.as_bytes(), after].concat();
                }
            }
        }
    }

    /// Returns the scheme and the index of the secret that verify the request (WIRE, section 1).
    #[must_use]
    pub fn accepted(&self) -> Option<(Scheme, usize)> {
        if self.copies("x-agentmail-unsigned").contains("1") {
            return None;
        }
        Scheme::ALL.into_iter().find_map(|scheme| Some((scheme, self.matching_secret(scheme)?)))
    }

    fn matching_secret(&self, scheme: Scheme) -> Option<usize> {
        let agentmail = ["x-agentmail-timestamp", "x-agentmail-signature"];
        let read = match scheme {
            Scheme::Standard => &[][..],
            Scheme::Timestamped => &agentmail,
            _ => &agentmail[1..],
        };
        read.iter().all(|name| self.is_bounded(&[name])).then_some(())?;
        let (prefixes, signatures) = match scheme {
            Scheme::Standard => self.standard()?,
            Scheme::Timestamped => {
                let digits = self.one(&["x-agentmail-signature"])?;
                (vec![self.one(&["x-agentmail-timestamp"])?], vec![hex(digits.strip_prefix("v1=")?)?])
            }
            _ => {
                let digits = self.one(&["x-agentmail-signature"])?;
                (Vec::new(), vec![hex(digits.strip_prefix("sha256=").unwrap_or(&digits))?])
            }
        };
        if let Some(timestamp) = prefixes.last() {
            let seconds =
                timestamp.bytes().all(|byte| byte.is_ascii_digit()).then(|| timestamp.parse().ok())??;
            let window = self.now.saturating_sub(self.tolerance)..=self.now.saturating_add(self.tolerance);
            window.contains(&seconds).then_some(())?;
        }
        self.secrets.iter().position(|(other, secret)| {
            let matches = |key: Vec<u8>| signatures.contains(&mac(&key, &prefixes, self.payload));
            *other == scheme && key(scheme, secret).is_some_and(matches)
        })
    }

    fn standard(&self) -> Option<(Vec<String>, Vec<Vec<u8>>)> {
        let whole = |set: &str| {
            ["id", "timestamp", "signature"]
                .iter()
                .all(|part| !self.copies(&format!("{set}-{part}")).is_empty())
        };
        let sets: Vec<_> = ["svix", "webhook"].into_iter().filter(|set| whole(set)).collect();
        (!sets.is_empty()).then_some(())?;
        let part = |part: &str| {
            let names: Vec<_> = sets.iter().map(|set| format!("{set}-{part}")).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            self.is_bounded(&names).then(|| self.one(&names)).flatten()
        };
        let id = part("id")?;
        (!id.is_empty() && !id.contains('.') && id.trim() == id).then_some(())?;
        let list = part("signature")?;
        let entries: Vec<_> = list.split(' ').map(|entry| entry.split_once(',')).collect::<Option<_>>()?;
        (entries.len() <= 32 && entries.iter().all(|(version, _)| !version.is_empty())).then_some(())?;
        let v1 = entries.iter().filter(|(version, _)| *version == "v1");
        let signatures = v1.map(|(_, digits)| base64(digits).filter(|bytes| !bytes.is_empty()));
        Some((vec![id, part("timestamp")?], signatures.collect::<Option<_>>()?))
    }
}

/// Returns the key of a secret, or `None` if the secret is malformed.
#[must_use]
pub fn key(scheme: Scheme, secret: &str) -> Option<Vec<u8>> {
    if secret.is_empty() || secret.trim() != secret {
        return None;
    }
    if scheme != Scheme::Standard {
        return Some(secret.into());
    }
    let digits = secret.strip_prefix("whsec_").unwrap_or(secret);
    base64(digits).filter(|key| key.len() >= 16 && digits.len() <= 1024)
}

/// HMAC-SHA256 of the prefixes, each followed by a dot, and the payload.
#[must_use]
pub fn mac(key: &[u8], prefixes: &[String], payload: &[u8]) -> Vec<u8> {
    let prefixes: String = prefixes.iter().flat_map(|prefix| [prefix, "."]).collect();
    HMAC::mac([prefixes.as_bytes(), payload].concat(), key).to_vec()
}

/// Encodes a signature as in a header, without the prefix.
#[must_use]
pub fn encode(scheme: Scheme, mac: &[u8]) -> String {
    if scheme == Scheme::Standard { BASE64.encode(mac) } else { HEXLOWER.encode(mac) }
}

/// Decodes base64. The decoder alone would accept several texts in a row, each with its padding.
fn base64(digits: &str) -> Option<Vec<u8>> {
    let padded_once = !digits.trim_end_matches('=').contains('=');
    BASE64.decode(digits.as_bytes()).ok().filter(|_| padded_once)
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok().filter(|bytes| bytes.len() == 32)
}

/// Splits a text at the first `mark`, and returns both parts.
fn cut<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}
