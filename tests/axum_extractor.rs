//! The extractor in an axum service, by its router alone and over TCP: every outcome that can come by HTTP.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test")]

extern crate alloc;

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use core::convert::Infallible;
use core::error::Error as _;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::time::SystemTime;

use agentmail_webhooks::axum::{BODY_LIMIT, Delivery, Event, FindWebhook, Received, Rejection};
use agentmail_webhooks::store::{MemoryStore, Once, OnceError, Outcome, StoreFull};
use agentmail_webhooks::{Error, ErrorKind, Scheme, Webhook};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::request::Builder;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use futures_util::stream;
use http_body_util::{BodyExt as _, Limited};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
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

/// A body without a length, in pieces that are counted as they are read.
fn chunked(payload: &Bytes, read: &Arc<AtomicUsize>) -> Body {
    let pieces: Vec<_> = payload.chunks(1 << 16).map(Bytes::copy_from_slice).collect();
    let read = read.clone();
    Body::from_stream(stream::iter(pieces.into_iter().map(move |piece| {
        read.fetch_add(piece.len(), Ordering::Relaxed);
        Ok::<_, Infallible>(piece)
    })))
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

#[tokio::test]
async fn the_limit_is_5_mib() {
    let payload = payload_of(BODY_LIMIT);
    assert_eq!(payload.len(), 5 * 1024 * 1024);
    let read = Arc::default();
    for body in [payload.clone().into(), chunked(&payload, &read)] {
        let response = app().oneshot(signed(&payload).body(body).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
    let payload = payload_of(BODY_LIMIT + 1);
    for body in [payload.clone().into(), chunked(&payload, &read)] {
        let error = refusal(app(), signed(&payload).body(body).unwrap()).await;
        assert_eq!(error.to_string(), "payload too large: over 5242880 bytes");
    }
}

/// Requests without a signature cost no memory, and no look-up of a secret.
#[tokio::test]
async fn headers_are_judged_before_the_body_is_read() {
    let payload = payload_of(1 << 20);
    let read = Arc::new(AtomicUsize::new(0));
    let late = signed_at(&payload, now() - 400);
    let other_scheme = Request::post(URL).header("x-agentmail-signature", "0".repeat(64));
    for (request, kind) in [
        (Request::post(URL), ErrorKind::MissingHeader),
        (other_scheme, ErrorKind::WrongScheme),
        (late, ErrorKind::TimestampTooOld),
    ] {
        let error = refusal(app(), request.body(chunked(&payload, &read)).unwrap()).await;
        assert_eq!((error.kind(), read.load(Ordering::Relaxed)), (kind, 0));
    }
}

/// The application receives the bytes and decides.
#[tokio::test]
async fn a_genuine_delivery_that_cannot_be_read_arrives() {
    async fn keep(received: Result<Received<Delivery>, Rejection>) -> Result<String, Rejection> {
        match received {
            Ok(_) => panic!("it is no event"),
            Err(Rejection::Unreadable(delivery)) => {
                assert_eq!(delivery.error.verified(), Some(&delivery.verification));
                assert!(!format!("{delivery:?}").contains("hole"));
                let payload = String::from_utf8(delivery.payload).unwrap();
                Ok(format!("{} {payload}", delivery.verification.idempotency_key))
            }
            Err(rejection) => Err(rejection),
        }
    }
    let app = Router::new().route(URL, post(keep)).with_state(webhook());
    let payload = r#"{"a hole": "#;
    let response = app.clone().oneshot(genuine(payload)).await.unwrap();
    assert_eq!(text(response).await, format!("{ID} {payload}"));
    // Deliveries that are not genuine do not.
    let request = signed(b"{").body(payload.into()).unwrap();
    assert_eq!(refusal(app, request).await.kind(), ErrorKind::SignatureMismatch);
}

#[tokio::test]
async fn a_delivery_carries_its_payload() {
    async fn echo(Received(delivery): Received<Delivery>) -> Vec<u8> {
        assert_eq!(delivery.warnings, ["message.size: expected an integer, found a string"]);
        assert!(!format!("{delivery:?}").contains("u00e9"));
        delivery.payload
    }
    let app = Router::new().route(URL, post(echo)).with_state(webhook());
    let payload = PAYLOAD.replace(r#""H"#, r#""H", "size": "12", "preview": "H"#);
    let request = signed(payload.as_bytes()).body(Body::from(payload.clone())).unwrap();
    assert_eq!(text(app.oneshot(request).await.unwrap()).await, payload);
}

/// A state with a webhook for each tenant, which counts how often it is asked.
#[derive(Clone)]
struct Tenants(Arc<AtomicUsize>);

impl FindWebhook for Tenants {
    async fn find_webhook(&self, request: &axum::http::request::Parts) -> Result<Arc<Webhook>, StatusCode> {
        self.0.fetch_add(1, Ordering::Relaxed);
        match request.uri.query() {
            Some("own") => Ok(webhook()),
            Some("other") => Ok(Arc::new(Webhook::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap())),
            _ => Err(StatusCode::NOT_FOUND),
        }
    }
}

#[tokio::test]
async fn a_webhook_may_depend_on_the_request() {
    let asked = Arc::new(AtomicUsize::new(0));
    let app = Router::new().route(URL, post(subject)).with_state(Tenants(asked.clone()));
    let request = |query: &str| {
        let mut request = genuine(PAYLOAD);
        *request.uri_mut() = format!("{URL}?{query}").parse().unwrap();
        request
    };
    let response = app.clone().oneshot(request("own")).await.unwrap();
    assert_eq!((response.status(), text(response).await.as_str()), (StatusCode::OK, "Hé"));
    assert_eq!(refusal(app.clone(), request("other")).await.kind(), ErrorKind::SignatureMismatch);
    let response = app.clone().oneshot(request("nobody")).await.unwrap();
    assert_eq!((response.status(), text(response).await.as_str()), (StatusCode::NOT_FOUND, ""));
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    let unsigned = Request::post(format!("{URL}?own")).body(PAYLOAD.into()).unwrap();
    assert_eq!(refusal(app, unsigned).await.kind(), ErrorKind::MissingHeader);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "asked for a request without a signature");
}

#[tokio::test]
async fn nothing_is_read_beyond_the_limit() {
    let payload = payload_of(20 << 20);
    let read = Arc::new(AtomicUsize::new(0));
    let error = refusal(app(), signed(&payload).body(chunked(&payload, &read)).unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
    assert_eq!(read.load(Ordering::Relaxed), BODY_LIMIT + (1 << 16), "one piece over the limit");
}

/// A limit that an application sets for a route.
#[tokio::test]
async fn the_limit_of_the_application_counts() {
    const MIB: usize = 1 << 20;
    let read = Arc::default();
    // 2 MiB is axum's own default, which must not be taken for none.
    for limit in [PAYLOAD.len(), 2 * MIB, BODY_LIMIT, 6 * MIB] {
        let app = app().layer(DefaultBodyLimit::max(limit));
        let payload = payload_of(limit);
        for body in [payload.clone().into(), chunked(&payload, &read)] {
            let response = app.clone().oneshot(signed(&payload).body(body).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{limit}");
        }
        let payload = payload_of(limit + 1);
        for body in [payload.clone().into(), chunked(&payload, &read)] {
            let error = refusal(app.clone(), signed(&payload).body(body).unwrap()).await;
            assert_eq!(error.to_string(), format!("payload too large: over {limit} bytes"));
        }
    }
    let app = app().layer(DefaultBodyLimit::disable());
    let payload = payload_of(6 * MIB);
    for body in [payload.clone().into(), chunked(&payload, &read)] {
        let response = app.clone().oneshot(signed(&payload).body(body).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}

/// Limits the body as `tower_http::limit` does.
#[tokio::test]
async fn the_limit_of_a_layer_counts_too() {
    let limited = |request: Request| request.map(|body| Body::new(Limited::new(body, 1000)));
    let payload = payload_of(1000);
    let read = Arc::default();
    for app in [app(), app().layer(DefaultBodyLimit::disable())] {
        let request = limited(signed(&payload).body(chunked(&payload, &read)).unwrap());
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
        let payload = payload_of(1001);
        let error = refusal(app, limited(signed(&payload).body(chunked(&payload, &read)).unwrap())).await;
        assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let pieces = [Ok(Bytes::from_static(PAYLOAD.as_bytes())), Err("connection reset")];
    let request = signed(PAYLOAD.as_bytes()).body(Body::from_stream(stream::iter(pieces))).unwrap();
    let response = app().oneshot(request).await.unwrap();
    assert_eq!(
        (response.status(), headers(&response)),
        (StatusCode::BAD_REQUEST, vec!["content-length: 0".into()])
    );
    assert!(response.extensions().get::<Error>().is_none());
    assert_eq!(text(response).await, "");
}

/// The rejection that a handler receives and logs.
#[tokio::test]
async fn rejections_tell_why() {
    async fn why(received: Result<Received<Event>, Rejection>) -> (StatusCode, String) {
        let rejection = received.err().unwrap();
        let cause = rejection.source().map(ToString::to_string);
        match &rejection {
            Rejection::Refused(error) => {
                assert_eq!((error.to_string(), None), (rejection.to_string(), cause));
            }
            rejection => assert!(cause.is_some_and(|cause| rejection.to_string().ends_with(&cause))),
        }
        (rejection.status(), rejection.to_string())
    }
    let app = Router::new().route(URL, post(why)).with_state(webhook());
    let response = app.clone().oneshot(Request::post(URL).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!((response.status().as_u16(), text(response).await.as_str()), (400, "no signature headers"));
    let broken = Body::from_stream(stream::iter([Err::<Bytes, _>("connection reset")]));
    let response = app.oneshot(signed(PAYLOAD.as_bytes()).body(broken).unwrap()).await.unwrap();
    let told = "body broken off: connection reset";
    assert_eq!((response.status().as_u16(), text(response).await.as_str()), (400, told));
}

/// A type of the application, made of a delivery.
struct Subject(String);

impl From<Delivery> for Subject {
    fn from(delivery: Delivery) -> Self {
        Self(format!("{} of {}", delivery.event.event_type(), delivery.idempotency_key))
    }
}

/// A state that has more than the webhook.
#[derive(Clone)]
struct App {
    webhook: Arc<Webhook>,
    name: &'static str,
}

impl FromRef<App> for Arc<Webhook> {
    fn from_ref(app: &App) -> Self {
        app.webhook.clone()
    }
}

#[tokio::test]
async fn a_handler_receives_what_it_asks_for() {
    async fn event(Received(event): Received<agentmail_webhooks::Event<'static>>) -> String {
        event.event_id().unwrap().to_owned()
    }
    async fn delivery(State(app): State<App>, Received(delivery): Received<Delivery>) -> String {
        assert_eq!((delivery.scheme, delivery.id.as_deref()), (Scheme::Standard, Some(ID)));
        format!("{} has {}", app.name, delivery.idempotency_key)
    }
    async fn own(Received(Subject(subject)): Received<Subject>) -> String {
        subject
    }
    let app = App { webhook: webhook(), name: "the app" };
    for (handler, expected) in [
        (post(event), "evt_1"),
        (post(delivery), "the app has evt_1"),
        (post(own), "message.received of evt_1"),
    ] {
        let router = Router::new().route(URL, handler).with_state(app.clone());
        assert_eq!(text(router.oneshot(genuine(PAYLOAD)).await.unwrap()).await, expected);
    }
}

/// The outcomes of `Once`, as responses.
#[tokio::test]
async fn outcomes_are_answers() {
    type Answer = Result<Outcome<&'static str>, OnceError<StoreFull, &'static str>>;

    async fn answer(answer: Answer) -> (u16, Option<HeaderValue>, String) {
        let mut response = answer.into_response();
        let retry_after = response.headers_mut().remove("retry-after");
        (response.status().as_u16(), retry_after, text(response).await)
    }
    let nothing = String::new;
    assert_eq!(answer(Ok(Outcome::Done("done"))).await, (200, None, "done".into()));
    assert_eq!(answer(Ok(Outcome::Completed)).await, (200, None, nothing()));
    let retry_after = |seconds: u64| Some(HeaderValue::from(seconds));
    let in_progress = Outcome::InProgress { retry_after: 120 };
    assert_eq!(answer(Ok(in_progress)).await, (409, retry_after(120), nothing()));
    let lost = OnceError::LeaseLost { retry_after: 7 };
    assert_eq!(answer(Err(lost)).await, (409, retry_after(7), nothing()));
    assert_eq!(answer(Err(OnceError::Handler("secrets of the handler"))).await, (500, None, nothing()));
    assert_eq!(answer(Err(OnceError::Store(StoreFull))).await, (500, None, nothing()));
}

/// Deliveries that come again, through a service.
#[tokio::test]
async fn a_delivery_is_handled_once() {
    #[derive(Clone, Default)]
    struct Runs(Arc<AtomicUsize>);

    let (once, runs) = (Arc::new(Once::new(MemoryStore::new(10))), Runs::default());
    let counter = runs.clone();
    let handler = async move |Received(delivery): Received<Delivery>| {
        once.run(&delivery.idempotency_key, || async {
            // The first attempt fails.
            if counter.0.fetch_add(1, Ordering::Relaxed) == 0 { Err("not yet") } else { Ok("done") }
        })
        .await
    };
    let app = Router::new().route(URL, post(handler)).with_state(webhook());
    let mut answers = Vec::new();
    for _ in 0..4 {
        let response = app.clone().oneshot(genuine(PAYLOAD)).await.unwrap();
        answers.push((response.status().as_u16(), text(response).await));
    }
    assert_eq!(
        answers,
        [(500, ""), (200, "done"), (200, ""), (200, "")].map(|(code, it)| (code, it.to_owned()))
    );
    assert_eq!(runs.0.load(Ordering::Relaxed), 2);
}

/// A service on a port of 127.0.0.1, until it is dropped.
struct Served {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, app()).await.unwrap() });
        Self { address, task }
    }

    /// Sends the head of a delivery.
    async fn begin(&self, payload: &[u8], framing: &str) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        let webhook = webhook();
        let headers = webhook.sign(payload, ID, now()).unwrap();
        let lines: String = headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
        let head = format!("POST {URL} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lines}{framing}\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        connection
    }

    /// Sends a body in chunks, without its end.
    async fn send_chunks(connection: &mut TcpStream, payload: &[u8]) {
        for piece in payload.chunks(1 << 16) {
            connection.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await.unwrap();
            connection.write_all(piece).await.unwrap();
            connection.write_all(b"\r\n").await.unwrap();
        }
    }

    /// The answer: its status, and its body.
    async fn answer(mut connection: TcpStream) -> (String, String) {
        let mut answer = String::new();
        // A service that waits for more would wait forever.
        let read = tokio::time::timeout(Duration::from_secs(30), connection.read_to_string(&mut answer));
        read.await.unwrap().unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn over_tcp_the_limit_holds_and_the_service_goes_on() {
    let served = Served::start().await;
    let refused = || ("413".to_owned(), String::new());

    let large = payload_of(BODY_LIMIT + 1);
    let mut connection = served.begin(&large, "transfer-encoding: chunked").await;
    Served::send_chunks(&mut connection, &large).await;
    assert_eq!(Served::answer(connection).await, refused());

    // It says how long it is, and is refused before it has sent a byte.
    let connection = served.begin(&large, &format!("content-length: {}", large.len())).await;
    assert_eq!(Served::answer(connection).await, refused());

    // It hangs up halfway.
    let mut connection = served.begin(PAYLOAD.as_bytes(), "transfer-encoding: chunked").await;
    Served::send_chunks(&mut connection, b"{").await;
    drop(connection);

    for payload in [payload_of(BODY_LIMIT), payload_of(PAYLOAD.len())] {
        let mut connection = served.begin(&payload, "transfer-encoding: chunked").await;
        Served::send_chunks(&mut connection, &payload).await;
        connection.write_all(b"0\r\n\r\n").await.unwrap();
        assert_eq!(Served::answer(connection).await, ("200".to_owned(), "Hé".to_owned()));
    }
    assert!(!served.task.is_finished());
}

/// A client that closes the connection gets no response, but a proxy that ends the body early does.
#[tokio::test]
async fn over_tcp_a_body_that_breaks_off_is_a_bad_request() {
    let served = Served::start().await;
    let mut connection = served.begin(PAYLOAD.as_bytes(), "transfer-encoding: chunked").await;
    Served::send_chunks(&mut connection, PAYLOAD.as_bytes()).await;
    connection.write_all(b"no chunk\r\n").await.unwrap();
    assert_eq!(Served::answer(connection).await, ("400".to_owned(), String::new()));
}
