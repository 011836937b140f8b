//! The shared fixtures, and the result of the core for each case. Format: `tests/fixtures/README.md`.
//!
//! The files are part of the binary, so that the same suite runs in wasm, which has no files.

// Each test binary includes this module and uses a part of it.
#![allow(dead_code)]
// Tests panic on malformed fixtures.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use core::time::Duration;

use agentmail_webhooks::{Delivery, Error, Event, Scheme, Webhook, explain_within, parse};
use serde_json::{Map, Value, json};

/// Passes the list of all case files to a macro: the name of a test, and the name of the file.
macro_rules! with_files {
    ($with:ident) => {
        $with! {
            signing_standard: "signing-standard",
            signing_standard_headers: "signing-standard-headers",
            signing_standard_time: "signing-standard-time",
            signing_standard_signature: "signing-standard-signature",
            signing_timestamped: "signing-timestamped",
            signing_timestamped_time: "signing-timestamped-time",
            signing_body: "signing-body",
            schemes: "schemes",
            rotation: "rotation",
            configuration: "configuration",
            events: "events",
            events_fields: "events-fields",
            events_live: "events-live",
            events_bom: "events-bom",
            events_addresses: "events-addresses",
            events_address_objects: "events-address-objects",
            events_comments: "events-comments",
            events_extra: "events-extra",
            events_outcomes: "events-outcomes",
            events_bounced: "events-bounced",
            events_security: "events-security",
            events_domain: "events-domain",
            events_calendar: "events-calendar",
            events_calendar_parts: "events-calendar-parts",
            events_unknown: "events-unknown",
            automated: "automated",
            canonical: "canonical",
            misfits: "misfits",
            misfits_addresses: "misfits-addresses",
            misfits_outcomes: "misfits-outcomes",
            misfits_security: "misfits-security",
            misfits_domain: "misfits-domain",
            misfits_calendar: "misfits-calendar",
            misfits_calendar_parts: "misfits-calendar-parts",
            numbers: "numbers",
            repeated: "repeated",
            surrogates: "surrogates",
            warnings: "warnings",
            invalid_events: "invalid-events",
            invalid_outcomes: "invalid-outcomes",
            invalid_security: "invalid-security",
            invalid_domain: "invalid-domain",
            invalid_calendar: "invalid-calendar",
            invalid_json: "invalid-json",
            receive: "receive",
            receive_keys: "receive-keys",
            receive_unreadable: "receive-unreadable",
            explain: "explain",
            explain_encodings: "explain-encodings",
            explain_payload: "explain-payload",
            explain_rewritten: "explain-rewritten",
            explain_secret: "explain-secret",
        }
    };
}
#[allow(unused_imports, reason = "as above")]
pub(crate) use with_files;

macro_rules! texts {
    ($($test:ident: $name:literal,)*) => {
        /// Every file of cases: name and text.
        pub(crate) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../fixtures/", $name, ".json")))),*];
    };
}
with_files!(texts);

/// The time at which the payloads of cases without secrets are signed.
const NOW: u64 = 1_790_000_000;

/// One case of a file.
pub(crate) struct Case(Value);

/// The result of the core: the parts of `expected`, or the error.
pub(crate) type Answer = Result<Map<String, Value>, Error>;

/// The cases of a file that Rust can express.
#[track_caller]
pub(crate) fn cases(file: &str) -> Vec<Case> {
    let (_, text) = FILES.iter().find(|(name, _)| *name == file).expect("a listed file");
    let mut file: Value = serde_json::from_str(text).expect("JSON");
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases") };
    cases.into_iter().map(Case).filter(|case| !case.has_flag("javascript")).collect()
}

/// A case of every fourth file, without a long payload. It is found by its layout, because Miri takes half a minute to
/// read a whole file.
pub(crate) fn sample(file: &str) -> Option<Case> {
    let position = FILES.iter().position(|(name, _)| *name == file).expect("a listed file");
    let texts = FILES[position].1.split("\n    {\n").skip(1).filter(|text| !text.contains("payload_repeat"));
    let mut cases = texts.map(|text| {
        let (members, _) = text.rsplit_once("\n    }").expect("the layout of the other cases");
        Case(serde_json::from_str(&format!("{{{members}}}")).expect("JSON"))
    });
    position.is_multiple_of(4).then(|| cases.find(|case| !case.has_flag("javascript"))).flatten()
}

