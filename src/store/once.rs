//! Claim, run, complete: in this order for every store.

use alloc::borrow::Cow;
use core::error::Error;
use core::fmt;
use core::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{Claim, DeliveryStore};

/// Longest key that a store is given, in bytes. Keys of AgentMail have about 30.
const MAX_KEY: usize = 256;

const DEFAULT_LEASE: Duration = Duration::from_secs(120);

/// Three days. Senders retry for about 28 hours (the published schedule of Svix).
const DEFAULT_TTL: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Runs handlers once for each key, by a [`DeliveryStore`].
///
/// Exactly once means: a handler that has succeeded is not run again for the same key, and one that has not is
/// run when the sender tries again. What no store can know is how far a handler came that did not end. So:
///
/// - A handler that fails gives its claim back, and the next attempt runs it.
/// - A handler that panics, or whose future is dropped, keeps its claim until the lease runs out. axum drops a
///   handler when the client hangs up: run what takes long in a task of its own, as below.
/// - A handler that takes longer than the lease may run twice at the same time: set a lease that is longer than
///   it ever takes.
///
/// ```
/// use std::sync::Arc;
/// use agentmail_webhooks::store::{MemoryStore, Once, Outcome};
///
/// # #[derive(Debug)] struct Failure;
/// # async fn handle(_event: &str) -> Result<(), Failure> { Ok(()) }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let once = Arc::new(Once::new(MemoryStore::new(10_000)));
///
/// let attempt = || {
///     let once = once.clone();
///     tokio::spawn(async move { once.run("msg_2Kx9", || handle("the event")).await })
/// };
/// assert_eq!(attempt().await.unwrap().unwrap(), Outcome::Done(()));
/// assert_eq!(attempt().await.unwrap().unwrap(), Outcome::Completed);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Once<S> {
    store: S,
    lease: Duration,
    ttl: Duration,
}

impl<S> Once<S> {
    /// With a lease of 120 s, and three days during which a key stays completed.
    pub const fn new(store: S) -> Self {
        Self { store, lease: DEFAULT_LEASE, ttl: DEFAULT_TTL }
    }

    /// How long a handler may take.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How long a key stays completed. It must be longer than the sender retries, which is about 28 hours.
    #[must_use]
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }
}

impl<S: DeliveryStore> Once<S> {
    /// Runs the handler, unless it has succeeded before or runs at this moment.
    ///
    /// `key` is the [`idempotency_key`](crate::Delivery::idempotency_key) of a delivery that was verified.
    ///
    /// # Errors
    ///
    /// [`Handler`](OnceError::Handler) if it failed: it runs again when the sender tries again.
    /// [`LeaseLost`](OnceError::LeaseLost) if it succeeded, but took so long that somebody else has begun.
    /// [`Store`](OnceError::Store) if the store could not be asked, or not be told.
    pub async fn run<T, H, F>(
        &self,
        key: &str,
        handler: impl FnOnce() -> F,
    ) -> Result<Outcome<T>, OnceError<S::Error, H>>
    where
        F: Future<Output = Result<T, H>>,
    {
        let (store, key) = (&self.store, &*short(key));
        let token = match store.claim(key, self.lease).await.map_err(OnceError::Store)? {
            Claim::Claimed(token) => token,
            Claim::InProgress => return Ok(Outcome::InProgress { retry_after: seconds(self.lease) }),
            Claim::Completed => return Ok(Outcome::Completed),
        };
        match handler().await {
            Ok(value) => match store.complete(key, &token, self.ttl).await {
                Ok(true) => Ok(Outcome::Done(value)),
                Ok(false) => Err(OnceError::LeaseLost { retry_after: seconds(self.lease) }),
                Err(error) => Err(OnceError::Store(error)),
            },
            Err(error) => {
                // If this fails too, the lease runs out. Why the handler failed is what counts.
                let _ = store.release(key, &token).await;
                Err(OnceError::Handler(error))
            }
        }
    }
}

/// The key, or its digest if it is long: what a store keeps for each delivery is bounded.
fn short(key: &str) -> Cow<'_, str> {
    if key.len() <= MAX_KEY {
        return key.into();
    }
    ["sha256:", &base16ct::lower::encode_string(&Sha256::digest(key))].concat().into()
}

/// Whole seconds that are at least as long.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// What became of a delivery.
///
/// With feature `axum`, a response: what the handler gave, or the status alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the sender is to be answered with its status"]
pub enum Outcome<T> {
    /// The handler has run, and succeeded.
    Done(T),
    /// It runs at this moment, elsewhere. Or the process died in which it ran.
    InProgress {
        /// When the lease has run out for certain, in seconds: for the header `Retry-After`.
        retry_after: u64,
    },
    /// It has succeeded before.
    Completed,
}

impl<T> Outcome<T> {
    /// The HTTP status to answer with: 200, and 409 while it is in progress, so that the sender tries again.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Done(_) | Self::Completed => 200,
            Self::InProgress { .. } => 409,
        }
    }

    /// The header `Retry-After` to answer with, in seconds.
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::InProgress { retry_after } => Some(*retry_after),
            Self::Done(_) | Self::Completed => None,
        }
    }
}

/// Why a delivery is not done: `S` is the error of the store, `H` that of the handler.
///
/// With feature `axum`, a response: the status alone. Log the error before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnceError<S, H> {
    /// The store did not answer. If it did not before the handler ran, it has not run; if it did not
    /// after, the handler runs again when the lease has run out and the sender tries again.
    Store(S),
    /// The handler failed.
    Handler(H),
    /// The handler succeeded, but its lease had run out, and somebody else has claimed or completed the key
    /// since. The handler may have run twice: give it a longer lease.
    LeaseLost {
        /// When the lease of the other one has run out for certain, in seconds: for the header `Retry-After`.
        retry_after: u64,
    },
}

impl<S, H> OnceError<S, H> {
    /// The HTTP status to answer with: 500, or 409 for a lost lease; the sender tries again.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Store(_) | Self::Handler(_) => 500,
            Self::LeaseLost { .. } => 409,
        }
    }

    /// The header `Retry-After` to answer with, in seconds.
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::LeaseLost { retry_after } => Some(*retry_after),
            Self::Store(_) | Self::Handler(_) => None,
        }
    }
}

impl<S: fmt::Display, H: fmt::Display> fmt::Display for OnceError<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(f, "delivery store failed: {error}"),
            Self::Handler(error) => write!(f, "handler failed: {error}"),
            Self::LeaseLost { .. } => f.write_str("lease lost: the handler took longer than its lease"),
        }
    }
}

impl<S: Error + 'static, H: Error + 'static> Error for OnceError<S, H> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The error itself is in the message.
        match self {
            Self::Store(error) => error.source(),
            Self::Handler(error) => error.source(),
            Self::LeaseLost { .. } => None,
        }
    }
}
