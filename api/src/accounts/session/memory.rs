//! The sessions that this process read lately. What it remembers is good as long as it hears of
//! what changes: see [`changes`](super::changes). Who hears nothing remembers for five seconds.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::UserId;

use super::{Session, TokenHash};
use crate::platform::recent::Recent;

/// How long this process may still honour a session that another one revoked.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_secs(5);
/// Shorter than [`SEEN_EVERY`](super::SEEN_EVERY), which is noted when a session is read.
const MEMORY_TTL: SignedDuration = SignedDuration::from_mins(10);

/// What may not be remembered any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    OfSession(TokenHash),
    /// All of theirs.
    OfUser(UserId),
}

#[derive(Clone, Copy)]
struct Remembered {
    session: Session,
    read_at: Timestamp,
    /// Something changed while it was read. It may have been this, told too early to be forgotten.
    is_doubtful: bool,
}

/// A session is being read, since a moment and so many changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    since: Timestamp,
    changes: u64,
}

/// About 29 MB when it is full.
#[derive(Default)]
pub(in crate::accounts) struct Memory(Mutex<Known>);

#[derive(Default)]
struct Known {
    sessions: Recent<TokenHash, Remembered>,
    /// What was remembered then is confirmed but for what was told.
    heard_at: Option<Timestamp>,
    /// How often something was told or forgotten.
    changes: u64,
}

impl Memory {
    /// Where it is not known, it is to be read.
    pub(super) fn recall(&self, hash: &TokenHash, now: Timestamp) -> Result<Session, Reading> {
        let known = self.lock();
        let found = known.sessions.get(hash);
        found
            .filter(|it| known.trusts(it, now))
            .map(|it| it.session)
            .ok_or(Reading {
                since: now,
                changes: known.changes,
            })
    }

    pub(super) fn remember(&self, hash: TokenHash, session: Session, reading: Reading) {
        let mut known = self.lock();
        let remembered = Remembered {
            session,
            read_at: reading.since,
            is_doubtful: known.changes != reading.changes,
        };
        known.sessions.put(hash, remembered);
    }

    /// All that has changed until a moment, since it was heard last.
    pub(super) fn hear(&self, changes: &[Change], at: Timestamp) {
        let mut known = self.lock();
        let mut users = HashSet::new();
        known.changes += u64::from(!changes.is_empty());
        for change in changes {
            match change {
                Change::OfSession(hash) => known.sessions.forget(hash),
                Change::OfUser(user) => {
                    users.insert(*user);
                }
            }
        }
        if !users.is_empty() {
            let is_theirs = |it: &Remembered| users.contains(&it.session.user_id);
            known.sessions.forget_those(is_theirs);
        }
        known.heard_at = Some(at);
    }

    /// It is not known what changed until this moment.
    pub(super) fn begin_anew(&self, at: Timestamp) {
        let mut known = self.lock();
        known.sessions.forget_all();
        known.changes += 1;
        known.heard_at = Some(at);
    }

    pub(in crate::accounts) fn forget(&self, hash: &TokenHash) {
        let mut known = self.lock();
        known.changes += 1;
        known.sessions.forget(hash);
    }

    pub(in crate::accounts) fn forget_user(&self, user: UserId) {
        let is_theirs = |it: &Remembered| it.session.user_id == user;
        let mut known = self.lock();
        known.changes += 1;
        known.sessions.forget_those(is_theirs);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn trusts(&self, it: &Remembered, now: Timestamp) -> bool {
        let heard_at = self.heard_at.filter(|_| !it.is_doubtful);
        let is_confirmed = is_within(HEARD_WITHIN, it.read_at, now)
            || heard_at.is_some_and(|at| is_within(HEARD_WITHIN, at, now));
        is_confirmed && is_within(MEMORY_TTL, it.read_at, now) && it.session.expires_at > now
    }
}

/// A clock that was set back says nothing.
fn is_within(span: SignedDuration, since: Timestamp, now: Timestamp) -> bool {
    (SignedDuration::ZERO..span).contains(&now.duration_since(since))
}

#[cfg(test)]
mod tests {
    use ticket_core::access::Role;
    use uuid::Uuid;

    use super::*;
    use crate::platform::i18n::Locale;

    const ONE: TokenHash = [1; 32];
    const TWO: TokenHash = [2; 32];

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn user() -> UserId {
        UserId::from_uuid(Uuid::from_u128(1))
    }

    fn session() -> Session {
        Session {
            user_id: user(),
            role: Role::User,
            locale: Locale::Fr,
            expires_at: at(2_000),
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn remember(memory: &Memory, hash: TokenHash, second: i64) {
        let reading = memory.recall(&hash, at(second)).unwrap_err();
        memory.remember(hash, session(), reading);
    }

    fn recalls(memory: &Memory, hash: TokenHash, second: i64) -> bool {
        memory.recall(&hash, at(second)).is_ok()
    }

    #[test]
    fn who_hears_nothing_remembers_for_five_seconds() {
        let memory = Memory::default();
        remember(&memory, ONE, 100);
        assert!(recalls(&memory, ONE, 104));
        assert!(!recalls(&memory, ONE, 105));
        memory.hear(&[], at(200));
        assert!(recalls(&memory, ONE, 204));
        assert!(!recalls(&memory, ONE, 205));
        assert!(!recalls(&memory, ONE, 99), "the clock was set back");
    }

    #[test]
    fn what_changed_is_forgotten_and_the_rest_is_not() {
        let memory = Memory::default();
        for hash in [ONE, TWO] {
            remember(&memory, hash, 100);
        }
        memory.hear(&[Change::OfSession(ONE)], at(101));
        assert!(!recalls(&memory, ONE, 101) && recalls(&memory, TWO, 101));
        memory.hear(&[Change::OfUser(user())], at(102));
        assert!(!recalls(&memory, TWO, 102));
    }

    #[test]
    fn nothing_is_remembered_for_long_or_beyond_its_end() {
        let memory = Memory::default();
        remember(&memory, ONE, 100);
        memory.hear(&[], at(699));
        assert!(recalls(&memory, ONE, 699) && !recalls(&memory, ONE, 700));
        remember(&memory, ONE, 1_999);
        assert!(recalls(&memory, ONE, 1_999) && !recalls(&memory, ONE, 2_000));
    }

    #[test]
    fn what_was_read_while_something_changed_is_confirmed_by_nothing() {
        let ends: [fn(&Memory); 4] = [
            |memory| memory.hear(&[Change::OfSession(ONE)], at(101)),
            |memory| memory.begin_anew(at(101)),
            |memory| memory.forget(&ONE),
            |memory| memory.forget_user(user()),
        ];
        for end in ends {
            let memory = Memory::default();
            let reading = memory.recall(&ONE, at(100)).unwrap_err();
            end(&memory);
            memory.remember(ONE, session(), reading);
            memory.hear(&[], at(105));
            assert!(recalls(&memory, ONE, 104) && !recalls(&memory, ONE, 105));
        }
        let memory = Memory::default();
        let reading = memory.recall(&ONE, at(100)).unwrap_err();
        memory.hear(&[], at(101));
        memory.remember(ONE, session(), reading);
        memory.hear(&[], at(105));
        assert!(recalls(&memory, ONE, 105), "nothing changed");
    }

    #[test]
    fn who_begins_anew_knows_nothing() {
        let memory = Memory::default();
        remember(&memory, ONE, 100);
        memory.begin_anew(at(101));
        assert!(!recalls(&memory, ONE, 101));
    }
}
