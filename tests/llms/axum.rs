// agentmail-webhooks with feature "axum"; axum = "0.8"; tokio with feature "full"
use std::sync::Arc;

use agentmail_webhooks::Webhook;
use agentmail_webhooks::axum::{Delivery, Event, Received, log_refusals};
use agentmail_webhooks::store::{MemoryStore, Once};
use axum::{Router, extract::FromRef, extract::State, http::StatusCode, middleware::map_response};
use axum::{response::IntoResponse, response::Response, routing::post};

#[derive(Clone)]
struct App {
    webhook: Arc<Webhook>,
    once: Arc<Once<MemoryStore>>, // several processes: RedisStore, PostgresStore
}

impl FromRef<App> for Arc<Webhook> {
    fn from_ref(app: &App) -> Self {
        app.webhook.clone()
    }
}

async fn handle(event: &Event) -> Result<(), std::io::Error> {
    if let Event::MessageReceived(event) = event {
        println!("{:?} {:?}", event.message.subject, event.message.text);
    }
    Ok(())
}

async fn receive(State(app): State<App>, Received(delivery): Received<Delivery>) -> Response {
    let work = async move { app.once.run(&delivery.idempotency_key, || handle(&delivery.event)).await };
    match tokio::spawn(work).await {
        Ok(outcome) => outcome.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub fn router(secret: &str) -> Result<Router, agentmail_webhooks::Error> {
    let once = Arc::new(Once::new(MemoryStore::new(100_000)));
    let app = App { webhook: Arc::new(Webhook::new(secret)?), once };
    Ok(Router::new().route("/webhooks", post(receive).layer(map_response(log_refusals))).with_state(app))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let router = router(&std::env::var("AGENTMAIL_WEBHOOK_SECRET")?)?;
    Ok(axum::serve(tokio::net::TcpListener::bind("0.0.0.0:3000").await?, router).await?)
}
