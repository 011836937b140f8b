//! [`Webhook`], which verifies and signs with the secrets of an endpoint.

use core::time::Duration;

use crate::error::{Error, Reason};
use crate::scheme::Scheme;
#[cfg(feature = "wasm")]
use crate::signature::secret::HostHmac;
use crate::signature::secret::{Key, Keys};
use crate::signature::verify::{self, DEFAULT_TOLERANCE, Verified, Window};
use crate::signature::{Headers, SignatureHeaders, SignedHeaders};

/// The receiver of a webhook. Verifies deliveries with one or more secrets, each with its scheme, and a replay window.
///
/// Build it once, when the server starts, because building it computes the key schedules. It can be shared between
/// threads.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use agentmail_webhooks::{Event, Webhook};
///
/// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// # let payload = br#"{"event_type":"message.received","message":
/// #   {"inbox_id":"i","thread_id":"t","message_id":"m","subject":"Hi"}}"#;
/// # let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
/// # let headers = webhook.sign(payload, "msg_1", now)?;
/// let delivery = webhook.receive(payload, &headers)?;
/// match &delivery.event {
///     Event::MessageReceived(event) => println!("{:?}", event.message.subject),
///     Event::Unknown(event) => println!("a new kind of event: {}", event.wire_type),
///     _ => {}
/// }
/// # } Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Webhook {
    keys: Keys,
    tolerance: u64,
}

