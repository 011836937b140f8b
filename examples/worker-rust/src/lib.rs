//! A webhook endpoint in a Cloudflare Worker that is written in Rust. How such a project is deployed:
//! <https://developers.cloudflare.com/workers/languages/rust/>.

use agentmail_webhooks::{Delivery, Error, Event, Webhook};
use futures_util::StreamExt as _;
use worker::{Context, Date, Env, Method, Request, Response, Result, console_error, console_log, event};

/// AgentMail sends 1 MB at most.
const BODY_LIMIT: usize = 5 << 20;

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> Result<Response> {
    if request.method() != Method::Post {
        return Response::empty().map(|response| response.with_status(405));
    }
    let webhook = match Webhook::new(&env.secret("AGENTMAIL_WEBHOOK_SECRET")?.to_string()) {
        Ok(webhook) => webhook,
        Err(error) => return refuse(&error),
    };
    let Some(payload) = body(&mut request).await? else {
        return refuse(&Error::payload_too_large(BODY_LIMIT));
    };
    let headers: Vec<(String, String)> = request.headers().entries().collect();
    // `receive` would read the system's clock, and there is none in wasm.
    let now = Date::now().as_millis() / 1000;
    match webhook.receive_at(&payload, &headers, now) {
        Ok(delivery) => {
            handle(&delivery);
            Response::empty()
        }
        Err(error) => refuse(&error),
    }
}

/// Your work. Do nothing twice for the same idempotency key: a Durable Object with its name can remember it.
fn handle(delivery: &Delivery<'_>) {
    match &delivery.event {
        Event::MessageReceived(event) => {
            console_log!("mail: {:?}", event.message.subject.as_deref().unwrap_or_default());
        }
        event => console_log!("{}", event.event_type()),
    }
}

/// The body, if it is not over the limit.
async fn body(request: &mut Request) -> Result<Option<Vec<u8>>> {
    if request.inner().body().is_none() {
        return Ok(Some(Vec::new()));
    }
    let mut body = Vec::new();
    let mut pieces = request.stream()?;
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        if body.len() + piece.len() > BODY_LIMIT {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}

/// Logs the reason. The sender gets the status alone.
fn refuse(error: &Error) -> Result<Response> {
    console_error!("{}: {error}. {}", error.code(), error.hint());
    Response::empty().map(|response| response.with_status(error.status()))
}
