//! Validates secrets and derives their keys. Errors never contain a part of a secret.

use core::fmt;

use base64ct::{Base64, Encoding as _};
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, Reason};
use crate::scheme::Scheme;

/// The maximum number of secrets of one [`Webhook`](crate::Webhook). Together with the maximum of 32 signatures in one
/// header, it limits the work that a request can cause.
///
/// ```
/// use agentmail_webhooks::{MAX_SECRETS, Webhook};
///
/// let mut builder = Webhook::builder();
/// for _ in 0..MAX_SECRETS {
///     builder = builder.secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// }
/// let error = builder.secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap_err();
/// assert_eq!(error.to_string(), "invalid secret: more than 16 secrets");
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
pub const MAX_SECRETS: usize = 16;

/// The minimum length of a `standard` key, in bytes.
const MIN_KEY: usize = 16;
/// The maximum length of a `standard` secret, in base64 digits. Keys of Standard Webhooks have at most 64 bytes.
const MAX_DIGITS: usize = 1024;

/// The usual prefix of a `standard` secret.
pub(crate) const PREFIX: &str = "whsec_";

/// Prefixes of API keys.
const API_KEYS: [&str; 5] = ["am_", "sk_", "pk_", "key_", "Bearer "];

/// Returns a description of the mistake in a malformed secret. Does not check the base64 of a `standard` secret.
fn fault(scheme: Scheme, secret: &str) -> Option<&'static str> {
    if secret.is_empty() {
        return Some("it is empty");
    }
    if secret.trim() != secret {
        return Some("white space around it");
    }
    (scheme == Scheme::Standard).then(|| likely_mistake(secret)).flatten()
}

/// Recognizes prefixes that are not base64, so that no `standard` secret has them.
fn likely_mistake(secret: &str) -> Option<&'static str> {
    let begins = |start: &str| secret.starts_with(start);
    if begins("whsec_whsec_") {
        Some("it begins with whsec_ twice")
    } else if begins("v1,") {
        Some("it begins with v1,")
    } else if begins("\"") || begins("'") {
        Some("quotation marks around it")
    } else if looks_like_api_key(secret) {
        Some("it looks like an API key")
    } else {
        None
    }
}

pub(crate) fn looks_like_api_key(secret: &str) -> bool {
    API_KEYS.iter().any(|start| secret.starts_with(start))
}

type HmacSha256 = Hmac<Sha256>;

/// A MAC. Comparison takes constant time.
pub(crate) type Mac = CtOutput<HmacSha256>;

/// The key of a secret, as an HMAC state that has absorbed both key blocks. Wiped on drop (feature `zeroize` of `hmac`
/// and `sha2`).
#[derive(Clone)]
pub(crate) struct Key {
    scheme: Scheme,
    hmac: HmacSha256,
    /// The key itself, for a host that computes the HMAC.
    #[cfg(feature = "wasm")]
    bytes: Zeroizing<alloc::boxed::Box<[u8]>>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl Key {
    /// Validates a secret and derives its key. `secret` is confidential.
    pub(crate) fn new(scheme: Scheme, secret: &str) -> Result<Self, Error> {
        if let Some(fault) = fault(scheme, secret) {
            return Err(Reason::InvalidSecret(fault).into());
        }
        match scheme {
            Scheme::Standard => Self::decoded(scheme, secret.strip_prefix(PREFIX).unwrap_or(secret)),
            Scheme::Timestamped | Scheme::Body => Self::from_bytes(scheme, secret.as_bytes()),
        }
    }

    /// Decodes the key from base64.
    pub(crate) fn decoded(scheme: Scheme, digits: &str) -> Result<Self, Error> {
        let invalid = |problem| Error::from(Reason::InvalidSecret(problem));
        if digits.len() > MAX_DIGITS {
            return Err(invalid("too long for a secret of scheme standard"));
        }
        #[cfg(not(feature = "alloc"))]
        let mut buffer = Zeroizing::new([0; MAX_DIGITS]);
        // Not longer than necessary, because wiping takes time.
        #[cfg(feature = "alloc")]
        let mut buffer = Zeroizing::new(alloc::vec![0; digits.len()]);
        let key = Base64::decode(digits.as_bytes(), buffer.as_mut_slice())
            .map_err(|_| invalid("not base64, which the scheme standard requires"))?;
        if key.len() < MIN_KEY {
            return Err(invalid("under 16 bytes once decoded from base64"));
        }
        Self::from_bytes(scheme, key)
    }

    pub(crate) fn from_bytes(scheme: Scheme, key: &[u8]) -> Result<Self, Error> {
        // HMAC takes keys of any length (RFC 2104).
        let hmac = HmacSha256::new_from_slice(key)
            .map_err(|_| Reason::InvalidSecret("of a length that HMAC refuses"))?;
        Ok(Self {
            scheme,
            hmac,
            #[cfg(feature = "wasm")]
            bytes: Zeroizing::new(key.into()),
        })
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Computes the MAC of the prefixes, each followed by a dot, and the payload.
    pub(crate) fn mac(&self, prefixes: &mut dyn Iterator<Item = &str>, payload: &[u8]) -> Mac {
        let mut hmac = self.hmac.clone();
        for prefix in prefixes {
            hmac.update(prefix.as_bytes());
            hmac.update(b".");
        }
        hmac.update(payload);
        hmac.finalize()
    }
}

/// A function of the host that computes HMAC-SHA256. Its arguments are key, prefix and payload.
#[cfg(feature = "wasm")]
pub(crate) type HostHmac<'f> = dyn Fn(&[u8], &str, &[u8]) -> Option<[u8; 32]> + 'f;

#[cfg(feature = "wasm")]
impl Key {
    /// Computes the same as [`mac`](Self::mac), with the host's HMAC. Returns `None` if the host has none.
    pub(crate) fn mac_by_host(
        &self,
        prefixes: &mut dyn Iterator<Item = &str>,
        payload: &[u8],
        hmac: &HostHmac<'_>,
    ) -> Option<Mac> {
        let prefix: alloc::string::String = prefixes.flat_map(|prefix| [prefix, "."]).collect();
        hmac(&self.bytes, &prefix, payload).map(|mac| Mac::new(mac.into()))
    }
}

/// The keys of a [`Webhook`](crate::Webhook), in the order of configuration.
///
/// Each key is boxed: moving a key would leave a copy behind that is not wiped.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, Default)]
#[allow(clippy::vec_box, reason = "a vector that grows would move its keys")]
pub(crate) struct Keys(alloc::vec::Vec<alloc::boxed::Box<Key>>);

#[cfg(feature = "alloc")]
impl Keys {
    pub(crate) fn push(&mut self, key: Key) -> Result<(), Error> {
        if self.0.len() >= MAX_SECRETS {
            return Err(Reason::TooManySecrets(MAX_SECRETS).into());
        }
        self.0.push(alloc::boxed::Box::new(key));
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(|key| &**key)
    }
}

/// The keys of a [`Webhook`](crate::Webhook), in the order of configuration. An array, for targets without an
/// allocator.
#[cfg(not(feature = "alloc"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys([Option<Key>; MAX_SECRETS]);

#[cfg(not(feature = "alloc"))]
impl Keys {
    pub(crate) fn push(&mut self, key: Key) -> Result<(), Error> {
        let free = self.0.iter_mut().find(|slot| slot.is_none());
        *free.ok_or(Reason::TooManySecrets(MAX_SECRETS))? = Some(key);
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map_while(Option::as_ref)
    }
}
