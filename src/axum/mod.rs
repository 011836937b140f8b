//! An extractor for [axum](https://docs.rs/axum) 0.8: deliveries are an argument of the handler. Feature `axum`.
//!
//! The handler runs only for genuine deliveries. Others get a response with a status and an empty body. [The
//! guide](https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/axum.md) explains state,
//! limits, time-outs, logs and tests.
//!
//! ```
//! use agentmail_webhooks::axum::{Delivery, Received};
//! use axum::http::StatusCode;
//!
//! async fn webhook(Received(delivery): Received<Delivery>) -> StatusCode {
//!     println!("{}: {}", delivery.idempotency_key, delivery.event.event_type());
//!     StatusCode::OK
//! }
//! # let _: axum::Router<std::sync::Arc<agentmail_webhooks::Webhook>> =
//! #     axum::Router::new().route("/", axum::routing::post(webhook));
//! ```

mod body;
mod outcome;
mod rejection;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use axum_core::extract::{FromRef, FromRequest, Request};
use http::StatusCode;
use http::request::Parts;

use crate::scheme::Scheme;
use crate::signature::SignatureHeaders;
use crate::signature::verify::{Window, check_headers};
use crate::webhook::Webhook;
pub use rejection::{Rejection, UnreadableDelivery, log_refusals};

/// A genuine delivery with its event and its payload, which does not borrow from the request, for arguments of
/// handlers.
///
/// ```
/// use agentmail_webhooks::axum::{Delivery, Received};
///
/// async fn webhook(Received(delivery): Received<Delivery>) {
///     println!("{}: {}", delivery.idempotency_key, delivery.event.event_type());
/// }
/// # let _: axum::Router<std::sync::Arc<agentmail_webhooks::Webhook>> =
/// #     axum::Router::new().route("/", axum::routing::post(webhook));
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The scheme under which it was signed.
    pub scheme: Scheme,
    /// The sender's identifier of the delivery, the same on retries. Scheme `standard` only.
    pub id: Option<String>,
    /// The time at which this attempt was signed, in unix seconds. Absent in scheme `body`.
    pub timestamp: Option<u64>,
    /// The position of the secret that matched, counted from 0 in the order of configuration.
    pub secret_index: usize,
    /// The same for all deliveries of an event: see [`Delivery::idempotency_key`](crate::Delivery::idempotency_key).
    pub idempotency_key: String,
    /// The event.
    pub event: Event,
    /// One line for each value that did not fit: see [`Delivery::warnings`](crate::Delivery::warnings).
    pub warnings: Vec<String>,
    /// The raw body, for example for a queue.
    pub payload: Vec<u8>,
}

impl Delivery {
    fn new(delivery: crate::Delivery<'_>, payload: Vec<u8>) -> Self {
        let delivery = delivery.into_owned();
        Self {
            scheme: delivery.scheme,
            id: delivery.id.map(Into::into),
            timestamp: delivery.timestamp,
            secret_index: delivery.secret_index,
            idempotency_key: delivery.idempotency_key.into(),
            event: delivery.event,
            warnings: delivery.warnings,
            payload,
        }
    }
}

