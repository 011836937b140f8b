//! Handles each event once, although senders retry and may send an event again while it is still being handled.
//!
//! [`Once`] runs a handler for each idempotency key until it succeeds. A [`DeliveryStore`] keeps the keys that are
//! completed or in progress: `MemoryStore` (feature `std`) for one process, `RedisStore` (feature `redis`) and
//! `PostgresStore` (feature `postgres`) for several. The JavaScript package has the same stores and can share their
//! databases.
//!
//! | delivery | [`Once::run`] returns | response |
//! |---|---|---|
//! | the handler succeeded | [`Outcome::Done`] | 200 |
//! | the handler succeeded before | [`Outcome::Completed`] | 200 |
//! | the handler is running for another attempt | [`Outcome::InProgress`] | 409 with `Retry-After`; the sender retries |
//! | the handler failed | [`OnceError::Handler`] | 500; the sender retries |
//! | the handler took longer than its lease, and another attempt began | [`OnceError::LeaseLost`] | 409 with `Retry-After` |
//! | the store failed | [`OnceError::Store`] | 500; the sender retries |
//!
//! ```
//! use agentmail_webhooks::store::{MemoryStore, Once, Outcome};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let once = Once::new(MemoryStore::new(10_000));
//! // The key is the `idempotency_key` of a delivery that was verified.
//! let attempt = || once.run("msg_1", || async { Ok::<_, std::io::Error>("handled") });
//! assert_eq!(attempt().await.unwrap(), Outcome::Done("handled"));
//! assert_eq!(attempt().await.unwrap(), Outcome::Completed);
//! # }
//! ```
//!
//! A handler that succeeded does not run again. If the process dies after the side effects of the handler and before
//! the store has recorded its success, the handler runs again: use the idempotency key to make that harmless. If the
//! side effects are in PostgreSQL, `Once::run_in_transaction` commits them together with the record.

#[cfg(any(feature = "postgres", feature = "redis"))]
mod endpoint;
#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
mod memory;
mod once;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;

use alloc::string::String;
use core::error::Error;
use core::time::Duration;

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
pub use memory::{MemoryStore, StoreFull};
pub use once::{Once, OnceError, Outcome};
#[cfg(feature = "postgres")]
pub use postgres::{POSTGRES_MIGRATION, PostgresFailed, PostgresStore};
#[cfg(feature = "redis")]
pub use redis::{RedisFailed, RedisStore};

/// A store of the keys of deliveries that are completed or in progress.
///
/// A handler claims its key for the time of a lease, and then completes or releases it. When the lease expires, the key
/// can be claimed again, and the token of the first claim becomes invalid, so that a late worker cannot complete the
/// key. Each operation is atomic.
///
/// [`Once`] uses a store. To write your own, run the shared tests of this crate on it (`tests/store_suite` in its
/// repository). A row `{key, token or completed, expires_at}` is enough:
///
/// ```
/// use core::convert::Infallible;
/// use core::time::Duration;
/// use agentmail_webhooks::store::{Claim, DeliveryStore};
///
/// /// Stores nothing: every delivery is handled, even duplicates.
/// struct Forgetful;
///
/// impl DeliveryStore for Forgetful {
///     type Error = Infallible;
///
///     async fn claim(&self, _key: &str, _lease: Duration) -> Result<Claim, Infallible> {
///         // A real store needs a different token for each claim: a random one, or a counter.
///         Ok(Claim::Claimed("token".into()))
///     }
///
///     async fn complete(&self, _key: &str, _token: &str, _ttl: Duration) -> Result<bool, Infallible> {
///         Ok(true)
///     }
///
///     async fn release(&self, _key: &str, _token: &str) -> Result<(), Infallible> {
///         Ok(())
///     }
/// }
/// ```
pub trait DeliveryStore {
    /// The error of the store.
    type Error: Error + Send + Sync + 'static;

    /// Claims a key for the time of a lease, unless it is completed or claimed.
    ///
    /// # Errors
    ///
    /// - The store failed. The handler does not run, and the sender retries.
    ///
    /// ```
    /// # use core::time::Duration;
    /// use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (store, lease) = (MemoryStore::new(10), Duration::from_secs(120));
    /// assert!(matches!(store.claim("msg_1", lease).await?, Claim::Claimed(_)));
    /// assert_eq!(store.claim("msg_1", lease).await?, Claim::InProgress);
    /// # Ok(())
    /// # }
    /// ```
    fn claim(&self, key: &str, lease: Duration) -> impl Future<Output = Result<Claim, Self::Error>> + Send;

    /// Marks a key as completed for the time `ttl`, if it is claimed with this token, or if the claim expired and there
    /// is no other. Otherwise changes nothing and returns `false`. Returns `true` again for a token that has completed
    /// the key already, because a connection may send a command twice.
    ///
    /// # Errors
    ///
    /// - The store failed. The handler has run, and runs again after the lease expires.
    ///
    /// ```
    /// # use core::time::Duration;
    /// use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (store, lease, ttl) = (MemoryStore::new(10), Duration::from_secs(120), Duration::from_secs(259_200));
    /// if let Claim::Claimed(token) = store.claim("msg_1", lease).await? {
    ///     // The work is done.
    ///     assert!(store.complete("msg_1", &token, ttl).await?);
    /// }
    /// assert_eq!(store.claim("msg_1", lease).await?, Claim::Completed);
    /// # Ok(())
    /// # }
    /// ```
    fn complete(
        &self,
        key: &str,
        token: &str,
        ttl: Duration,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Releases a key, if it is claimed with this token. Otherwise changes nothing.
    ///
    /// # Errors
    ///
    /// - The store failed. The key is free after the lease expires.
    ///
    /// ```
    /// # use core::time::Duration;
    /// use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (store, lease) = (MemoryStore::new(10), Duration::from_secs(120));
    /// if let Claim::Claimed(token) = store.claim("msg_1", lease).await? {
    ///     // The work has failed: let the next attempt claim the key.
    ///     store.release("msg_1", &token).await?;
    /// }
    /// assert!(matches!(store.claim("msg_1", lease).await?, Claim::Claimed(_)));
    /// # Ok(())
    /// # }
    /// ```
    fn release(&self, key: &str, token: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// The result of a claim.
///
/// ```
/// use agentmail_webhooks::store::Claim;
///
/// fn told(claim: &Claim) -> &'static str {
///     match claim {
///         Claim::Claimed(_token) => "handle the delivery, then complete or release the key with the token",
///         Claim::InProgress => "respond with 409: the sender retries",
///         Claim::Completed => "respond with 200: there is nothing to do",
///     }
/// }
/// # assert!(told(&Claim::Completed).starts_with("respond with 200"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The key is claimed until the lease expires. The token is unique to this claim.
    Claimed(String),
    /// The key is claimed by another attempt.
    InProgress,
    /// The key is completed.
    Completed,
}
