//! Rejections: their contents, their responses and their log.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use std::io::Write as _;

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use crate::error::{Error, Verification};

/// Logs rejections to the standard error stream, with code, message and hint. For `axum::middleware::map_response`.
///
/// A line contains no secret, no signature and no part of the payload. [`Rejection::BrokenOff`] and
/// [`Rejection::NoWebhook`] are not logged. For another log, write this function yourself, as shown at [`Rejection`].
///
/// ```text
/// signature_mismatch: no signature matches any secret (A middleware parsed the body and wrote it again, …)
/// ```
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
        // A failure of the log must not stop the service.
        let _ = writeln!(std::io::stderr(), "{}", line(error));
    }
    response
}

/// Formats an error in the same way as the JavaScript adapters. Omits the words of the code at the beginning of the
/// message.
fn line(error: &Error) -> String {
    let (code, message, hint) = (error.code(), error.to_string(), error.hint());
    let words = code.replace('_', " ");
    let begins = message.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(&words));
    let rest = if begins { message.get(words.len()..).unwrap_or_default() } else { &message };
    format!("{code}: {} ({hint})", rest.trim_start_matches(':').trim_start())
}

/// A genuine delivery whose payload is not an event. In [`Rejection::Unreadable`].
///
/// Keep it and report it: retries have the same bytes, and a newer version of this crate may parse them.
///
/// ```
/// use agentmail_webhooks::axum::{Delivery, Received, Rejection};
///
/// async fn webhook(received: Result<Received<Delivery>, Rejection>) -> Result<(), Rejection> {
///     match received {
///         Ok(Received(delivery)) => println!("{}", delivery.event.event_type()),
///         Err(Rejection::Unreadable(delivery)) => keep(&delivery.verification.idempotency_key, &delivery.payload),
///         Err(rejection) => return Err(rejection),
///     }
///     Ok(())
/// }
/// # fn keep(_key: &str, _payload: &[u8]) {}
/// # let _: axum::Router<std::sync::Arc<agentmail_webhooks::Webhook>> =
/// #     axum::Router::new().route("/", axum::routing::post(webhook));
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UnreadableDelivery {
    /// The error of the payload: `invalid_json` or `invalid_event`.
    pub error: Error,
    /// The result of the verification.
    pub verification: Verification,
    /// The raw body.
    pub payload: Vec<u8>,
}

impl fmt::Debug for UnreadableDelivery {
    /// Leaves out the payload, which is mail.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("UnreadableDelivery");
        debug.field("error", &self.error).field("verification", &self.verification).finish_non_exhaustive()
    }
}

impl Rejection {
    /// Builds the rejection for an error of this payload.
    pub(super) fn new(error: Error, payload: Vec<u8>) -> Self {
        match error.verified().cloned() {
            Some(verification) => {
                Self::Unreadable(Box::new(UnreadableDelivery { error, verification, payload }))
            }
            None => Self::Refused(error),
        }
    }
}

/// The reason why a handler does not run.
///
/// As a response, it is a status without a body, so that it contains no information for an attacker. The [`Error`] is
/// an extension of the response, for a middleware that logs it, such as [`log_refusals`]. To write your own:
///
/// ```
/// use agentmail_webhooks::Error;
/// use axum::{Router, middleware, response::Response};
///
/// async fn log(response: Response) -> Response {
///     if let Some(error) = response.extensions().get::<Error>() {
///         eprintln!("{error} ({}). {}", error.code(), error.hint());
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
    /// The delivery is genuine, but its payload is not an event. Keep it, and respond with 200. By default, the status
    /// is 400, and the sender retries.
    Unreadable(Box<UnreadableDelivery>),
    /// The state has no webhook for this request: the status that [`FindWebhook`](super::FindWebhook) returned. The
    /// code is `no_webhook`.
    NoWebhook(StatusCode),
    /// The body is incomplete, an `axum::Error`; most likely, the sender closed the connection. The status is 400, the
    /// code `broken_off`.
    BrokenOff(axum_core::Error),
}

impl Rejection {
    /// Returns the status of the response.
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
            Self::Unreadable(delivery) => status(delivery.error.status()),
            Self::NoWebhook(status) => *status,
            Self::BrokenOff(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns the stable name of the failure, for logs and metrics.
    ///
    /// ```
    /// use agentmail_webhooks::{Error, axum::Rejection};
    ///
    /// assert_eq!(Rejection::from(Error::payload_too_large(None)).code(), "payload_too_large");
    /// let cut_off = axum::Error::new(std::io::Error::other("connection reset"));
    /// assert_eq!(Rejection::BrokenOff(cut_off).code(), "broken_off");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            Self::Unreadable(delivery) => delivery.error.code(),
            Self::NoWebhook(_) => "no_webhook",
            Self::BrokenOff(_) => "broken_off",
        }
    }

    /// Returns the likeliest cause and what to do about it, for the reader of a log. The wording may change.
    ///
    /// ```
    /// use agentmail_webhooks::{Error, axum::Rejection};
    ///
    /// let rejection = Rejection::from(Error::payload_too_large(None));
    /// eprintln!("{rejection} ({}). {}", rejection.code(), rejection.hint());
    /// # assert!(rejection.hint().starts_with("AgentMail sends 1 MB at most"));
    /// ```
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.hint(),
            Self::Unreadable(delivery) => delivery.error.hint(),
            Self::NoWebhook(_) => "`FindWebhook` has no webhook for this request: check its path.",
            Self::BrokenOff(_) => "The sender or a time-out closed the connection: the sender retries.",
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
            Self::Unreadable(delivery) => delivery.error.fmt(f),
            Self::NoWebhook(_) => f.write_str("no webhook for this request"),
            Self::BrokenOff(error) => write!(f, "body broken off: {error}"),
        }
    }
}

impl core::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        // The error itself is in the message.
        match self {
            Self::BrokenOff(error) => error.source(),
            _ => None,
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let error = match self {
            Self::Refused(error) => error,
            Self::Unreadable(delivery) => delivery.error,
            Self::NoWebhook(_) | Self::BrokenOff(_) => return response,
        };
        response.extensions_mut().insert(error);
        response
    }
}

/// Converts a status of this crate, all of which are valid.
pub(super) fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::line;
    use crate::error::{Error, Reason};

    #[test]
    fn a_line_has_no_stutter() {
        let start = |error: Error| line(&error).split(" (").next().map(String::from);
        for (error, expected) in [
            (Reason::SignatureMismatch.into(), "signature_mismatch: no signature matches any secret"),
            (Reason::NoHeaders.into(), "missing_header: no signature headers"),
            (Error::payload_too_large(7), "payload_too_large: over 7 bytes"),
            (
                Reason::InvalidJson { line: 1, column: 2, problem: "x" }.into(),
                "invalid_json: at line 1 column 2: x",
            ),
        ] {
            assert_eq!(start(error).as_deref(), Some(expected));
        }
    }
}
