//! What all processes count together in Redis and can do without: tries, and tokens that were
//! used. Asked for a moment only; when Redis does not answer, nobody waits for it again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use redis::{FromRedisValue, Script};
use ring::hmac;

use super::clock::Clock;
use super::redis::Redis;

/// On one network a script answers within a millisecond; a sign-in takes fifteen.
const ANSWER_WITHIN: Duration = Duration::from_millis(150);
/// After a silence the next question is asked no sooner.
const SILENCE_MS: i64 = 1_000;
/// Half of a digest: no two keys meet by chance.
const DIGEST_BYTES: usize = 16;

/// Cheap to clone.
#[derive(Clone)]
pub struct Tally {
    redis: Redis,
    clock: Clock,
    key: hmac::Key,
    silent_until_ms: Arc<AtomicI64>,
}

impl Tally {
    pub fn new(redis: &Redis, clock: &Clock, cookie_key: &[u8; 32]) -> Self {
        Self {
            redis: redis.clone(),
            clock: clock.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, cookie_key),
            silent_until_ms: Arc::default(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Equal parts, equal text; nothing else is learnt from it.
    pub fn digest(&self, parts: &[&str]) -> String {
        let tag = self.tag(&parts.join("|"));
        URL_SAFE_NO_PAD.encode(tag.get(..DIGEST_BYTES).unwrap_or(&tag))
    }

    /// A keyed digest of this text.
    pub(super) fn tag(&self, text: &str) -> Vec<u8> {
        let message = format!("guichet-tally-v1|{text}");
        hmac::sign(&self.key, message.as_bytes()).as_ref().to_vec()
    }

    /// Whether it is the keyed digest of this text; in constant time.
    pub(super) fn tag_holds(&self, text: &str, tag: &[u8]) -> bool {
        let message = format!("guichet-tally-v1|{text}");
        hmac::verify(&self.key, message.as_bytes(), tag).is_ok()
    }

    /// Runs a script on one key; `None` when Redis does not answer at once.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &str,
        values: &[String],
    ) -> Option<T> {
        let now_ms = self.clock.now().as_millisecond();
        let silent_until_ms = self.silent_until_ms.load(Ordering::Relaxed);
        // The second half: a clock that was set back does not silence Redis for long.
        if now_ms < silent_until_ms && silent_until_ms - now_ms <= SILENCE_MS {
            return None;
        }
        let keys = [self.redis.key(key)];
        let asked = self.redis.run(script, &keys, values);
        match tokio::time::timeout(ANSWER_WITHIN, asked).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => tracing::warn!(%error, "limits are counted in process only"),
            Err(_) => tracing::warn!("limits are counted in process only: redis is slow"),
        }
        self.silent_until_ms
            .store(now_ms + SILENCE_MS, Ordering::Relaxed);
        None
    }
}
