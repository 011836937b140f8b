//! The store in PostgreSQL, on a server of its own for each test binary.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test")]

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::process::{Child, Command, Stdio};

use agentmail_webhooks::store::{
    Claim, DeliveryStore as _, Once, OnceError, Outcome, POSTGRES_MIGRATION, PostgresFailed, PostgresStore,
};
use deadpool_postgres::{Manager, Pool, PoolError, Transaction};
use postgres_server::Server;
use store_suite::{LONG, SHORT, token};
use tokio_postgres::{Config, NoTls};

mod postgres_server;
mod store_suite;

store_suite::judge!({
    let server = Server::start().await;
    (store(&server).await, server)
});

fn pool(server: &Server) -> Pool {
    pool_of(server.config())
}

fn pool_of(config: Config) -> Pool {
    Pool::builder(Manager::new(config, NoTls)).max_size(25).build().unwrap()
}

/// A pool, with the table of the store and one of work.
async fn migrated(server: &Server) -> Pool {
    let pool = pool(server);
    let client = pool.get().await.unwrap();
    client.batch_execute(POSTGRES_MIGRATION).await.unwrap();
    client.batch_execute("CREATE TABLE IF NOT EXISTS work (key text NOT NULL)").await.unwrap();
    pool
}

async fn store(server: &Server) -> PostgresStore {
    PostgresStore::new(migrated(server).await, "support").unwrap()
}

async fn insert(transaction: &Transaction<'_>, key: &str) -> Result<u64, tokio_postgres::Error> {
    transaction.execute("INSERT INTO work VALUES ($1)", &[&key]).await
}

async fn rows(pool: &Pool, key: &str) -> usize {
    let client = pool.get().await.unwrap();
    client.query("SELECT FROM work WHERE key = $1", &[&key]).await.unwrap().len()
}

#[tokio::test]
async fn rows_have_the_shared_form() {
    let server = Server::start().await;
    let pool = migrated(&server).await;
    let client = pool.get().await.unwrap();
    let state = async || {
        let select = "SELECT state, extract(epoch FROM expires_at - now())::float8 FROM agentmail_deliveries
            WHERE endpoint = 'support' AND key = 'msg_1'";
        let row = client.query_one(select, &[]).await.unwrap();
        (row.get::<_, String>(0), Duration::from_secs_f64(row.get(1)))
    };
    let store = PostgresStore::new(pool.clone(), "support").unwrap();

    let own = token(store.claim("msg_1", LONG).await.unwrap());
    let (claimed, lease) = state().await;
    assert_eq!(claimed, format!("claimed:{own}"));
    assert!(lease > LONG / 2 && lease <= LONG, "{lease:?}");
    assert!(store.complete("msg_1", &own, LONG * 100).await.unwrap());
    let (completed, ttl) = state().await;
    assert_eq!(completed, format!("completed:{own}"));
    assert!(ttl > LONG * 50 && ttl <= LONG * 100, "{ttl:?}");

    // The state that JavaScript writes.
    let other = "0b0e7f3c-3f0a-4bb0-9c3a-5f8f6f1d2a11";
    let set = "UPDATE agentmail_deliveries SET state = $1";
    client.execute(set, &[&format!("claimed:{other}")]).await.unwrap();
    assert_eq!(store.claim("msg_1", LONG).await.unwrap(), Claim::InProgress);
    assert!(!store.complete("msg_1", &own, LONG).await.unwrap());
    assert!(store.complete("msg_1", other, LONG).await.unwrap());
    assert_eq!(state().await.0, format!("completed:{other}"));
    assert_eq!(
        PostgresStore::new(pool, "sales").unwrap().claim("msg_1", LONG).await.map(token).unwrap().len(),
        32
    );
}

#[tokio::test]
async fn endpoints_are_apart() {
    let server = Server::start().await;
    let pool = migrated(&server).await;
    let store = |endpoint| PostgresStore::new(pool.clone(), endpoint).unwrap();
    let (support, sales) = (Once::new(store("support")), Once::new(store("sales")));
    let done = || async { Ok::<_, ()>(()) };
    assert_eq!(support.run("msg_1", done).await.unwrap(), Outcome::Done(()));
    assert_eq!(sales.run("msg_1", done).await.unwrap(), Outcome::Done(()));
    let outcome = sales.run_in_transaction("msg_2", async |_| Ok::<_, ()>(())).await.unwrap();
    assert_eq!(outcome, Outcome::Done(()));
    assert!(matches!(support.run("msg_2", done).await, Ok(Outcome::Done(()))));
    assert_eq!(support.run("msg_1", done).await.unwrap(), Outcome::Completed);
    // No name and key together are those of another endpoint.
    assert!(matches!(store("support/a").claim("b", LONG).await, Ok(Claim::Claimed(_))));
    assert!(matches!(store("support").claim("a:b", LONG).await, Ok(Claim::Claimed(_))));
}

