//! Request headers as pairs of bytes, including repeats, and the copies of each header that a scheme reads.

use crate::error::Reason;
use crate::scheme::Scheme;

/// The headers of a delivery.
///
/// Implemented for slices, arrays and vectors of pairs, and with feature `http` for
/// [`http::HeaderMap`](https://docs.rs/http). Names are compared without regard to ASCII case. A repeated header must
/// be yielded repeatedly: joining or dropping copies could hide an attack.
///
/// Implement it for the requests of another framework:
///
/// ```
/// use agentmail_webhooks::{ErrorKind, Headers, Webhook};
///
/// struct Request { lines: Vec<(String, Vec<u8>)> }
///
/// impl Headers for Request {
///     fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
///         self.lines.iter().map(|(name, value)| (name.as_bytes(), value.as_slice()))
///     }
/// }
///
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let request = Request { lines: vec![("X-AgentMail-Unsigned".into(), b"1".into())] };
/// let error = webhook.verify_at("{}", &request, 1_700_000_000).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnsignedDelivery);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not headers that a delivery can be verified with",
    note = "pass a slice of (name, value) pairs, or enable the feature `http` for `http::HeaderMap`"
)]
pub trait Headers {
    /// Iterates over all headers as (name, value), in the order of the request.
    ///
    /// ```
    /// use agentmail_webhooks::Headers;
    ///
    /// let headers = [("svix-id", "msg_1"), ("svix-id", "msg_2")];
    /// assert_eq!(headers.fields().count(), 2);
    /// ```
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])>;
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for [(N, V)] {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const LEN: usize> Headers for [(N, V); LEN] {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.as_slice().fields()
    }
}

#[cfg(feature = "alloc")]
impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for alloc::vec::Vec<(N, V)> {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.as_slice().fields()
    }
}

impl<H: Headers + ?Sized> Headers for &H {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        (**self).fields()
    }
}

#[cfg(feature = "http")]
impl Headers for http::HeaderMap {
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter().map(|(name, value)| (name.as_ref(), value.as_bytes()))
    }
}

/// The maximum length of a header that a scheme reads, in bytes: the limit of most servers for all headers together.
/// The longest genuine header, with 32 signatures, has fewer than 2,000.
const MAX_VALUE: usize = 8192;

/// The maximum number of copies of one header, under both of its names. A genuine request has one.
const MAX_COPIES: u8 = 32;

/// The maximum number of signatures in one header. It limits the work that a request can cause.
pub(super) const MAX_SIGNATURES: usize = 32;

/// All copies of one header, which may differ.
///
/// Servers and intermediaries may join repeats with a comma and a space (RFC 9110, section 5.3; Node's
/// `req.headers` and Fetch's `Headers` both do), so joined copies are split again.
#[derive(Clone, Copy, Default)]
pub(super) struct Copies<'h> {
    first: Option<&'h [u8]>,
    /// A copy that differs from the first.
    other: Option<&'h [u8]>,
    count: u8,
}

impl<'h> Copies<'h> {
    pub(super) fn add(&mut self, value: &'h [u8]) {
        for copy in split_copies(value) {
            self.count = self.count.saturating_add(1);
            match self.first {
                None => self.first = Some(copy),
                Some(first) if first != copy => self.other = Some(copy),
                Some(_) => {}
            }
        }
    }

    pub(super) fn is_present(&self) -> bool {
        self.first.is_some()
    }

    pub(super) fn starts_with(&self, prefix: &[u8]) -> bool {
        self.first.is_some_and(|value| value.starts_with(prefix))
    }

    /// Returns `true` if there are copies that differ.
    pub(super) fn is_conflicting(&self) -> bool {
        self.other.is_some()
    }

    /// Adds the copies of another header with the same meaning.
    pub(super) fn with(mut self, twin: Self) -> Self {
        let differs = matches!((self.first, twin.first), (Some(first), Some(other)) if first != other);
        self.other = self.other.or(twin.other).or(if differs { twin.first } else { None });
        self.count = self.count.saturating_add(twin.count);
        self
    }

    /// Returns the value. It must be printable ASCII: servers decode other bytes differently, and no scheme uses them.
    pub(super) fn value(&self, name: &'static str, scheme: Scheme) -> Result<&'h str, Reason> {
        let value = self.first.ok_or(Reason::MissingHeader(name, scheme))?;
        if value.len() > MAX_VALUE {
            return Err(Reason::InvalidHeader(name, "longer than 8192 bytes"));
        }
        if self.count > MAX_COPIES {
            return Err(Reason::InvalidHeader(name, "more than 32 copies"));
        }
        core::str::from_utf8(value)
            .ok()
            .filter(|text| text.bytes().all(|byte| matches!(byte, b' '..=b'~')))
            .ok_or(Reason::InvalidHeader(name, "a character that is not printable ASCII"))
    }
}

/// Splits copies that a server joined with `, `, which no value of any scheme contains.
pub(super) fn split_copies(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(value);
    core::iter::from_fn(move || {
        let current = rest?;
        let joint = current.windows(2).position(|pair| pair == b", ");
        let (copy, next) = match joint.and_then(|at| current.split_at_checked(at)) {
            Some((copy, tail)) => (copy, tail.get(2..)),
            None => (current, None),
        };
        rest = next;
        Some(copy)
    })
}

/// Svix's names of the headers of `standard`: id, timestamp, signature.
pub(super) const SVIX: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];
/// The names of the same headers in the Standard Webhooks specification.
pub(super) const WEBHOOK: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];
pub(super) const TIMESTAMP: &str = "x-agentmail-timestamp";
pub(super) const SIGNATURE: &str = "x-agentmail-signature";
const UNSIGNED: &str = "x-agentmail-unsigned";

/// The headers that any scheme reads, found in one pass.
#[derive(Default)]
pub(crate) struct SignatureHeaders<'h> {
    pub(super) svix: [Copies<'h>; 3],
    pub(super) webhook: [Copies<'h>; 3],
    pub(super) timestamp: Copies<'h>,
    pub(super) signature: Copies<'h>,
    /// The request has `X-AgentMail-Unsigned: 1`: the sender had no secret to sign with.
    pub(super) unsigned: bool,
}

impl<'h> SignatureHeaders<'h> {
    pub(crate) fn find<H: Headers + ?Sized>(headers: &'h H) -> Self {
        let mut found = Self::default();
        for (name, value) in headers.fields() {
            // The first letter is enough to skip most headers.
            let Some(b's' | b'S' | b'w' | b'W' | b'x' | b'X') = name.first() else { continue };
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
            for (wanted, copies) in SVIX.iter().zip(&mut found.svix) {
                if is(wanted) {
                    copies.add(value);
                }
            }
            for (wanted, copies) in WEBHOOK.iter().zip(&mut found.webhook) {
                if is(wanted) {
                    copies.add(value);
                }
            }
            if is(TIMESTAMP) {
                found.timestamp.add(value);
            } else if is(SIGNATURE) {
                found.signature.add(value);
            } else if is(UNSIGNED) {
                found.unsigned |= split_copies(value).any(|copy| copy == b"1");
            }
        }
        found
    }

    /// Returns the names of the headers that are present.
    #[cfg(feature = "explain")]
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let standard = SVIX.iter().zip(&self.svix).chain(WEBHOOK.iter().zip(&self.webhook));
        let others = [(&TIMESTAMP, &self.timestamp), (&SIGNATURE, &self.signature)];
        let present = standard.chain(others).filter(|(_, copies)| copies.is_present()).map(|(name, _)| *name);
        present.chain(self.unsigned.then_some(UNSIGNED))
    }
}
