//! Signs deliveries, for tests and for senders of such webhooks.

use core::fmt;

use base64ct::{Base64, Encoding as _};

use super::claim::parse_id;
use super::headers::{Headers, SIGNATURE, SVIX, TIMESTAMP, split_copies};
use super::secret::Key;
use crate::decimal::Decimal;
use crate::error::{Error, Reason};
use crate::scheme::Scheme;

/// The headers of a signed delivery. Returned by [`Webhook::sign`](crate::Webhook::sign).
///
/// They implement [`Headers`], so a test can verify them:
///
/// ```
/// use agentmail_webhooks::Webhook;
///
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
/// assert!(webhook.verify_at("{}", &headers, 1_700_000_000).is_ok());
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone)]
pub struct SignedHeaders<'a> {
    scheme: Scheme,
    id: &'a str,
    timestamp: Buffer<20>,
    signature: Buffer<71>,
}

impl fmt::Debug for SignedHeaders<'_> {
    /// Leaves out the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedHeaders").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl<'a> SignedHeaders<'a> {
    pub(crate) fn new(key: &Key, payload: &[u8], id: &'a str, timestamp: u64) -> Result<Self, Error> {
        let scheme = key.scheme();
        let mut headers = Self { scheme, id, timestamp: Buffer::new(), signature: Buffer::new() };
        if scheme == Scheme::Standard {
            parse_id("", id).ok().filter(|id| is_sendable(id)).ok_or(Reason::InvalidOption(
                "the id must be printable ASCII without a dot, a comma before a space, or spaces around it",
            ))?;
        }
        // The buffers have room for the longest value, so writing to them cannot fail.
        let full = || Error::from(Reason::InvalidOption("a header that is too long"));
        headers.timestamp.push(&Decimal::new(timestamp)).ok_or_else(full)?;
        let prefixes: &[&str] = match scheme {
            Scheme::Standard => &[id, headers.timestamp.as_str()],
            Scheme::Timestamped => &[headers.timestamp.as_str()],
            Scheme::Body => &[],
        };
        let mac = key.mac(&mut prefixes.iter().copied(), payload).into_bytes();
        let mut buffer = [0; 64];
        let (prefix, encoded) = match scheme {
            Scheme::Standard => ("v1,", Base64::encode(&mac, &mut buffer).ok()),
            Scheme::Timestamped => ("v1=", base16ct::lower::encode_str(&mac, &mut buffer).ok()),
            Scheme::Body => ("sha256=", base16ct::lower::encode_str(&mac, &mut buffer).ok()),
        };
        headers.signature.push(prefix).ok_or_else(full)?;
        headers.signature.push(encoded.unwrap_or_default()).ok_or_else(full)?;
        Ok(headers)
    }

    /// Iterates over the headers as (lower-case name, value): `svix-id`, `svix-timestamp` and `svix-signature` for
    /// `standard`, `x-agentmail-timestamp` and `x-agentmail-signature` for `timestamped`, only the latter for `body`.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// for (name, value) in headers.iter() {
    ///     println!("{name}: {value}");
    /// }
    /// // As an `http::HeaderMap`, for reqwest and others:
    /// let map: http::HeaderMap =
    ///     headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    /// assert_eq!(map["svix-id"], "msg_1");
    ///
    /// let names: Vec<_> = headers.iter().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["svix-id", "svix-timestamp", "svix-signature"]);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let [id, timestamp, signature] = SVIX;
        let timestamp_value = Some(self.timestamp.as_str());
        let signature_value = Some(self.signature.as_str());
        let headers = match self.scheme {
            Scheme::Standard => {
                [(id, Some(self.id)), (timestamp, timestamp_value), (signature, signature_value)]
            }
            Scheme::Timestamped => [(id, None), (TIMESTAMP, timestamp_value), (SIGNATURE, signature_value)],
            Scheme::Body => [(id, None), (timestamp, None), (SIGNATURE, signature_value)],
        };
        headers.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

impl Headers for SignedHeaders<'_> {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()))
    }
}

/// Returns `true` for an id that every server leaves unchanged.
fn is_sendable(id: &str) -> bool {
    split_copies(id.as_bytes()).count() == 1 && id.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A short text that is stored inline.
#[derive(Clone)]
struct Buffer<const CAPACITY: usize> {
    bytes: [u8; CAPACITY],
    length: usize,
}

impl<const CAPACITY: usize> Buffer<CAPACITY> {
    const fn new() -> Self {
        Self { bytes: [0; CAPACITY], length: 0 }
    }

    fn as_str(&self) -> &str {
        // Only complete texts are written.
        self.bytes.get(..self.length).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Appends a text. Returns `None` if there is not enough room.
    fn push(&mut self, text: &str) -> Option<()> {
        let end = self.length.checked_add(text.len())?;
        self.bytes.get_mut(self.length..end)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Some(())
    }
}
