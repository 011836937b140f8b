//! HTTP/2: deliveries share a session, so a body that is refused must not hold it up.

use core::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use h2::client::{self, SendRequest};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{PAYLOAD, URL, app, now, payload_of, signed, signed_at};

/// Sends a request with this body. Returns the status of the response.
async fn send(client: &SendRequest<Bytes>, request: axum::http::request::Builder, body: Bytes) -> StatusCode {
    let mut client = client.clone().ready().await.unwrap();
    let request = request.uri(format!("http://agent.example.com{URL}")).body(()).unwrap();
    let (response, mut stream) = client.send_request(request, false).unwrap();
    // A stream that was reset in the meantime is answered all the same.
    _ = stream.send_data(body, true);
    let response = timeout(Duration::from_secs(60), response).await.unwrap().unwrap();
    response.status()
}

/// The bodies are far larger in all than the window of the connection. More streams are refused than it may have open.
#[tokio::test]
async fn refused_bodies_do_not_hold_up_a_session() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app()).into_future());
    let (client, connection) = client::handshake(TcpStream::connect(address).await.unwrap()).await.unwrap();
    tokio::spawn(connection);
    let body = payload_of(100_000);
    for _ in 0..100 {
        assert_eq!(send(&client, Request::post(URL), body.clone()).await, StatusCode::BAD_REQUEST);
        let stale = signed_at(&body, now() - 400);
        assert_eq!(send(&client, stale, body.clone()).await, StatusCode::UNAUTHORIZED);
        let forged = signed(PAYLOAD.as_bytes());
        assert_eq!(send(&client, forged, body.clone()).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(send(&client, signed(&body), body).await, StatusCode::OK);
}
