//! Limits on every entrance: so many tries in a window, per key. Each is counted twice: in
//! process, which is free and stops floods, then in Redis, so that all processes share one limit.
//!
//! Without Redis the count in process decides alone: a limit protects people from floods, and
//! shutting every entrance because a counter is away would be the flood's work done for it. With
//! N processes the limit is then up to N times as wide.

use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use redis::Script;

use super::error::Error;
use super::tally::Tally;

/// String: when the next try of this key would be exactly on time, in microseconds since 1970.
/// Lives until the key has all its tries again. Gone: the key has all its tries again. Followed by
/// a keyed digest in braces, so that Redis shows no address and spreads the keys over its nodes.
const LIMIT_KEYS: &str = "lim:";
/// The table of one limit in process is swept beyond this.
const KEYS_MAX: usize = 100_000;

static GCRA: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/gcra.lua")));

/// A limit per key (an address, an account's blind index…).
pub struct Limit {
    name: &'static str,
    here: RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock>,
    interval: Duration,
    window: Duration,
    tally: Tally,
}

impl Limit {
    /// `burst` at once, then `burst` more per `window`. Limits of one name are one limit.
    pub fn new(name: &'static str, (burst, window): (NonZeroU32, Duration), tally: &Tally) -> Self {
        let interval = window / burst.get();
        let quota = Quota::with_period(interval)
            .unwrap_or_else(|| Quota::per_second(burst))
            .allow_burst(burst);
        Self {
            name,
            here: RateLimiter::keyed(quota),
            interval,
            window,
            tally: tally.clone(),
        }
    }

    /// # Errors
    /// `rate_limited` when the key has used up its share, with the seconds to wait.
    pub async fn check(&self, key: &str) -> Result<(), Error> {
        self.check_here(key)?;
        match self.ask("take", key).await {
            Some(wait) if wait > 0 => Err(refused(Duration::from_millis(wait))),
            Some(_) | None => Ok(()),
        }
    }

    /// In process only: for code that must not wait for the network, such as a transaction.
    ///
    /// # Errors
    /// `rate_limited` when the key has used up its share.
    pub fn check_here(&self, key: &str) -> Result<(), Error> {
        // Forget idle keys now and then, so that the table stays bounded.
        if self.here.len() > KEYS_MAX {
            self.here.retain_recent();
        }
        self.here.check_key(&key.to_owned()).map_err(|until| {
            let now = self.here.clock().now();
            refused(until.wait_time_from(now))
        })
    }

    /// Whether the next try would be refused, by what all processes counted. Takes nothing.
    pub async fn is_used_up(&self, key: &str) -> bool {
        self.ask("look", key).await.is_some_and(|wait| wait > 0)
    }

    /// Milliseconds to wait; `None` when Redis does not say.
    async fn ask(&self, verb: &str, key: &str) -> Option<u64> {
        let digest = self.tally.digest(&[self.name, key]);
        let values = [
            self.interval.as_micros().to_string(),
            self.window.as_micros().to_string(),
            verb.to_owned(),
        ];
        self.tally
            .ask(&GCRA, &format!("{LIMIT_KEYS}{{{digest}}}"), &values)
            .await
    }
}

/// Whole seconds, rounded up: who waits that long gets in.
fn refused(wait: Duration) -> Error {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Error::rate_limited(seconds.max(1))
}
