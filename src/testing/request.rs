//! Signed requests.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{BuildHasher as _, Hasher as _};
use std::hash::RandomState;

use crate::error::Error;
use crate::scheme::Scheme;
use crate::webhook::Webhook;

/// A signed request: a `POST` with headers and a body, for any framework.
///
/// ```
/// use agentmail_webhooks::Webhook;
/// use agentmail_webhooks::testing::{SignedRequest, sample};
///
/// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
///
/// let webhook = Webhook::new(SECRET)?;
/// let genuine = SignedRequest::new(sample("message.opened")?, SECRET)?;
/// assert!(webhook.receive(genuine.body(), genuine.headers()).is_ok());
///
/// let forged = SignedRequest::new(sample("message.opened")?, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// assert_eq!(webhook.receive(forged.body(), forged.headers()).unwrap_err().status(), 401);
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone)]
pub struct SignedRequest {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl fmt::Debug for SignedRequest {
    /// Leaves out the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("SignedRequest").field("headers", &names).finish_non_exhaustive()
    }
}

impl SignedRequest {
    /// Signs a payload under scheme `standard`, with the current time and a new id.
    ///
    /// Not available on `wasm32-unknown-unknown`, which has no clock: use [`builder`](Self::builder) there.
    ///
    /// # Errors
    ///
    /// The errors of [`Webhook::new`].
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let request = SignedRequest::new(sample("message.received")?, SECRET)?;
    /// // Or with your own payload.
    /// let request = SignedRequest::new(r#"{"event_type": "moon.landed"}"#, SECRET)?;
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    pub fn new(payload: impl AsRef<[u8]>, secret: &str) -> Result<Self, Error> {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs());
        Self::builder(payload, now).sign(secret)
    }

    /// Returns a builder, for another scheme, id or time. `timestamp` is in unix seconds.
    ///
    /// ```
    /// use agentmail_webhooks::testing::{Clock, SignedRequest, sample};
    /// use agentmail_webhooks::{ErrorKind, Webhook};
    ///
    /// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    ///
    /// let clock = Clock::at(1_800_000_000);
    /// let request = SignedRequest::builder(sample("message.sent")?, clock.now()).id("msg_1").sign(SECRET)?;
    ///
    /// clock.advance(std::time::Duration::from_secs(301));
    /// let webhook = Webhook::new(SECRET)?;
    /// let error = webhook.receive_at(request.body(), request.headers(), clock.now()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TimestampTooOld);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn builder(payload: impl AsRef<[u8]>, timestamp: u64) -> SignedRequestBuilder {
        SignedRequestBuilder {
            scheme: Scheme::Standard,
            id: format!("msg_{:016x}", RandomState::new().build_hasher().finish()),
            timestamp,
            body: payload.as_ref().to_owned(),
        }
    }

    /// Returns the headers as (lower-case name, value), including `content-type`. They implement
    /// [`Headers`](crate::Headers).
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let request = SignedRequest::new(sample("message.received")?, SECRET)?;
    /// let names: Vec<_> = request.headers().iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["content-type", "svix-id", "svix-timestamp", "svix-signature"]);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Returns the raw body: the bytes that were signed.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let request = SignedRequest::new("{}", SECRET)?;
    /// assert_eq!(request.body(), b"{}");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Converts it into a request of the crate `http`, for axum, tower and hyper. `B` is their type of bodies, or
    /// `Vec<u8>`. Feature `http`.
    ///
    /// # Errors
    ///
    /// - The error of [`http`](https://docs.rs/http): `uri` is invalid.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let request = SignedRequest::new(sample("message.received")?, SECRET)?;
    /// let request: http::Request<Vec<u8>> = request.into_http("/webhooks")?;
    /// assert_eq!(request.uri(), "/webhooks");
    /// // tower: app.oneshot(request.into_http::<axum::body::Body>("/webhooks")?).await
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "http")]
    pub fn into_http<B: From<Vec<u8>>>(self, uri: &str) -> http::Result<http::Request<B>> {
        let request = http::Request::post(uri);
        let with =
            |request: http::request::Builder, (name, value): &(String, String)| request.header(name, value);
        self.headers.iter().fold(request, with).body(self.body.into())
    }
}

/// A builder of a [`SignedRequest`]. Returned by [`SignedRequest::builder`].
///
/// ```
/// use agentmail_webhooks::Scheme;
/// use agentmail_webhooks::testing::{SignedRequest, sample};
///
/// let request = SignedRequest::builder(sample("message.sent")?, 1_800_000_000)
///     .scheme(Scheme::Timestamped)
///     .sign("the secret of this endpoint")?;
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it signs"]
pub struct SignedRequestBuilder {
    scheme: Scheme,
    id: String,
    timestamp: u64,
    body: Vec<u8>,
}

impl SignedRequestBuilder {
    /// Sets the scheme. The default is `standard`.
    ///
    /// ```
    /// use agentmail_webhooks::{Scheme, testing::SignedRequest};
    ///
    /// let request = SignedRequest::builder("{}", 0).scheme(Scheme::Body).sign("the secret of this endpoint")?;
    /// assert_eq!(request.headers()[1].0, "x-agentmail-signature");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets the sender's identifier of the delivery, which is the same for retries. The default is random.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::{SignedRequest, sample};
    /// # const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// // Test that only the first is handled.
    /// let first = SignedRequest::builder(sample("message.sent")?, 1_800_000_000).id("msg_1").sign(SECRET)?;
    /// let retry = SignedRequest::builder(sample("message.sent")?, 1_800_000_005).id("msg_1").sign(SECRET)?;
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Signs the request. Use a secret other than the endpoint's for a forgery.
    ///
    /// # Errors
    ///
    /// The errors of [`secret_for`](crate::WebhookBuilder::secret_for) and [`Webhook::sign`].
    ///
    /// ```
    /// use agentmail_webhooks::{Webhook, testing::SignedRequest};
    ///
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let forged = SignedRequest::builder("{}", 1_800_000_000).sign("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
    /// let error = webhook.verify_at(forged.body(), forged.headers(), 1_800_000_000).unwrap_err();
    /// assert_eq!(error.code(), "signature_mismatch");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn sign(self, secret: &str) -> Result<SignedRequest, Error> {
        let Self { scheme, id, timestamp, body } = self;
        let webhook = Webhook::builder().secret_for(scheme, secret)?.build()?;
        let mut headers = Vec::from([("content-type".to_owned(), "application/json".to_owned())]);
        let signed = webhook.sign(&body, &id, timestamp)?;
        headers.extend(signed.iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(SignedRequest { headers, body })
    }
}
