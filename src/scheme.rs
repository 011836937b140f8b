//! The names of the three signing schemes.

/// A signing scheme: which headers carry the signature, what it covers and how it is encoded.
///
/// All three are HMAC-SHA256. The scheme is the receiver's decision and is configured together
/// with the secret. If the request could choose, a captured `timestamped` delivery could be
/// replayed for ever as a `body` delivery.
///
/// ```
/// use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
///
/// let webhook = Webhook::builder().secret_for(Scheme::Timestamped, "the secret of this endpoint")?.build()?;
/// let headers = webhook.sign("{}", "", 1_700_000_000)?;
/// assert_eq!(webhook.verify_at("{}", &headers, 1_700_000_000)?.scheme(), Scheme::Timestamped);
///
/// // A request cannot choose: an endpoint for `body` takes nothing else.
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
    /// `{timestamp}.{payload}`. The secret is used as it stands.
    Timestamped,
    /// `X-AgentMail-Signature: sha256=<hex>`, or the bare hex; signs the payload alone. It carries
    /// no time, so **verification cannot protect it from replay**: remember the
    /// idempotency keys that you have handled. The secret is used as it stands.
    Body,
}

impl Scheme {
    /// Every scheme, in the order in which they are tried on a delivery that carries headers of several.
    ///
    /// ```
    /// # use agentmail_webhooks::Scheme;
    /// assert_eq!(Scheme::ALL.map(Scheme::as_str), ["standard", "timestamped", "body"]);
    /// ```
    pub const ALL: [Self; 3] = [Self::Standard, Self::Timestamped, Self::Body];

    /// The name of the scheme: `standard`, `timestamped` or `body`. It is read again by [`str::parse`], from a
    /// configuration file, say.
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
