//! Tests for every `DeliveryStore`. `judge!` runs them on a store, in a separate test binary.

use core::time::Duration;
use std::collections::HashSet;

use agentmail_webhooks::store::{Claim, DeliveryStore};

/// Longer than any test takes, and no wait.
pub(crate) const LONG: Duration = Duration::from_secs(3600);
/// A short time. Its effects are polled for.
pub(crate) const SHORT: Duration = Duration::from_millis(20);

/// Makes a test of each of these with a store; the rest of what `$store` gives lives as long as the test.
macro_rules! judge {
    ($store:expr) => {
        store_suite::judge! { $store =>
            is_claimed_once_and_completed_once
            keys_are_apart
            tokens_are_unique
            what_was_released_can_be_claimed
            only_its_token_releases_a_claim
            what_was_completed_is_not_released
            a_lease_that_ran_out_can_be_claimed_and_fences_the_first
            who_is_late_completes_what_nobody_claimed
            who_is_late_does_not_complete_what_was_completed
            only_its_token_completes_a_claim
            a_completion_lasts_its_time
            any_duration_will_do
            any_key_will_do
            of_many_claims_one_is_granted
        }
    };
    ($store:expr => $($name:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (store, _keep) = $store;
            store_suite::$name(&store).await;
        }
    )*};
}
pub(crate) use judge;

/// A claim that is granted.
#[track_caller]
pub(crate) fn token(claim: Claim) -> String {
    match claim {
        Claim::Claimed(token) => token,
        other => panic!("not granted: {other:?}"),
    }
}

/// Claims until it is granted.
async fn claim_when_free<S: DeliveryStore>(store: &S, key: &str) -> String {
    loop {
        match store.claim(key, LONG).await.unwrap() {
            Claim::Claimed(token) => return token,
            _ => tokio::time::sleep(Duration::from_millis(2)).await,
        }
    }
}

pub(crate) async fn is_claimed_once_and_completed_once<S: DeliveryStore>(store: &S) {
    let token = token(store.claim("a", LONG).await.unwrap());
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::InProgress);
    assert!(store.complete("a", &token, LONG).await.unwrap());
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed);
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed);
    assert!(store.complete("a", &token, LONG).await.unwrap(), "the command was sent twice");
    for other in ["", "0", "1", "999999"].iter().filter(|other| **other != token) {
        assert!(!store.complete("a", other, LONG).await.unwrap(), "completed by another one");
    }
}

pub(crate) async fn keys_are_apart<S: DeliveryStore>(store: &S) {
    let (first, second) = (store.claim("a", LONG).await.unwrap(), store.claim("b", LONG).await.unwrap());
    store.release("a", &token(first)).await.unwrap();
    assert_eq!(store.claim("b", LONG).await.unwrap(), Claim::InProgress);
    assert!(store.complete("b", &token(second), LONG).await.unwrap());
    token(store.claim("a", LONG).await.unwrap());
}

pub(crate) async fn tokens_are_unique<S: DeliveryStore>(store: &S) {
    let mut tokens = HashSet::new();
    for number in 0..50 {
        tokens.insert(token(store.claim(&format!("{number}"), LONG).await.unwrap()));
        let again = token(store.claim("again", LONG).await.unwrap());
        store.release("again", &again).await.unwrap();
        tokens.insert(again);
    }
    assert_eq!(tokens.len(), 100);
}

pub(crate) async fn what_was_released_can_be_claimed<S: DeliveryStore>(store: &S) {
    let first = token(store.claim("a", LONG).await.unwrap());
    store.release("a", &first).await.unwrap();
    let second = token(store.claim("a", LONG).await.unwrap());
    store.release("a", &first).await.unwrap();
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::InProgress, "released twice");
    assert!(!store.complete("a", &first, LONG).await.unwrap(), "completed after it was released");
    assert!(store.complete("a", &second, LONG).await.unwrap());
}

pub(crate) async fn only_its_token_releases_a_claim<S: DeliveryStore>(store: &S) {
    let own = token(store.claim("a", LONG).await.unwrap());
    let other = token(store.claim("b", LONG).await.unwrap());
    for wrong in [other.as_str(), "", "completed", "\u{1f511}", "999999"] {
        store.release("a", wrong).await.unwrap();
        assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::InProgress, "{wrong:?}");
    }
    store.release("a", &own).await.unwrap();
    token(store.claim("a", LONG).await.unwrap());
    store.release("nobody claimed it", &own).await.unwrap();
}

