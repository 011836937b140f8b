//! Authenticity and freshness. Nothing in this module allocates or reads a clock.

use core::fmt;

use base64ct::{Base64, Encoding as _};
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::claim::{Found, Signed};
use super::headers::Headers;
use super::secret;
use crate::error::{Error, Reason};
use crate::scheme::Scheme;

/// Most secrets that one [`Webhook`](crate::Webhook) holds. With the 32 signatures that a header
/// may carry, it bounds the work that a request can cause.
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

/// The replay window, unless another is set: seed 003, and the same in Svix.
pub(crate) const DEFAULT_TOLERANCE: u64 = 300;

/// Least length of a `standard` key, in bytes.
const MIN_KEY: usize = 16;
/// Longest `standard` secret, in base64 digits. Standard Webhooks keys have 64 bytes at most.
const MAX_SECRET: usize = 1024;

type HmacSha256 = Hmac<Sha256>;
pub(crate) type Mac = CtOutput<HmacSha256>;

/// The key that a secret stands for, with both of its HMAC blocks absorbed already. Wiped on
/// drop (feature `zeroize` of `hmac` and `sha2`).
#[derive(Clone)]
pub(crate) struct Key {
    scheme: Scheme,
    hmac: HmacSha256,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl Key {
    /// `secret` is confidential.
    pub(crate) fn new(scheme: Scheme, secret: &str) -> Result<Self, Error> {
        if let Some(fault) = secret::fault(scheme, secret) {
            return Err(Reason::InvalidSecret(fault).into());
        }
        Self::with_bytes(scheme, secret, |key| Self::from_bytes(scheme, key))
    }

    /// Gives the bytes that a secret stands for to `read`.
    pub(crate) fn with_bytes<T>(
        scheme: Scheme,
        secret: &str,
        read: impl FnOnce(&[u8]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match scheme {
            Scheme::Standard => decode(secret.strip_prefix(secret::PREFIX).unwrap_or(secret), read),
            Scheme::Timestamped | Scheme::Body => read(secret.as_bytes()),
        }
    }

    /// The key that base64 `digits` stand for.
    #[cfg(feature = "alloc")]
    pub(crate) fn decoded(scheme: Scheme, digits: &str) -> Result<Self, Error> {
        decode(digits, |key| Self::from_bytes(scheme, key))
    }

    pub(crate) fn from_bytes(scheme: Scheme, key: &[u8]) -> Result<Self, Error> {
        HmacSha256::new_from_slice(key)
            .map(|hmac| Self { scheme, hmac })
            // HMAC takes keys of any length (RFC 2104).
            .map_err(|_| Reason::InvalidSecret("of a length that HMAC refuses").into())
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The MAC of the prefixes, each followed by a dot, and the payload.
    pub(crate) fn mac(&self, prefixes: &mut dyn Iterator<Item = &str>, payload: &[u8]) -> Mac {
        let mut hmac = self.hmac.clone();
        for prefix in prefixes {
            hmac.update(prefix.as_bytes());
            hmac.update(b".");
        }
        hmac.update(payload);
        hmac.finalize()
    }

    /// Whether it signed this, under its own scheme.
    #[cfg(feature = "alloc")]
    pub(crate) fn matches(&self, signed: &Signed<'_>, payload: &[u8]) -> bool {
        self.scheme == signed.scheme && is_signed(signed, &self.mac(&mut signed.prefixes(), payload))
    }
}

/// Gives the key that base64 `digits` stand for to `read`.
fn decode<T>(digits: &str, read: impl FnOnce(&[u8]) -> Result<T, Error>) -> Result<T, Error> {
    let invalid = |problem| Error::from(Reason::InvalidSecret(problem));
    if digits.len() > MAX_SECRET {
        return Err(invalid("too long for a secret of scheme standard"));
    }
    #[cfg(not(feature = "alloc"))]
    let mut buffer = Zeroizing::new([0; MAX_SECRET]);
    // As long as the secret: wiping takes its time.
    #[cfg(feature = "alloc")]
    let mut buffer = Zeroizing::new(alloc::vec![0; digits.len()]);
    let key = Base64::decode(digits, buffer.as_mut_slice())
        .map_err(|_| invalid("not base64, as the scheme standard has it"))?;
    if key.len() < MIN_KEY {
        return Err(invalid("under 16 bytes once decoded from base64"));
    }
    read(key)
}

/// Whether one of the signatures is this MAC.
fn is_signed(signed: &Signed<'_>, mac: &Mac) -> bool {
    // `CtOutput` compares in constant time.
    signed.signatures.iter().any(|signature| *mac == CtOutput::new(signature.into()))
}

/// The keys of a [`Webhook`](crate::Webhook), in the order of configuration.
///
/// Each in a place of its own: a key that is moved leaves a copy behind that nobody wipes.
#[cfg(feature = "alloc")]
#[derive(Clone, Default)]
#[allow(clippy::vec_box, reason = "a vector that grows would move its keys")]
pub(crate) struct Keys(alloc::vec::Vec<alloc::boxed::Box<Configured>>);

/// A key, and the secret as it was configured, which `explain` reads in other ways.
#[cfg(feature = "alloc")]
#[derive(Clone)]
struct Configured {
    key: Key,
    secret: Zeroizing<alloc::boxed::Box<str>>,
}

#[cfg(feature = "alloc")]
impl Keys {
    pub(crate) fn push(&mut self, key: Key, secret: &str) -> Result<(), Error> {
        if self.0.len() >= MAX_SECRETS {
            return Err(Reason::TooManySecrets.into());
        }
        self.0.push(alloc::boxed::Box::new(Configured { key, secret: Zeroizing::new(secret.into()) }));
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(|configured| &configured.key)
    }

    /// The secrets, each with its scheme.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (Scheme, &str)> {
        self.0.iter().map(|configured| (configured.key.scheme, &**configured.secret))
    }
}

#[cfg(feature = "alloc")]
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The keys of a [`Webhook`](crate::Webhook), in the order of configuration. An array, because
/// verification works without an allocator.
#[cfg(not(feature = "alloc"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys([Option<Key>; MAX_SECRETS]);

#[cfg(not(feature = "alloc"))]
impl Keys {
    pub(crate) fn push(&mut self, key: Key, _secret: &str) -> Result<(), Error> {
        let free = self.0.iter_mut().find(|slot| slot.is_none());
        *free.ok_or(Reason::TooManySecrets)? = Some(key);
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map_while(Option::as_ref)
    }
}

/// A MAC that the host computed.
#[cfg(feature = "wasm")]
pub(crate) fn mac_from(bytes: [u8; 32]) -> Mac {
    CtOutput::new(bytes.into())
}

/// What a delivery must satisfy, apart from its keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) now: u64,
    pub(crate) tolerance: u64,
}

impl Window {
    /// Both bounds are inside.
    pub(crate) fn check(self, timestamp: u64) -> Result<(), Reason> {
        let Self { now, tolerance } = self;
        match now.abs_diff(timestamp) {
            by if by <= tolerance => Ok(()),
            by if timestamp < now => Err(Reason::TimestampTooOld { by, tolerance }),
            by => Err(Reason::TimestampTooNew { by, tolerance }),
        }
    }
}

/// Proof that a payload is authentic and fresh: only verification makes one.
///
/// It borrows the payload, so those bytes and no others are what it vouches for.
///
/// From [`Webhook::verify_at`](crate::Webhook::verify_at). A function that takes it cannot be given a payload that
/// nobody verified:
///
/// ```
/// use agentmail_webhooks::{Verified, Webhook};
///
/// fn store(delivery: Verified<'_>) {
///     println!("{} bytes, signed under {}", delivery.payload().len(), delivery.scheme());
/// }
///
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// # let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
/// store(webhook.verify_at("{}", &headers, 1_700_000_000)?);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Verified<'a> {
    signed: Signed<'a>,
    secret_index: usize,
    payload: &'a [u8],
}