#[tokio::test]
async fn what_has_run_out_is_deleted() {
    let server = Server::start().await;
    let pool = migrated(&server).await;
    let client = pool.get().await.unwrap();
    let insert = "INSERT INTO agentmail_deliveries SELECT 'old', n::text::bytea, 'completed:old', now()
        FROM generate_series(1, 900) n";
    client.execute(insert, &[]).await.unwrap();
    PostgresStore::new(pool.clone(), "support").unwrap().claim("msg_1", LONG).await.unwrap();
    let count = client.query_one("SELECT count(*) FROM agentmail_deliveries", &[]).await.unwrap();
    assert_eq!(count.get::<_, i64>(0), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_stores_one_runs_the_handler() {
    let server = Server::start().await;
    let pool = migrated(&server).await;
    let runs = AtomicUsize::new(0);
    let workers: Vec<_> =
        (0..20).map(|_| Once::new(PostgresStore::new(pool.clone(), "support").unwrap())).collect();
    let deliveries = workers.iter().map(|once| {
        once.run("msg_1", || async {
            runs.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(SHORT).await;
            Ok::<_, ()>(())
        })
    });
    let outcomes = futures_util::future::join_all(deliveries).await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    let done = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Done(())))).count();
    assert_eq!(done, 1, "{outcomes:?}");
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

#[tokio::test]
async fn work_and_completion_are_one_transaction() {
    let server = Server::start().await;
    let pool = migrated(&server).await;
    let once = Once::new(PostgresStore::new(pool.clone(), "support").unwrap());

    let failed = once.run_in_transaction("msg_1", async |transaction| {
        insert(transaction, "msg_1").await.unwrap();
        Err::<(), _>("no disk")
    });
    assert!(matches!(failed.await, Err(OnceError::Handler("no disk"))));
    assert_eq!(rows(&pool, "msg_1").await, 0);

    let swallowed = once.run_in_transaction("msg_1", async |transaction| {
        insert(transaction, "msg_1").await.unwrap();
        let _ = transaction.execute("SELECT 1 / 0", &[]).await;
        Ok::<_, ()>(())
    });
    let error = swallowed.await.unwrap_err();
    assert!(matches!(error, OnceError::Store(PostgresFailed::Pool(PoolError::Backend(_)))), "{error:?}");
    assert_eq!(rows(&pool, "msg_1").await, 0);

    let ended = once.run_in_transaction("msg_1", async |transaction| {
        insert(transaction, "msg_1").await.unwrap();
        transaction.batch_execute("ROLLBACK").await.unwrap();
        Ok::<_, ()>(())
    });
    let error = ended.await.unwrap_err();
    assert!(matches!(error, OnceError::Store(PostgresFailed::TransactionEnded)), "{error:?}");

    let outcome =
        once.run_in_transaction("msg_1", async |transaction| insert(transaction, "msg_1").await).await;
    assert!(matches!(outcome, Ok(Outcome::Done(1))), "{outcome:?}");
    let outcome = once.run_in_transaction("msg_1", async |_| Err::<(), _>("it runs again")).await;
    assert!(matches!(outcome, Ok(Outcome::Completed)), "{outcome:?}");
    assert_eq!(rows(&pool, "msg_1").await, 1);
    assert_eq!(
        PostgresStore::new(pool, "support").unwrap().claim("msg_1", LONG).await.unwrap(),
        Claim::Completed
    );
}

/// In a task of its own, as services run handlers: the future is `Send`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn meanwhile_others_are_refused_at_once_and_what_is_dropped_is_rolled_back() {
    let server = Server::start().await;
    let pool = migrated(&server).await;
    let once = Once::new(PostgresStore::new(pool.clone(), "support").unwrap());
    let (start, started) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let once = once.clone();
        async move {
            once.run_in_transaction("msg_1", async move |transaction| {
                insert(transaction, "msg_1").await?;
                start.send(()).unwrap();
                tokio::time::sleep(LONG).await;
                Ok::<_, tokio_postgres::Error>(())
            })
            .await
        }
    });
    started.await.unwrap();
    for _ in 0..5 {
        let outcome = once.run_in_transaction("msg_1", async |_| Err::<(), _>("it runs too")).await;
        assert!(matches!(outcome, Ok(Outcome::InProgress { retry_after: 120 })), "{outcome:?}");
    }
    assert_eq!(store(&server).await.claim("msg_1", LONG).await.unwrap(), Claim::InProgress);

    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    loop {
        let outcome =
            once.run_in_transaction("msg_1", async |transaction| insert(transaction, "msg_1").await).await;
        if matches!(outcome, Ok(Outcome::Done(1))) {
            break;
        }
        assert!(matches!(outcome, Ok(Outcome::InProgress { .. })), "{outcome:?}");
        tokio::time::sleep(SHORT).await;
    }
    assert_eq!(rows(&pool, "msg_1").await, 1);
}

