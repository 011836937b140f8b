//! Any payload, id, timestamp and secret: `sign` signs as a second implementation does, that verifies in
//! the window and not outside, and nothing that was tampered with does.
#![no_main]

use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
use fuzz::{Request, encode, key, mac};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(mut request) = Request::read(input) else { return };
    let Some(webhook) = request.webhook() else { return };
    let header = |part: &str| request.headers.iter().find(|(name, _)| name.ends_with(part.as_bytes()));
    let Some(id) = header("-id").map_or(Some(""), |(_, value)| std::str::from_utf8(value).ok()) else {
        return;
    };
    let payload = request.payload;

    // The first secret signs.
    let (scheme, secret) = request.secrets[0];
    let timestamp = request.now;
    let headers = match webhook.sign(payload, id, timestamp) {
        Ok(headers) => headers,
        Err(error) => {
            assert_eq!((scheme, error.kind()), (Scheme::Standard, ErrorKind::InvalidOption));
            assert!(!is_sendable(id), "{id:?}");
            return;
        }
    };
    assert!(scheme != Scheme::Standard || is_sendable(id), "{id:?}");
    let (prefixes, before) = match scheme {
        Scheme::Standard => (vec![id.to_owned(), timestamp.to_string()], "v1,"),
        Scheme::Timestamped => (vec![timestamp.to_string()], "v1="),
        _ => (Vec::new(), "sha256="),
    };
    let Some(key) = key(scheme, secret) else { panic!("no key") };
    let expected = before.to_owned() + &encode(scheme, &mac(&key, &prefixes, payload));
    let found: Vec<_> = headers.iter().collect();
    assert_eq!(found.last().map(|(_, signature)| *signature), Some(expected.as_str()));
    assert_eq!(found.len(), prefixes.len() + 1);

    // The window, at both ends and one beyond.
    let kind =
        |webhook: &Webhook, now| webhook.verify_at(payload, &headers, now).map_err(|error| error.kind());
    let (too_old, too_new) = match scheme {
        Scheme::Body => (None, None),
        _ => (Some(ErrorKind::TimestampTooOld), Some(ErrorKind::TimestampTooNew)),
    };
    for (now, beyond, refused) in [
        (timestamp.checked_add(request.tolerance), 1, too_old),
        (timestamp.checked_sub(request.tolerance), -1, too_new),
    ] {
        let Some(now) = now else { continue };
        assert_eq!(kind(&webhook, now).map(|verified| verified.secret_index()), Ok(0));
        if let Some(beyond) = now.checked_add_signed(beyond) {
            assert_eq!(kind(&webhook, beyond).err(), refused);
        }
    }

    // One bit of the payload, chosen by the payload; and one byte more.
    let mut flipped = payload.to_vec();
    let bit = mac(b"", &[], payload)[0];
    if let Some(byte) = flipped.get_mut(usize::from(bit) * payload.len() / 256) {
        *byte ^= 1 << (bit % 8);
        let refused = webhook.verify_at(&flipped, &headers, timestamp).map_err(|error| error.kind());
        assert_eq!(refused.err(), Some(ErrorKind::SignatureMismatch));
    }
    flipped.clear();
    flipped.extend(payload.iter().chain(b" "));
    let refused = webhook.verify_at(&flipped, &headers, timestamp).map_err(|error| error.kind());
    assert_eq!(refused.err(), Some(ErrorKind::SignatureMismatch));
});

/// Arrives as it was sent, and cannot be taken for another.
fn is_sendable(id: &str) -> bool {
    let printable = id.chars().all(|char| (' '..='~').contains(&char));
    printable && !id.is_empty() && id.trim() == id && !id.contains('.') && !id.contains(", ")
}
