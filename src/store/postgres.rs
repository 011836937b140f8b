//! A store in PostgreSQL, for any number of processes. Feature `postgres`.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use deadpool_postgres::{Pool, PoolError, Transaction};
use tokio_postgres::GenericClient;
use tokio_postgres::types::{ToSql, Type};

use super::endpoint::check_endpoint;
use super::once::{Once, OnceError, Outcome, seconds, short};
use super::{Claim, DeliveryStore};

/// The SQL that creates the table of [`PostgresStore`]. Run it once, or at each start. The JavaScript package has the
/// same SQL as `agentmail-webhooks/stores/postgres.sql`.
///
/// ```no_run
/// use agentmail_webhooks::store::POSTGRES_MIGRATION;
///
/// # async fn example(pool: deadpool_postgres::Pool) -> Result<(), Box<dyn std::error::Error>> {
/// pool.get().await?.batch_execute(POSTGRES_MIGRATION).await?;
/// # Ok(())
/// # }
/// ```
pub const POSTGRES_MIGRATION: &str = "\
DO $$
BEGIN
  IF to_regclass('agentmail_deliveries_expires_at') IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('agentmail_deliveries', 0));
    CREATE TABLE IF NOT EXISTS agentmail_deliveries (
      endpoint text NOT NULL,
      key bytea NOT NULL,
      state text NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (endpoint, key)
    );
    CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
  END IF;
END
$$;
";

// $1 is the endpoint, $2 the key in hex, $3 the new state. pkg-templates/stores/postgres.js has the same statements,
// and explains them. The text that the lock hashes must be the same in both.

const CLAIM: &str = "\
WITH claimed AS (
  INSERT INTO agentmail_deliveries AS known
  SELECT $1, decode($2, 'hex'), $3, clock_timestamp() + $4 * interval '1 second'
  WHERE pg_try_advisory_xact_lock(hashtextextended('agentmail_deliveries:' || $1 || ':' || $2, 0))
  ON CONFLICT (endpoint, key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
  WHERE known.expires_at <= clock_timestamp()
  RETURNING state
)
SELECT state FROM claimed
UNION ALL
SELECT state FROM agentmail_deliveries
WHERE endpoint = $1 AND key = decode($2, 'hex') AND expires_at > clock_timestamp() AND NOT EXISTS (SELECT FROM claimed)";

const COMPLETE: &str = "\
INSERT INTO agentmail_deliveries AS known
VALUES ($1, decode($2, 'hex'), $3, clock_timestamp() + $4 * interval '1 second')
ON CONFLICT (endpoint, key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
WHERE known.state IN ($5, excluded.state) OR known.expires_at <= clock_timestamp()
RETURNING state";

const COMPLETE_CLAIMED: &str = "\
UPDATE agentmail_deliveries SET state = $3, expires_at = clock_timestamp() + $4 * interval '1 second'
WHERE endpoint = $1 AND key = decode($2, 'hex') AND state = $5
RETURNING state";

const RELEASE: &str = "\
DELETE FROM agentmail_deliveries WHERE endpoint = $1 AND key = decode($2, 'hex') AND state = $3";

const EXPIRE: &str = "\
DELETE FROM agentmail_deliveries WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM agentmail_deliveries WHERE expires_at <= clock_timestamp()
  ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED
))";

/// The number of claims between two deletions of expired rows.
const EXPIRE_EVERY: usize = 100;

/// A few hundred years, in seconds: PostgreSQL cannot add [`Duration::MAX`] to its clock.
const MAX_SECONDS: f64 = 1e10;

/// A [`DeliveryStore`] in PostgreSQL 11 or later.
///
/// Each operation is one statement and uses the clock of the database. The pool is from the crate `deadpool-postgres`
/// 0.14, and reconnects when a connection is lost. [`POSTGRES_MIGRATION`] creates the table; the store deletes expired
/// rows from it regularly.
///
/// If the handler works in the same database, [`Once::run_in_transaction`] commits its work together with the
/// completion.
///
/// ```no_run
/// use agentmail_webhooks::store::{Once, POSTGRES_MIGRATION, PostgresStore};
/// use deadpool_postgres::{Manager, Pool};
/// use tokio_postgres::NoTls;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let pool = Pool::builder(Manager::new("host=127.0.0.1 user=postgres".parse()?, NoTls)).build()?;
/// pool.get().await?.batch_execute(POSTGRES_MIGRATION).await?;
/// let once = Once::new(PostgresStore::new(pool, "support")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pool: Pool,
    endpoint: String,
    claims: Arc<AtomicUsize>,
}

