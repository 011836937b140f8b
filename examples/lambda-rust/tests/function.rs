//! Runs the function as Lambda does: it asks the Runtime API for one invocation after the other, over HTTP.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use agentmail_webhooks::Webhook;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lambda-rust-example");
const SECRET: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const OTHER_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

type Headers = Vec<(String, String)>;

/// A request of the function: its first line, and its body.
fn read(connection: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut line = || {
        let mut line = String::new();
        (connection.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    };
    let first = line()?;
    let (mut length, mut is_chunked) = (0, false);
    loop {
        let header = line()?.to_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(("transfer-encoding", value)) => is_chunked = value == "chunked",
            Some(_) => {}
            None => break,
        }
    }
    assert!(!is_chunked, "an answer that is streamed");
    let mut body = vec![0; length];
    connection.read_exact(&mut body).ok()?;
    Some((first, body))
}

/// Returns the answers of the function to these events, its output and its log.
fn invoke(events: &[Value]) -> (Vec<Value>, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = Command::new(PROGRAM);
    command.env("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string());
    for (name, value) in [("NAME", "webhooks"), ("MEMORY_SIZE", "128"), ("VERSION", "1")] {
        command.env(format!("AWS_LAMBDA_FUNCTION_{name}"), value);
    }
    command.env("AGENTMAIL_WEBHOOK_SECRET", SECRET).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut function = command.spawn().unwrap();

    let mut answers = Vec::new();
    let mut next = events.iter();
    'connections: for connection in listener.incoming() {
        let mut connection = BufReader::new(connection.unwrap());
        while let Some((line, body)) = read(&mut connection) {
            let answer = if line.starts_with("GET /2018-06-01/runtime/invocation/next ") {
                let Some(event) = next.next() else { break 'connections };
                let event = event.to_string();
                let context = "lambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: 4102444800000\r\n\
                    lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:1:function:webhooks\r\n";
                format!("HTTP/1.1 200 OK\r\n{context}content-length: {}\r\n\r\n{event}", event.len())
            } else {
                assert!(line.starts_with("POST /2018-06-01/runtime/invocation/1/response "), "{line}");
                answers.push(serde_json::from_slice(&body).unwrap());
                "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n".to_owned()
            };
            connection.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    }
    function.kill().unwrap();
    let output = function.wait_with_output().unwrap();
    (answers, String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn signed(secret: &str, body: &str) -> Headers {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let webhook = Webhook::new(secret).unwrap();
    let headers = webhook.sign(body, "msg_1", now).unwrap();
    headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn single(headers: &Headers) -> Value {
    headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}

fn multi(headers: &Headers) -> Value {
    let values = |name: &String| {
        headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value).collect::<Vec<_>>()
    };
    headers.iter().map(|(name, _)| (name.clone(), json!(values(name)))).collect()
}

/// Returns the events of an HTTP API, a REST API and a load balancer for a request.
fn shapes(method: &str, headers: &Headers, body: &str) -> [Value; 3] {
    [
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/webhooks", "rawQueryString": "", "headers": single(headers),
            "requestContext": { "http": { "method": method, "path": "/webhooks", "protocol": "HTTP/1.1" }, "timeEpoch": 0 },
            "body": body, "isBase64Encoded": false,
        }),
        json!({
            "resource": "/webhooks", "path": "/webhooks", "httpMethod": method, "headers": single(headers),
            "multiValueHeaders": multi(headers), "requestContext": { "httpMethod": method, "requestTimeEpoch": 0, "identity": {} },
            "body": body, "isBase64Encoded": false,
        }),
        json!({
            "path": "/webhooks", "httpMethod": method, "multiValueHeaders": multi(headers), "multiValueQueryStringParameters": {},
            "requestContext": { "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/a/1" } },
            "body": body, "isBase64Encoded": false,
        }),
    ]
}

fn mail(subject: &str) -> String {
    let message = r#"{"inbox_id":"i","thread_id":"t","message_id":"m","subject":"#;
    format!("{{\"event_type\":\"message.received\",\"message\":{message}\"{subject}\"}}}}\r\n")
}

#[test]
fn handles_what_is_genuine_and_refuses_what_is_not() {
    let body = mail("Grüße");
    let genuine = signed(SECRET, &body);
    let later = Headers::from([genuine[0].clone()]);
    let requests = [
        (200, shapes("POST", &genuine, &body)),
        (401, shapes("POST", &signed(OTHER_SECRET, &body), &body)),
        (401, shapes("POST", &genuine, body.trim_end())),
        (400, shapes("POST", &later, &body)),
        (400, shapes("POST", &signed(SECRET, "{}"), "{}")),
        (405, shapes("GET", &genuine, "")),
    ];
    let expected: Vec<i64> = requests.iter().flat_map(|(status, _)| [*status; 3]).collect();
    let events: Vec<Value> = requests.into_iter().flat_map(|(_, events)| events).collect();
    let (answers, output, errors) = invoke(&events);
    let statuses: Vec<_> = answers.iter().map(|answer| answer["statusCode"].as_i64().unwrap()).collect();
    assert_eq!(statuses, expected, "{errors}");
    assert!(answers.iter().all(|answer| matches!(answer["body"].as_str(), None | Some(""))), "{answers:?}");
    assert_eq!(output, "mail: \"Grüße\"\n".repeat(3));
    assert!(errors.contains("msg_1: unreadable, 2 bytes"), "{errors}");
}

#[test]
fn a_body_in_base64_and_copies_of_headers() {
    // `{"event_type":"message.teleported"}`
    let (body, encoded) =
        (r#"{"event_type":"message.teleported"}"#, "eyJldmVudF90eXBlIjoibWVzc2FnZS50ZWxlcG9ydGVkIn0=");
    let genuine = signed(SECRET, body);
    let mut in_base64 = shapes("POST", &genuine, encoded);
    for event in &mut in_base64 {
        event["isBase64Encoded"] = json!(true);
    }
    let twice = [genuine.clone(), genuine.clone()].concat();
    let differing = [genuine, vec![("svix-id".to_owned(), "msg_2".to_owned())]].concat();
    // Format 2.0 has one value for each name.
    let [_, rest, balancer] = shapes("POST", &twice, body);
    let [_, other_rest, other_balancer] = shapes("POST", &differing, body);
    let events: Vec<Value> =
        in_base64.into_iter().chain([rest, balancer, other_rest, other_balancer]).collect();
    let (answers, output, errors) = invoke(&events);
    let statuses: Vec<_> = answers.iter().map(|answer| answer["statusCode"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 401, 400], "{errors}");
    assert_eq!(output, "unknown\n".repeat(5));
    // `lambda_http` keeps the last of the copies that a REST API hands over.
    assert!(
        errors.starts_with("signature_mismatch: ") && errors.contains("\nconflicting_headers: "),
        "{errors}"
    );
}

#[test]
fn says_what_is_wrong_with_its_configuration() {
    let output = Command::new(PROGRAM).env_remove("AGENTMAIL_WEBHOOK_SECRET").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.starts_with(b"AGENTMAIL_WEBHOOK_SECRET is not set"));
}
