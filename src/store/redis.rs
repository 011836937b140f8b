//! In Redis, for any number of processes. Feature `redis`.

use alloc::string::String;
use core::fmt;
use core::time::Duration;

use redis::aio::ConnectionLike;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError};

use super::{Claim, DeliveryStore};

/// What the keys in Redis begin with. The value is `completed`, or `claimed:` and the token of the claim. The stores
/// of the JavaScript package have it the same way.
const PREFIX: &str = "agentmail:delivery:";

/// KEYS: the key. ARGV: the value of a claim, the lease in ms.
const CLAIM: &str = "\
local value = redis.call('GET', KEYS[1])
if value == 'completed' then return 'completed' end
-- Its own claim, sent again by a connection that lost the answer.
if value and value ~= ARGV[1] then return 'in_progress' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'claimed'";

/// KEYS: the key. ARGV: the value of the claim, the time to live in ms.
const COMPLETE: &str = "\
local value = redis.call('GET', KEYS[1])
if value and value ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'completed', 'PX', ARGV[2])
return 1";

/// KEYS: the key. ARGV: the value of the claim.
const RELEASE: &str = "\
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0";

/// A [`DeliveryStore`] in Redis, or what speaks its protocol and runs Lua.
///
/// Each operation is one script, on one key: a cluster will do. The connection is one of the crate `redis` 1 that
/// can be cloned; `ConnectionManager` connects again when the connection is lost.
///
/// What Redis forgets is handled again: let it write an append-only file, and evict nothing
/// (`maxmemory-policy noeviction`). A key is `agentmail:delivery:` and the idempotency key; its value is `completed`, or
/// `claimed:` and the token; it expires by itself.
///
/// ```no_run
/// use agentmail_webhooks::store::{Once, RedisStore};
///
/// # async fn example() -> Result<(), redis::RedisError> {
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let once = Once::new(RedisStore::new(client.get_connection_manager().await?));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RedisStore<C> {
    connection: C,
}

impl<C> RedisStore<C> {
    /// A store on this connection. Nothing is sent before the first claim.
    ///
    /// ```no_run
    /// use agentmail_webhooks::store::RedisStore;
    ///
    /// # async fn example() -> Result<(), redis::RedisError> {
    /// let client = redis::Client::open("redis://127.0.0.1/")?;
    /// let store = RedisStore::new(client.get_multiplexed_async_connection().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub const fn new(connection: C) -> Self {
        Self { connection }
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> RedisStore<C> {
    async fn run<T: FromRedisValue>(
        &self,
        script: &str,
        key: &str,
        arguments: &[&str],
    ) -> Result<T, RedisFailed> {
        let mut command = Cmd::new();
        command.arg("EVAL").arg(script).arg(1).arg([PREFIX, key].concat()).arg(arguments);
        command.query_async(&mut self.connection.clone()).await.map_err(RedisFailed)
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> DeliveryStore for RedisStore<C> {
    type Error = RedisFailed;

    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, RedisFailed> {
        let token = token().map_err(RedisFailed)?;
        let answer: String = self.run(CLAIM, key, &[&held(&token), &milliseconds(lease)]).await?;
        match answer.as_str() {
            "claimed" => Ok(Claim::Claimed(token)),
            "in_progress" => Ok(Claim::InProgress),
            "completed" => Ok(Claim::Completed),
            _ => Err(RedisFailed((ErrorKind::UnexpectedReturnType, "the script gave another answer").into())),
        }
    }

    async fn complete(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, RedisFailed> {
        self.run(COMPLETE, key, &[&held(token), &milliseconds(ttl)]).await
    }

    async fn release(&self, key: &str, token: &str) -> Result<(), RedisFailed> {
        self.run::<i64>(RELEASE, key, &[&held(token)]).await.map(drop)
    }
}

/// Redis did not answer, or not as the store has asked.
///
/// ```
/// use agentmail_webhooks::store::{OnceError, RedisFailed};
///
/// fn log(error: &OnceError<RedisFailed, std::io::Error>) {
///     match error {
///         OnceError::Store(RedisFailed(error)) if error.is_connection_refusal() => eprintln!("is Redis up?"),
///         _ => eprintln!("{error}"),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RedisFailed(pub RedisError);

impl fmt::Display for RedisFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis: {}", self.0)
    }
}

impl core::error::Error for RedisFailed {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        // The error itself is in the message.
        self.0.source()
    }
}

/// The value while a delivery is claimed. No token can pass for `completed`.
fn held(token: &str) -> String {
    ["claimed:", token].concat()
}

/// 128 random bits in hex.
fn token() -> Result<String, RedisError> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| (ErrorKind::Client, "no random numbers from the system"))?;
    Ok(base16ct::lower::encode_string(&bits))
}

/// At least one, because Redis takes no less, and no more than it can add to its clock.
fn milliseconds(duration: Duration) -> String {
    const MAX: u128 = 1 << 53;
    alloc::format!("{}", duration.as_millis().clamp(1, MAX))
}
