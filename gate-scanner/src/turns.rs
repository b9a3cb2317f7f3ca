//! One at a time for each key: two scans of one ticket queue, other tickets do not wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

type Waiting<K> = Mutex<HashMap<K, Arc<AsyncMutex<()>>>>;

#[derive(Debug)]
pub(crate) struct Turns<K>(Waiting<K>);

/// Until it is dropped, nobody else has the turn of the same key.
pub(crate) struct Turn<'a, K: Eq + Hash + Copy> {
    guard: Option<OwnedMutexGuard<()>>,
    turns: &'a Turns<K>,
    key: K,
}

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Copy> Turns<K> {
    pub(crate) async fn take(&self, key: K) -> Turn<'_, K> {
        let lock = Arc::clone(self.waiting().entry(key).or_default());
        // Made before the wait, so that a caller who gives up cleans up as well.
        let mut turn = Turn {
            guard: None,
            turns: self,
            key,
        };
        turn.guard = Some(lock.lock_owned().await);
        turn
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<K, Arc<AsyncMutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Copy> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut waiting = self.turns.waiting();
        // The map's own is the last one: nobody holds it or waits for it.
        if waiting
            .get(&self.key)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            waiting.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_key_has_one_turn_at_a_time_and_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.take(1).await;
        let _other = turns.take(2).await;
        let wait = std::time::Duration::from_millis(10);
        assert!(tokio::time::timeout(wait, turns.take(1)).await.is_err());
        drop(first);
        drop(turns.take(1).await);
        assert_eq!(turns.waiting().len(), 1);
    }
}
