//! Wycheproof's HMAC-SHA256 vectors through our own signing and verifying, over the public interface.
//!
//! A secret of `body` is text, and its bytes are the key; the keys of the vectors are random bytes, so that
//! few of them are text. `standard` takes any key of 16 bytes or more, but frames the message. So an
//! independent HMAC is held against every vector, and then ours against that one, with the keys, the
//! messages and the changes to the tags of the vectors.

#![cfg(not(target_arch = "wasm32"))]
// Tests panic on failures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use agentmail_webhooks::{ErrorKind, Scheme, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wycheproof::TestResult;
use wycheproof::mac::{Test, TestName, TestSet};

const ID: &str = "msg_1";
const NOW: u64 = 1_790_000_000;

/// Every vector, with the length of its tag in bytes.
fn vectors() -> Vec<(usize, Test)> {
    let groups = TestSet::load(TestName::HmacSha256).unwrap().test_groups;
    groups
        .into_iter()
        .flat_map(|group| group.tests.into_iter().map(move |test| (group.tag_size / 8, test)))
        .collect()
}

fn independent(key: &[u8], message: &[u8]) -> [u8; 32] {
    hmac_sha256::HMAC::mac(message, key)
}

#[test]
fn the_independent_hmac_passes_every_vector() {
    let vectors = vectors();
    for (length, test) in &vectors {
        let mac = independent(&test.key, &test.msg);
        assert_eq!(mac[..*length] == *test.tag, test.result == TestResult::Valid, "vector {}", test.tc_id);
    }
    assert_eq!(vectors.len(), 174);
}

/// The vectors themselves: the key is the secret of `body`, the message is the payload. It so happens that
/// the keys of the valid ones are no text.
#[test]
fn vectors_with_a_textual_key_pass_through_body() {
    let (mut changed, mut cut_off, mut no_text) = (0, 0, 0);
    for (length, test) in vectors() {
        let Ok(secret) = str::from_utf8(&test.key) else {
            no_text += 1;
            continue;
        };
        let webhook = Webhook::builder().secret_for(Scheme::Body, secret).unwrap().build().unwrap();
        let payload = test.msg.as_slice();
        let headers = webhook.sign(payload, "", NOW).unwrap();
        let right = format!("sha256={}", hex::encode(independent(&test.key, &test.msg)));
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("x-agentmail-signature", right.as_str())]);
        webhook.verify_at(payload, &headers, NOW).unwrap();

        assert_eq!(test.result, TestResult::Invalid);
        let headers = [("x-agentmail-signature", hex::encode(&*test.tag))];
        let refused = webhook.verify_at(payload, &headers, NOW).unwrap_err();
        if length == 32 {
            assert_eq!(refused.kind(), ErrorKind::SignatureMismatch, "vector {}", test.tc_id);
            changed += 1;
        } else {
            assert_eq!(refused.kind(), ErrorKind::InvalidHeader, "vector {}", test.tc_id);
            cut_off += 1;
        }
    }
    println!(
        "body: {changed} changed and {cut_off} changed and cut-off tags refused; {no_text} keys are no text"
    );
    assert_eq!((changed, cut_off, no_text), (54, 54, 66));
}

/// The keys and messages of the vectors under the framing of `standard`; tags are changed as the vectors
/// change them.
#[test]
fn vectors_pass_through_standard_as_the_independent_hmac_has_them() {
    let (mut valid, mut invalid, mut truncated, mut short_key) = (0, 0, 0, 0);
    for (length, test) in vectors() {
        let secret = STANDARD.encode(&test.key);
        let webhook = match Webhook::new(&secret) {
            Ok(webhook) => webhook,
            Err(error) => {
                assert_eq!((error.kind(), test.key.len() < 16), (ErrorKind::InvalidSecret, true));
                short_key += 1;
                continue;
            }
        };
        let payload = test.msg.as_slice();
        let content = [format!("{ID}.{NOW}.").as_bytes(), payload].concat();
        let mut mac = independent(&test.key, &content);
        let headers = webhook.sign(payload, ID, NOW).unwrap();
        let (_, signature) = headers.iter().last().unwrap();
        assert_eq!(signature, format!("v1,{}", STANDARD.encode(mac)), "vector {}", test.tc_id);
        webhook.verify_at(payload, &headers, NOW).unwrap();

        // The changes of the vector to its tag. None, if it is valid.
        let right = independent(&test.key, &test.msg);
        for ((byte, right), tag) in mac.iter_mut().zip(right).zip(&*test.tag) {
            *byte ^= right ^ tag;
        }
        let signature = format!("v1,{}", STANDARD.encode(&mac[..length]));
        let headers = [("svix-id", ID), ("svix-timestamp", &NOW.to_string()), ("svix-signature", &signature)];
        let verified = webhook.verify_at(payload, &headers, NOW).map_err(|error| error.kind());
        match (test.result, length) {
            (TestResult::Valid, 32) => {
                assert_eq!(verified.unwrap().id(), Some(ID));
                valid += 1;
            }
            (result, _) => {
                assert_eq!(verified.unwrap_err(), ErrorKind::SignatureMismatch, "vector {}", test.tc_id);
                *if result == TestResult::Valid { &mut truncated } else { &mut invalid } += 1;
            }
        }
    }
    println!(
        "standard: {valid} verify, {invalid} with a changed and {truncated} with a cut-off tag are refused; {short_key} keys are too short"
    );
    assert_eq!((valid, invalid, truncated, short_key), (33, 108, 33, 0));
}
