//! The names of the three signing schemes.

/// A signing scheme: which headers carry the signature, what it covers and how it is encoded.
///
/// All three are HMAC-SHA256. The receiver decides on the scheme, and configures it together with the secret. If the
/// request could choose, a captured `timestamped` delivery could be replayed forever as a `body` delivery.
///
/// ```
/// use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
///
/// let webhook = Webhook::builder().secret_for(Scheme::Timestamped, "the secret of this endpoint")?.build()?;
/// let headers = webhook.sign("{}", "", 1_700_000_000)?;
/// assert_eq!(webhook.verify_at("{}", &headers, 1_700_000_000)?.scheme(), Scheme::Timestamped);
///
/// // The request cannot choose: an endpoint for `body` accepts nothing else.
/// let other = Webhook::builder().secret_for(Scheme::Body, "the secret of another endpoint")?.build()?;
/// let error = other.verify_at("{}", &headers, 1_700_000_000).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WrongScheme);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// [Standard Webhooks](https://www.standardwebhooks.com), as sent by Svix: the headers
    /// `svix-id`, `svix-timestamp` and `svix-signature`, or the same three as `webhook-*`; signs
    /// `{id}.{timestamp}.{payload}`. The secret is base64, usually after `whsec_`.
    #[default]
    Standard,
    /// `X-AgentMail-Timestamp` and `X-AgentMail-Signature: v1=<hex>`; signs
    /// `{timestamp}.{payload}`. The bytes of the secret are the key.
    Timestamped,
    /// `X-AgentMail-Signature: sha256=<hex>`, or the bare hex; signs the payload alone. It has no timestamp, so
    /// **verification cannot prevent replay**: store the idempotency keys that you have handled. The bytes of the
    /// secret are the key.
    Body,
}

impl Scheme {
    /// All schemes, in the order in which they are tried on a delivery with the headers of several.
    ///
    /// ```
    /// # use agentmail_webhooks::Scheme;
    /// assert_eq!(Scheme::ALL.map(Scheme::as_str), ["standard", "timestamped", "body"]);
    /// ```
    pub const ALL: [Self; 3] = [Self::Standard, Self::Timestamped, Self::Body];

    /// Returns the name of the scheme: `standard`, `timestamped` or `body`. [`str::parse`] reads it, for example from a
    /// configuration file.
    ///
    /// ```
    /// # use agentmail_webhooks::Scheme;
    /// let scheme: Scheme = "body".parse()?;
    /// assert_eq!(scheme, Scheme::Body);
    /// assert_eq!(scheme.as_str(), "body");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Timestamped => "timestamped",
            Self::Body => "body",
        }
    }
}

impl core::fmt::Display for Scheme {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}
