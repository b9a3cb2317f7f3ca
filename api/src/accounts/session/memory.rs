//! The sessions that this process read lately. What it remembers is good as long as it hears of what
//! changes: see [`changes`](super::changes). Who hears nothing remembers for five seconds.

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

/// Up to where changes were heard of: what commits later does not come before it.
pub(super) type Cursor = i64;

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
}

/// About 25 MB when it is full.
#[derive(Default)]
pub(in crate::accounts) struct Memory(Mutex<Known>);

#[derive(Default)]
struct Known {
    sessions: Recent<TokenHash, Remembered>,
    /// What was remembered then is confirmed but for what was told.
    heard_at: Option<Timestamp>,
}

impl Memory {
    pub(super) fn recall(&self, hash: &TokenHash, now: Timestamp) -> Option<Session> {
        let known = self.lock();
        let Remembered { session, read_at } = known.sessions.get(hash)?;
        let is_young = is_within(MEMORY_TTL, *read_at, now);
        let is_confirmed = is_within(HEARD_WITHIN, *read_at, now)
            || known
                .heard_at
                .is_some_and(|at| is_within(HEARD_WITHIN, at, now));
        (is_young && is_confirmed && session.expires_at > now).then_some(*session)
    }

    /// What was asked for and read at these moments. What took long may have ended meanwhile, and
    /// been told before it was there to be forgotten.
    pub(super) fn remember(
        &self,
        hash: TokenHash,
        session: Session,
        (asked_at, read_at): (Timestamp, Timestamp),
    ) {
        if is_within(HEARD_WITHIN, asked_at, read_at) {
            let read_at = asked_at;
            let remembered = Remembered { session, read_at };
            self.lock().sessions.put(hash, remembered);
        }
    }

    /// All that changed until a moment, but for what is under way.
    pub(super) fn hear(&self, changes: &[Change], at: Timestamp) {
        let mut known = self.lock();
        let mut users = HashSet::new();
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
        known.heard_at = Some(at);
    }

    pub(in crate::accounts) fn forget(&self, hash: &TokenHash) {
        self.lock().sessions.forget(hash);
    }

    pub(in crate::accounts) fn forget_user(&self, user: UserId) {
        let is_theirs = |it: &Remembered| it.session.user_id == user;
        self.lock().sessions.forget_those(is_theirs);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn remember(memory: &Memory, hash: TokenHash, second: i64) {
        let session = Session {
            user_id: user(),
            role: Role::User,
            locale: Locale::Fr,
            expires_at: at(2_000),
            seen_at: Timestamp::UNIX_EPOCH,
        };
        memory.remember(hash, session, (at(second), at(second)));
    }

    fn recalls(memory: &Memory, hash: TokenHash, second: i64) -> bool {
        memory.recall(&hash, at(second)).is_some()
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
    fn what_was_read_slowly_is_not_remembered() {
        let memory = Memory::default();
        remember(&memory, ONE, 100);
        let session = memory.recall(&ONE, at(100)).unwrap();
        memory.remember(TWO, session, (at(100), at(105)));
        memory.hear(&[], at(105));
        assert!(!recalls(&memory, TWO, 105));
        memory.begin_anew(at(106));
        assert!(!recalls(&memory, ONE, 106));
    }
}
