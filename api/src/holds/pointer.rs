//! In which event a hold is: callers name a hold by its id alone, the inventory keeps it with its
//! event's keys. And in which events a person holds, for their basket.
//!
//! Key family `hold:{notes}:<half hour>`, hash of owner (16 bytes) → their note: for each hold the
//! number of its event (3 bytes) and a sign of its id (4 bytes), the last 32 of them. Written with
//! the hold itself and never changed. It lives for three half hours and is looked at for two;
//! without it the hold's address answers 404, no basket shows it, and its seats are freed by its
//! expiry. Redis is to free it in the background (`lazyfree-lazy-expire`): a rush makes it long.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use jiff::{SignedDuration, Timestamp};
use redis::Script;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{EventId, EventNumber, HoldId, UserId};
use ticket_core::limits::{HOLD_TTL_SECONDS, PAY_WINDOW_SECONDS};

use crate::app::App;
use crate::availability::{HoldKey, Wanted};
use crate::catalogue;
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::error::Error;
use crate::platform::recent::Recent;

/// Longer than a hold's own life and that of an order placed in its last moment: a pointer is found
/// for at least so long.
const PERIOD_SECONDS: i64 = 1800;
const _: () = assert!(HOLD_TTL_SECONDS + PAY_WINDOW_SECONDS < PERIOD_SECONDS);
/// A basket looks at so many events at most: each costs a read, and a refused hold is noted too.
/// `bind.lua` keeps so many entries for a person in each half hour.
const EVENTS_MAX: usize = 32;
const ENTRY_BYTES: usize = 7;
const BOUNDS: Bounds = Bounds {
    batch_max: 256,
    queue_max: 4096,
    writers_max: 1,
    gather: Duration::from_millis(1),
    enough: 32,
};

static BIND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/bind.lua")));

/// A person's notes of this half hour and of the one before.
type Notes = [Option<Vec<u8>>; 2];

/// People whose notes are to be read.
pub(super) type Reader = Batcher<UserId, Notes>;

pub(super) fn reader() -> Reader {
    Batcher::new(BOUNDS)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pointer {
    event: EventId,
    owner: UserId,
}

/// A hold's entry in its owner's note. Ids are random at their end: among a person's 32 no two are
/// taken for each other.
fn entry(hold: HoldId, event: EventNumber) -> [u8; ENTRY_BYTES] {
    let [first, second, third] = event.to_be_bytes();
    let [.., a, b, c, d] = *hold.as_uuid().as_bytes();
    [first, second, third, a, b, c, d]
}

/// The entries of a note, the last first.
fn entries(note: &[u8]) -> impl Iterator<Item = &[u8; ENTRY_BYTES]> {
    note.as_chunks().0.iter().rev()
}

fn event_of([first, second, third, ..]: [u8; ENTRY_BYTES]) -> EventNumber {
    EventNumber::from_be_bytes([first, second, third])
}

/// The keys of this half hour and of the one before.
fn keys(app: &App) -> [String; 2] {
    let period = app.clock.now().as_second() / PERIOD_SECONDS;
    [period, period - 1].map(|period| app.redis.key(&format!("hold:{{notes}}:{period}")))
}

/// Shorter than a pointer's life in Redis, where it does not change meanwhile.
const MEMORY_TTL: SignedDuration = SignedDuration::from_mins(10);

/// The pointers that this process bound lately: most holds are ordered where they were placed.
/// About 17 MB when it is full.
#[derive(Default)]
pub(super) struct Memory(Mutex<Recent<HoldId, (Pointer, Timestamp)>>);

impl Memory {
    fn remember(&self, hold: HoldId, pointer: Pointer, now: Timestamp) {
        self.lock().put(hold, (pointer, now));
    }

    fn recall(&self, hold: HoldId, now: Timestamp) -> Option<Pointer> {
        let known = self.lock();
        let (pointer, bound_at) = known.get(&hold)?;
        (now.duration_since(*bound_at) < MEMORY_TTL).then_some(*pointer)
    }

    fn lock(&self) -> MutexGuard<'_, Recent<HoldId, (Pointer, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Binds the ids of holds, each to its event and owner; false for one that is bound to another
/// event.
pub(super) fn bind(
    app: App,
    holds: Vec<Wanted>,
) -> LocalBoxFuture<'static, Vec<Result<bool, Error>>> {
    Box::pin(async move {
        match bind_all(&app, &holds).await {
            Ok(bound) => bound.into_iter().map(Ok).collect(),
            Err(error) => all_failed(error, holds.len()),
        }
    })
}

async fn bind_all(app: &App, holds: &[Wanted]) -> Result<Vec<bool>, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let mut values = vec![(3 * PERIOD_SECONDS).to_string().into_bytes()];
    for hold in holds {
        let event = snapshot.event(hold.event);
        let number = event.ok_or(HoldRefused::UnknownEvent)?.number;
        values.push(hold.owner.as_uuid().as_bytes().to_vec());
        values.push(entry(hold.id, number).to_vec());
    }
    let bound: Vec<bool> = app.redis.run(&BIND, &keys(app), &values).await?;
    if bound.len() != holds.len() {
        return Err(Error::bug("a pointer was left out of its batch"));
    }
    Ok(bound)
}

