//! The wrapped data keys that this process read lately: whoever orders pays soon after. They are
//! good for as long as no account was closed since, which the database counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ticket_core::ids::UserId;

use crate::platform::seal::Wrapped;

/// About 10 MB; beyond it the memory starts anew.
const ENTRIES_MAX: usize = 65_536;

/// How many accounts were closed before the keys were read.
pub(super) type Closed = i64;

#[derive(Default)]
pub(super) struct KeyMemory(Mutex<Known>);

#[derive(Default)]
struct Known {
    closed: Closed,
    keys: HashMap<UserId, Wrapped>,
}

impl KeyMemory {
    /// What is known of these people, and since when.
    pub(super) fn recall(&self, users: &BTreeSet<UserId>) -> (Closed, HashMap<UserId, Wrapped>) {
        let known = self.lock();
        let keys = users.iter().filter_map(|user| {
            let wrapped = known.keys.get(user)?;
            Some((*user, wrapped.clone()))
        });
        (known.closed, keys.collect())
    }

    /// Keys that were read after so many accounts were closed.
    pub(super) fn remember(&self, closed: Closed, keys: &HashMap<UserId, Wrapped>) {
        let mut known = self.lock();
        if closed < known.closed || keys.is_empty() {
            return;
        }
        if closed > known.closed || known.keys.len() + keys.len() > ENTRIES_MAX {
            known.keys.clear();
        }
        known.closed = closed;
        let keys = keys.iter().map(|(user, wrapped)| (*user, wrapped.clone()));
        known.keys.extend(keys);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn recalled(memory: &KeyMemory) -> (Closed, Vec<UserId>) {
        let (closed, keys) = memory.recall(&BTreeSet::from([user(1), user(2), user(3)]));
        let mut users: Vec<UserId> = keys.into_keys().collect();
        users.sort();
        (closed, users)
    }

    #[test]
    fn a_closed_account_forgets_what_was_read_before() {
        let memory = KeyMemory::default();
        memory.remember(0, &keys(&[1, 2]));
        memory.remember(0, &keys(&[3]));
        assert_eq!(recalled(&memory), (0, vec![user(1), user(2), user(3)]));
        memory.remember(1, &keys(&[2]));
        assert_eq!(recalled(&memory), (1, vec![user(2)]));
        memory.remember(0, &keys(&[1]));
        assert_eq!(recalled(&memory), (1, vec![user(2)]), "an old reading");
    }
}
