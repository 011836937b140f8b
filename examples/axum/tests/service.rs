//! Starts the service, and sends it genuine and forged deliveries.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use agentmail_webhooks::Webhook;

const PROGRAM: &str = env!("CARGO_BIN_EXE_axum-example");
const SECRET: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const OTHER_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// The service, until it is dropped.
struct Service {
    process: Child,
    address: String,
}

impl Service {
    fn start() -> Self {
        let mut command = Command::new(PROGRAM);
        command.env("AGENTMAIL_WEBHOOK_SECRET", SECRET).env("PORT", "0").stdin(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        process.stdout = Some(output.into_inner());
        let address = line.trim_end().strip_prefix("listening on http://").unwrap();
        let address = address.strip_suffix("/webhooks").unwrap().to_owned();
        Self { process, address }
    }

    fn request(&self, head: &str, body: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!("{head}host: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        connection.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        [head.split(' ').nth(1).unwrap(), body].join(" ").trim_end().to_owned()
    }

    /// The status and the body of the answer.
    fn deliver(&self, secret: &str, id: &str, body: &str) -> String {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let webhook = Webhook::new(secret).unwrap();
        let headers = webhook.sign(body, id, now).unwrap();
        let lines: String = headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
        self.request(&format!("POST /webhooks HTTP/1.1\r\n{lines}"), body)
    }

    /// Ends it, and tells what it said meanwhile.
    fn stop(mut self) -> (String, String) {
        self.process.kill().unwrap();
        let (mut output, mut errors) = (String::new(), String::new());
        self.process.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        self.process.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (output, errors)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn handles_what_is_genuine_once_and_refuses_what_is_not() {
    let mail = |subject: &str| {
        let message = r#"{"inbox_id":"i","thread_id":"t","message_id":"m","subject":"#;
        format!(r#"{{"event_type":"message.received","message":{message}"{subject}"}}}}"#)
    };
    let service = Service::start();
    assert_eq!(service.request("GET /health HTTP/1.1\r\n", ""), "200 ok");
    assert_eq!(service.deliver(SECRET, "msg_1", &mail("Hello")), "200");
    assert_eq!(service.deliver(SECRET, "msg_1", &mail("Hello")), "200", "sent again");
    assert_eq!(service.deliver(OTHER_SECRET, "msg_2", &mail("Forged")), "401");
    assert_eq!(service.request("POST /webhooks HTTP/1.1\r\n", "{}"), "400");
    assert_eq!(service.deliver(SECRET, "msg_3", r#"{"event_type":"message.teleported"}"#), "200");
    let (output, errors) = service.stop();
    assert_eq!(output, "mail: \"Hello\"\nunknown\n");
    let codes: Vec<_> = errors.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(codes, ["signature_mismatch", "missing_header"], "{errors}");
}

#[test]
fn says_what_is_wrong_with_its_configuration() {
    let says = |secret: Option<&str>| {
        let mut command = Command::new(PROGRAM);
        command
            .env_remove("AGENTMAIL_WEBHOOK_SECRET")
            .envs(secret.map(|it| ("AGENTMAIL_WEBHOOK_SECRET", it)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(says(None).starts_with("AGENTMAIL_WEBHOOK_SECRET is not set"));
    let told = says(Some("whsec_c2hvcnQ="));
    assert!(told.starts_with("invalid secret: under 16 bytes"), "{told}");
    assert!(!told.contains("c2hvcnQ"), "{told}");
}
