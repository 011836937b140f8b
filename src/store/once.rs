//! Claims a key, runs the handler and completes the key, with any store.

use alloc::borrow::Cow;
use core::error::Error;
use core::fmt;
use core::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{Claim, DeliveryStore};

/// The maximum length of a key that is passed to a store, in bytes. AgentMail's keys have about 30.
const MAX_KEY: usize = 256;

/// The number of attempts to complete a key. A store that reconnects may succeed at the second attempt.
const COMPLETIONS: usize = 3;

const DEFAULT_LEASE: Duration = Duration::from_secs(120);

/// Three days. Svix, which delivers for AgentMail, publishes a schedule of retries over about 28 hours.
const DEFAULT_TTL: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Runs handlers once for each key, with a [`DeliveryStore`].
///
/// A handler that succeeded does not run again for the same key. One that did not succeed runs again when the sender
/// retries:
///
/// - If the handler fails, its claim is released, and the next attempt runs it.
/// - If the handler panics or its future is dropped, the claim is held until the lease expires. axum drops a handler
///   when the client disconnects: run long work in a separate task, as below.
/// - If the handler takes longer than the lease, it may run twice at the same time: set a lease that is longer than the
///   handler ever takes.
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
    /// Uses a store with a lease of 120 s and a TTL of three days.
    ///
    /// ```
    /// use agentmail_webhooks::store::{MemoryStore, Once};
    ///
    /// // Create it when the server starts.
    /// let once = Once::new(MemoryStore::new(100_000));
    /// ```
    pub const fn new(store: S) -> Self {
        Self { store, lease: DEFAULT_LEASE, ttl: DEFAULT_TTL }
    }

    /// Sets the time that a handler may take. The default is 120 s. If it takes longer, it may run twice at the same
    /// time. If its process dies, it does not run again before the lease expires.
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

    /// Sets the time for which a key stays completed. The default is three days. It must be longer than the time for
    /// which the sender retries, about 28 hours. Deliveries of scheme `body` can be replayed forever, and this time is
    /// the only protection.
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
    /// Runs the handler, unless it succeeded before or is running now.
    ///
    /// `key` is the [`idempotency_key`](crate::Delivery::idempotency_key) of a verified delivery.
    ///
    /// # Errors
    ///
    /// - [`Handler`](OnceError::Handler): the handler failed. It runs again when the sender retries.
    /// - [`LeaseLost`](OnceError::LeaseLost): the handler succeeded, but took so long that another attempt began.
    /// - [`Store`](OnceError::Store): the store failed.
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
    /// // It fails, so the sender has to retry.
    /// let failed = once.run(key, || async { Err::<(), _>("no database") }).await;
    /// assert_eq!(failed, Err(OnceError::Handler("no database")));
    ///
    /// // It succeeds, and further attempts do not run it.
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
        // The lease began before the store answered. If the answer was late, too little of the lease may be left.
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
                // If this fails too, the lease expires. The error of the handler matters more.
                let _ = store.release(key, &token).await;
                Err(OnceError::Handler(error))
            }
        }
    }

    /// Completes a key. Tries again if the store fails, because otherwise the handler would run again.
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

/// Returns the key, or its digest if the key is long, to limit the size of an entry in a store.
pub(super) fn short(key: &str) -> Cow<'_, str> {
    if key.len() <= MAX_KEY {
        return key.into();
    }
    ["sha256:", &base16ct::lower::encode_string(&Sha256::digest(key))].concat().into()
}

/// Rounds up to whole seconds.
pub(super) fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// The result of a delivery, if there was no error.
///
/// With the feature `axum`, it is a response: the response of the handler, or only a status.
///
/// ```
/// use agentmail_webhooks::store::Outcome;
///
/// let elsewhere: Outcome<()> = Outcome::InProgress { retry_after: 120 };
/// assert_eq!((elsewhere.status(), elsewhere.retry_after()), (409, Some(120)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "respond to the sender with its status"]
pub enum Outcome<T> {
    /// The handler ran and succeeded.
    Done(T),
    /// The handler is running for another attempt, or the process that ran it died.
    InProgress {
        /// The time after which the lease has certainly expired, in seconds, for the header `Retry-After`.
        retry_after: u64,
    },
    /// The handler succeeded before.
    Completed,
}

impl<T> Outcome<T> {
    /// Returns the HTTP status to respond with: 200, or 409 while the delivery is in progress, so that the sender
    /// retries.
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

    /// Returns the value of the header `Retry-After`, in seconds.
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

/// The reason why a delivery was not handled. `S` is the error of the store, `H` that of the handler.
///
/// With feature `axum`, it is a response with only a status. Log the error first.
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
    /// The store failed, either before the handler ran, or after it. The handler runs again when the lease has expired
    /// and the sender retries.
    Store(S),
    /// The handler failed.
    Handler(H),
    /// The handler succeeded, but its lease had expired, and another attempt has claimed or completed the key since.
    /// The handler may have run twice: set a longer lease.
    LeaseLost {
        /// The time after which the lease of the other attempt has certainly expired, in seconds, for the header
        /// `Retry-After`.
        retry_after: u64,
    },
}

impl<S, H> OnceError<S, H> {
    /// Returns the HTTP status to respond with: 500, or 409 for a lost lease. The sender retries.
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

    /// Returns the value of the header `Retry-After`, in seconds.
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
