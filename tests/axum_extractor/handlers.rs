//! Handlers receive deliveries, rejections, and types of the application. Each event is handled once.

use alloc::sync::Arc;
use core::error::Error as _;
use core::sync::atomic::{AtomicUsize, Ordering};

use agentmail_webhooks::axum::{Delivery, Event, FindWebhook, Received, Rejection};
use agentmail_webhooks::store::{MemoryStore, Once, OnceError, Outcome, StoreFull};
use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRef, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::post;
use futures_util::stream;
use tower::ServiceExt as _;

use super::{ID, PAYLOAD, URL, genuine, refusal, signed, subject, text, webhook};

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
