//! For [axum](https://docs.rs/axum) 0.8: deliveries come as an argument of the handler. Feature `axum`.
//!
//! What is not genuine is answered before the handler runs: with a status, and nothing else.
//! [Its page](https://github.com/agentmail-webhooks/agentmail-webhooks/blob/main/docs/adapters/axum.md) has state,
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

use alloc::sync::Arc;
use core::error::Error as _;
use core::fmt;
use core::iter::successors;
use std::io::Write as _;

use axum_core::RequestExt as _;
use axum_core::extract::{DefaultBodyLimit, FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::{StatusCode, header};
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError};

use crate::store::{OnceError, Outcome};
use crate::{Error, Webhook};

/// A [`Delivery`](crate::Delivery) that is free from its request, for the arguments of handlers.
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
pub type Delivery = crate::Delivery<'static>;

/// An [`Event`](crate::Event) that is free from its request, for the arguments of handlers.
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

/// Largest body in bytes, 5 MiB, unless a [`DefaultBodyLimit`] sets another. AgentMail sends 1 MB at most.
///
/// ```
/// use axum::{Router, extract::DefaultBodyLimit};
///
/// let app: Router = Router::new().layer(DefaultBodyLimit::max(agentmail_webhooks::axum::BODY_LIMIT / 2));
/// ```
pub const BODY_LIMIT: usize = 5 << 20;

/// A genuine delivery, or a part of it: the body was read, verified and parsed.
///
/// `T` is what the handler wants to have: an [`Event`], or a [`Delivery`], which also has an idempotency key, or a
/// type of your own that can be made [`From`] a [`Delivery`]. It reads the body, so it is the last argument.
///
/// The [`Webhook`] comes from the state of the router: the state is an `Arc<Webhook>`, or an
/// `Arc<Webhook>` can be had of it by [`FromRef`].
///
/// What is not genuine is answered by [`Rejection`], and the handler does not run. Reading stops at
/// [`BODY_LIMIT`], or where the [`DefaultBodyLimit`] of the route says.
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
/// A type of your own, with what your code needs of a delivery:
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
///         Self { key: delivery.idempotency_key.into(), subject }
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
/// To do something else with a refusal than [`log_refusals`], take a `Result`:
///
/// ```
/// use agentmail_webhooks::axum::{Delivery, Received, Rejection};
///
/// async fn webhook(received: Result<Received<Delivery>, Rejection>) -> Result<(), Rejection> {
///     let Received(delivery) =
///         received.inspect_err(|no| eprintln!("{}: {no}. {}", no.code(), no.hint()))?;
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
    S: Send + Sync,
    Arc<Webhook>: FromRef<S>,
    T: From<Delivery>,
{
    type Rejection = Rejection;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Rejection> {
        let webhook = Arc::from_ref(state);
        let headers = core::mem::take(request.headers_mut());
        let payload = read(request).await?;
        let delivery = webhook.receive(&payload, &headers)?;
        Ok(Self(delivery.into_owned().into()))
    }
}

/// The body, unless it is over the limit.
async fn read(mut request: Request) -> Result<alloc::vec::Vec<u8>, Rejection> {
    if !has_limit(&request) {
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
    }
    let declared = request.body().size_hint().lower();
    let mut body = request.with_limited_body().into_body();
    let limit = body.size_hint().upper().and_then(|limit| usize::try_from(limit).ok());
    if limit.is_some_and(|limit| usize::try_from(declared).is_ok_and(|declared| declared > limit)) {
        return Err(Error::payload_too_large(limit).into());
    }
    // One buffer: kept by themselves, frames of one byte would take many each.
    let mut payload = alloc::vec::Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Rejection::of_body(error, limit))?;
        if let Some(data) = frame.data_ref() {
            payload.extend_from_slice(data);
        }
    }
    Ok(payload)
}

/// Whether the application set a limit. axum does not tell: but its limit then takes the place of one that is
/// there, among what belongs to the request.
fn has_limit(request: &Request) -> bool {
    let mut probe = Request::new(());
    *probe.extensions_mut() = request.extensions().clone();
    DefaultBodyLimit::max(BODY_LIMIT).apply(&mut probe);
    probe.extensions().len() == request.extensions().len()
}

