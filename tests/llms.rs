//! The axum service of `llms.txt`, sent genuine and hostile deliveries.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test")]

use std::time::SystemTime;

use agentmail_webhooks::{Scheme, Webhook};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

#[path = "llms/axum.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::unused_async,
    reason = "a program as readers copy it, of which a test calls a part"
)]
mod service;

const SECRET: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const PAYLOAD: &str = r#"{"event_type":"message.received","event_id":"evt_1",
    "message":{"inbox_id":"i","thread_id":"t","message_id":"m"}}"#;

fn signed(webhook: &Webhook, payload: &str, timestamp: u64) -> Vec<(String, String)> {
    let headers = webhook.sign(payload, "msg_1", timestamp).unwrap();
    headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

async fn status(router: &Router, headers: &[(String, String)], body: impl Into<Body>) -> u16 {
    let request = headers.iter().fold(Request::post("/webhooks"), |it, (name, value)| it.header(name, value));
    let response = router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn the_service_passes_hostile_deliveries() {
    let router = service::router(SECRET).unwrap();
    let webhook = Webhook::new(SECRET).unwrap();
    let body = Webhook::builder().secret_for(Scheme::Body, "another").unwrap().build().unwrap();
    let stranger = Webhook::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let genuine = signed(&webhook, PAYLOAD, now);
    let with = |name: &str, value: &str| {
        let added = (name.to_owned(), value.to_owned());
        genuine.iter().cloned().chain([added]).collect::<Vec<_>>()
    };

    assert_eq!(status(&router, &genuine, PAYLOAD).await, 200);
    assert_eq!(status(&router, &genuine, PAYLOAD).await, 200, "handled before");
    let newer = r#"{"event_type":"message.teleported"}"#;
    assert_eq!(status(&router, &signed(&webhook, newer, now), newer).await, 200);

    assert_eq!(status(&router, &genuine, format!("{PAYLOAD} ")).await, 401);
    assert_eq!(status(&router, &signed(&stranger, PAYLOAD, now), PAYLOAD).await, 401);
    assert_eq!(status(&router, &signed(&webhook, PAYLOAD, now - 3600), PAYLOAD).await, 401);
    assert_eq!(status(&router, &signed(&webhook, PAYLOAD, now + 3600), PAYLOAD).await, 401);
    assert_eq!(status(&router, &signed(&body, PAYLOAD, now), PAYLOAD).await, 401);
    assert_eq!(status(&router, &with("x-agentmail-unsigned", "1"), PAYLOAD).await, 401);
    assert_eq!(status(&router, &with("svix-id", "msg_2"), PAYLOAD).await, 400);
    assert_eq!(status(&router, &[], PAYLOAD).await, 400);
    assert_eq!(status(&router, &signed(&webhook, "{}", now), "{}").await, 400);
    assert_eq!(status(&router, &genuine, vec![b' '; 6 << 20]).await, 413);
}
