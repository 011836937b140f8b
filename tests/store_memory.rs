//! The store in memory, and its bounds.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test")]

use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore, StoreFull};
use futures_util::FutureExt as _;
use store_suite::{LONG, SHORT, token};

mod store_suite;

store_suite::judge!((MemoryStore::new(1000), ()));

async fn complete(store: &MemoryStore, key: &str) {
    let token = token(store.claim(key, LONG).await.unwrap());
    assert!(store.complete(key, &token, LONG).await.unwrap());
}

#[tokio::test]
async fn when_full_it_forgets_what_was_completed_first() {
    let store = MemoryStore::new(3);
    for key in ["a", "b", "c", "d"] {
        complete(&store, key).await;
    }
    for key in ["b", "c", "d"] {
        assert_eq!(store.claim(key, LONG).await.unwrap(), Claim::Completed, "{key}");
    }
    token(store.claim("a", LONG).await.unwrap());
    assert_eq!(store.claim("c", LONG).await.unwrap(), Claim::Completed);
    assert_eq!(store.claim("d", LONG).await.unwrap(), Claim::Completed);
    token(store.claim("b", LONG).await.unwrap());
}

#[tokio::test]
async fn when_full_it_forgets_no_claim() {
    let store = MemoryStore::new(2);
    let first = token(store.claim("a", LONG).await.unwrap());
    for key in ["b", "c", "d"] {
        complete(&store, key).await;
    }
    let second = token(store.claim("e", LONG).await.unwrap());
    assert_eq!(store.claim("f", LONG).await.unwrap_err(), StoreFull);
    assert_eq!(StoreFull.to_string(), "memory store full: every key is in progress");
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::InProgress);
    assert!(store.complete("a", &first, LONG).await.unwrap());
    token(store.claim("f", LONG).await.unwrap());
    assert!(store.complete("e", &second, LONG).await.unwrap());
}

#[tokio::test]
async fn when_full_it_forgets_claims_that_ran_out_before_completions() {
    let store = MemoryStore::new(2);
    let late = token(store.claim("a", SHORT).await.unwrap());
    complete(&store, "b").await;
    tokio::time::sleep(SHORT * 3).await;
    token(store.claim("c", LONG).await.unwrap());
    assert_eq!(store.claim("b", LONG).await.unwrap(), Claim::Completed);
    // It is as if it had only run out.
    assert!(store.complete("a", &late, LONG).await.unwrap());
    assert_eq!(store.claim("a", LONG).await.unwrap(), Claim::Completed);
    token(store.claim("b", LONG).await.unwrap());
}

#[tokio::test]
async fn a_long_lease_hides_no_shorter_one_that_ran_out() {
    let store = MemoryStore::new(2);
    token(store.claim("long", LONG).await.unwrap());
    token(store.claim("short", SHORT).await.unwrap());
    tokio::time::sleep(SHORT * 3).await;
    token(store.claim("next", LONG).await.unwrap());
    assert_eq!(store.claim("long", LONG).await.unwrap(), Claim::InProgress);
}

#[tokio::test]
async fn nothing_is_remembered_without_room() {
    let store = MemoryStore::new(0);
    assert_eq!(store.claim("a", LONG).await.unwrap_err(), StoreFull);
    assert_eq!(store.complete("a", "1", LONG).await.unwrap_err(), StoreFull);
}

#[test]
fn of_threads_that_claim_at_once_one_is_granted() {
    let store = MemoryStore::new(1000);
    for round in 0..200 {
        let key = format!("{round}");
        let granted = std::thread::scope(|scope| {
            let claim = || matches!(store.claim(&key, LONG).now_or_never(), Some(Ok(Claim::Claimed(_))));
            let threads = [(); 4].map(|()| scope.spawn(claim));
            threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|granted| *granted).count()
        });
        assert_eq!(granted, 1);
    }
}