impl Webhook {
    /// Creates a webhook with one secret of scheme `standard` and the default tolerance of 300 s.
    ///
    /// # Errors
    ///
    /// - [`InvalidSecret`](crate::ErrorKind::InvalidSecret): `secret` is empty, surrounded by white space, not base64
    ///   after an optional `whsec_`, or less than 16 bytes decoded.
    ///
    /// ```no_run
    /// use agentmail_webhooks::Webhook;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let webhook = Webhook::new(&std::env::var("AGENTMAIL_WEBHOOK_SECRET")?)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(secret: &str) -> Result<Self, Error> {
        Self::builder().secret(secret)?.build()
    }

    /// Returns a builder, for several secrets, other schemes or another tolerance.
    ///
    /// ```
    /// use std::time::Duration;
    /// use agentmail_webhooks::{Scheme, Webhook};
    ///
    /// let webhook = Webhook::builder()
    ///     .secret_for(Scheme::Timestamped, "the secret of this endpoint")?
    ///     .tolerance(Duration::from_secs(60))
    ///     .build()?;
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn builder() -> WebhookBuilder {
        WebhookBuilder { webhook: Self { keys: Keys::default(), tolerance: DEFAULT_TOLERANCE } }
    }

    /// Verifies that a delivery is genuine and fresh, without parsing it and without allocation.
    ///
    /// `payload` is the raw body, `now` is in unix seconds.
    ///
    /// # Errors
    ///
    /// The first of these, in this order:
    ///
    /// - [`UnsignedDelivery`](crate::ErrorKind::UnsignedDelivery): the sender had no secret to sign with.
    /// - [`MissingHeader`](crate::ErrorKind::MissingHeader), [`WrongScheme`](crate::ErrorKind::WrongScheme): there are
    ///   no signature headers, or none of a scheme with a secret.
    /// - [`ConflictingHeaders`](crate::ErrorKind::ConflictingHeaders),
    ///   [`MissingHeader`](crate::ErrorKind::MissingHeader), [`InvalidHeader`](crate::ErrorKind::InvalidHeader): the
    ///   headers of the scheme are repeated with different values, incomplete or malformed.
    /// - [`TimestampTooOld`](crate::ErrorKind::TimestampTooOld),
    ///   [`TimestampTooNew`](crate::ErrorKind::TimestampTooNew): the timestamp is outside the tolerance.
    /// - [`SignatureMismatch`](crate::ErrorKind::SignatureMismatch): no signature matches a secret.
    ///
    /// ```
    /// use agentmail_webhooks::{ErrorKind, Webhook};
    ///
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert_eq!(webhook.verify_at("{}", &headers, 1_700_000_300)?.id(), Some("msg_1"));
    ///
    /// let error = webhook.verify_at("{}", &headers, 1_700_000_301).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TimestampTooOld);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn verify_at<'a, P, H>(&self, payload: &'a P, headers: &'a H, now: u64) -> Result<Verified<'a>, Error>
    where
        P: AsRef<[u8]> + ?Sized,
        H: Headers + ?Sized,
    {
        let window = Window { now, tolerance: self.tolerance };
        verify::verify(&self.keys, payload.as_ref(), &SignatureHeaders::find(headers), window)
    }

    /// Does the same as [`verify_at`](Self::verify_at), but lets the host compute each HMAC, if `hmac` is set and
    /// returns one.
    #[cfg(feature = "wasm")]
    pub(crate) fn verify_by_host<'a, H: Headers + ?Sized>(
        &self,
        payload: &'a [u8],
        headers: &'a H,
        now: u64,
        hmac: Option<&HostHmac<'_>>,
    ) -> Result<Verified<'a>, Error> {
        let window = Window { now, tolerance: self.tolerance };
        let headers = SignatureHeaders::find(headers);
        verify::verify_with(&self.keys, payload, &headers, window, |key, claim| {
            let by_host = hmac.and_then(|hmac| key.mac_by_host(&mut claim.prefixes(), payload, hmac));
            by_host.unwrap_or_else(|| key.mac(&mut claim.prefixes(), payload))
        })
    }

    /// Verifies a delivery at the time of the system's clock.
    ///
    /// Not available on `wasm32-unknown-unknown`, which has no clock: there, pass the time of the host to
    /// [`verify_at`](Self::verify_at).
    ///
    /// # Errors
    ///
    /// The errors of [`verify_at`](Self::verify_at).
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// # let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    /// # let (body, headers) = (b"{}", webhook.sign("{}", "msg_1", now)?);
    /// // `body` is the raw body, `headers` are those of the request.
    /// let verified = webhook.verify(body, &headers)?;
    /// println!("genuine, by secret {}", verified.secret_index());
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    pub fn verify<'a, P, H>(&self, payload: &'a P, headers: &'a H) -> Result<Verified<'a>, Error>
    where
        P: AsRef<[u8]> + ?Sized,
        H: Headers + ?Sized,
    {
        self.verify_at(payload, headers, system_time())
    }

    /// Checks the headers of a delivery before its body is read, so that the bodies of unsigned requests need not be
    /// read. Success does not prove that the delivery is genuine: verify it once its body is complete.
    ///
    /// # Errors
    ///
    /// The errors of [`verify_at`](Self::verify_at), except [`SignatureMismatch`](crate::ErrorKind::SignatureMismatch).
    ///
    /// ```
    /// use agentmail_webhooks::{ErrorKind, Webhook};
    ///
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let error = webhook.check_headers_at(&[("host", "127.0.0.1")], 1_700_000_000).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::MissingHeader);
    ///
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert!(webhook.check_headers_at(&headers, 1_700_000_000).is_ok(), "so far");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn check_headers_at<H>(&self, headers: &H, now: u64) -> Result<(), Error>
    where
        H: Headers + ?Sized,
    {
        let window = Window { now, tolerance: self.tolerance };
        let configured = |scheme| self.keys.iter().any(|key| key.scheme() == scheme);
        verify::check_headers(&SignatureHeaders::find(headers), &configured, window)
    }

    /// Checks the headers of a delivery at the time of the system's clock.
    ///
    /// Not available on `wasm32-unknown-unknown`, like [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// The errors of [`check_headers_at`](Self::check_headers_at).
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// assert!(webhook.check_headers(&[("host", "127.0.0.1")]).is_err());
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    pub fn check_headers<H>(&self, headers: &H) -> Result<(), Error>
    where
        H: Headers + ?Sized,
    {
        self.check_headers_at(headers, system_time())
    }

    /// Verifies a delivery, then parses its payload.
    ///
    /// `payload` is the raw body, `now` is in unix seconds. The delivery borrows from the payload and the headers;
    /// [`into_owned`](crate::Delivery::into_owned) copies what is borrowed.
    ///
    /// # Errors
    ///
    /// The errors of [`verify_at`](Self::verify_at), and those of [`parse`](crate::parse).
    ///
    /// ```
    /// use agentmail_webhooks::{Event, Webhook};
    ///
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let payload = r#"{"event_type": "moon.landed"}"#;
    /// let headers = webhook.sign(payload, "msg_1", 1_700_000_000)?;
    ///
    /// let delivery = webhook.receive_at(payload, &headers, 1_700_000_010)?;
    /// assert_eq!(delivery.idempotency_key, "msg_1");
    /// assert!(matches!(&delivery.event, Event::Unknown(event) if event.wire_type == "moon.landed"));
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn receive_at<'a, P, H>(
        &self,
        payload: &'a P,
        headers: &'a H,
        now: u64,
    ) -> Result<crate::Delivery<'a>, Error>
    where
        P: AsRef<[u8]> + ?Sized,
        H: Headers + ?Sized,
    {
        crate::Delivery::new(self.verify_at(payload, headers, now)?)
    }

    /// Verifies a delivery at the time of the system's clock, then parses its payload.
    ///
    /// Not available on `wasm32-unknown-unknown`, like [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// The errors of [`receive_at`](Self::receive_at).
    ///
    /// ```
    /// use agentmail_webhooks::Webhook;
    ///
    /// /// Returns the status to respond with.
    /// fn answer(webhook: &Webhook, body: &[u8], headers: &[(String, String)]) -> u16 {
    ///     match webhook.receive(body, headers) {
    ///         Ok(delivery) => {
    ///             println!("{}: {}", delivery.idempotency_key, delivery.event.event_type());
    ///             200
    ///         }
    ///         Err(error) => {
    ///             eprintln!("{}: {error}. {}", error.code(), error.hint());
    ///             error.status()
    ///         }
    ///     }
    /// }
    /// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// # assert_eq!(answer(&webhook, b"{}", &[]), 400);
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
    pub fn receive<'a, P, H>(&self, payload: &'a P, headers: &'a H) -> Result<crate::Delivery<'a>, Error>
    where
        P: AsRef<[u8]> + ?Sized,
        H: Headers + ?Sized,
    {
        self.receive_at(payload, headers, system_time())
    }

    /// Signs a delivery with the first secret and returns its headers, for senders and tests.
    ///
    /// `timestamp` is in unix seconds. The scheme `timestamped` does not use `id`. The scheme `body` uses neither `id`
    /// nor `timestamp`. The result implements [`Headers`].
    ///
    /// # Errors
    ///
    /// - [`InvalidOption`](crate::ErrorKind::InvalidOption): `id` is empty, or has a dot, surrounding spaces, a comma
    ///   before a space, or a character that is not printable ASCII. No delivery with such an id verifies.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert!(headers.iter().any(|header| header == ("svix-timestamp", "1700000000")));
    ///
    /// let error = webhook.sign("{}", "msg.1", 1_700_000_000).unwrap_err();
    /// assert_eq!(error.code(), "invalid_option");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn sign<'a, P>(&self, payload: &P, id: &'a str, timestamp: u64) -> Result<SignedHeaders<'a>, Error>
    where
        P: AsRef<[u8]> + ?Sized,
    {
        let key = self.keys.iter().next().ok_or(NO_SECRET)?;
        SignedHeaders::new(key, payload.as_ref(), id, timestamp)
    }
}

