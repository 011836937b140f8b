//! Outcomes of [`Once`](crate::store::Once) as responses.

use axum_core::response::{IntoResponse, Response};
use http::header;

use super::rejection::status;
use crate::store::{OnceError, Outcome};

/// Returns the response of the handler, or the status of the outcome without a body. Adds `Retry-After` to 409.
impl<T: IntoResponse> IntoResponse for Outcome<T> {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.retry_after());
        match self {
            Self::Done(response) => response.into_response(),
            Self::InProgress { .. } | Self::Completed => answer(status, retry_after),
        }
    }
}

/// Returns the status without a body. Adds `Retry-After` to 409. Log the error before.
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
