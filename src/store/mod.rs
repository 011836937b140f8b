//! Exactly once: senders retry, so the same event comes again, perhaps while it is still being handled.
//!
//! [`Once`] runs a handler for each idempotency key until it has succeeded once. What was handled, and what
//! is being handled, is kept in a [`DeliveryStore`]: `MemoryStore` (feature `std`) for one process, `RedisStore` (feature
//! `redis`) and `PostgresStore` (feature `postgres`) for several. The JavaScript package has the same stores and can work
//! on the same databases.
//!
//! | what became of a delivery | [`Once::run`] gives | answer |
//! |---|---|---|
//! | the handler succeeded | [`Outcome::Done`] | 200 |
//! | it succeeded before | [`Outcome::Completed`] | 200 |
//! | it is at work on another attempt | [`Outcome::InProgress`] | 409 with `Retry-After`, and the sender tries again |
//! | it failed | [`OnceError::Handler`] | 500, and the sender tries again |
//! | it took longer than its lease, and another attempt has begun | [`OnceError::LeaseLost`] | 409 with `Retry-After` |
//! | the store did not answer | [`OnceError::Store`] | 500, and the sender tries again |
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
//! Exactly once is true of completion. A process that dies between your last side effect and its note in the store
//! leaves a delivery that is handled again: make that harmless with its idempotency key. Work in the same PostgreSQL can be
//! one transaction with that note: `Once::run_in_transaction`.

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

/// Where it is kept which deliveries were handled, and which are being handled.
///
/// A handler works under a lease: it claims the key, and completes or releases it. When the lease runs out, the
/// key can be claimed again, and the token of the first claim is worth nothing any more: it fences off a
/// worker that is late. All operations are atomic, each by itself.
///
/// [`Once`] calls it. To write your own, let the shared tests of this crate judge it
/// (`tests/store_suite` in its repository). A row `{key, token or completed, expires_at}` is enough. The form of it:
///
/// ```
/// use core::convert::Infallible;
/// use core::time::Duration;
/// use agentmail_webhooks::store::{Claim, DeliveryStore};
///
/// /// Remembers nothing: every delivery is handled, as often as it comes.
/// struct Forgetful;
///
/// impl DeliveryStore for Forgetful {
///     type Error = Infallible;
///
///     async fn claim(&self, _key: &str, _lease: Duration) -> Result<Claim, Infallible> {
///         // A store that remembers needs another token for each claim: a random one, or a counter.
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
    /// Why the store did not answer.
    type Error: Error + Send + Sync + 'static;

    /// Claims a key, unless it is completed or somebody holds it, for the time of a lease.
    ///
    /// # Errors
    ///
    /// The store did not answer. The handler does not run, and the sender tries again.
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

    /// Marks a key as completed for a time, if the token holds it, or if nobody does because the lease ran out.
    /// Otherwise changes nothing and returns `false`: somebody else holds it, or has completed it. A token that has
    /// completed it already gets `true` again, because a connection may send a command twice.
    ///
    /// # Errors
    ///
    /// The store did not answer. The handler has run, and runs again once the lease has run out.
    ///
    /// ```
    /// # use core::time::Duration;
    /// use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (store, lease, ttl) = (MemoryStore::new(10), Duration::from_secs(120), Duration::from_secs(259_200));
    /// if let Claim::Claimed(token) = store.claim("msg_1", lease).await? {
    ///     // The work is done. Now it is noted.
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

    /// Gives a key back, if the token holds it. Otherwise changes nothing.
    ///
    /// # Errors
    ///
    /// The store did not answer. The key is free once the lease has run out.
    ///
    /// ```
    /// # use core::time::Duration;
    /// use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (store, lease) = (MemoryStore::new(10), Duration::from_secs(120));
    /// if let Claim::Claimed(token) = store.claim("msg_1", lease).await? {
    ///     // The work has failed. The next attempt may try.
    ///     store.release("msg_1", &token).await?;
    /// }
    /// assert!(matches!(store.claim("msg_1", lease).await?, Claim::Claimed(_)));
    /// # Ok(())
    /// # }
    /// ```
    fn release(&self, key: &str, token: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// What a claim led to.
///
/// ```
/// use agentmail_webhooks::store::Claim;
///
/// fn told(claim: &Claim) -> &'static str {
///     match claim {
///         Claim::Claimed(_token) => "handle it, then complete or release the key with the token",
///         Claim::InProgress => "answer 409: the sender tries again",
///         Claim::Completed => "answer 200: there is nothing to do",
///     }
/// }
/// # assert!(told(&Claim::Completed).starts_with("answer 200"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is yours, until the lease runs out. The token is unlike that of any other claim.
    Claimed(String),
    /// Somebody else is at it.
    InProgress,
    /// It was done before.
    Completed,
}