impl fmt::Debug for Verified<'_> {
    /// Without the payload, which is somebody's mail, and without the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("scheme", &self.scheme())
            .field("id", &self.id())
            .field("timestamp", &self.timestamp())
            .field("secret_index", &self.secret_index)
            .finish_non_exhaustive()
    }
}

impl<'a> Verified<'a> {
    /// The scheme under which the delivery was signed.
    ///
    /// ```
    /// use agentmail_webhooks::{Scheme, Webhook};
    ///
    /// let webhook = Webhook::builder().secret_for(Scheme::Body, "the secret of this endpoint")?.build()?;
    /// # let headers = webhook.sign("{}", "", 0)?;
    /// let verified = webhook.verify_at("{}", &headers, 1_700_000_000)?;
    /// if verified.scheme() == Scheme::Body {
    ///     println!("it has no timestamp: it may be a replay");
    /// }
    /// # assert_eq!(verified.scheme(), Scheme::Body);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.signed.scheme
    }

    /// The sender's identifier of the delivery, the same on retries. Scheme `standard` only.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert_eq!(webhook.verify_at("{}", &headers, 1_700_000_000)?.id(), Some("msg_1"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.signed.id
    }

    /// When this attempt was signed, in unix seconds. Absent in scheme `body`.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// let verified = webhook.verify_at("{}", &headers, 1_700_000_120)?;
    /// let seconds_ago = verified.timestamp().map(|timestamp| 1_700_000_120 - timestamp);
    /// assert_eq!(seconds_ago, Some(120));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn timestamp(&self) -> Option<u64> {
        self.signed.timestamp.map(|timestamp| timestamp.seconds)
    }

    /// Which secret matched, counted from 0 in the order of configuration. Log it during a
    /// rotation, and know when the old secret is no longer used.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let (new, old) = ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    /// let webhook = Webhook::builder().secret(new)?.secret(old)?.build()?;
    ///
    /// // The sender still signs with the old one.
    /// let headers = Webhook::new(old)?.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert_eq!(webhook.verify_at("{}", &headers, 1_700_000_000)?.secret_index(), 1);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn secret_index(&self) -> usize {
        self.secret_index
    }

    /// The payload that was verified: to put on a queue, say, and `parse` there.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert_eq!(webhook.verify_at("{}", &headers, 1_700_000_000)?.payload(), b"{}");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }
}