pub(crate) async fn what_was_completed_is_not_released<S: DeliveryStore>(store: &S) {
    let token = token(store.claim("a", LONG).await.unwrap());
    assert!(store.complete("a", &token, LONG).await.unwrap());
    for token in [token.as_str(), "", "1", "2", "completed"] {
        store.release("a", token).await.unwrap();
        assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed, "{token:?}");
    }
}

pub(crate) async fn a_lease_that_ran_out_can_be_claimed_and_fences_the_first<S: DeliveryStore>(store: &S) {
    let late = token(store.claim("a", SHORT).await.unwrap());
    let second = claim_when_free(store, "a").await;
    assert_ne!(late, second);
    assert!(!store.complete("a", &late, LONG).await.unwrap(), "completed what another one holds");
    store.release("a", &late).await.unwrap();
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::InProgress, "released what another one holds");
    assert!(store.complete("a", &second, LONG).await.unwrap());
    assert!(!store.complete("a", &late, LONG).await.unwrap());
}

pub(crate) async fn who_is_late_completes_what_nobody_claimed<S: DeliveryStore>(store: &S) {
    let late = token(store.claim("a", SHORT).await.unwrap());
    tokio::time::sleep(SHORT * 3).await;
    assert!(store.complete("a", &late, LONG).await.unwrap());
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed);
}

pub(crate) async fn who_is_late_does_not_complete_what_was_completed<S: DeliveryStore>(store: &S) {
    let late = token(store.claim("a", SHORT).await.unwrap());
    let second = claim_when_free(store, "a").await;
    assert!(store.complete("a", &second, LONG).await.unwrap());
    assert!(!store.complete("a", &late, LONG).await.unwrap());
    store.release("a", &late).await.unwrap();
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed);
}

pub(crate) async fn only_its_token_completes_a_claim<S: DeliveryStore>(store: &S) {
    let own = token(store.claim("a", LONG).await.unwrap());
    let other = token(store.claim("b", LONG).await.unwrap());
    for wrong in [other.as_str(), "", "completed", "\u{1f511}", "999999"] {
        assert!(!store.complete("a", wrong, LONG).await.unwrap(), "{wrong:?}");
        assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::InProgress, "{wrong:?}");
    }
    assert!(store.complete("a", &own, LONG).await.unwrap());
}

pub(crate) async fn a_completion_lasts_its_time<S: DeliveryStore>(store: &S) {
    let token = token(store.claim("a", LONG).await.unwrap());
    assert!(store.complete("a", &token, SHORT).await.unwrap());
    let again = claim_when_free(store, "a").await;
    assert!(store.complete("a", &again, LONG).await.unwrap());
    tokio::time::sleep(SHORT * 3).await;
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed);
}

pub(crate) async fn any_duration_will_do<S: DeliveryStore>(store: &S) {
    for (key, lease) in [("a", Duration::ZERO), ("b", Duration::from_nanos(1))] {
        token(store.claim(key, lease).await.unwrap());
        let token = claim_when_free(store, key).await;
        assert!(store.complete(key, &token, lease).await.unwrap());
        claim_when_free(store, key).await;
    }
    let token = token(store.claim("c", Duration::MAX).await.unwrap());
    assert_eq!(store.claim("c", Duration::MAX).await.unwrap(), Claim::InProgress);
    assert!(store.complete("c", &token, Duration::MAX).await.unwrap());
    assert_eq!(store.claim("c", Duration::MAX).await.unwrap(), Claim::Completed);
}

pub(crate) async fn any_key_will_do<S: DeliveryStore>(store: &S) {
    let long = "é".repeat(128);
    let keys =
        ["", " ", "completed", "a b", "a\r\nb", "*", "a:b", "\0", "\u{1f511}", "A", "a", long.as_str()];
    for key in keys {
        let token = token(store.claim(key, LONG).await.unwrap());
        assert!(store.complete(key, &token, LONG).await.unwrap(), "{key:?}");
    }
    for key in keys {
        assert_eq!(store.claim(key, LONG).await.unwrap(), Claim::Completed, "{key:?}");
    }
}

pub(crate) async fn of_many_claims_one_is_granted<S: DeliveryStore>(store: &S) {
    const CLAIMS: usize = 50;
    for round in 0..10 {
        let key = format!("{round}");
        let claims = (0..CLAIMS).map(|_| store.claim(&key, LONG));
        let claims = futures_util::future::join_all(claims).await;
        let granted = claims.iter().filter(|claim| matches!(claim, Ok(Claim::Claimed(_)))).count();
        let refused = claims.iter().filter(|claim| matches!(claim, Ok(Claim::InProgress))).count();
        assert_eq!((granted, refused), (1, CLAIMS - 1));
    }
}
