//! The store in Redis, on a redis-server of its own: over a socket, because a port that is free now may
//! not be a moment later.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test")]

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use agentmail_webhooks::store::{Claim, DeliveryStore, Once, OnceError, Outcome, RedisStore};
use redis::aio::{ConnectionManager, MultiplexedConnection};
use redis::{AsyncCommands as _, Client};
use store_suite::{LONG, token};

mod store_suite;

mod multiplexed {
    use super::{Server, store_suite};

    store_suite::judge!({
        let server = Server::start().await;
        (server.multiplexed().await, server)
    });
}

mod managed {
    use super::{Server, store_suite};

    store_suite::judge!({
        let server = Server::start().await;
        (server.managed().await, server)
    });
}

/// A redis-server that writes nothing to disk and ends with this.
struct Server {
    process: Child,
    directory: PathBuf,
}

impl Server {
    async fn start() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        // Short: the path of a socket has about 100 bytes at most.
        let name =
            format!("agentmail-redis-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).unwrap();
        let process = Self::spawn(&directory);
        let server = Self { process, directory };
        server.wait().await;
        server
    }

    fn spawn(directory: &PathBuf) -> Child {
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--unixsocket", "socket", "--save", "", "--appendonly", "no"]);
        command.args(["--dir", "."]).current_dir(directory).stdin(Stdio::null()).stdout(Stdio::null());
        command.spawn().unwrap_or_else(|error| {
            panic!(
                "redis-server cannot be started ({error}): install redis from your package manager \
                 (Debian, Ubuntu: redis-server)"
            )
        })
    }

    fn client(&self) -> Client {
        Client::open(format!("redis+unix://{}", self.directory.join("socket").display())).unwrap()
    }

    async fn wait(&self) {
        let started = Instant::now();
        while self.client().get_multiplexed_async_connection().await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn connection(&self) -> MultiplexedConnection {
        self.client().get_multiplexed_async_connection().await.unwrap()
    }

    async fn multiplexed(&self) -> RedisStore<MultiplexedConnection> {
        RedisStore::new(self.connection().await, "support").unwrap()
    }

    async fn managed(&self) -> RedisStore<ConnectionManager> {
        RedisStore::new(self.client().get_connection_manager().await.unwrap(), "support").unwrap()
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The values that the stores of the JavaScript package read and write: both can share a Redis.
#[tokio::test]
async fn keys_and_values_have_the_shared_form() {
    const KEY: &str = "agentmail:delivery:support:msg_1";
    let server = Server::start().await;
    let (store, mut redis) = (server.multiplexed().await, server.connection().await);

    let own = token(store.claim("msg_1", LONG).await.unwrap());
    assert!(own.len() == 32 && own.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{own}");
    assert_eq!(redis.keys::<_, Vec<String>>("*").await.unwrap(), [KEY]);
    assert_eq!(redis.get::<_, String>(KEY).await.unwrap(), format!("claimed:{own}"));
    let lease: u64 = redis.pttl(KEY).await.unwrap();
    assert!((1_800_000..=3_600_000).contains(&lease), "{lease}");

    assert!(store.complete("msg_1", &own, LONG * 100).await.unwrap());
    assert_eq!(redis.get::<_, String>(KEY).await.unwrap(), format!("completed:{own}"));
    let ttl: u64 = redis.pttl(KEY).await.unwrap();
    assert!((180_000_000..=360_000_000).contains(&ttl), "{ttl}");

    // The value that JavaScript writes.
    let other = "0b0e7f3c-3f0a-4bb0-9c3a-5f8f6f1d2a11";
    let () = redis.set(KEY, format!("claimed:{other}")).await.unwrap();
    assert_eq!(store.claim("msg_1", LONG).await.unwrap(), Claim::InProgress);
    assert!(!store.complete("msg_1", &own, LONG).await.unwrap());
    assert!(store.complete("msg_1", other, LONG).await.unwrap());
    let () = redis.set(KEY, format!("claimed:{other}")).await.unwrap();
    store.release("msg_1", other).await.unwrap();
    assert!(!redis.exists::<_, bool>(KEY).await.unwrap());
    let () = redis.set(KEY, format!("completed:{other}")).await.unwrap();
    assert_eq!(store.claim("msg_1", LONG).await.unwrap(), Claim::Completed);
    assert!(!store.complete("msg_1", &own, LONG).await.unwrap());
    assert!(store.complete("msg_1", other, LONG).await.unwrap());
}

/// Each endpoint handles its own delivery of an event.
#[tokio::test]
async fn endpoints_are_apart() {
    let server = Server::start().await;
    let connection = server.connection().await;
    let [support, sales] =
        ["support", "sales"].map(|endpoint| RedisStore::new(connection.clone(), endpoint).unwrap());
    let claimed = token(support.claim("evt_1", LONG).await.unwrap());
    assert!(support.complete("evt_1", &claimed, LONG).await.unwrap());
    assert_eq!(support.claim("evt_1", LONG).await.unwrap(), Claim::Completed);
    token(sales.claim("evt_1", LONG).await.unwrap());
    let long = "x".repeat(101);
    for name in ["", "a b", "a:b", "ü", "a\n", long.as_str()] {
        assert_eq!(
            RedisStore::new(connection.clone(), name).unwrap_err().code(),
            "invalid_option",
            "{name:?}"
        );
    }
    RedisStore::new(connection, long.get(1..).unwrap()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_connections_one_runs_the_handler() {
    let server = Server::start().await;
    let runs = AtomicUsize::new(0);
    let mut workers = Vec::new();
    for _ in 0..20 {
        workers.push(Once::new(server.multiplexed().await));
    }
    let deliveries = workers.iter().map(|once| {
        once.run("msg_1", || async {
            runs.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, ()>(())
        })
    });
    let outcomes = futures_util::future::join_all(deliveries).await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(Outcome::Done(()))).count(), 1);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

#[tokio::test]
async fn without_redis_nothing_runs_and_the_sender_is_told() {
    let mut server = Server::start().await;
    let once = Once::new(server.multiplexed().await);
    server.stop();
    let error = once.run::<(), (), _>("msg_1", || async { panic!("it ran") }).await.unwrap_err();
    assert!(matches!(error, OnceError::Store(_)), "{error:?}");
    assert_eq!(error.status(), 500);
}

#[tokio::test]
async fn a_managed_connection_comes_back() {
    let mut server = Server::start().await;
    let once = Once::new(server.managed().await);
    server.stop();
    let handler = || async { Ok::<_, ()>(()) };
    assert!(matches!(once.run("msg_1", handler).await, Err(OnceError::Store(_))));
    server.process = Server::spawn(&server.directory);
    server.wait().await;
    loop {
        match once.run("msg_1", handler).await {
            Ok(outcome) => return assert_eq!(outcome, Outcome::Done(())),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Errors of Redis may contain details of the network, but never keys.
#[tokio::test]
async fn a_value_of_somebody_else_is_an_error() {
    let server = Server::start().await;
    let (store, mut redis) = (server.multiplexed().await, server.connection().await);
    let () = redis.lpush("agentmail:delivery:support:msg_1", "a list").await.unwrap();
    let error = store.claim("msg_1", LONG).await.unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("Redis: ") && message.contains("WRONGTYPE"), "{message}");
}