/// What was just bound.
pub(super) fn remember(app: &App, key: HoldKey) {
    let pointer = Pointer {
        event: key.event,
        owner: key.owner,
    };
    let now = app.clock.now();
    app.holds.pointers.remember(key.hold, pointer, now);
}

/// The same as [`follow`], without asking Redis where this process knows.
///
/// # Errors
/// `unknown_hold` when there is none, or none of this owner.
pub(super) async fn recall(app: &App, hold: HoldId, owner: UserId) -> Result<EventId, Error> {
    let known = app.holds.pointers.recall(hold, app.clock.now());
    match known.filter(|pointer| pointer.owner == owner) {
        Some(pointer) => Ok(pointer.event),
        None => follow(app, hold, owner).await,
    }
}

/// # Errors
/// `unknown_hold` when there is none, or none of this owner.
pub(super) async fn follow(app: &App, hold: HoldId, owner: UserId) -> Result<EventId, Error> {
    let notes = notes_of(app, owner).await?;
    let is_it = |noted: &&[u8; ENTRY_BYTES]| entry(hold, event_of(**noted)) == **noted;
    let found = notes
        .iter()
        .flatten()
        .find_map(|note| entries(note).find(is_it));
    let number = found.map(|entry| event_of(*entry));
    let snapshot = catalogue::snapshot(app).await?;
    number
        .and_then(|number| snapshot.event_by_number(number))
        .map(|event| event.id)
        .ok_or_else(|| HoldRefused::UnknownHold.into())
}

/// The events in which a person held seats lately, whatever has become of them; of many those
/// noted last.
pub(super) async fn events_of(app: &App, owner: UserId) -> Result<BTreeSet<EventId>, Error> {
    let notes = notes_of(app, owner).await?;
    let snapshot = catalogue::snapshot(app).await?;
    let numbers = last_noted(&notes).into_iter();
    let events = numbers.filter_map(|number| snapshot.event_by_number(number));
    Ok(events.map(|event| event.id).collect())
}

/// Reads a person's notes together with those of others.
async fn notes_of(app: &App, owner: UserId) -> Result<Notes, Error> {
    let asker = app.clone();
    let read = move |owners: Vec<UserId>| {
        let app = asker.clone();
        async move {
            let notes = notes_of_all(&app, &owners).await;
            notes.unwrap_or_else(|error| all_failed(error, owners.len()))
        }
    };
    app.holds.reader.submit(owner, read).await
}

async fn notes_of_all(app: &App, owners: &[UserId]) -> Result<Vec<Result<Notes, Error>>, Error> {
    let mut asked = redis::pipe();
    for key in keys(app) {
        let command = asked.cmd("HMGET").arg(key);
        for owner in owners {
            command.arg(owner.as_uuid().as_bytes());
        }
    }
    let (young, old): (Vec<_>, Vec<_>) = asked.query_async(&mut app.redis.connection()).await?;
    if young.len() != owners.len() || old.len() != owners.len() {
        return Err(Error::bug("a note was left out of its batch"));
    }
    let both = young.into_iter().zip(old);
    Ok(both.map(|(young, old)| Ok([young, old])).collect())
}

/// The last of each note first, and this half hour before the other.
fn last_noted(notes: &Notes) -> BTreeSet<EventNumber> {
    let mut last = BTreeSet::new();
    for noted in notes.iter().flatten().flat_map(|note| entries(note)) {
        if last.len() == EVENTS_MAX {
            break;
        }
        last.insert(event_of(*noted));
    }
    last
}

#[cfg(test)]
mod tests {
    use ticket_core::ids::HoldId;
    use uuid::Uuid;

    use super::*;

    fn number(number: u8) -> EventNumber {
        EventNumber::new(u32::from(number)).unwrap()
    }

    fn note(numbers: std::ops::Range<u8>) -> Vec<u8> {
        let entry = |it| {
            entry(
                HoldId::from_uuid(Uuid::from_u128(u128::from(it))),
                number(it),
            )
        };
        numbers.flat_map(entry).collect()
    }

    #[test]
    fn of_many_noted_events_the_last_are_looked_at() {
        let last = last_noted(&[Some(note(1..21)), Some(note(200..250))]);
        assert_eq!(last.len(), EVENTS_MAX);
        assert!(last.contains(&number(1)) && last.contains(&number(249)));
        assert!(
            !last.contains(&number(237)),
            "early in the half hour before"
        );
        let few = last_noted(&[None, Some(note(7..9))]);
        assert_eq!(few, BTreeSet::from([number(7), number(8)]));
        assert!(last_noted(&[None, None]).is_empty());
    }
}
