//! Bodies: the limits, bodies without a length, bodies that break off, by the router and over TCP.

use alloc::sync::Arc;
use core::convert::Infallible;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use agentmail_webhooks::axum::BODY_LIMIT;
use agentmail_webhooks::{Error, ErrorKind};
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use futures_util::stream;
use http_body_util::Limited;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use super::{ID, PAYLOAD, URL, app, headers, now, payload_of, refusal, signed, signed_at, text, webhook};

/// A body without a length, in pieces that are counted as they are read.
fn chunked(payload: &Bytes, read: &Arc<AtomicUsize>) -> Body {
    let pieces: Vec<_> = payload.chunks(1 << 16).map(Bytes::copy_from_slice).collect();
    let read = read.clone();
    Body::from_stream(stream::iter(pieces.into_iter().map(move |piece| {
        read.fetch_add(piece.len(), Ordering::Relaxed);
        Ok::<_, Infallible>(piece)
    })))
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
