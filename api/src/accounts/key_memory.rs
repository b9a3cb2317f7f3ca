//! The wrapped data keys that this process read: whoever orders pays soon after. They are good for
//! as long as no key was destroyed since, which the database counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ticket_core::ids::UserId;

use crate::platform::recent::{self, Recent};
use crate::platform::seal::Wrapped;

/// About 21 MB when it is full.
const GENERATION_MAX: usize = recent::GENERATION_MAX / 2;

/// How many keys were destroyed before these were read.
pub(super) type Destroyed = i64;

#[derive(Default)]
pub(super) struct KeyMemory(Mutex<Known>);

struct Known {
    destroyed: Destroyed,
    keys: Recent<UserId, Wrapped>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            destroyed: 0,
            keys: Recent::new(GENERATION_MAX),
        }
    }
}

impl KeyMemory {
    /// What is known of these people, if it was read after as many keys were destroyed as are now.
    pub(super) fn recall(
        &self,
        destroyed: Destroyed,
        users: &BTreeSet<UserId>,
    ) -> HashMap<UserId, Wrapped> {
        let mut known = self.lock();
        known.keep_only(destroyed);
        let keys = users.iter().filter_map(|user| {
            let wrapped = known.keys.get(user)?;
            Some((*user, wrapped.clone()))
        });
        keys.collect()
    }

    /// Keys that were read after so many were destroyed.
    pub(super) fn remember(&self, destroyed: Destroyed, keys: &HashMap<UserId, Wrapped>) {
        let mut known = self.lock();
        known.keep_only(destroyed);
        for (user, wrapped) in keys {
            known.keys.put(*user, wrapped.clone());
        }
    }

    pub(super) fn forget_all(&self) {
        self.lock().keys.forget_all();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whichever way the count went: a database that was restored counts anew.
    fn keep_only(&mut self, destroyed: Destroyed) {
        if self.destroyed != destroyed {
            self.keys.forget_all();
            self.destroyed = destroyed;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    fn keys(users: &[u128]) -> HashMap<UserId, Wrapped> {
        let wrapped = Wrapped {
            kek_id: "k1".to_owned(),
            bytes: vec![1; 60],
        };
        let keys = users.iter().map(|number| (user(*number), wrapped.clone()));
        keys.collect()
    }

    fn recalled(memory: &KeyMemory, destroyed: Destroyed) -> Vec<UserId> {
        let keys = memory.recall(destroyed, &BTreeSet::from([user(1), user(2), user(3)]));
        let mut users: Vec<UserId> = keys.into_keys().collect();
        users.sort();
        users
    }

    #[test]
    fn a_key_that_was_destroyed_forgets_what_was_read_before() {
        let memory = KeyMemory::default();
        memory.remember(0, &keys(&[1, 2]));
        memory.remember(0, &keys(&[3]));
        assert_eq!(recalled(&memory, 0), [user(1), user(2), user(3)]);
        assert_eq!(recalled(&memory, 1), []);
        assert_eq!(recalled(&memory, 0), [], "a database that was restored");
        memory.remember(1, &keys(&[2]));
        assert_eq!(recalled(&memory, 1), [user(2)]);
        memory.forget_all();
        assert_eq!(recalled(&memory, 1), []);
    }
}
