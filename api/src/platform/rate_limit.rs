//! Limits on every entrance, in process: so many tries in a window, per key.

use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::http::StatusCode;
use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::error::Error;

/// A limit per key (an address, an account's blind index…).
pub struct Limit(RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock>);

impl Limit {
    /// `burst` at once, then `burst` more per `window`.
    pub fn new(burst: NonZeroU32, window: Duration) -> Self {
        let quota = Quota::with_period(window / burst.get())
            .unwrap_or_else(|| Quota::per_second(burst))
            .allow_burst(burst);
        Self(RateLimiter::keyed(quota))
    }

    /// # Errors
    /// `rate_limited` when the key has used up its share.
    pub fn check(&self, key: &str) -> Result<(), Error> {
        // Forget idle keys now and then, so that the table stays bounded.
        if self.0.len() > 100_000 {
            self.0.retain_recent();
        }
        self.0.check_key(&key.to_owned()).map_err(|_| {
            Error::refused(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "too many tries: wait a little",
            )
        })
    }
}