impl Case {
    pub(crate) fn id(&self) -> &str {
        string(&self.0["id"])
    }

    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        self.0["flags"].as_array().expect("flags").iter().any(|item| item == flag)
    }

    pub(crate) fn expected(&self) -> &Value {
        &self.0["expected"]
    }

    /// The texts of the secrets.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secret_pairs().into_iter().flatten().map(|(secret, _)| secret)
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        if let Some(payload) = self.0["payload"].as_str() {
            return payload.into();
        }
        if let Some(digits) = self.0["payload_hex"].as_str() {
            let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("ASCII"));
            return pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect();
        }
        let repeat = &self.0["payload_repeat"];
        let times = repeat["times"].as_u64().and_then(|times| times.try_into().ok()).expect("a count");
        let units = string(&repeat["unit"]).repeat(times);
        [string(&repeat["prefix"]), &units, string(&repeat["suffix"])].concat().into()
    }

    /// Runs the case through the public API.
    pub(crate) fn answer(&self) -> Answer {
        let payload = self.payload();
        let Some(secrets) = self.secret_pairs() else { return self.parsed(&payload) };
        if self.0["call"] == "explain" {
            return Ok(Map::from_iter([("explanation".into(), self.explanation(&secrets, &payload)?)]));
        }
        let (webhook, headers, now) = (self.webhook(&secrets)?, self.headers(), self.now());
        let verified = webhook.verify_at(&payload, &headers, now);
        match webhook.check_headers_at(&headers, now) {
            Ok(()) => {}
            Err(error) => assert_eq!(verified.as_ref().err(), Some(&error), "{}", self.id()),
        }
        let it = verified?;
        if !self.is_receive() {
            let verification = verification(it.scheme(), it.id(), it.timestamp(), it.secret_index());
            return Ok(Map::from_iter([("verification".into(), verification)]));
        }
        let delivery = webhook.receive_at(&payload, &headers, now).inspect_err(|error| {
            let told = error.verified().expect("what was verified");
            let facts = (told.scheme, told.id.as_deref(), told.timestamp, told.secret_index);
            assert_eq!(facts, (it.scheme(), it.id(), it.timestamp(), it.secret_index()), "{}", self.id());
            assert_eq!(parse(&payload).map_err(|error| error.verified().cloned()), Err(None));
            assert!(error.hint().starts_with("The delivery is genuine"), "{}", error.hint());
        })?;
        let mut parts = event_parts(&delivery, &payload);
        let id = delivery.id.as_deref();
        let verification = verification(delivery.scheme, id, delivery.timestamp, delivery.secret_index);
        parts.insert("verification".into(), verification);
        parts.insert("idempotencyKey".into(), json!(delivery.idempotency_key));
        Ok(parts)
    }

    /// Parses the event of a case without secrets. Signs its payload, because warnings come only with a delivery.
    fn parsed(&self, payload: &[u8]) -> Answer {
        let webhook = Webhook::new("whsec_Fg7s4k8GTzDiVMl0GzCHizRxSvzyLGpT").expect("a secret");
        let headers = webhook.sign(payload, "msg_2Kx9", NOW).expect("signed");
        let delivery = webhook.receive_at(payload, &headers, NOW);
        let parsed = parse(payload);
        let event = delivery.as_ref().map(|delivery| &delivery.event);
        let same = match (&event, &parsed) {
            (Ok(one), Ok(other)) => *one == other,
            (Err(one), Err(other)) => one.to_string() == other.to_string(),
            _ => false,
        };
        assert!(same, "{}: received as it is parsed", self.id());
        Ok(event_parts(&delivery?, payload))
    }

    fn explanation(&self, secrets: &[(&str, &str)], payload: &[u8]) -> Result<Value, Error> {
        let (headers, now) = (self.headers(), self.now());
        let pairs = secrets.iter().map(|(secret, scheme)| Ok((scheme.parse()?, *secret)));
        let pairs = pairs.collect::<Result<Vec<(Scheme, _)>, Error>>()?;
        let explanation = explain_within(payload, &headers, &pairs, now, self.tolerance());
        if let Ok(webhook) = self.webhook(secrets) {
            let verified = webhook.verify_at(payload, &headers, now).is_ok();
            assert_eq!(explanation.verified, verified, "{}: explained as verify has it", self.id());
        }
        let checks = explanation.checks.iter();
        let checks: Vec<_> = checks
            .map(|it| json!({"check": it.name.as_str(), "verdict": it.verdict.as_str(), "advice": it.advice}))
            .collect();
        Ok(json!({"verified": explanation.verified, "checks": checks}))
    }

    /// The signatures that the sender would have to know, and those that came.
    pub(crate) fn signatures(&self) -> Vec<String> {
        let secrets = self.secret_pairs().unwrap_or_default();
        let webhooks = secrets.iter().filter_map(|secret| self.webhook(&[*secret]).ok());
        let payload = self.payload();
        let signed = webhooks.flat_map(|webhook| {
            let headers = webhook.sign(&payload, "msg_2Kx9", self.now()).expect("signed");
            headers.iter().map(|(_, value)| value.to_owned()).collect::<Vec<_>>()
        });
        let came = self.0["headers"].as_array().into_iter().flatten().map(|pair| string(&pair[1]).to_owned());
        signed.chain(came).filter(|value| value.len() > 20).collect()
    }

    fn webhook(&self, secrets: &[(&str, &str)]) -> Result<Webhook, Error> {
        let mut builder = Webhook::builder();
        for (secret, scheme) in secrets {
            builder = builder.secret_for(scheme.parse()?, secret)?;
        }
        builder.tolerance(self.tolerance()).build()
    }

    fn tolerance(&self) -> Duration {
        Duration::from_secs(self.0["tolerance"].as_u64().unwrap_or(300))
    }

    fn now(&self) -> u64 {
        self.0["now"].as_u64().expect("now")
    }

    fn is_receive(&self) -> bool {
        let expected = self.expected();
        self.0["call"] == "receive" || expected["event"].is_object() || expected["idempotencyKey"].is_string()
    }

    fn secret_pairs(&self) -> Option<Vec<(&str, &str)>> {
        let secrets = self.0["secrets"].as_array()?.iter();
        Some(secrets.map(|secret| (string(&secret["secret"]), string(&secret["scheme"]))).collect())
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let headers = self.0["headers"].as_array().expect("headers").iter();
        headers.map(|pair| (string(&pair[0]), string(&pair[1]))).collect()
    }
}