const NO_SECRET: Reason = Reason::InvalidSecret("none is configured");

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
pub(crate) fn system_time() -> u64 {
    // A clock before 1970 counts as 1970, so every timestamp is too new and rejected.
    std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs())
}

/// A builder of a [`Webhook`]. Returned by [`Webhook::builder`].
///
/// ```
/// use std::time::Duration;
/// use agentmail_webhooks::{Scheme, Webhook};
///
/// // A rotation, an old endpoint that signs only the body, and a narrow window.
/// let webhook = Webhook::builder()
///     .secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?
///     .secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?
///     .secret_for(Scheme::Body, "the secret of the old endpoint")?
///     .tolerance(Duration::from_secs(60))
///     .build()?;
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct WebhookBuilder {
    webhook: Webhook,
}

impl WebhookBuilder {
    /// Adds a secret of scheme `standard`.
    ///
    /// # Errors
    ///
    /// - [`InvalidSecret`](crate::ErrorKind::InvalidSecret): `secret` is malformed, as for [`Webhook::new`], or there
    ///   are [`MAX_SECRETS`](crate::MAX_SECRETS) already.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// // A rotation: the new secret first, because `sign` uses the first one.
    /// let webhook = Webhook::builder()
    ///     .secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?
    ///     .secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?
    ///     .build()?;
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn secret(self, secret: &str) -> Result<Self, Error> {
        self.secret_for(Scheme::Standard, secret)
    }

