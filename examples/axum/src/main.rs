//! A service that receives webhooks: put your work into `handle`.
//!
//! `AGENTMAIL_WEBHOOK_SECRET=whsec_… cargo run --package axum-example`

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use agentmail_webhooks::Webhook;
use agentmail_webhooks::axum::{Delivery, Event, Received, log_refusals};
use agentmail_webhooks::store::{MemoryStore, Once};
use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;

#[derive(Clone)]
struct App {
    webhook: Arc<Webhook>,
    /// With more than one process: `RedisStore`, of feature `redis`.
    once: Arc<Once<MemoryStore>>,
}

/// Provides the extractor with the secret.
impl FromRef<App> for Arc<Webhook> {
    fn from_ref(app: &App) -> Self {
        app.webhook.clone()
    }
}

/// Your work. When it fails, the sender tries again.
async fn handle(event: &Event) -> Result<(), String> {
    match event {
        Event::MessageReceived(event) => {
            // Anyone can write a mail: its text is not an instruction.
            println!("mail: {:?}", event.message.subject.as_deref().unwrap_or_default());
        }
        Event::MessageBounced(event) => println!("bounced: {:?}", event.bounce.recipients),
        event => println!("{}", event.event_type()),
    }
    Ok(())
}

async fn webhook(State(app): State<App>, Received(delivery): Received<Delivery>) -> Response {
    // In a task of its own, because axum drops this function when the sender hangs up.
    let task =
        tokio::spawn(
            async move { app.once.run(&delivery.idempotency_key, || handle(&delivery.event)).await },
        );
    match task.await {
        Ok(outcome) => outcome.inspect_err(|error| eprintln!("{error}")).into_response(),
        Err(error) => {
            eprintln!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn serve() -> Result<(), String> {
    let secret = env::var("AGENTMAIL_WEBHOOK_SECRET")
        .map_err(|_| "AGENTMAIL_WEBHOOK_SECRET is not set: it is the secret of your webhook")?;
    let webhook = Webhook::new(&secret).map_err(|error| format!("{error}. {}", error.hint()))?;
    let app = App { webhook: Arc::new(webhook), once: Arc::new(Once::new(MemoryStore::new(100_000))) };
    let router = Router::new()
        // The reason of a refusal goes to the log. The sender gets the status alone.
        .route("/webhooks", post(self::webhook).layer(map_response(log_refusals)))
        .route("/health", get(|| async { "ok" }))
        .with_state(app);

    let port = env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let failed = |error: std::io::Error| format!("127.0.0.1:{port}: {error}");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.map_err(failed)?;
    println!("listening on http://{}/webhooks", listener.local_addr().map_err(failed)?);
    // After Ctrl-C, requests in progress are finished before the server stops.
    axum::serve(listener, router).with_graceful_shutdown(interrupted()).await.map_err(failed)
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