/// Refuses, in this order: unsigned deliveries, headers of schemes without a key, malformed
/// headers, timestamps outside the window, signatures that match no key.
pub(crate) fn verify<'a, H: Headers + ?Sized>(
    keys: &Keys,
    payload: &'a [u8],
    headers: &'a H,
    window: Window,
) -> Result<Verified<'a>, Error> {
    verify_with(keys, payload, headers, window, |_, key, signed| {
        Some(key.mac(&mut signed.prefixes(), payload))
    })
}

/// As [`verify`]. `mac` gives what the key at a position makes of what the headers claim; without it, no signature is
/// that of this key.
pub(crate) fn verify_with<'a, H: Headers + ?Sized>(
    keys: &Keys,
    payload: &'a [u8],
    headers: &'a H,
    window: Window,
    mac: impl Fn(usize, &Key, &Signed<'a>) -> Option<Mac>,
) -> Result<Verified<'a>, Error> {
    let configured = |scheme| keys.iter().any(|key| key.scheme == scheme);
    let check = |signed: Signed<'a>| {
        if let Some(timestamp) = signed.timestamp {
            window.check(timestamp.seconds)?;
        }
        let signs = |(position, key): &(usize, &Key)| {
            key.scheme == signed.scheme
                && mac(*position, key, &signed).is_some_and(|mac| is_signed(&signed, &mac))
        };
        let found = keys.iter().enumerate().find(signs);
        found
            .map(|(secret_index, _)| Verified { signed, secret_index, payload })
            .ok_or(Reason::SignatureMismatch)
    };
    judge(&Found::new(headers), configured, check).map_err(Error::from)
}

/// Gives what the request claims to `check`, under each scheme that it carries and that is configured.
pub(crate) fn judge<'h, T>(
    found: &Found<'h>,
    configured: impl Fn(Scheme) -> bool,
    check: impl Fn(Signed<'h>) -> Result<T, Reason>,
) -> Result<T, Reason> {
    if found.is_unsigned() {
        return Err(Reason::UnsignedDelivery);
    }
    let mut refused = None;
    for scheme in Scheme::ALL.into_iter().filter(|scheme| configured(*scheme) && found.carries(*scheme)) {
        match found.read(scheme).and_then(&check) {
            Ok(verified) => return Ok(verified),
            // Each scheme stands for itself; the first one that the request carries explains.
            Err(reason) => refused = refused.or(Some(reason)),
        }
    }
    let foreign = || Scheme::ALL.into_iter().find(|scheme| found.carries(*scheme));
    Err(refused.or_else(|| foreign().map(Reason::WrongScheme)).unwrap_or(Reason::NoHeaders))
}