    /// Adds a secret for deliveries that are signed under this scheme.
    ///
    /// Use a different secret for each scheme. If `timestamped` and `body` have the same one, a captured `timestamped`
    /// delivery also verifies as a `body` delivery with the payload `{timestamp}.{payload}`.
    ///
    /// # Errors
    ///
    /// - [`InvalidSecret`](crate::ErrorKind::InvalidSecret): `secret` is empty or surrounded by white space; for the
    ///   scheme `standard`, it is malformed as described for [`Webhook::new`]; or there are already
    ///   [`MAX_SECRETS`](crate::MAX_SECRETS).
    ///
    /// ```
    /// use agentmail_webhooks::{Scheme, Webhook};
    ///
    /// let builder = Webhook::builder().secret_for(Scheme::Body, "the secret of this endpoint")?;
    ///
    /// let error = builder.secret_for(Scheme::Body, "copied with a line break\n").unwrap_err();
    /// assert_eq!(error.to_string(), "invalid secret: white space around it");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn secret_for(mut self, scheme: Scheme, secret: &str) -> Result<Self, Error> {
        self.add_secret(scheme, secret)?;
        Ok(self)
    }

    pub(crate) fn add_secret(&mut self, scheme: Scheme, secret: &str) -> Result<(), Error> {
        self.webhook.keys.push(Key::new(scheme, secret)?)
    }

    /// Sets the maximum difference between a timestamp and now, in both directions. The default is 300 s. Fractions of
    /// a second are dropped. The scheme `body` has no timestamp to check.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use agentmail_webhooks::Webhook;
    /// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let webhook = Webhook::builder().secret(secret)?.tolerance(Duration::from_secs(60)).build()?;
    ///
    /// let headers = webhook.sign("{}", "msg_1", 1_700_000_000)?;
    /// assert!(webhook.verify_at("{}", &headers, 1_700_000_060).is_ok());
    /// let error = webhook.verify_at("{}", &headers, 1_700_000_061).unwrap_err();
    /// assert_eq!(error.to_string(), "timestamp too old: 61 s before now, the tolerance is 60 s");
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.webhook.tolerance = tolerance.as_secs();
        self
    }

    #[cfg(feature = "wasm")]
    pub(crate) fn set_tolerance(&mut self, seconds: u64) {
        self.webhook.tolerance = seconds;
    }

    /// Returns the webhook as it is configured so far. It may have no secret.
    #[cfg(feature = "wasm")]
    pub(crate) fn webhook(&self) -> &Webhook {
        &self.webhook
    }

    /// Builds the webhook.
    ///
    /// # Errors
    ///
    /// - [`InvalidSecret`](crate::ErrorKind::InvalidSecret): no secret was added.
    ///
    /// ```
    /// # use agentmail_webhooks::Webhook;
    /// let error = Webhook::builder().build().unwrap_err();
    /// assert_eq!(error.to_string(), "invalid secret: none is configured");
    /// ```
    pub fn build(self) -> Result<Webhook, Error> {
        self.check_secrets()?;
        Ok(self.webhook)
    }

    pub(crate) fn check_secrets(&self) -> Result<(), Error> {
        self.webhook.keys.iter().next().map(|_| ()).ok_or(NO_SECRET.into())
    }
}