#[tokio::test]
async fn without_postgres_nothing_runs_and_it_comes_back() {
    let mut server = Server::start().await;
    let pool = migrated(&server).await;
    let once = Once::new(PostgresStore::new(pool.clone(), "support").unwrap());
    once.run("msg_0", || async { Ok::<_, ()>(()) }).await.unwrap().status();

    server.stop();
    let error = once.run::<(), (), _>("msg_1", || async { panic!("it ran") }).await.unwrap_err();
    assert!(matches!(error, OnceError::Store(_)), "{error:?}");
    assert_eq!(error.status(), 500);
    let error = once.run_in_transaction::<(), ()>("msg_1", async |_| panic!("it ran")).await.unwrap_err();
    assert_eq!(error.status(), 500);

    server.start_again().await;
    let outcome =
        once.run_in_transaction("msg_1", async |transaction| insert(transaction, "msg_1").await).await;
    assert!(matches!(outcome, Ok(Outcome::Done(1))), "{outcome:?}");
}

#[tokio::test]
async fn an_error_says_what_is_wrong() {
    let server = Server::start().await;
    let store = PostgresStore::new(pool(&server), "support").unwrap();
    let message = store.claim("msg_1", LONG).await.unwrap_err().to_string();
    let expected = r#"relation "agentmail_deliveries" does not exist"#;
    assert!(message.starts_with("PostgreSQL: ") && message.contains(expected), "{message}");
}

const PROCESSES: usize = 4;
const DELIVERIES: usize = 500;
const KILLS: usize = 30;
/// The directory of the server's socket, for the processes of the test.
const SERVER: &str = "AGENTMAIL_TEST_POSTGRES";

fn random(below: usize) -> usize {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).unwrap();
    usize::try_from(u32::from_le_bytes(bytes)).unwrap() % below
}

fn spawn_process(server: &Server) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_process_of_the_faults", "--nocapture"]).env(SERVER, server.directory());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Without a server to work on, it is no process of [`processes_that_are_killed_leave_exactly_one_row_of_work`].
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_of_the_faults() {
    let Some(directory) = std::env::var_os(SERVER) else { return };
    let pool = pool_of(Server::config_of(directory.as_ref()));
    let once = Once::new(PostgresStore::new(pool, "support").unwrap());
    // Four at a time, each from another delivery on.
    let workers = (0..4).map(|_| {
        let once = once.clone();
        let mut open: Vec<_> = (0..DELIVERIES).map(|number| format!("msg_{number}")).collect();
        open.rotate_left(random(DELIVERIES));
        tokio::spawn(async move {
            // Failed deliveries, and those in progress elsewhere, are sent again, as senders do.
            while !open.is_empty() {
                let mut left = Vec::new();
                for key in open {
                    let attempt = once.run_in_transaction(&key, async |transaction| {
                        insert(transaction, &key).await.map_err(|_| ())?;
                        let milliseconds = u64::try_from(random(20)).unwrap();
                        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                        if random(10) == 0 { Err(()) } else { Ok(()) }
                    });
                    if !matches!(attempt.await, Ok(Outcome::Done(()) | Outcome::Completed)) {
                        left.push(key);
                    }
                }
                open = left;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
}

#[tokio::test]
async fn processes_that_are_killed_leave_exactly_one_row_of_work() {
    let server = Server::start().await;
    let client = migrated(&server).await.get().await.unwrap();
    let count = async || {
        let row = client.query_one("SELECT count(*), count(DISTINCT key) FROM work", &[]).await.unwrap();
        let number = |column| usize::try_from(row.get::<_, i64>(column)).unwrap();
        (number(0), number(1))
    };
    let mut processes: Vec<_> = (0..PROCESSES).map(|_| spawn_process(&server)).collect();
    for kill in 0..KILLS {
        while count().await.1 < DELIVERIES * kill / KILLS {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let killed = processes.get_mut(kill % PROCESSES).unwrap();
        killed.kill().unwrap();
        killed.wait().unwrap();
        *killed = spawn_process(&server);
        // The others lose their connections now and then, and go on.
        if kill % 10 == 9 {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
            client.query(end, &[]).await.unwrap();
        }
    }
    for process in &mut processes {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(count().await, (DELIVERIES, DELIVERIES), "rows of work, deliveries with work");
}
