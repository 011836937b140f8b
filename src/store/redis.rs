//! A store in Redis, for any number of processes. Feature `redis`.

use alloc::string::String;
use core::fmt;
use core::time::Duration;

use redis::aio::ConnectionLike;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError};

use super::endpoint::check_endpoint;
use super::{Claim, DeliveryStore};
use crate::Error;

/// The prefix of the keys in Redis, followed by the endpoint, a colon and the idempotency key. The value is `claimed:`
/// or `completed:`, and the token. `pkg-templates/stores/redis.js` has the same keys, values and scripts.
const PREFIX: &str = "agentmail:delivery:";

// A connection that lost an answer may send its command again, so each script returns the same for the same token.

/// KEYS: the key. ARGV: the token of a claim, the lease in ms.
const CLAIM: &str = "\
local value = redis.call('GET', KEYS[1])
if value and string.sub(value, 1, 9) == 'completed' then return 'completed' end
if value and value ~= 'claimed:' .. ARGV[1] then return 'in_progress' end
redis.call('SET', KEYS[1], 'claimed:' .. ARGV[1], 'PX', ARGV[2])
return 'claimed'";

/// KEYS: the key. ARGV: the token of the claim, the time to live in ms.
const COMPLETE: &str = "\
local value = redis.call('GET', KEYS[1])
if value == 'completed:' .. ARGV[1] then return 1 end
if value and value ~= 'claimed:' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'completed:' .. ARGV[1], 'PX', ARGV[2])
return 1";

/// KEYS: the key. ARGV: the token of the claim.
const RELEASE: &str = "\
if redis.call('GET', KEYS[1]) == 'claimed:' .. ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0";

/// A [`DeliveryStore`] in Redis, or in a compatible database that runs Lua.
///
/// Each operation is one script on one key, so clusters work too. The connection is from the crate `redis` 1, and must
/// implement `Clone`. `ConnectionManager` reconnects when the connection is lost.
///
/// If Redis loses a key, its delivery is handled again: configure an append-only file and `maxmemory-policy
/// noeviction`. A key consists of `agentmail:delivery:`, the endpoint, `:` and the idempotency key. Its value is
/// `claimed:` or `completed:` and the token. It expires.
///
/// ```no_run
/// use agentmail_webhooks::store::{Once, RedisStore};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let once = Once::new(RedisStore::new(client.get_connection_manager().await?, "support")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RedisStore<C> {
    connection: C,
    prefix: String,
}

impl<C> RedisStore<C> {
    /// Creates the store of an endpoint. Nothing is sent before the first claim.
    ///
    /// Each endpoint needs its own name, because each handles its own delivery of an event. Processes that serve the
    /// same endpoint use the same name.
    ///
    /// # Errors
    ///
    /// - [`InvalidOption`](crate::ErrorKind::InvalidOption): `endpoint` is not 1 to 100 printable ASCII characters
    ///   without spaces and colons.
    ///
    /// ```no_run
    /// use agentmail_webhooks::store::RedisStore;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = redis::Client::open("redis://127.0.0.1/")?;
    /// let connection = client.get_multiplexed_async_connection().await?;
    /// let support = RedisStore::new(connection.clone(), "support")?;
    /// let sales = RedisStore::new(connection, "sales")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(connection: C, endpoint: &str) -> Result<Self, Error> {
        check_endpoint(endpoint)?;
        Ok(Self { connection, prefix: [PREFIX, endpoint, ":"].concat() })
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
        command.arg("EVAL").arg(script).arg(1).arg([&*self.prefix, key].concat()).arg(arguments);
        command.query_async(&mut self.connection.clone()).await.map_err(RedisFailed)
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> DeliveryStore for RedisStore<C> {
    type Error = RedisFailed;

    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, RedisFailed> {
        let token = token().map_err(RedisFailed)?;
        let answer: String = self.run(CLAIM, key, &[&token, &milliseconds(lease)]).await?;
        match answer.as_str() {
            "claimed" => Ok(Claim::Claimed(token)),
            "in_progress" => Ok(Claim::InProgress),
            "completed" => Ok(Claim::Completed),
            _ => Err(RedisFailed((ErrorKind::UnexpectedReturnType, "the script gave another answer").into())),
        }
    }

    async fn complete(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, RedisFailed> {
        self.run(COMPLETE, key, &[token, &milliseconds(ttl)]).await
    }

    async fn release(&self, key: &str, token: &str) -> Result<(), RedisFailed> {
        self.run::<i64>(RELEASE, key, &[token]).await.map(drop)
    }
}

/// The error of a [`RedisStore`].
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

/// Returns 128 random bits in hex.
fn token() -> Result<String, RedisError> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| (ErrorKind::Client, "no random numbers from the system"))?;
    Ok(base16ct::lower::encode_string(&bits))
}

/// Returns the milliseconds, at least 1, and at most what Redis can add to its clock.
fn milliseconds(duration: Duration) -> String {
    const MAX: u128 = 1 << 53;
    alloc::format!("{}", duration.as_millis().clamp(1, MAX))
}