fn string(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// The differences between what a case expects and what the core says; none if there is none.
pub(crate) fn differences(case: &Case) -> Option<String> {
    let (expected, answer) = (case.expected(), case.answer());
    let found = match &answer {
        Ok(parts) => Value::Object(parts.clone()),
        Err(error) => json!({"error": {
            "code": error.code(),
            "message": error.to_string(),
            "verified": error.verified().map(|it| {
                let (id, timestamp) = (it.id.as_deref(), it.timestamp);
                let mut parts = verification(it.scheme, id, timestamp, it.secret_index);
                parts["idempotencyKey"] = json!(it.idempotency_key);
                parts
            }),
        }}),
    };
    let agrees = agrees(expected, &found) && answer.as_ref().err().is_none_or(has_usual_status);
    (!agrees).then(|| format!("{}\n  expected {expected}\n  found    {found}\n", case.id()))
}

pub(crate) fn agrees(expected: &Value, found: &Value) -> bool {
    expected["error"].is_object() == found["error"].is_object() && is_within(expected, found)
}

/// `expected` names parts; those of an error are named one by one, others are compared whole. An event of which
/// nothing is told has no warnings.
fn is_within(expected: &Value, found: &Value) -> bool {
    let mut parts = expected.as_object().cloned().unwrap_or_default();
    if parts.contains_key("event") {
        parts.entry("warnings").or_insert(json!([]));
    }
    parts.iter().all(|(name, part)| match name.as_str() {
        "error" => is_within(part, &found["error"]),
        "explanation" => explains(part, &found["explanation"]),
        _ => *part == found[name],
    })
}

/// An advice counts where it is given.
fn explains(expected: &Value, found: &Value) -> bool {
    let checks = |value: &Value| value["checks"].as_array().cloned().unwrap_or_default();
    let (wanted, told) = (checks(expected), checks(found));
    expected["verified"] == found["verified"]
        && wanted.len() == told.len()
        && wanted.iter().zip(&told).all(|(wanted, told)| is_within(wanted, told))
}

/// DESIGN's table of codes, from the codes' side.
fn has_usual_status(error: &Error) -> bool {
    let status = match error.code() {
        "missing_header" | "invalid_header" | "conflicting_headers" | "invalid_json" | "invalid_event" => 400,
        "payload_too_large" => 413,
        "payload_not_raw" | "invalid_secret" | "invalid_option" => 500,
        _ => 401,
    };
    error.status() == status
}

fn verification(scheme: Scheme, id: Option<&str>, timestamp: Option<u64>, secret_index: usize) -> Value {
    let mut parts = json!({"scheme": scheme.as_str(), "secretIndex": secret_index});
    if let Some(id) = id {
        parts["id"] = id.into();
    }
    if let Some(timestamp) = timestamp {
        parts["timestamp"] = timestamp.into();
    }
    parts
}

fn event_parts(delivery: &Delivery<'_>, payload: &[u8]) -> Map<String, Value> {
    let event = &delivery.event;
    assert_eq!(&event.clone().into_owned(), event, "freed from its payload, it is the same");
    let mut value = serde_json::to_value(event).unwrap_or_else(|error| error.to_string().into());
    if let Event::Unknown(event) = event
        && !is_kept_as_sent(event.payload.as_str(), payload)
    {
        value["payload"] = "(not kept as sent)".into();
    }
    Map::from_iter([("event".into(), value), ("warnings".into(), json!(delivery.warnings))])
}

/// To the character, but for white space around it and a byte order mark; a canonical event has its payload within,
/// and lone surrogates and numbers beyond a float, which `serde_json` refuses, are replaced.
fn is_kept_as_sent(kept: &str, payload: &[u8]) -> bool {
    let text = str::from_utf8(payload).expect("UTF-8").trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(sent) => kept == text || sent["event_type"] == "unknown" && sent["wire_type"].is_string(),
        Err(_) => serde_json::from_str::<Value>(kept).is_ok(),
    }
}
