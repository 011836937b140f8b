//! Claim, run, complete: in this order for every store.

use alloc::borrow::Cow;
use core::error::Error;
use core::fmt;
use core::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{Claim, DeliveryStore};

/// Longest key that a store is given, in bytes. Keys of AgentMail have about 30.
const MAX_KEY: usize = 256;

/// How often a completion is tried. A store that connects again may succeed at the second time.
const COMPLETIONS: usize = 3;

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
    pub(super) store: S,
    pub(super) lease: Duration,
    pub(super) ttl: Duration,
}

impl<S> Once<S> {
    /// With a lease of 120 s, and three days during which a key stays completed.
    ///
    /// ```
    /// use agentmail_webhooks::store::{MemoryStore, Once};
    ///
    /// // Once, when the server starts: what it has seen is in the store.
    /// let once = Once::new(MemoryStore::new(100_000));
    /// ```
    pub const fn new(store: S) -> Self {
        Self { store, lease: DEFAULT_LEASE, ttl: DEFAULT_TTL }
    }

    /// How long a handler may take; 120 s unless set. If it takes longer, it may run twice at the same time; if its
    /// process dies, nobody runs it for so long.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use agentmail_webhooks::store::{MemoryStore, Once};
    /// let once = Once::new(MemoryStore::new(100_000)).lease(Duration::from_secs(600));
    /// ```
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How long a key stays completed; three days unless set. It must be longer than the sender retries, which is about
    /// 28 hours. For scheme `body`, whose deliveries can be replayed for ever, it is all that protects.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use agentmail_webhooks::store::{MemoryStore, Once};
    /// let once = Once::new(MemoryStore::new(1_000_000)).ttl(Duration::from_secs(30 * 24 * 60 * 60));
    /// ```
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
    ///
    /// ```
    /// use agentmail_webhooks::Webhook;
    /// use agentmail_webhooks::store::{MemoryStore, Once, OnceError, Outcome};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), agentmail_webhooks::Error> {
    /// # let webhook = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// # let payload = r#"{"event_type": "moon.landed"}"#;
    /// # let headers = webhook.sign(payload, "msg_1", 1_700_000_000)?;
    /// let once = Once::new(MemoryStore::new(10_000));
    /// let delivery = webhook.receive_at(payload, &headers, 1_700_000_000)?;
    /// let key = &delivery.idempotency_key;
    ///
    /// // It fails, so the sender is to try again.
    /// let failed = once.run(key, || async { Err::<(), _>("no database") }).await;
    /// assert_eq!(failed, Err(OnceError::Handler("no database")));
    ///
    /// // It succeeds, and then it is done, however often it comes.
    /// let handler = || async { Ok::<_, &str>(delivery.event.event_type()) };
    /// assert_eq!(once.run(key, handler).await, Ok(Outcome::Done("unknown")));
    /// assert_eq!(once.run(key, handler).await, Ok(Outcome::Completed));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run<T, H, F>(
        &self,
        key: &str,
        handler: impl FnOnce() -> F,
    ) -> Result<Outcome<T>, OnceError<S::Error, H>>
    where
        F: Future<Output = Result<T, H>>,
    {
        let (store, key) = (&self.store, &*short(key));
        let in_progress = Outcome::InProgress { retry_after: seconds(self.lease) };
        #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
        let asked = std::time::Instant::now();
        let token = match store.claim(key, self.lease).await.map_err(OnceError::Store)? {
            Claim::Claimed(token) => token,
            Claim::InProgress => return Ok(in_progress),
            Claim::Completed => return Ok(Outcome::Completed),
        };
        // The lease began when the store granted it: after a late answer, too little of it may be left for the handler.
        #[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
        if asked.elapsed().saturating_mul(2) > self.lease {
            let _ = store.release(key, &token).await;
            return Ok(in_progress);
        }
        match handler().await {
            Ok(value) => match self.complete(key, &token).await {
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

    /// Completes, and tries again if the store fails: the handler would run once more.
    async fn complete(&self, key: &str, token: &str) -> Result<bool, S::Error> {
        let mut result = self.store.complete(key, token, self.ttl).await;
        for _ in 1..COMPLETIONS {
            if result.is_ok() {
                break;
            }
            result = self.store.complete(key, token, self.ttl).await;
        }
        result
    }
}

/// The key, or its digest if it is long: what a store keeps for each delivery is bounded.
pub(super) fn short(key: &str) -> Cow<'_, str> {
    if key.len() <= MAX_KEY {
        return key.into();
    }
    ["sha256:", &base16ct::lower::encode_string(&Sha256::digest(key))].concat().into()
}

/// Whole seconds that are at least as long.
pub(super) fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// What became of a delivery.
///
/// With feature `axum`, a response: what the handler gave, or the status alone.
///
/// ```
/// use agentmail_webhooks::store::Outcome;
///
/// let elsewhere: Outcome<()> = Outcome::InProgress { retry_after: 120 };
/// assert_eq!((elsewhere.status(), elsewhere.retry_after()), (409, Some(120)));
/// ```
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
    ///
    /// ```
    /// # use agentmail_webhooks::store::Outcome;
    /// assert_eq!(Outcome::Done(()).status(), 200);
    /// assert_eq!(Outcome::<()>::Completed.status(), 200);
    /// ```
    pub const fn status(&self) -> u16 {
        match self {
            Self::Done(_) | Self::Completed => 200,
            Self::InProgress { .. } => 409,
        }
    }

    /// The header `Retry-After` to answer with, in seconds.
    ///
    /// ```
    /// # use agentmail_webhooks::store::Outcome;
    /// assert_eq!(Outcome::<()>::InProgress { retry_after: 120 }.retry_after(), Some(120));
    /// assert_eq!(Outcome::Done(()).retry_after(), None);
    /// ```
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
///
/// ```
/// use agentmail_webhooks::store::{OnceError, StoreFull};
///
/// fn log(error: &OnceError<StoreFull, std::io::Error>) {
///     match error {
///         OnceError::Handler(error) => eprintln!("to be tried again: {error}"),
///         OnceError::LeaseLost { .. } => eprintln!("perhaps done twice: {error}"),
///         _ => eprintln!("{error}"),
///     }
/// }
/// # log(&OnceError::Store(StoreFull));
/// ```
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
    ///
    /// ```
    /// # use agentmail_webhooks::store::{OnceError, StoreFull};
    /// let error: OnceError<StoreFull, &str> = OnceError::Handler("no database");
    /// assert_eq!(error.status(), 500);
    /// ```
    pub const fn status(&self) -> u16 {
        match self {
            Self::Store(_) | Self::Handler(_) => 500,
            Self::LeaseLost { .. } => 409,
        }
    }

    /// The header `Retry-After` to answer with, in seconds.
    ///
    /// ```
    /// # use agentmail_webhooks::store::{OnceError, StoreFull};
    /// let error: OnceError<StoreFull, &str> = OnceError::LeaseLost { retry_after: 120 };
    /// assert_eq!(error.retry_after(), Some(120));
    /// ```
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