impl PostgresStore {
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
    /// use agentmail_webhooks::store::PostgresStore;
    ///
    /// # fn example(pool: deadpool_postgres::Pool) -> Result<(), agentmail_webhooks::Error> {
    /// let support = PostgresStore::new(pool.clone(), "support")?;
    /// let sales = PostgresStore::new(pool, "sales")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(pool: Pool, endpoint: &str) -> Result<Self, crate::Error> {
        check_endpoint(endpoint)?;
        Ok(Self { pool, endpoint: endpoint.into(), claims: Arc::default() })
    }

    /// Deletes expired rows, once every [`EXPIRE_EVERY`] claims.
    async fn expire(&self, client: &tokio_postgres::Client) -> Result<(), PostgresFailed> {
        if self.claims.fetch_add(1, Ordering::Relaxed).is_multiple_of(EXPIRE_EVERY) {
            client.query_typed(EXPIRE, &[]).await?;
        }
        Ok(())
    }

    /// Runs a statement on a key, with the values of `$3` and following. Returns its result.
    async fn run(
        &self,
        client: &(impl GenericClient + Sync),
        statement: &str,
        key: &str,
        values: &[Value<'_>],
    ) -> Result<Option<String>, PostgresFailed> {
        let key = base16ct::lower::encode_string(key.as_bytes());
        let values: Vec<_> = [text(&self.endpoint), text(&key)].iter().chain(values).cloned().collect();
        let rows = client.query_typed(statement, &values).await?;
        let state = rows.first().map(|row| row.try_get(0)).transpose()?;
        Ok(state)
    }

    async fn claim_by(
        &self,
        client: &(impl GenericClient + Sync),
        key: &str,
        lease: Duration,
    ) -> Result<Claim, PostgresFailed> {
        let token = token()?;
        let own = claimed(&token);
        let lease = limited(lease);
        let state = self.run(client, CLAIM, key, &[text(&own), (&lease, Type::FLOAT8)]).await?;
        Ok(match state {
            Some(state) if state == own => Claim::Claimed(token),
            Some(state) if state.starts_with("completed:") => Claim::Completed,
            _ => Claim::InProgress,
        })
    }

    /// Completes a key with this statement. Returns `false` if it changed nothing.
    async fn complete_by(
        &self,
        client: &(impl GenericClient + Sync),
        statement: &str,
        key: &str,
        token: &str,
        ttl: Duration,
    ) -> Result<bool, PostgresFailed> {
        let (own, completed, ttl) = (claimed(token), completed(token), limited(ttl));
        let values = [text(&completed), (&ttl, Type::FLOAT8), text(&own)];
        Ok(self.run(client, statement, key, &values).await?.is_some())
    }
}

impl DeliveryStore for PostgresStore {
    type Error = PostgresFailed;

    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, PostgresFailed> {
        let client = self.pool.get().await?;
        self.expire(&client).await?;
        self.claim_by(&**client, key, lease).await
    }

