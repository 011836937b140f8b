//! The stable names of failures, and the status to answer with.

/// Defines [`ErrorKind`]: the code of each kind, and the status to answer with.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $Kind:ident = $code:literal, $status:literal;)*) => {
        /// The stable name of a failure. [`code`](Self::code) is the same word in every language.
        ///
        /// ```
        /// use agentmail_webhooks::{ErrorKind, Webhook};
        ///
        /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
        /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
        /// let error = webhook.verify_at("{ }", &headers, 1_700_000_000).unwrap_err();
        ///
        /// let advice = match error.kind() {
        ///     ErrorKind::SignatureMismatch => "a forgery, the wrong secret, or not the raw body",
        ///     ErrorKind::TimestampTooOld | ErrorKind::TimestampTooNew => "a replay, or the wrong time",
        ///     kind => kind.code(),
        /// };
        /// assert_eq!(advice, "a forgery, the wrong secret, or not the raw body");
        /// # Ok::<(), agentmail_webhooks::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])* #[doc = concat!("\n\n`", $code, "`, status ", $status)] $Kind,)*
        }

        impl ErrorKind {
            /// All kinds, for example to initialize a counter for each.
            ///
            /// ```
            /// use std::collections::BTreeMap;
            /// use agentmail_webhooks::ErrorKind;
            ///
            /// let counters: BTreeMap<_, _> = ErrorKind::ALL.iter().map(|kind| (kind.code(), 0)).collect();
            /// assert_eq!(counters["signature_mismatch"], 0);
            /// ```
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$Kind),*];

            /// Returns the stable name, for logs and metrics. It is the same as `error.code` in JavaScript.
            ///
            /// ```
            /// # use agentmail_webhooks::ErrorKind;
            /// assert_eq!(ErrorKind::SignatureMismatch.code(), "signature_mismatch");
            /// ```
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$Kind => $code,)*
                }
            }

            /// Returns the HTTP status to respond with: 400 for malformed requests, 401 for requests that are not
            /// genuine, 413 for payloads that are too large, 500 for a wrong configuration of this server.
            ///
            /// ```
            /// # use agentmail_webhooks::ErrorKind;
            /// assert_eq!(ErrorKind::MissingHeader.status(), 400);
            /// assert_eq!(ErrorKind::SignatureMismatch.status(), 401);
            /// assert_eq!(ErrorKind::InvalidSecret.status(), 500);
            /// ```
            #[must_use]
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$Kind => $status,)*
                }
            }
        }
    };
}

kinds! {
    /// Some or all headers of the scheme are missing.
    MissingHeader = "missing_header", 400;
    /// A timestamp, id or signature header is malformed.
    InvalidHeader = "invalid_header", 400;
    /// A header is repeated with different values, or the request has both header sets of `standard`, with different
    /// values.
    ConflictingHeaders = "conflicting_headers", 400;
    /// `X-AgentMail-Unsigned: 1`: the sender had no secret to sign with.
    UnsignedDelivery = "unsigned_delivery", 401;
    /// The request has only headers of a scheme that is not configured.
    WrongScheme = "wrong_scheme", 401;
    /// The timestamp is further in the past than the tolerance.
    TimestampTooOld = "timestamp_too_old", 401;
    /// The timestamp is further in the future than the tolerance.
    TimestampTooNew = "timestamp_too_new", 401;
    /// No signature matches any secret.
    SignatureMismatch = "signature_mismatch", 401;
    /// The payload is not JSON in UTF-8, or nested too deeply.
    InvalidJson = "invalid_json", 400;
    /// The payload is JSON, but not a valid event.
    InvalidEvent = "invalid_event", 400;
    /// The payload is larger than the receiver allows.
    PayloadTooLarge = "payload_too_large", 413;
    /// Something other than the raw payload was passed. Only in JavaScript: in Rust, the types prevent it.
    PayloadNotRaw = "payload_not_raw", 500;
    /// A secret is malformed, or there is none.
    InvalidSecret = "invalid_secret", 500;
    /// An option is out of range, or unknown.
    InvalidOption = "invalid_option", 500;
}