impl fmt::Debug for Delivery {
    /// Leaves out the payload, since it has the same contents as the event.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("scheme", &self.scheme)
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("secret_index", &self.secret_index)
            .field("idempotency_key", &self.idempotency_key)
            .field("event", &self.event)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

impl From<Delivery> for Event {
    fn from(delivery: Delivery) -> Self {
        delivery.event
    }
}

/// An [`Event`](crate::Event) that does not borrow from the request, for arguments of handlers.
///
/// ```
/// use agentmail_webhooks::axum::{Event, Received};
///
/// async fn webhook(Received(event): Received<Event>) {
///     tokio::spawn(async move { println!("{}", event.event_type()) });
/// }
/// # let _: axum::Router<std::sync::Arc<agentmail_webhooks::Webhook>> =
/// #     axum::Router::new().route("/", axum::routing::post(webhook));
/// ```
pub type Event = crate::Event<'static>;

/// The maximum size of a body, 5 MiB, unless axum's `DefaultBodyLimit` sets another. AgentMail sends 1 MB at most.
///
/// ```
/// use axum::{Router, extract::DefaultBodyLimit};
///
/// let app: Router = Router::new().layer(DefaultBodyLimit::max(agentmail_webhooks::axum::BODY_LIMIT / 2));
/// ```
pub const BODY_LIMIT: usize = 5 << 20;

/// An extractor that reads, verifies and parses the body of a delivery.
///
/// `T` is an [`Event`], a [`Delivery`], which also has an idempotency key, or your own type that implements [`From`]
/// for a [`Delivery`]. The extractor reads the body, so it must be the last argument.
///
/// The [`Webhook`] is in the state of the router: the state is an `Arc<Webhook>`, or `Arc<Webhook>` implements
/// [`FromRef`] for it. If the webhook depends on the request, implement [`FindWebhook`] for the state.
///
/// If the delivery is not genuine, the response is a [`Rejection`], and the handler does not run. The headers are
/// checked before the body is read. Reading stops at [`BODY_LIMIT`], or at the `DefaultBodyLimit` of the route.
///
/// ```
/// use std::sync::Arc;
///
/// use agentmail_webhooks::Webhook;
/// use agentmail_webhooks::axum::{Event, Received, log_refusals};
/// use axum::{Router, http::StatusCode, middleware::map_response, routing::post};
///
/// async fn webhook(Received(event): Received<Event>) -> StatusCode {
///     if let Event::MessageReceived(event) = event {
///         println!("{:?}", event.message.subject);
///     }
///     StatusCode::OK
/// }
///
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let app: Router = Router::new()
///     .route("/webhooks", post(webhook).layer(map_response(log_refusals)))
///     .with_state(Arc::new(Webhook::new(secret)?));
/// # Ok::<(), agentmail_webhooks::Error>(())
/// ```
///
/// With your own type, which has only the parts that your code needs:
///
/// ```
/// use agentmail_webhooks::axum::{Delivery, Event, Received};
///
/// struct Mail {
///     key: String,
///     subject: Option<String>,
/// }
///
/// impl From<Delivery> for Mail {
///     fn from(delivery: Delivery) -> Self {
///         let subject = match delivery.event {
///             Event::MessageReceived(event) => event.message.subject.map(Into::into),
///             _ => None,
///         };
///         Self { key: delivery.idempotency_key, subject }
///     }
/// }
///
/// async fn webhook(Received(mail): Received<Mail>) {
///     println!("{}: {:?}", mail.key, mail.subject);
/// }
/// # let _: axum::Router<std::sync::Arc<agentmail_webhooks::Webhook>> =
/// #     axum::Router::new().route("/", axum::routing::post(webhook));
/// ```
///
/// To handle a rejection yourself, use a `Result`:
///
/// ```
/// use agentmail_webhooks::axum::{Delivery, Received, Rejection};
///
/// async fn webhook(received: Result<Received<Delivery>, Rejection>) -> Result<(), Rejection> {
///     let Received(delivery) =
///         received.inspect_err(|no| eprintln!("{no} ({}). {}", no.code(), no.hint()))?;
///     println!("{}", delivery.idempotency_key);
///     Ok(())
/// }
/// # let _: axum::Router<std::sync::Arc<agentmail_webhooks::Webhook>> =
/// #     axum::Router::new().route("/", axum::routing::post(webhook));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Received<T>(pub T);

impl<S, T> FromRequest<S> for Received<T>
where
    S: FindWebhook + Send,
    T: From<Delivery>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let (parts, body) = request.into_parts();
        // Finding the webhook may be expensive, so reject headers first that no scheme accepts, regardless of the time.
        let any_time = Window { now: 0, tolerance: u64::MAX };
        check_headers(&SignatureHeaders::find(&parts.headers), &|_| true, any_time)?;
        let webhook = state.find_webhook(&parts).await.map_err(Rejection::NoWebhook)?;
        webhook.check_headers(&parts.headers)?;
        let headers = parts.headers.clone();
        let payload = body::read(Request::from_parts(parts, body)).await?;
        match webhook.receive(&payload, &headers).map(crate::Delivery::into_owned) {
            Ok(delivery) => Ok(Self(Delivery::new(delivery, payload).into())),
            Err(error) => Err(Rejection::new(error, payload)),
        }
    }
}

/// Finds the [`Webhook`] of a request, for a state that has several, such as one for each tenant.
///
/// Implemented for every state for which `Arc<Webhook>` implements [`FromRef`]. Called for requests with well-formed
/// headers, before their body is read. Build a webhook when its tenant is configured, not for each request.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Arc;
///
/// use agentmail_webhooks::Webhook;
/// use agentmail_webhooks::axum::{Event, FindWebhook, Received};
/// use axum::http::{StatusCode, request::Parts};
/// use axum::{Router, routing::post};
///
/// #[derive(Clone)]
/// struct App {
///     webhooks: Arc<HashMap<String, Arc<Webhook>>>,
/// }
///
/// impl FindWebhook for App {
///     async fn find_webhook(&self, request: &Parts) -> Result<Arc<Webhook>, StatusCode> {
///         let tenant = request.uri.path().rsplit('/').next().unwrap_or_default();
///         self.webhooks.get(tenant).cloned().ok_or(StatusCode::NOT_FOUND)
///     }
/// }
///
/// async fn webhook(Received(event): Received<Event>) {
///     println!("{}", event.event_type());
/// }
///
/// fn app(webhooks: HashMap<String, Arc<Webhook>>) -> Router {
///     let state = App { webhooks: Arc::new(webhooks) };
///     Router::new().route("/webhooks/{tenant}", post(webhook)).with_state(state)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `Webhook` for `Received`",
    note = "implement `FromRef<{Self}>` for `Arc<Webhook>`, or `FindWebhook` for `{Self}`"
)]
pub trait FindWebhook: Sync {
    /// Returns the webhook of a request.
    ///
    /// # Errors
    ///
    /// - The status to respond with: there is no webhook for this request.
    fn find_webhook(&self, request: &Parts) -> impl Future<Output = Result<Arc<Webhook>, StatusCode>> + Send;
}

impl<S: Sync> FindWebhook for S
where
    Arc<Webhook>: FromRef<S>,
{
    async fn find_webhook(&self, _request: &Parts) -> Result<Arc<Webhook>, StatusCode> {
        Ok(Arc::from_ref(self))
    }
}
