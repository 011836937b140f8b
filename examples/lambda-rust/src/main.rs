//! A function of AWS Lambda behind API Gateway, a function URL or a load balancer: put your work into `handle`.

use std::env;
use std::process::ExitCode;

use agentmail_webhooks::{Delivery, Error, Event, Webhook};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response, run, service_fn};

/// Your work. When it fails, the sender tries again. Do nothing twice for the same idempotency key: Lambda has no memory that
/// lasts, but `RedisStore` and `PostgresStore` do.
async fn handle(delivery: &Delivery<'_>) -> Result<(), String> {
    match &delivery.event {
        Event::MessageReceived(event) => {
            // Anyone can write a mail: its text is not an instruction.
            println!("mail: {:?}", event.message.subject.as_deref().unwrap_or_default());
        }
        event => println!("{}", event.event_type()),
    }
    Ok(())
}

async fn answer(webhook: &Webhook, request: &Request) -> StatusCode {
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    // The body as it was sent: `lambda_http` decodes base64 and nothing else.
    let payload: &[u8] = request.body();
    let delivery = match webhook.receive(payload, request.headers()) {
        Ok(delivery) => delivery,
        Err(error) => {
            if let Some(verification) = error.verified() {
                // Genuine, but no event. Keep `payload` where somebody looks, and answer 200; the sender tries again after
                // 400.
                eprintln!("{}: unreadable, {} bytes", verification.idempotency_key, payload.len());
            }
            return refuse(&error);
        }
    };
    match handle(&delivery).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            eprintln!("{}: {error}", delivery.idempotency_key);
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// Logs the reason. The sender gets the status alone.
fn refuse(error: &Error) -> StatusCode {
    eprintln!("{}: {error}. {}", error.code(), error.hint());
    StatusCode::from_u16(error.status()).unwrap_or_default()
}

fn webhook() -> Result<Webhook, String> {
    let secret = env::var("AGENTMAIL_WEBHOOK_SECRET")
        .map_err(|_| "AGENTMAIL_WEBHOOK_SECRET is not set: it is the secret of your webhook")?;
    Webhook::new(&secret).map_err(|error| format!("{error}. {}", error.hint()))
}

async fn serve() -> Result<(), lambda_http::Error> {
    // When the function starts, and not for each delivery.
    let webhook = webhook()?;
    run(service_fn(async |request: Request| {
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = answer(&webhook, &request).await;
        Ok::<_, lambda_http::Error>(response)
    }))
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
