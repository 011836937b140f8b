//! One error type, with a stable kind, and with a message and a hint for people.
//!
//! Messages and hints never contain a secret, a signature or any part of the payload, so they are safe to log. A
//! mismatch does not tell which secret was close, because that would help an attacker.

mod hint;
mod kind;

use core::fmt;
use core::str::FromStr;

use crate::decimal::Decimal;
use crate::scheme::Scheme;
pub use kind::ErrorKind;

/// The reason why a delivery is refused, or a [`Webhook`](crate::Webhook) cannot be built.
///
/// Match on [`kind`](Self::kind), log the error and its [`hint`](Self::hint), and respond with
/// [`status`](Self::status) and an empty body. Neither the message nor the hint contains a secret, a signature or a
/// part of the payload.
///
/// ```
/// use agentmail_webhooks::{ErrorKind, Webhook};
///
/// let error = Webhook::new("whsec_tooshort").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidSecret);
/// assert_eq!((error.code(), error.status()), ("invalid_secret", 500));
/// assert_eq!(error.to_string(), "invalid secret: under 16 bytes once decoded from base64");
/// // The output if `main` returns the error.
/// assert!(format!("{error:?}").contains("hint: \"Copy the complete signing secret"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    reason: Reason,
    #[cfg(feature = "alloc")]
    verified: Option<alloc::boxed::Box<Verification>>,
}

/// The result of the verification of a delivery whose payload cannot be parsed. Returned by [`Error::verified`].
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// The scheme under which it was signed.
    pub scheme: Scheme,
    /// The sender's identifier of the delivery, the same on retries. Scheme `standard` only.
    pub id: Option<alloc::string::String>,
    /// The time at which this attempt was signed, in unix seconds. Absent in scheme `body`.
    pub timestamp: Option<u64>,
    /// The position of the secret that matched, counted from 0 in the order of configuration.
    pub secret_index: usize,
    /// The same for all deliveries of an event: for `invalid_event`, its `event_id`; else the `id`, else the SHA-256 of
    /// the payload in hex.
    pub idempotency_key: alloc::string::String,
}

impl fmt::Debug for Error {
    /// Formats code, message and hint: a `main` that returns the error prints this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, hint) = (self.code(), self.hint());
        write!(f, "Error {{ code: {code:?}, message: \"{self}\", hint: {hint:?} }}")
    }
}

/// A kind with the parts of its message. Private, so that messages can change without a new major version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NoHeaders,
    MissingHeader(&'static str, Scheme),
    InvalidHeader(&'static str, &'static str),
    ConflictingHeaders(&'static str),
    UnsignedDelivery,
    WrongScheme(Scheme),
    TimestampTooOld {
        by: u64,
        tolerance: u64,
    },
    TimestampTooNew {
        by: u64,
        tolerance: u64,
    },
    SignatureMismatch,
    #[cfg(feature = "alloc")]
    InvalidJson {
        line: usize,
        column: usize,
        problem: &'static str,
    },
    #[cfg(feature = "alloc")]
    InvalidEvent {
        path: alloc::string::String,
        problem: &'static str,
        found: Option<&'static str>,
    },
    PayloadTooLarge {
        limit: Option<usize>,
    },
    #[cfg(feature = "wasm")]
    PayloadNotRaw {
        found: alloc::string::String,
    },
    InvalidSecret(&'static str),
    /// More secrets than this number.
    TooManySecrets(usize),
    InvalidOption(&'static str),
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            #[cfg(feature = "alloc")]
            verified: None,
        }
    }
}

impl Error {
    /// Builds the error for an adapter that stops reading a payload at a limit in bytes, or at an unknown one.
    ///
    /// ```
    /// use agentmail_webhooks::Error;
    ///
    /// let error = Error::payload_too_large(5 << 20);
    /// assert_eq!(error.to_string(), "payload too large: over 5242880 bytes");
    /// assert_eq!(Error::payload_too_large(None).status(), 413);
    /// ```
    #[must_use]
    pub fn payload_too_large(limit: impl Into<Option<usize>>) -> Self {
        Reason::PayloadTooLarge { limit: limit.into() }.into()
    }

    /// Returns the stable name of the failure, to match on.
    ///
    /// ```
    /// use agentmail_webhooks::{ErrorKind, Webhook};
    ///
    /// let error = Webhook::new("").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidSecret);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self.reason {
            Reason::NoHeaders | Reason::MissingHeader(..) => ErrorKind::MissingHeader,
            Reason::InvalidHeader(..) => ErrorKind::InvalidHeader,
            Reason::ConflictingHeaders(..) => ErrorKind::ConflictingHeaders,
            Reason::UnsignedDelivery => ErrorKind::UnsignedDelivery,
            Reason::WrongScheme(..) => ErrorKind::WrongScheme,
            Reason::TimestampTooOld { .. } => ErrorKind::TimestampTooOld,
            Reason::TimestampTooNew { .. } => ErrorKind::TimestampTooNew,
            Reason::SignatureMismatch => ErrorKind::SignatureMismatch,
            #[cfg(feature = "alloc")]
            Reason::InvalidJson { .. } => ErrorKind::InvalidJson,
            #[cfg(feature = "alloc")]
            Reason::InvalidEvent { .. } => ErrorKind::InvalidEvent,
            Reason::PayloadTooLarge { .. } => ErrorKind::PayloadTooLarge,
            #[cfg(feature = "wasm")]
            Reason::PayloadNotRaw { .. } => ErrorKind::PayloadNotRaw,
            Reason::InvalidSecret(..) | Reason::TooManySecrets(_) => ErrorKind::InvalidSecret,
            Reason::InvalidOption(..) => ErrorKind::InvalidOption,
        }
    }

    /// Returns the [`ErrorKind::code`] of this error, for logs and metrics.
    ///
    /// ```
    /// # use agentmail_webhooks::Error;
    /// assert_eq!(Error::payload_too_large(None).code(), "payload_too_large");
    /// ```
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// Returns the [`ErrorKind::status`] of this error. Respond with it and an empty body.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let no_headers: [(&str, &str); 0] = [];
    /// let error = webhook.verify_at("{}", &no_headers, 1_700_000_000).unwrap_err();
    /// assert_eq!(error.status(), 400);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind().status()
    }
}

