//! A clock for tests.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// A clock in unix seconds that only moves when it is set or advanced. Clones share the time.
///
/// ```
/// use std::time::Duration;
/// use agentmail_webhooks::testing::Clock;
///
/// let clock = Clock::at(1_800_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), 1_800_000_060);
/// clock.set(0);
/// assert_eq!(clock.clone().now(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock {
    time: Arc<AtomicU64>,
}

impl Clock {
    /// Creates a clock that shows this time.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::Clock;
    /// let clock = Clock::at(1_800_000_000);
    /// assert_eq!(clock.now(), 1_800_000_000);
    /// ```
    #[must_use]
    pub fn at(unix_seconds: u64) -> Self {
        Self { time: Arc::new(AtomicU64::new(unix_seconds)) }
    }

    /// Returns the time, for [`receive_at`](crate::Webhook::receive_at), [`verify_at`](crate::Webhook::verify_at) and
    /// [`SignedRequest::builder`](super::SignedRequest::builder).
    ///
    /// ```
    /// use agentmail_webhooks::{Webhook, testing::{Clock, SignedRequest}};
    ///
    /// const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    ///
    /// let clock = Clock::at(1_800_000_000);
    /// let request = SignedRequest::builder("{}", clock.now()).sign(SECRET)?;
    /// assert!(Webhook::new(SECRET)?.verify_at(request.body(), request.headers(), clock.now()).is_ok());
    /// # Ok::<(), agentmail_webhooks::Error>(())
    /// ```
    #[must_use]
    pub fn now(&self) -> u64 {
        self.time.load(Ordering::SeqCst)
    }

    /// Sets the time, forward or back.
    ///
    /// ```
    /// # use agentmail_webhooks::testing::Clock;
    /// let clock = Clock::at(1_800_000_000);
    /// clock.set(1_700_000_000);
    /// assert_eq!(clock.now(), 1_700_000_000);
    /// ```
    pub fn set(&self, unix_seconds: u64) {
        self.time.store(unix_seconds, Ordering::SeqCst);
    }

    /// Moves the clock forward. Fractions of a second are dropped.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use agentmail_webhooks::testing::Clock;
    /// let clock = Clock::at(1_800_000_000);
    /// let clock_of_the_server = clock.clone();
    /// clock.advance(Duration::from_secs(301));
    /// assert_eq!(clock_of_the_server.now(), 1_800_000_301);
    /// ```
    pub fn advance(&self, by: Duration) {
        self.time.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}
