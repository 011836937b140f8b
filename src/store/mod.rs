//! Exactly once: senders retry, so the same event comes again, perhaps while it is still being handled.
//!
//! [`Once`] runs a handler for each idempotency key until it has succeeded once. What was handled, and what
//! is being handled, is kept in a [`DeliveryStore`]: [`MemoryStore`] for one process, [`RedisStore`] (feature
//! `redis`) for several. The JavaScript package has the same stores and can work on the same Redis.

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
mod memory;
mod once;
#[cfg(feature = "redis")]
mod redis;

use alloc::string::String;
use core::error::Error;
use core::time::Duration;

#[cfg(all(feature = "std", not(all(target_family = "wasm", target_os = "unknown"))))]
pub use memory::{MemoryStore, StoreFull};
pub use once::{Once, OnceError, Outcome};
#[cfg(feature = "redis")]
pub use redis::RedisStore;

/// Where it is kept which deliveries were handled, and which are being handled.
///
/// A handler works under a lease: it claims the key, and completes or releases it. When the lease runs out, the
/// key can be claimed again, and the token of the first claim is worth nothing any more: it fences off a
/// worker that is late. All operations are atomic, each by itself.
///
/// [`Once`] calls it. To write your own, let the shared tests of this crate judge it
/// (`tests/store_suite`). A row `{key, token or completed, expires_at}` is enough:
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
///         Ok(Claim::Claimed("a new token each time".into()))
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
    fn claim(&self, key: &str, lease: Duration) -> impl Future<Output = Result<Claim, Self::Error>> + Send;

    /// Marks a key as completed for a time, if the token holds it, or if nobody does because the lease ran out.
    /// Otherwise changes nothing and answers false: somebody else holds it, or has completed it.
    fn complete(
        &self,
        key: &str,
        token: &str,
        ttl: Duration,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Gives a key back, if the token holds it.
    fn release(&self, key: &str, token: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// What a claim led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is yours, until the lease runs out. The token is unlike that of any other claim.
    Claimed(String),
    /// Somebody else is at it.
    InProgress,
    /// It was done before.
    Completed,
}