    async fn complete(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, PostgresFailed> {
        self.complete_by(&**self.pool.get().await?, COMPLETE, key, token, ttl).await
    }

    async fn release(&self, key: &str, token: &str) -> Result<(), PostgresFailed> {
        self.run(&**self.pool.get().await?, RELEASE, key, &[text(&claimed(token))]).await.map(drop)
    }
}

impl Once<PostgresStore> {
    /// Runs the handler in a transaction, unless it succeeded before or is running now. The statements of the handler
    /// are committed together with its completion. If the handler fails or panics, its future is dropped or the process
    /// dies, both are rolled back.
    ///
    /// It uses a connection of the pool while the handler runs. Other attempts are refused immediately, but need a
    /// connection too, and wait for a free one as long as the pool allows.
    ///
    /// # Errors
    ///
    /// - [`Handler`](OnceError::Handler): the handler failed.
    /// - [`Store`](OnceError::Store): the store or the commit failed, or a statement of the handler failed although it
    ///   returned `Ok`.
    ///
    /// ```no_run
    /// use agentmail_webhooks::store::{Once, OnceError, Outcome, PostgresFailed, PostgresStore};
    ///
    /// # async fn example(
    /// #     once: Once<PostgresStore>,
    /// #     delivery: agentmail_webhooks::Delivery<'_>,
    /// # ) -> Result<(), OnceError<PostgresFailed, tokio_postgres::Error>> {
    /// let outcome = once
    ///     .run_in_transaction(&delivery.idempotency_key, async |transaction| {
    ///         let insert = "INSERT INTO mails (event_type) VALUES ($1)";
    ///         transaction.execute(insert, &[&delivery.event.event_type()]).await
    ///     })
    ///     .await?;
    /// assert!(matches!(outcome, Outcome::Done(1) | Outcome::Completed | Outcome::InProgress { .. }));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_in_transaction<T, H>(
        &self,
        key: &str,
        handler: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, H>,
    ) -> Result<Outcome<T>, OnceError<PostgresFailed, H>> {
        let (store, key) = (&self.store, &*short(key));
        let failed = |error| OnceError::Store(error);
        let mut client = store.pool.get().await.map_err(|error| failed(error.into()))?;
        store.expire(&client).await.map_err(failed)?;
        // Dropping the transaction rolls it back.
        let transaction = client.transaction().await.map_err(|error| failed(error.into()))?;
        let token = match store.claim_by(&*transaction, key, self.lease).await.map_err(failed)? {
            Claim::Claimed(token) => token,
            Claim::InProgress => return Ok(Outcome::InProgress { retry_after: seconds(self.lease) }),
            Claim::Completed => return Ok(Outcome::Completed),
        };
        let value = handler(&transaction).await.map_err(OnceError::Handler)?;
        // After a failed statement, COMMIT rolls back without an error. This statement fails in that case.
        if !store.complete_by(&*transaction, COMPLETE_CLAIMED, key, &token, self.ttl).await.map_err(failed)? {
            return Err(failed(PostgresFailed::TransactionEnded));
        }
        transaction.commit().await.map_err(|error| failed(error.into()))?;
        Ok(Outcome::Done(value))
    }
}

/// The error of a [`PostgresStore`].
///
/// ```
/// use agentmail_webhooks::store::{OnceError, PostgresFailed};
/// use deadpool_postgres::PoolError;
///
/// fn log(error: &OnceError<PostgresFailed, std::io::Error>) {
///     match error {
///         OnceError::Store(PostgresFailed::Pool(PoolError::Timeout(_))) => eprintln!("too few connections"),
///         _ => eprintln!("{error}"),
///     }
/// }
/// # log(&OnceError::Store(PostgresFailed::TransactionEnded));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum PostgresFailed {
    /// The pool has no connection, or PostgreSQL refused a statement.
    Pool(PoolError),
    /// The handler ended the transaction, by a statement such as `ROLLBACK`.
    TransactionEnded,
    /// The system has no random numbers for a token.
    Random,
}

impl From<PoolError> for PostgresFailed {
    fn from(error: PoolError) -> Self {
        Self::Pool(error)
    }
}

impl From<tokio_postgres::Error> for PostgresFailed {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Pool(PoolError::Backend(error))
    }
}

impl fmt::Display for PostgresFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The message of the client only says that there is a database error. The source has the details.
            Self::Pool(PoolError::Backend(error)) => match error.source() {
                Some(source) => write!(f, "PostgreSQL: {error}: {source}"),
                None => write!(f, "PostgreSQL: {error}"),
            },
            Self::Pool(error) => write!(f, "PostgreSQL: {error}"),
            Self::TransactionEnded => {
                f.write_str("PostgreSQL: the handler ended the transaction, but only the store may end it")
            }
            Self::Random => f.write_str("no random numbers from the system"),
        }
    }
}

impl Error for PostgresFailed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The error itself is in the message.
        match self {
            Self::Pool(error) => error.source(),
            Self::TransactionEnded | Self::Random => None,
        }
    }
}

/// A value of a statement, with its type, so that the statement need not be prepared.
type Value<'a> = (&'a (dyn ToSql + Sync), Type);

fn text(value: &String) -> Value<'_> {
    (value, Type::TEXT)
}

/// Returns the seconds, up to the maximum of PostgreSQL.
fn limited(duration: Duration) -> f64 {
    duration.as_secs_f64().min(MAX_SECONDS)
}

/// Returns the state of a claimed key.
fn claimed(token: &str) -> String {
    format!("claimed:{token}")
}

fn completed(token: &str) -> String {
    format!("completed:{token}")
}

/// Returns 128 random bits in hex.
fn token() -> Result<String, PostgresFailed> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| PostgresFailed::Random)?;
    Ok(base16ct::lower::encode_string(&bits))
}
