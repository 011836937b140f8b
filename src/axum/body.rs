//! Reads the body of a request up to its limit.

use alloc::vec::Vec;
use core::iter::successors;

use axum_core::RequestExt as _;
use axum_core::extract::{DefaultBodyLimit, Request};
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError};

use super::BODY_LIMIT;
use super::rejection::Rejection;
use crate::error::Error;

/// Reads the body, unless it is over the limit.
pub(super) async fn read(mut request: Request) -> Result<Vec<u8>, Rejection> {
    if !has_limit(&request) {
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
    }
    let declared = request.body().size_hint().lower();
    let mut body = request.with_limited_body().into_body();
    let limit = body.size_hint().upper().and_then(|limit| usize::try_from(limit).ok());
    if limit.is_some_and(|limit| usize::try_from(declared).is_ok_and(|declared| declared > limit)) {
        return Err(Error::payload_too_large(limit).into());
    }
    // A single buffer, because the overhead of separate frames would be large for tiny frames.
    let mut payload = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(error, limit))?;
        if let Some(data) = frame.data_ref() {
            payload.extend_from_slice(data);
        }
    }
    Ok(payload)
}

/// Returns `true` if the application set a limit. axum has no API for this, so set another limit and check whether it
/// replaces an extension of the request.
fn has_limit(request: &Request) -> bool {
    let mut probe = Request::new(());
    *probe.extensions_mut() = request.extensions().clone();
    DefaultBodyLimit::max(BODY_LIMIT).apply(&mut probe);
    probe.extensions().len() == request.extensions().len()
}

/// Builds the rejection of a body with this limit that could not be read.
fn broken(error: axum_core::Error, limit: Option<usize>) -> Rejection {
    let mut causes = successors(core::error::Error::source(&error), |&cause| cause.source());
    match causes.position(<dyn core::error::Error>::is::<LengthLimitError>) {
        Some(0) => Error::payload_too_large(limit).into(),
        // The limit of a layer around the application.
        Some(_) => Error::payload_too_large(None).into(),
        None => Rejection::BrokenOff(error),
    }
}
