//! Verifies signatures and timestamps.

use core::fmt;

#[cfg(feature = "alloc")]
use sha2::{Digest as _, Sha256};

use super::claim::Claim;
use super::headers::SignatureHeaders;
use super::secret::{Key, Keys, Mac};
#[cfg(feature = "alloc")]
use crate::error::Verification;
use crate::error::{Error, Reason};
use crate::scheme::Scheme;

/// The default tolerance in seconds, in both directions, as in Svix's libraries (WIRE 1 in `tests/fixtures/README.md`).
pub(crate) const DEFAULT_TOLERANCE: u64 = 300;

/// The replay window: the range of accepted timestamps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) now: u64,
    pub(crate) tolerance: u64,
}

impl Window {
    /// Rejects timestamps outside the window. Both bounds are inside.
    pub(crate) fn check(self, timestamp: u64) -> Result<(), Reason> {
        let Self { now, tolerance } = self;
        match now.abs_diff(timestamp) {
            by if by <= tolerance => Ok(()),
            by if timestamp < now => Err(Reason::TimestampTooOld { by, tolerance }),
            by => Err(Reason::TimestampTooNew { by, tolerance }),
        }
    }

    fn check_claim(self, claim: &Claim<'_>) -> Result<(), Reason> {
        claim.timestamp.map_or(Ok(()), |timestamp| self.check(timestamp.seconds))
    }
}

/// A verified delivery: proof that its payload is authentic and fresh. Returned by
/// [`Webhook::verify_at`](crate::Webhook::verify_at).
///
/// It borrows the payload, so it stands for exactly those bytes. A function that takes it cannot be called with a
/// payload that is not verified:
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
    claim: Claim<'a>,
    secret_index: usize,
    payload: &'a [u8],
}

impl fmt::Debug for Verified<'_> {
    /// Leaves out the payload, which contains mail, and the signature.
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
    /// Returns the scheme under which the delivery was signed.
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
        self.claim.scheme
    }

    /// Returns the sender's identifier of the delivery, the same on retries. Scheme `standard` only.
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
        self.claim.id
    }

    /// Returns the time at which this attempt was signed, in unix seconds. Absent in scheme `body`.
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
        self.claim.timestamp.map(|timestamp| timestamp.seconds)
    }

    /// Returns the position of the secret that matched, counted from 0 in the order of configuration. Log it during a
    /// rotation to see when the old secret is no longer used.
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

    /// Returns the verified payload, for example to put it on a queue and `parse` it later.
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

#[cfg(feature = "alloc")]
impl Verified<'_> {
    /// Returns the result of the verification, for an error about the payload.
    pub(crate) fn verification(&self) -> Verification {
        let id = self.id().map(alloc::string::String::from);
        Verification {
            scheme: self.scheme(),
            timestamp: self.timestamp(),
            secret_index: self.secret_index,
            idempotency_key: id.clone().unwrap_or_else(|| self.payload_sha256()),
            id,
        }
    }

    /// Returns the SHA-256 of the payload in hex.
    pub(crate) fn payload_sha256(&self) -> alloc::string::String {
        base16ct::lower::encode_string(&Sha256::digest(self.payload))
    }
}

/// Verifies a delivery. Checks in this order: unsigned deliveries, schemes that are not configured, malformed headers,
/// timestamps, signatures.
pub(crate) fn verify<'a>(
    keys: &Keys,
    payload: &'a [u8],
    headers: &SignatureHeaders<'a>,
    window: Window,
) -> Result<Verified<'a>, Error> {
    verify_with(keys, payload, headers, window, |key, claim| key.mac(&mut claim.prefixes(), payload))
}

/// Does the same as [`verify`], but calls `mac` to compute the MAC of a claim's signed content.
pub(crate) fn verify_with<'a>(
    keys: &Keys,
    payload: &'a [u8],
    headers: &SignatureHeaders<'a>,
    window: Window,
    mac: impl Fn(&Key, &Claim<'a>) -> Mac,
) -> Result<Verified<'a>, Error> {
    let configured = |scheme| keys.iter().any(|key| key.scheme() == scheme);
    let mut verified = None;
    let check = &mut |claim: Claim<'a>| {
        window.check_claim(&claim)?;
        let signs = |key: &Key| key.scheme() == claim.scheme && is_signed(&claim, &mac(key, &claim));
        let secret_index = keys.iter().position(signs).ok_or(Reason::SignatureMismatch)?;
        verified = Some(Verified { claim, secret_index, payload });
        Ok(())
    };
    judge(headers, &configured, check)?;
    verified.ok_or(Reason::SignatureMismatch.into())
}

/// Performs the checks of [`verify`] that need only the headers: all but the signature.
pub(crate) fn check_headers(
    headers: &SignatureHeaders<'_>,
    configured: &dyn Fn(Scheme) -> bool,
    window: Window,
) -> Result<(), Error> {
    judge(headers, configured, &mut |claim| window.check_claim(&claim)).map_err(Error::from)
}

/// Returns `true` if one of the signatures was made with this key, under its scheme.
#[cfg(feature = "explain")]
pub(crate) fn signs(key: &Key, claim: &Claim<'_>, payload: &[u8]) -> bool {
    key.scheme() == claim.scheme && is_signed(claim, &key.mac(&mut claim.prefixes(), payload))
}

/// Returns `true` if one of the signatures equals this MAC.
fn is_signed(claim: &Claim<'_>, mac: &Mac) -> bool {
    // `Mac` compares in constant time.
    claim.signatures.iter().any(|signature| *mac == Mac::new(signature.into()))
}

/// For each configured scheme whose headers the request has, parses the claim and passes it to `check`. Stops at the
/// first claim that passes.
pub(crate) fn judge<'h>(
    headers: &SignatureHeaders<'h>,
    configured: &dyn Fn(Scheme) -> bool,
    check: &mut dyn FnMut(Claim<'h>) -> Result<(), Reason>,
) -> Result<(), Reason> {
    if headers.unsigned {
        return Err(Reason::UnsignedDelivery);
    }
    let carried = || Scheme::ALL.into_iter().filter(|scheme| Claim::is_carried(*scheme, headers));
    let mut refused = None;
    for scheme in carried().filter(|scheme| configured(*scheme)) {
        match Claim::parse(scheme, headers).and_then(&mut *check) {
            Ok(()) => return Ok(()),
            // A failure does not affect other schemes. The first error is reported.
            Err(reason) => refused = refused.or(Some(reason)),
        }
    }
    let foreign = || carried().next().map(Reason::WrongScheme);
    Err(refused.or_else(foreign).unwrap_or(Reason::NoHeaders))
}
