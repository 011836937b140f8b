//! Hints: the likeliest cause of each failure, for the reader of a log.

use super::{Error, Reason};

impl Error {
    /// Returns the likeliest cause and what to do about it, for the reader of a log. The wording may change.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let error = Webhook::new("am_1f3870be274f6c49b3e31a0c6728957f").unwrap_err();
    /// assert_eq!(error.to_string(), "invalid secret: it looks like an API key");
    /// assert!(error.hint().starts_with("Copy the complete signing secret"));
    /// ```
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self.reason {
            Reason::NoHeaders => {
                "The request is not from AgentMail, or a proxy or a test client dropped its headers."
            }
            Reason::MissingHeader(..) => {
                "A proxy or a test client dropped this header, or the caller did not pass all headers of the request."
            }
            Reason::InvalidHeader(..) => {
                "A proxy changed this header, or the delivery is forged: no genuine one has such a value."
            }
            Reason::ConflictingHeaders(..) => {
                "A proxy added another copy of this header, or the delivery is forged."
            }
            Reason::UnsignedDelivery => {
                "The sender has no signing secret for this webhook: set one there, then configure it here."
            }
            Reason::WrongScheme(..) => {
                "AgentMail signs with scheme standard, the default. If this sender uses another scheme, configure \
                 it with the secret: { secret, scheme } in JavaScript, secret_for in Rust."
            }
            Reason::TimestampTooOld { .. } => {
                "The delivery was sent again or waited in a queue, or this server's clock is ahead or not in \
                 seconds: compare it with a time server."
            }
            Reason::TimestampTooNew { .. } => {
                "This server's clock is behind or not in seconds: compare it with a time server."
            }
            Reason::SignatureMismatch => {
                "A middleware parsed the body and wrote it again, or the secret belongs to another webhook or was \
                 rotated. Otherwise the delivery is forged."
            }
            #[cfg(feature = "alloc")]
            Reason::InvalidJson { .. } if self.verified.is_some() => {
                "The delivery is genuine. Keep its payload and report the line and column; a retry sends the same \
                 bytes."
            }
            #[cfg(feature = "alloc")]
            Reason::InvalidEvent { .. } if self.verified.is_some() => {
                "The delivery is genuine. Keep its payload and report the path; a newer version may parse it."
            }
            #[cfg(feature = "alloc")]
            Reason::InvalidJson { .. } => {
                "If the payload was verified, keep it and report the line and column."
            }
            #[cfg(feature = "alloc")]
            Reason::InvalidEvent { .. } => {
                "If the payload was verified, keep it and report the path; a newer version may parse it."
            }
            Reason::PayloadTooLarge { .. } => {
                "AgentMail sends 1 MB at most: raise the limit if yours is lower."
            }
            #[cfg(feature = "wasm")]
            Reason::PayloadNotRaw { .. } => {
                "Pass the raw body, before any JSON middleware. Express: express.raw({ type: () => true }) on this \
                 route, then req.body. Fetch, Workers, Next.js: await request.arrayBuffer(). Hono: await \
                 c.req.arrayBuffer(). Fastify: a content type parser with parseAs: \"buffer\"."
            }
            Reason::InvalidSecret(..) => {
                "Copy the complete signing secret of this webhook, without white space; it is not the API key. \
                 For scheme standard it is base64, usually after whsec_."
            }
            Reason::TooManySecrets(_) => {
                "A rotation needs two. Use a Webhook for each endpoint that has secrets of its own."
            }
            Reason::InvalidOption(..) => "See the documentation of the option that the message names.",
        }
    }
}
