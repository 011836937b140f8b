//! The extractor in an axum service, by its router alone and over TCP: every outcome that can come by HTTP.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test")]

extern crate alloc;

mod bodies;
mod handlers;
mod http2;

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use std::time::SystemTime;

use agentmail_webhooks::axum::{BODY_LIMIT, Event, Received};
use agentmail_webhooks::{Error, ErrorKind, Scheme, Webhook};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Builder;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::post;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

const SECRET: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const ID: &str = "msg_2Kx9";
const PAYLOAD: &str = r#"{"event_type":"message.received","event_id":"evt_1",
    "message":{"inbox_id":"i","thread_id":"t","message_id":"m","subject":"H\u00e9"}}"#;
const URL: &str = "/webhooks";

fn webhook() -> Arc<Webhook> {
    Arc::new(Webhook::new(SECRET).unwrap())
}

fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// Answers with the subject of the mail.
async fn subject(Received(event): Received<Event>) -> String {
    match event {
        Event::MessageReceived(event) => event.message.subject.unwrap().into_owned(),
        event => event.event_type().to_owned(),
    }
}

fn app() -> Router {
    Router::new().route(URL, post(subject)).with_state(webhook())
}

/// A request with the headers of a genuine delivery, to which a test adds.
fn signed_at(payload: &[u8], timestamp: u64) -> Builder {
    let webhook = webhook();
    let headers = webhook.sign(payload, ID, timestamp).unwrap();
    headers.iter().fold(Request::post(URL), |request, (name, value)| request.header(name, value))
}

fn signed(payload: &[u8]) -> Builder {
    signed_at(payload, now())
}

fn genuine(payload: &'static str) -> Request {
    signed(payload.as_bytes()).body(payload.into()).unwrap()
}

/// A genuine payload of so many bytes.
fn payload_of(length: usize) -> Bytes {
    let payload = PAYLOAD.replace('\n', &" ".repeat(1 + length - PAYLOAD.len()));
    assert_eq!(payload.len(), length);
    payload.into()
}

fn headers(response: &Response) -> Vec<String> {
    response.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

/// The answer gives away its status alone; the error is for a middleware.
#[track_caller]
fn error_of(response: &Response) -> Error {
    assert_eq!(headers(response), ["content-length: 0"]);
    let error = response.extensions().get::<Error>().unwrap();
    assert_eq!(response.status().as_u16(), error.status());
    error.clone()
}

async fn refusal(app: Router, request: Request) -> Error {
    let response = app.oneshot(request).await.unwrap();
    let error = error_of(&response);
    assert_eq!(text(response).await, "");
    error
}

#[tokio::test]
async fn a_genuine_delivery_arrives() {
    let response = app().oneshot(genuine(PAYLOAD)).await.unwrap();
    assert_eq!((response.status(), text(response).await.as_str()), (StatusCode::OK, "Hé"));
    let unknown = r#"{"event_type":"message.teleported"}"#;
    let response = app().oneshot(genuine(unknown)).await.unwrap();
    assert_eq!((response.status(), text(response).await.as_str()), (StatusCode::OK, "unknown"));
}

/// Each kind of error once, and no other can come by HTTP.
#[tokio::test]
async fn every_refusal_has_its_own_code() {
    let request = || signed(PAYLOAD.as_bytes());
    let replaced = |name: &'static str, value: &[u8]| {
        let mut request = genuine(PAYLOAD);
        request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
        request
    };
    let removed = |name: &str| {
        let mut request = genuine(PAYLOAD);
        request.headers_mut().remove(name).unwrap();
        request
    };
    let other_scheme = Webhook::builder().secret_for(Scheme::Body, "another").unwrap().build().unwrap();
    let other_scheme = other_scheme.sign(PAYLOAD, ID, now()).unwrap();
    let other_scheme =
        other_scheme.iter().fold(Request::post(URL), |it, (name, value)| it.header(name, value));
    let at = |timestamp| signed_at(PAYLOAD.as_bytes(), timestamp).body(PAYLOAD.into()).unwrap();

    let requests = [
        (ErrorKind::MissingHeader, Request::post(URL).body(PAYLOAD.into()).unwrap()),
        (ErrorKind::MissingHeader, removed("svix-id")),
        (ErrorKind::InvalidHeader, replaced("svix-timestamp", b"1790000000.5")),
        (ErrorKind::InvalidHeader, replaced("svix-signature", b"v1,short")),
        (ErrorKind::InvalidHeader, replaced("svix-id", b"msg_\xff")),
        (ErrorKind::ConflictingHeaders, request().header("svix-id", "msg_7").body(PAYLOAD.into()).unwrap()),
        (ErrorKind::UnsignedDelivery, replaced("x-agentmail-unsigned", b"1")),
        (ErrorKind::WrongScheme, other_scheme.body(PAYLOAD.into()).unwrap()),
        (ErrorKind::TimestampTooOld, at(now() - 400)),
        (ErrorKind::TimestampTooNew, at(now() + 400)),
        (ErrorKind::SignatureMismatch, request().body("{}".into()).unwrap()),
        (ErrorKind::InvalidJson, genuine("{")),
        (ErrorKind::InvalidJson, genuine("")),
        (ErrorKind::InvalidEvent, genuine(r#"{"event_type":"message.received"}"#)),
        (ErrorKind::PayloadTooLarge, request().body(payload_of(BODY_LIMIT + 1).into()).unwrap()),
    ];
    let mut codes = BTreeSet::new();
    for (kind, request) in requests {
        let error = refusal(app(), request).await;
        assert_eq!(error.kind(), kind, "{error}");
        codes.insert(error.code());
    }
    // These come from the configuration, and from bodies that something has parsed.
    let elsewhere = [ErrorKind::InvalidSecret, ErrorKind::InvalidOption, ErrorKind::PayloadNotRaw];
    let kinds = ErrorKind::ALL.iter().filter(|kind| !elsewhere.contains(kind));
    assert_eq!(codes, kinds.map(|kind| kind.code()).collect());
}

#[tokio::test]
async fn headers_that_are_repeated_with_equal_values_pass() {
    let request = signed(PAYLOAD.as_bytes()).header("svix-id", ID).body(Body::from(PAYLOAD)).unwrap();
    assert_eq!(app().oneshot(request).await.unwrap().status(), StatusCode::OK);
}