/// Writes why a delivery was refused to the standard error stream: a code, what is wrong, and what to do. For
/// `axum::middleware::map_response`.
///
/// A line holds no secret, no signature and no part of the payload. What is no refusal passes without a line; so does
/// [`Rejection::Unreadable`]. For another log than that stream, write this function yourself, as for [`Rejection`].
///
/// ```
/// use std::sync::Arc;
///
/// use agentmail_webhooks::Webhook;
/// use agentmail_webhooks::axum::{Event, Received, log_refusals};
/// use axum::{Router, middleware::map_response, routing::post};
///
/// async fn webhook(Received(event): Received<Event>) {
///     println!("{}", event.event_type());
/// }
///
/// fn app(webhook_of: Arc<Webhook>) -> Router {
///     let route = post(webhook).layer(map_response(log_refusals));
///     Router::new().route("/webhooks", route).with_state(webhook_of)
/// }
/// ```
#[allow(clippy::unused_async, reason = "a middleware is asynchronous")]
pub async fn log_refusals(response: Response) -> Response {
    if let Some(error) = response.extensions().get::<Error>() {
        // A service goes on without a log.
        let _ = writeln!(std::io::stderr(), "{}: {error}. {}", error.code(), error.hint());
    }
    response
}

/// Why there is no delivery.
///
/// As a response, it is a status without a body, which gives nothing away. For a middleware that logs, the
/// [`Error`] is among the extensions of the response, which are not sent. [`log_refusals`] is one; for another log:
///
/// ```
/// use agentmail_webhooks::Error;
/// use axum::{Router, middleware, response::Response};
///
/// async fn log(response: Response) -> Response {
///     if let Some(error) = response.extensions().get::<Error>() {
///         eprintln!("{}: {error}. {}", error.code(), error.hint());
///     }
///     response
/// }
///
/// let app: Router = Router::new().layer(middleware::map_response(log));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejection {
    /// The delivery is refused: an [`agentmail_webhooks::Error`](crate::Error), with a code, a hint and a status.
    Refused(Error),
    /// The body did not come to its end; most likely, the sender hung up: an `axum::Error`. Its status is 400, its
    /// code `unreadable_body`.
    Unreadable(axum_core::Error),
}

impl Rejection {
    /// The status of the answer.
    ///
    /// ```
    /// use agentmail_webhooks::{Error, axum::Rejection};
    ///
    /// let rejection = Rejection::from(Error::payload_too_large(None));
    /// assert_eq!(rejection.status(), axum::http::StatusCode::PAYLOAD_TOO_LARGE);
    /// ```
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(error) => status(error.status()),
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The stable name of the failure, for logs and metrics: that of the [`Error`], or `unreadable_body`.
    ///
    /// ```
    /// use agentmail_webhooks::{Error, axum::Rejection};
    ///
    /// assert_eq!(Rejection::from(Error::payload_too_large(None)).code(), "payload_too_large");
    /// let cut_off = axum::Error::new(std::io::Error::other("connection reset"));
    /// assert_eq!(Rejection::Unreadable(cut_off).code(), "unreadable_body");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            Self::Unreadable(_) => "unreadable_body",
        }
    }

    /// What to look at first, for the person who reads the log. Its words may change.
    ///
    /// ```
    /// use agentmail_webhooks::{Error, axum::Rejection};
    ///
    /// let rejection = Rejection::from(Error::payload_too_large(None));
    /// eprintln!("{}: {rejection}. {}", rejection.code(), rejection.hint());
    /// # assert!(rejection.hint().starts_with("AgentMail caps"));
    /// ```
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.hint(),
            Self::Unreadable(_) => "The sender hung up, or a time-out did: the sender tries again.",
        }
    }

    /// Why a body with this limit could not be read.
    fn of_body(error: axum_core::Error, limit: Option<usize>) -> Self {
        let mut causes = successors(error.source(), |&cause| cause.source());
        match causes.position(<dyn core::error::Error>::is::<LengthLimitError>) {
            Some(0) => Error::payload_too_large(limit).into(),
            // Of a layer around the application, which read first.
            Some(_) => Error::payload_too_large(None).into(),
            None => Self::Unreadable(error),
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Unreadable(error) => write!(f, "unreadable body: {error}"),
        }
    }
}

impl core::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        // The error itself is in the message.
        match self {
            Self::Refused(error) => error.source(),
            Self::Unreadable(error) => error.source(),
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::Refused(error) = self {
            response.extensions_mut().insert(error);
        }
        response
    }
}

/// What the handler gave, or the status of the outcome without a body, with `Retry-After` where there is
/// something to wait for.
impl<T: IntoResponse> IntoResponse for Outcome<T> {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.retry_after());
        match self {
            Self::Done(response) => response.into_response(),
            Self::InProgress { .. } | Self::Completed => answer(status, retry_after),
        }
    }
}

/// The status without a body, with `Retry-After` where there is something to wait for. Log the error before.
impl<S, H> IntoResponse for OnceError<S, H> {
    fn into_response(self) -> Response {
        answer(self.status(), self.retry_after())
    }
}

fn answer(code: u16, retry_after: Option<u64>) -> Response {
    let mut response = status(code).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Every status of this crate is one that exists.
fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
