//! Any list of headers: it verifies if, and only if, a second implementation says so.
#![no_main]

use std::time::Duration;

use agentmail_webhooks::{CheckName, Verdict, explain_within};
use fuzz::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(mut request) = Request::read(input) else { return };
    let Some(webhook) = request.webhook() else { return };
    let found = webhook.verify_at(request.payload, &request.headers, request.now);
    match &found {
        Ok(verified) => {
            assert_eq!(Some((verified.scheme(), verified.secret_index())), request.accepted());
            assert_eq!(verified.payload(), request.payload);
        }
        Err(error) => {
            assert_eq!(request.accepted(), None, "{error}");
            assert!(
                [400, 401].contains(&error.status()) && !error.code().starts_with("invalid_json"),
                "{error}"
            );
        }
    }
    // `explain` never decides otherwise, and has a reason to tell.
    let Request { payload, headers, secrets, now, tolerance } = &request;
    let tolerance = Duration::from_secs(*tolerance);
    let explanation = explain_within(*payload, headers, secrets, *now, tolerance);
    assert_eq!(explanation.verified, found.is_ok());
    let fails = explanation
        .checks
        .iter()
        .any(|check| check.verdict == Verdict::Fail && check.name != CheckName::Event);
    assert_eq!(fails, found.is_err(), "{explanation}");

    // Nothing is parsed before a signature holds.
    match (found, webhook.receive_at(request.payload, &request.headers, request.now)) {
        (Ok(verified), Ok(delivery)) => assert_eq!(verified.parse().as_ref(), Ok(&delivery.event)),
        (Ok(verified), Err(error)) => assert_eq!(verified.parse(), Err(error)),
        (Err(refused), received) => assert_eq!(received, Err(refused)),
    }
});