#[cfg(feature = "alloc")]
impl Error {
    /// Returns the result of the verification, if the delivery is genuine and only its payload is not an event. Returns
    /// `None` for all other errors, and for those of [`parse`](crate::parse), which does not authenticate.
    ///
    /// Keep the payload of such a delivery: retries have the same bytes, and a newer version of this crate may parse
    /// them.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let payload = r#"{"event_type": "message.sent"}"#;
    /// let headers = webhook.sign(payload, "msg_1", 1_700_000_000)?;
    /// let error = webhook.receive_at(payload, &headers, 1_700_000_002).unwrap_err();
    /// assert_eq!(error.to_string(), "invalid event: send: missing");
    /// let verified = error.verified().unwrap();
    /// assert_eq!((verified.id.as_deref(), verified.idempotency_key.as_str()), (Some("msg_1"), "msg_1"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn verified(&self) -> Option<&Verification> {
        self.verified.as_deref()
    }

    /// Adds the result of the verification.
    pub(crate) fn with_verification(mut self, verification: Verification) -> Self {
        self.verified = Some(alloc::boxed::Box::new(verification));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        self.say(&mut |part| result = result.and_then(|()| f.write_str(part)));
        result
    }
}

impl Error {
    /// Returns the message, as `to_string` does.
    #[cfg(any(feature = "explain", feature = "wasm"))]
    pub(crate) fn message(&self) -> alloc::string::String {
        let mut message = alloc::string::String::new();
        self.say(&mut |part| message.push_str(part));
        message
    }

    /// Passes the message to `out` in parts, without `core::fmt`, which would make the wasm module larger.
    pub(crate) fn say(&self, out: &mut dyn FnMut(&str)) {
        let (one, two);
        let parts: &[&str] = match &self.reason {
            Reason::NoHeaders => &["no signature headers"],
            Reason::MissingHeader(name, scheme) => &["missing header ", name, " of scheme ", scheme.as_str()],
            Reason::InvalidHeader(name, problem) => &["invalid header ", name, ": ", problem],
            Reason::ConflictingHeaders(name) => {
                &["conflicting headers: ", name, " came with different values"]
            }
            Reason::UnsignedDelivery => &["unsigned delivery: x-agentmail-unsigned is 1"],
            Reason::WrongScheme(scheme) => {
                &["wrong scheme: only headers of ", scheme.as_str(), ", which is not configured"]
            }
            Reason::TimestampTooOld { by, tolerance } => {
                (one, two) = (Decimal::new(*by), Decimal::new(*tolerance));
                &["timestamp too old: ", &one, " s before now, the tolerance is ", &two, " s"]
            }
            Reason::TimestampTooNew { by, tolerance } => {
                (one, two) = (Decimal::new(*by), Decimal::new(*tolerance));
                &["timestamp too new: ", &one, " s after now, the tolerance is ", &two, " s"]
            }
            Reason::SignatureMismatch => &["signature mismatch: no signature matches any secret"],
            #[cfg(feature = "alloc")]
            Reason::InvalidJson { line, column, problem } => {
                (one, two) = (Decimal::of(*line), Decimal::of(*column));
                out("invalid JSON at line ");
                &[&one, " column ", &two, ": ", problem]
            }
            #[cfg(feature = "alloc")]
            Reason::InvalidEvent { path, problem, found } => {
                out("invalid event: ");
                let (found, what) = found.map_or(("", ""), |found| (", found ", found));
                &[path, ": ", problem, found, what]
            }
            Reason::PayloadTooLarge { limit: Some(limit) } => {
                one = Decimal::of(*limit);
                &["payload too large: over ", &one, " bytes"]
            }
            Reason::PayloadTooLarge { limit: None } => &["payload too large: over the limit of this server"],
            #[cfg(feature = "wasm")]
            Reason::PayloadNotRaw { found } => {
                &["payload not raw: expected a string, Uint8Array or ArrayBuffer, found ", found]
            }
            Reason::InvalidSecret(problem) => &["invalid secret: ", problem],
            Reason::TooManySecrets(most) => {
                one = Decimal::of(*most);
                &["invalid secret: more than ", &one, " secrets"]
            }
            Reason::InvalidOption(problem) => &["invalid option: ", problem],
        };
        for part in parts {
            out(part);
        }
    }
}

impl core::error::Error for Error {}

// This impl is here so that `scheme` does not depend on another module.
impl FromStr for Scheme {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name).ok_or_else(|| {
            Reason::InvalidOption("the scheme is none of standard, timestamped and body").into()
        })
    }
}
