//! `Once`, over a store that can fail and that tells what it was asked.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use core::convert::Infallible;
use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::sync::Mutex;

use agentmail_webhooks::store::{Claim, DeliveryStore, MemoryStore, Once, OnceError, Outcome};
use futures_util::FutureExt as _;

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(20);

/// Grants every claim, writes down what it is asked, and fails where it is told to.
#[derive(Default)]
struct Recorder {
    calls: Mutex<Vec<String>>,
    fails_at: &'static str,
    /// The number of failures there; unlimited unless set.
    fails_times: Option<usize>,
    is_held_by_another: bool,
    answers_after: Duration,
}

#[derive(Debug, PartialEq)]
struct Down;

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is down")
    }
}

impl Error for Down {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&fmt::Error)
    }
}

impl Recorder {
    fn note(&self, operation: &str, call: String) -> Result<(), Down> {
        self.calls.lock().unwrap().push(call);
        let times = self.calls().iter().filter(|call| call.starts_with(operation)).count();
        let fails = self.fails_at == operation && self.fails_times.is_none_or(|most| times <= most);
        if fails { Err(Down) } else { Ok(()) }
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl DeliveryStore for &Recorder {
    type Error = Down;

    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, Down> {
        self.note("claim", format!("claim {key} {lease:?}"))?;
        tokio::time::sleep(self.answers_after).await;
        Ok(Claim::Claimed("token-7".into()))
    }

    async fn complete(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, Down> {
        self.note("complete", format!("complete {key} {token} {ttl:?}"))?;
        Ok(!self.is_held_by_another)
    }

    async fn release(&self, key: &str, token: &str) -> Result<(), Down> {
        self.note("release", format!("release {key} {token}"))
    }
}

async fn succeed() -> Result<&'static str, &'static str> {
    Ok("done")
}

async fn fail() -> Result<&'static str, &'static str> {
    Err("no database")
}

async fn must_not_run() -> Result<&'static str, &'static str> {
    panic!("the handler ran")
}

#[tokio::test]
async fn claims_runs_and_completes() {
    let store = Recorder::default();
    let outcome = Once::new(&store).run("msg_1", succeed).await;
    assert_eq!(outcome, Ok(Outcome::Done("done")));
    assert_eq!(store.calls(), ["claim msg_1 120s", "complete msg_1 token-7 259200s"]);

    let store = Recorder::default();
    let once = Once::new(&store).lease(Duration::from_secs(7)).ttl(Duration::from_millis(90));
    assert_eq!(once.run("msg_1", succeed).await.unwrap().status(), 200);
    assert_eq!(store.calls(), ["claim msg_1 7s", "complete msg_1 token-7 90ms"]);
}

#[tokio::test]
async fn gives_the_claim_back_when_the_handler_fails() {
    for fails_at in ["", "release"] {
        let store = Recorder { fails_at, ..Recorder::default() };
        let error = Once::new(&store).run("msg_1", fail).await.unwrap_err();
        assert_eq!(error, OnceError::Handler("no database"));
        assert_eq!(error.to_string(), "handler failed: no database");
        assert_eq!((error.status(), error.retry_after()), (500, None));
        assert_eq!(store.calls(), ["claim msg_1 120s", "release msg_1 token-7"]);
    }
}

#[tokio::test]
async fn tells_when_the_store_fails() {
    let store = Recorder { fails_at: "claim", ..Recorder::default() };
    let error = Once::new(&store).run("msg_1", must_not_run).await.unwrap_err();
    assert_eq!(error, OnceError::Store(Down));
    assert_eq!(error.to_string(), "delivery store failed: the store is down");
    assert_eq!((error.status(), error.retry_after()), (500, None));

    let store = Recorder { fails_at: "complete", ..Recorder::default() };
    let error = Once::new(&store).run("msg_1", succeed).await.unwrap_err();
    assert_eq!(error, OnceError::Store(Down));
    // It has run: who comes next must wait for the lease.
    let complete = "complete msg_1 token-7 259200s";
    assert_eq!(store.calls(), ["claim msg_1 120s", complete, complete, complete]);
}

#[tokio::test]
async fn completes_when_the_store_comes_back() {
    let store = Recorder { fails_at: "complete", fails_times: Some(2), ..Recorder::default() };
    assert_eq!(Once::new(&store).run("msg_1", succeed).await, Ok(Outcome::Done("done")));
    assert_eq!(store.calls().len(), 4, "{:?}", store.calls());
}

#[tokio::test]
async fn a_claim_that_is_granted_late_is_given_back() {
    let store = Recorder { answers_after: Duration::from_millis(60), ..Recorder::default() };
    let once = Once::new(&store).lease(Duration::from_millis(100));
    assert_eq!(once.run("msg_1", must_not_run).await, Ok(Outcome::InProgress { retry_after: 1 }));
    assert_eq!(store.calls(), ["claim msg_1 100ms", "release msg_1 token-7"]);
}

#[tokio::test]
async fn tells_when_the_lease_was_lost() {
    let store = Recorder { is_held_by_another: true, ..Recorder::default() };
    let once = Once::new(&store).lease(Duration::from_millis(1500));
    let error = once.run("msg_1", succeed).await.unwrap_err();
    assert_eq!(error, OnceError::LeaseLost { retry_after: 2 });
    assert_eq!(error.to_string(), "lease lost: the handler took longer than its lease");
    assert_eq!((error.status(), error.retry_after()), (409, Some(2)));
    assert_eq!(store.calls().len(), 2, "{:?}", store.calls());
}

#[tokio::test]
async fn long_keys_are_digested() {
    // By sha256sum.
    const DIGEST: &str = "4d00e4d5112aba1cfe05d460e57b96e1a48745ad95395647b765563459240295";
    let store = Recorder::default();
    let once = Once::new(&store);
    let (longest, longer) = ("é".repeat(128), "é".repeat(128) + "a");
    let _ = once.run(&longest, succeed).await.unwrap();
    let _ = once.run(&longer, succeed).await.unwrap();
    once.run(&longer, fail).await.unwrap_err();
    let [claim, complete] = [format!("claim {longest} 120s"), format!("complete {longest} token-7 259200s")];
    let digested = ["claim", "complete", "claim", "release"].map(|call| format!("{call} sha256:{DIGEST}"));
    for (call, expected) in store.calls().iter().zip([claim, complete].iter().chain(&digested)) {
        assert!(call.starts_with(expected), "{call} does not start with {expected}");
    }
    assert_eq!(store.calls().len(), 6);
}

#[tokio::test]
async fn a_second_attempt_waits_for_the_first() {
    let once = Once::new(MemoryStore::new(10)).lease(Duration::from_secs(30));
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let first = once.run("msg_1", || async {
        ended.await.unwrap();
        Ok::<_, &str>("first")
    });
    let second = async {
        let outcome = once.run("msg_1", must_not_run).await.unwrap();
        assert_eq!(outcome, Outcome::InProgress { retry_after: 30 });
        assert_eq!((outcome.status(), outcome.retry_after()), (409, Some(30)));
        assert_eq!(once.run("msg_2", succeed).await, Ok(Outcome::Done("done")));
        end.send(()).unwrap();
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(first, Ok(Outcome::Done("first")));
    let third = once.run("msg_1", must_not_run).await.unwrap();
    assert_eq!((third, third.status(), third.retry_after()), (Outcome::Completed, 200, None));
}

#[tokio::test]
async fn a_handler_that_failed_runs_again_at_once() {
    let once = Once::new(MemoryStore::new(10)).lease(LONG);
    once.run("msg_1", fail).await.unwrap_err();
    once.run("msg_1", fail).await.unwrap_err();
    assert_eq!(once.run("msg_1", succeed).await, Ok(Outcome::Done("done")));
    assert_eq!(once.run("msg_1", must_not_run).await, Ok(Outcome::Completed));
}

/// Drops the future, as axum does when the client disconnects, and as a panic does.
#[tokio::test]
async fn a_handler_that_was_dropped_runs_again_when_its_lease_has_run_out() {
    let once = Once::new(MemoryStore::new(10)).lease(SHORT);
    let mut dropped = Box::pin(once.run("msg_1", core::future::pending::<Result<(), Infallible>>));
    assert!((&mut dropped).now_or_never().is_none());
    drop(dropped);
    let patient = Once::new(MemoryStore::new(10)).lease(LONG);
    let mut dropped = Box::pin(patient.run("msg_1", core::future::pending::<Result<(), Infallible>>));
    assert!((&mut dropped).now_or_never().is_none());
    drop(dropped);
    assert_eq!(patient.run("msg_1", must_not_run).await, Ok(Outcome::InProgress { retry_after: 3600 }));
    while once.run("msg_1", succeed).await != Ok(Outcome::Done("done")) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_handler_that_is_late_loses_its_lease() {
    let once = Once::new(MemoryStore::new(10)).lease(SHORT);
    let late = once.run("msg_1", || async {
        while once.run("msg_1", succeed).await != Ok(Outcome::Done("done")) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok::<_, &str>("late")
    });
    assert_eq!(late.await, Err(OnceError::LeaseLost { retry_after: 1 }));
    assert_eq!(once.run("msg_1", must_not_run).await, Ok(Outcome::Completed));
}

#[test]
fn errors_lead_to_their_causes() {
    let cause = |error: OnceError<Down, Down>| error.source().map(ToString::to_string);
    assert_eq!(cause(OnceError::Store(Down)), Some(fmt::Error.to_string()));
    assert_eq!(cause(OnceError::Handler(Down)), Some(fmt::Error.to_string()));
    assert_eq!(cause(OnceError::LeaseLost { retry_after: 1 }), None);
}

/// A server wants futures that can move between threads.
#[test]
fn runs_on_any_thread() {
    fn is_send<T: Send>(_: T) {}
    let once = Once::new(MemoryStore::new(10));
    is_send(once.run("msg_1", succeed));
}
