//! A store in the memory of one process. Its contents are lost when the process ends.

use alloc::collections::BTreeMap;
use alloc::string::ToString as _;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Claim, DeliveryStore};

/// 136 years: longer than any process runs.
const FOR_EVER: Duration = Duration::from_secs(1 << 32);

/// A [`DeliveryStore`] in memory: for one process, and for tests.
///
/// Its size is limited. When it is full, it drops the completed keys that would expire first, so give it room for the
/// deliveries of three days, at about 200 bytes each. It never drops a key that is claimed.
///
/// ```
/// use agentmail_webhooks::store::{MemoryStore, Once};
///
/// let once = Once::new(MemoryStore::new(100_000));
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    max_keys: usize,
    keys: Mutex<Keys>,
}

impl MemoryStore {
    /// Creates a store for at most `max_keys` keys.
    ///
    /// ```
    /// use agentmail_webhooks::store::{MemoryStore, Once};
    ///
    /// // 100,000 deliveries in three days, in about 20 MB.
    /// let once = Once::new(MemoryStore::new(100_000));
    /// ```
    #[must_use]
    pub fn new(max_keys: usize) -> Self {
        Self { max_keys, keys: Mutex::default() }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        // No operation panics in between, so a poisoned lock is still consistent.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DeliveryStore for MemoryStore {
    type Error = StoreFull;

    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, StoreFull> {
        let (mut keys, now) = (self.keys(), Instant::now());
        match keys.live(key, now) {
            Some(Entry { is_completed: true, .. }) => Ok(Claim::Completed),
            Some(Entry { is_completed: false, .. }) => Ok(Claim::InProgress),
            None => {
                keys.make_room(key, self.max_keys, now)?;
                Ok(Claim::Claimed(keys.put(key, None, after(now, lease)).to_string()))
            }
        }
    }

    async fn complete(&self, key: &str, token: &str, ttl: Duration) -> Result<bool, StoreFull> {
        let (mut keys, now) = (self.keys(), Instant::now());
        // The tokens of claims begin at 1.
        let token = token.parse().unwrap_or_default();
        match keys.live(key, now) {
            Some(entry) if entry.token != token => return Ok(false),
            Some(Entry { is_completed: true, .. }) => return Ok(token != 0),
            _ => {}
        }
        keys.make_room(key, self.max_keys, now)?;
        keys.put(key, Some(token), after(now, ttl));
        Ok(true)
    }

    async fn release(&self, key: &str, token: &str) -> Result<(), StoreFull> {
        let mut keys = self.keys();
        if keys.entries.get(key).is_some_and(|entry| entry.is_held_by(token)) {
            keys.remove(key);
        }
        Ok(())
    }
}

/// The error of a [`MemoryStore`] that is full of keys in progress.
///
/// ```
/// use std::time::Duration;
/// use agentmail_webhooks::store::{Claim, DeliveryStore as _, MemoryStore, StoreFull};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (store, lease) = (MemoryStore::new(1), Duration::from_secs(120));
/// assert!(matches!(store.claim("msg_1", lease).await, Ok(Claim::Claimed(_))));
/// assert_eq!(store.claim("msg_2", lease).await, Err(StoreFull));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFull;

impl fmt::Display for StoreFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory store full: every key is in progress")
    }
}

impl core::error::Error for StoreFull {}

/// A claim or a completion. Its number is unique, and serves as the token of a claim.
#[derive(Clone, Copy, Debug)]
struct Entry {
    is_completed: bool,
    until: Instant,
    number: u64,
    /// The token of the claim. A completion keeps it.
    token: u64,
}

impl Entry {
    fn is_held_by(&self, token: &str) -> bool {
        !self.is_completed && token.parse() == Ok(self.token)
    }
}

/// Entries, ordered by expiry.
type Queue = BTreeMap<(Instant, u64), Arc<str>>;

#[derive(Debug, Default)]
struct Keys {
    entries: HashMap<Arc<str>, Entry>,
    claims: Queue,
    completions: Queue,
    /// The number of the latest entry.
    count: u64,
}

impl Keys {
    fn live(&self, key: &str, now: Instant) -> Option<Entry> {
        self.entries.get(key).copied().filter(|entry| entry.until > now)
    }

    fn queue(&mut self, is_completed: bool) -> &mut Queue {
        if is_completed { &mut self.completions } else { &mut self.claims }
    }

    /// Stores a claim, or the completion of the claim with this token. Returns its number.
    fn put(&mut self, key: &str, completed: Option<u64>, until: Instant) -> u64 {
        self.remove(key);
        self.count = self.count.wrapping_add(1);
        let (key, number, is_completed) = (Arc::<str>::from(key), self.count, completed.is_some());
        self.queue(is_completed).insert((until, number), key.clone());
        let token = completed.unwrap_or(number);
        self.entries.insert(key, Entry { is_completed, until, number, token });
        number
    }

    fn remove(&mut self, key: &str) {
        if let Some(Entry { is_completed, until, number, .. }) = self.entries.remove(key) {
            self.queue(is_completed).remove(&(until, number));
        }
    }

    /// Drops expired claims, then completions, until there is room for one more key.
    fn make_room(&mut self, key: &str, max: usize, now: Instant) -> Result<(), StoreFull> {
        while !self.entries.contains_key(key) && self.entries.len() >= max {
            let claim = self.claims.first_key_value().filter(|((until, _), _)| *until <= now);
            let (_, oldest) = claim.or_else(|| self.completions.first_key_value()).ok_or(StoreFull)?;
            let oldest = oldest.clone();
            self.remove(&oldest);
        }
        Ok(())
    }
}

fn after(now: Instant, duration: Duration) -> Instant {
    now.checked_add(duration.min(FOR_EVER)).unwrap_or(now)
}
