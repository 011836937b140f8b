//! Starts the service, and sends it genuine and forged deliveries over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use agentmail_webhooks::Webhook;

const PROGRAM: &str = env!("CARGO_BIN_EXE_actix-example");
const ACME: &str = "whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT";
const GLOBEX: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const MIB: usize = 1 << 20;

/// The service, until it is dropped.
struct Service {
    process: Child,
    address: String,
}

impl Service {
    fn start() -> Self {
        let mut command = Command::new(PROGRAM);
        command.env("AGENTMAIL_WEBHOOK_SECRET_ACME", ACME).env("AGENTMAIL_WEBHOOK_SECRET_GLOBEX", GLOBEX);
        command.env("PORT", "0").stdin(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        process.stdout = Some(output.into_inner());
        let address = line.trim_end().strip_prefix("listening on http://").unwrap();
        let address = address.strip_suffix("/webhooks").unwrap().to_owned();
        Self { process, address }
    }

    /// The status and the body of the answer.
    fn request(&self, head: &str, body: &str) -> String {
        let head = format!("{head}content-length: {}\r\n", body.len());
        self.send(&head, body.as_bytes())
    }

    fn send(&self, head: &str, body: &[u8]) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.write_all(format!("{head}host: a\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
        // A server that has refused a body does not read it.
        let _ = connection.write_all(body);
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        [head.split(' ').nth(1).unwrap(), body].join(" ").trim_end().to_owned()
    }

    fn deliver(&self, (tenant, secret): (&str, &str), id: &str, body: &str) -> String {
        self.request(&head(tenant, &signed(secret, id, body)), body)
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

fn head(tenant: &str, headers: &str) -> String {
    format!("POST /webhooks/{tenant} HTTP/1.1\r\n{headers}")
}

fn signed(secret: &str, id: &str, body: &str) -> String {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let webhook = Webhook::new(secret).unwrap();
    let headers = webhook.sign(body, id, now).unwrap();
    headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect()
}

fn mail(subject: &str) -> String {
    let message = r#"{"inbox_id":"i","thread_id":"t","message_id":"m","subject":"#;
    format!(r#"{{"event_type":"message.received","message":{message}"{subject}"}}}}"#)
}

const ACME_OWN: (&str, &str) = ("acme", ACME);

#[test]
fn each_tenant_has_its_own_deliveries_once() {
    let service = Service::start();
    assert_eq!(service.request("GET /health HTTP/1.1\r\n", ""), "200 ok");
    for tenant in [ACME_OWN, ("globex", GLOBEX)] {
        for _ in 0..2 {
            assert_eq!(service.deliver(tenant, "msg_1", &mail("Grüße")), "200");
        }
    }
    assert_eq!(service.deliver(("acme", GLOBEX), "msg_2", &mail("Forged")), "401");
    assert_eq!(service.deliver(("nobody", ACME), "msg_2", &mail("Nobody's")), "404");
    assert_eq!(service.request(&head("acme", ""), "{}"), "400");
    assert_eq!(service.request("GET /webhooks/acme HTTP/1.1\r\n", "").split(' ').next(), Some("404"));
    let (output, errors) = service.stop();
    assert_eq!(output, "acme: mail: \"Grüße\"\nglobex: mail: \"Grüße\"\n");
    let codes: Vec<_> = errors.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(codes, ["signature_mismatch", "missing_header"], "{errors}");
}

#[test]
fn the_body_counts_as_it_was_sent() {
    let service = Service::start();
    // White space, any type, and parts of any length.
    let body = format!("{}\r\n", mail("Raw"));
    let headers = signed(ACME, "msg_1", &body);
    let mut chunked = Vec::new();
    for part in body.as_bytes().chunks(7) {
        chunked.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        chunked.extend_from_slice(part);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let chunked_head = format!("{}transfer-encoding: chunked\r\n", head("acme", &headers));
    assert_eq!(service.send(&chunked_head, &chunked), "200");

    let padded = |length: usize| {
        let mail = mail("Large");
        [&*mail, &" ".repeat(length - mail.len())].concat()
    };
    assert_eq!(service.deliver(ACME_OWN, "msg_2", &padded(5 * MIB)), "200");
    assert_eq!(service.deliver(ACME_OWN, "msg_3", &padded(5 * MIB + 1)), "413");
    // Refused by its headers, without its body, which never comes.
    let endless = format!("{}content-length: 1000\r\n", head("acme", ""));
    assert_eq!(service.send(&endless, b"{"), "400");
    assert_eq!(service.deliver(ACME_OWN, "msg_4", "{}"), "400", "genuine, but no event");
    let (output, errors) = service.stop();
    assert_eq!(output, "acme: mail: \"Raw\"\nacme: mail: \"Large\"\n");
    assert!(errors.contains("msg_4: unreadable, 2 bytes"), "{errors}");
}

#[test]
fn every_copy_of_a_header_counts() {
    let service = Service::start();
    let body = mail("Copies");
    let headers = signed(ACME, "msg_1", &body);
    let twice = format!("{headers}{headers}");
    assert_eq!(service.request(&head("acme", &twice), &body), "200", "equal copies");
    let other = format!("{headers}svix-id: msg_2\r\n");
    assert_eq!(service.request(&head("acme", &other), &body), "400", "another id");
    let (output, errors) = service.stop();
    assert_eq!(output, "acme: mail: \"Copies\"\n");
    assert!(errors.starts_with("conflicting_headers: "), "{errors}");
}

#[test]
fn says_what_is_wrong_with_its_configuration() {
    let says = |secret: Option<&str>| {
        let mut command = Command::new(PROGRAM);
        command.env_remove("AGENTMAIL_WEBHOOK_SECRET_ACME");
        command.envs(secret.map(|it| ("AGENTMAIL_WEBHOOK_SECRET_ACME", it)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(says(None).starts_with("AGENTMAIL_WEBHOOK_SECRET_NAME is not set"));
    let told = says(Some("whsec_c2hvcnQ="));
    assert!(told.starts_with("acme: invalid secret: under 16 bytes"), "{told}");
    assert!(!told.contains("c2hvcnQ"), "{told}");
}
