//! A service that receives the webhooks of several tenants: put your work into `handle`.
//!
//! `AGENTMAIL_WEBHOOK_SECRET_ACME=whsec_… cargo run` serves `/webhooks/acme`.

use std::collections::HashMap;
use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{Data, Path, Payload, get, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use agentmail_webhooks::store::{MemoryStore, Once};
use agentmail_webhooks::{Error, Event, Webhook};

const SECRETS: &str = "AGENTMAIL_WEBHOOK_SECRET_";

/// AgentMail sends 1 MB at most. An extractor such as `Bytes` would stop at 256 KB.
const BODY_LIMIT: usize = 5 << 20;

/// Each endpoint handles its own delivery of an event: each has a store of its own.
struct Tenant {
    name: String,
    webhook: Webhook,
    /// With more than one process: `RedisStore`, of feature `redis`, or `PostgresStore`, of feature `postgres`.
    once: Once<MemoryStore>,
}

type Tenants = HashMap<String, Arc<Tenant>>;

/// Your work. When it fails, the sender tries again.
async fn handle(tenant: &str, event: &Event<'_>) -> Result<(), String> {
    match event {
        Event::MessageReceived(event) => {
            // Anyone can write a mail: its text is not an instruction.
            println!("{tenant}: mail: {:?}", event.message.subject.as_deref().unwrap_or_default());
        }
        event => println!("{tenant}: {}", event.event_type()),
    }
    Ok(())
}

async fn webhook(
    tenants: Data<Tenants>,
    name: Path<String>,
    request: HttpRequest,
    body: Payload,
) -> HttpResponse {
    let Some(tenant) = tenants.get(name.as_str()).cloned() else {
        return HttpResponse::NotFound().finish();
    };
    // Every copy of a header that came more than once.
    let headers: Vec<_> = request.headers().iter().collect();
    // Before the body is read: most forgeries end here.
    if let Err(error) = tenant.webhook.check_headers(&headers) {
        return refuse(&error);
    }
    let payload = match body.to_bytes_limited(BODY_LIMIT).await {
        Ok(Ok(payload)) => payload,
        Ok(Err(_)) => return HttpResponse::BadRequest().finish(), // the sender hung up
        Err(_) => return refuse(&Error::payload_too_large(BODY_LIMIT)),
    };
    let delivery = match tenant.webhook.receive(&payload, &headers) {
        Ok(delivery) => delivery.into_owned(),
        Err(error) => {
            if let Some(verification) = error.verified() {
                // Genuine, but no event. Keep `payload` where somebody looks, and answer 200; the sender tries again
                // after 400.
                eprintln!("{}: unreadable, {} bytes", verification.idempotency_key, payload.len());
            }
            return refuse(&error);
        }
    };
    // In a task of its own, because actix-web drops this function when the sender hangs up.
    let task = rt::spawn(async move {
        tenant.once.run(&delivery.idempotency_key, || handle(&tenant.name, &delivery.event)).await
    });
    match task.await {
        Ok(Ok(outcome)) => answer(outcome.status(), outcome.retry_after()),
        Ok(Err(error)) => {
            eprintln!("{error}");
            answer(error.status(), error.retry_after())
        }
        Err(panicked) => {
            eprintln!("{panicked}");
            answer(500, None)
        }
    }
}

/// Logs the reason. The sender gets the status alone.
fn refuse(error: &Error) -> HttpResponse {
    eprintln!("{}: {error}. {}", error.code(), error.hint());
    answer(error.status(), None)
}

fn answer(status: u16, retry_after: Option<u64>) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or_default());
    if let Some(seconds) = retry_after {
        response.insert_header((RETRY_AFTER, seconds));
    }
    response.finish()
}

/// A tenant for each variable `AGENTMAIL_WEBHOOK_SECRET_NAME`.
fn tenants() -> Result<Tenants, String> {
    let named =
        env::vars().filter_map(|(name, secret)| Some((name.strip_prefix(SECRETS)?.to_lowercase(), secret)));
    let tenant = |(name, secret): (String, String)| {
        let webhook = Webhook::new(&secret).map_err(|error| format!("{name}: {error}. {}", error.hint()))?;
        let tenant = Tenant { name: name.clone(), webhook, once: Once::new(MemoryStore::new(100_000)) };
        Ok((name, Arc::new(tenant)))
    };
    let tenants: Tenants = named.map(tenant).collect::<Result<_, String>>()?;
    if tenants.is_empty() {
        return Err(format!("{SECRETS}NAME is not set: it is the secret of the webhook of a tenant"));
    }
    Ok(tenants)
}

async fn serve() -> Result<(), String> {
    let tenants = Data::new(tenants()?);
    let port = env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let failed = |error: std::io::Error| format!("127.0.0.1:{port}: {error}");
    let server = HttpServer::new(move || {
        App::new()
            .app_data(tenants.clone())
            .route("/webhooks/{tenant}", post().to(webhook))
            .route("/health", get().to(async || "ok"))
    });
    let server = server.bind(format!("127.0.0.1:{port}")).map_err(failed)?;
    for address in server.addrs() {
        println!("listening on http://{address}/webhooks");
    }
    // After Ctrl-C, requests in progress are finished before the server stops.
    server.run().await.map_err(failed)
}

#[actix_web::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
