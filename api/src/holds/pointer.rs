//! In which event a hold is: callers name a hold by its id alone, the inventory keeps it with its
//! event's keys. And in which events a person holds, for their basket.
//!
//! Key family `hold:{p<shard>}:<half hour>`, hash of id (14 bytes) → event number and a sign of the
//! owner (3 bytes each), written with the hold itself and never changed; and of owner (16 bytes) →
//! the numbers (3 bytes each) of the events of their holds in the shard. Each lives for three half
//! hours and is looked at for two; without it the hold's address answers 404, no basket shows it,
//! and its seats are freed by its expiry.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use redis::Script;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{EventId, EventNumber, HoldId, UserId};
use ticket_core::limits::{HOLD_TTL_SECONDS, PAY_WINDOW_SECONDS};

use crate::app::App;
use crate::catalogue;
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::error::Error;

/// Longer than a hold's own life and that of an order placed in its last moment: a pointer is found
/// for at least so long.
const PERIOD_SECONDS: i64 = 1800;
const _: () = assert!(HOLD_TTL_SECONDS + PAY_WINDOW_SECONDS < PERIOD_SECONDS);
/// So many nodes of a cluster share the pointers.
const SHARDS: u8 = 4;
/// A basket looks at so many events at most: each costs a read, and a refused hold is noted too.
/// `bind.lua` keeps so many for a person in each shard and half hour.
const EVENTS_MAX: usize = 32;
const BOUNDS: Bounds = Bounds {
    batch_max: 256,
    queue_max: 4096,
    writers_max: 1,
    gather: Duration::from_millis(1),
};

static BIND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/bind.lua")));

/// Ids that wait to be bound; each learns whether it is bound to what it wants.
pub(super) type Binder = Batcher<(HoldId, Pointer), bool>;

pub(super) fn binder() -> Binder {
    Batcher::new(BOUNDS)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointer {
    pub(super) event: EventId,
    pub(super) number: EventNumber,
    pub(super) owner: UserId,
}

impl Pointer {
    /// As it is stored. Whoever asks is compared with the hold's owner again by the inventory.
    fn bytes(&self) -> Vec<u8> {
        [self.number.to_be_bytes(), sign_of(self.owner)].concat()
    }
}

fn sign_of(owner: UserId) -> [u8; 3] {
    let [.., first, second, third] = *owner.as_uuid().as_bytes();
    [first, second, third]
}

/// The id without the two bytes that tell versions of ids apart.
fn field(hold: HoldId) -> Vec<u8> {
    let uuid = hold.as_uuid();
    let (time, rest) = uuid.as_bytes().split_at(6);
    let kept = rest
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 0 && *at != 2);
    time.iter()
        .chain(kept.map(|(_, byte)| byte))
        .copied()
        .collect()
}

fn shard(hold: HoldId) -> u8 {
    let [.., last] = *hold.as_uuid().as_bytes();
    last % SHARDS
}

/// The keys of this half hour and of the one before.
fn keys(app: &App, shard: u8) -> [String; 2] {
    let period = app.clock.now().as_second() / PERIOD_SECONDS;
    [period, period - 1].map(|period| app.redis.key(&format!("hold:{{p{shard}}}:{period}")))
}

/// Shorter than a pointer's life in Redis, where it does not change meanwhile.
const MEMORY_TTL: SignedDuration = SignedDuration::from_mins(10);
/// Of each of two generations: about 5 MB in all.
const MEMORY_ENTRIES_MAX: usize = 32_768;

/// The pointers that this process bound lately: most holds are ordered where they were placed.
#[derive(Default)]
pub(super) struct Memory(Mutex<[HashMap<HoldId, (Pointer, Timestamp)>; 2]>);

impl Memory {
    fn remember(&self, hold: HoldId, pointer: Pointer, now: Timestamp) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [young, old] = &mut *generations;
        if young.len() >= MEMORY_ENTRIES_MAX {
            *old = std::mem::take(young);
        }
        young.insert(hold, (pointer, now));
    }

    fn recall(&self, hold: HoldId, now: Timestamp) -> Option<Pointer> {
        let generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = generations.iter().find_map(|known| known.get(&hold))?;
        (now.duration_since(found.1) < MEMORY_TTL).then_some(found.0)
    }
}

/// Binds the id to this event and owner, together with others.
///
/// # Errors
/// `id_reused` when it is bound to others.
pub(super) async fn bind(app: &App, hold: HoldId, pointer: Pointer) -> Result<(), Error> {
    let asker = app.clone();
    let write = move |batch: Vec<(HoldId, Pointer)>| {
        let app = asker.clone();
        async move { bind_all(&app, &batch).await }
    };
    if !app.holds.binder.submit((hold, pointer), write).await? {
        return Err(HoldRefused::IdReused.into());
    }
    let now = app.clock.now();
    app.holds.pointers.remember(hold, pointer, now);
    Ok(())
}

/// A shard after the other has its own call, all under way at once.
async fn bind_all(app: &App, batch: &[(HoldId, Pointer)]) -> Vec<Result<bool, Error>> {
    let mut shards: HashMap<u8, Vec<usize>> = HashMap::new();
    for (at, (hold, _)) in batch.iter().enumerate() {
        shards.entry(shard(*hold)).or_default().push(at);
    }
    let asked = shards.into_iter().map(async |(shard, places)| {
        let mut values = vec![(3 * PERIOD_SECONDS).to_string().into_bytes()];
        for (hold, pointer) in places.iter().filter_map(|at| batch.get(*at)) {
            values.push(field(*hold));
            values.push(pointer.bytes());
            values.push(pointer.owner.as_uuid().as_bytes().to_vec());
        }
        let bound: Result<Vec<bool>, Error> =
            app.redis.run(&BIND, &keys(app, shard), &values).await;
        let answers = match bound {
            Ok(bound) => bound.into_iter().map(Ok).collect(),
            Err(error) => all_failed(error, places.len()),
        };
        (places, answers)
    });
    let unanswered = || Err(Error::bug("a pointer was left out of its batch"));
    let mut all: Vec<_> = batch.iter().map(|_| unanswered()).collect();
    for (places, answers) in join_all(asked).await {
        for (at, answer) in places.into_iter().zip(answers) {
            if let Some(place) = all.get_mut(at) {
                *place = answer;
            }
        }
    }
    all
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
    let mut asked = redis::pipe();
    for key in keys(app, shard(hold)) {
        asked.cmd("HGET").arg(key).arg(field(hold));
    }
    let connection = &mut app.redis.connection();
    let found: Vec<Option<Vec<u8>>> = asked.query_async(connection).await?;
    let Some(found) = found.into_iter().flatten().next() else {
        return Err(HoldRefused::UnknownHold.into());
    };
    let Some((number, sign)) = found.split_first_chunk() else {
        return Err(Error::bug("a pointer of another length"));
    };
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot.event_by_number(EventNumber::from_be_bytes(*number));
    event
        .filter(|_| sign == sign_of(owner))
        .map(|event| event.id)
        .ok_or_else(|| HoldRefused::UnknownHold.into())
}

/// The events in which a person held seats lately, whatever has become of them; of many those
/// noted last.
pub(super) async fn events_of(app: &App, owner: UserId) -> Result<BTreeSet<EventId>, Error> {
    let asked = (0..SHARDS).map(async |shard| {
        let mut asked = redis::pipe();
        for key in keys(app, shard) {
            asked.cmd("HGET").arg(key).arg(owner.as_uuid().as_bytes());
        }
        let found: Vec<Option<Vec<u8>>> = asked.query_async(&mut app.redis.connection()).await?;
        Ok::<_, Error>(found)
    });
    let found: Vec<_> = join_all(asked)
        .await
        .into_iter()
        .collect::<Result<_, _>>()?;
    let snapshot = catalogue::snapshot(app).await?;
    let numbers = last_noted(&found).into_iter();
    let events = numbers.filter_map(|number| snapshot.event_by_number(number));
    Ok(events.map(|event| event.id).collect())
}

/// Of the notes of each shard, in this half hour and the one before: the last of each note first,
/// and this half hour before the other.
fn last_noted(shards: &[Vec<Option<Vec<u8>>>]) -> BTreeSet<EventNumber> {
    let mut noted = Vec::new();
    for (age, note) in shards.iter().flat_map(|notes| notes.iter().enumerate()) {
        let (numbers, _) = note.as_deref().unwrap_or_default().as_chunks::<3>();
        let last_first = numbers.iter().rev().enumerate();
        noted.extend(last_first.map(|(rank, number)| (age, rank, *number)));
    }
    noted.sort_unstable();
    let mut last = BTreeSet::new();
    for (_, _, number) in noted {
        if last.len() == EVENTS_MAX {
            break;
        }
        last.insert(EventNumber::from_be_bytes(number));
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(numbers: std::ops::Range<u8>) -> Vec<u8> {
        numbers.flat_map(|number| [0, 0, number]).collect()
    }

    #[test]
    fn of_many_noted_events_the_last_are_looked_at() {
        let number = |number| EventNumber::new(number).unwrap();
        let shards = [
            vec![Some(note(0..20)), Some(note(200..250))],
            vec![None, None],
            vec![Some(note(10..35)), Some(note(100..101))],
        ];
        let last = last_noted(&shards);
        assert_eq!(last.len(), EVENTS_MAX);
        assert!(last.contains(&number(19)) && last.contains(&number(34)));
        assert!(!last.contains(&number(249)), "of the half hour before");
        assert!(!last.contains(&number(0)), "the first of its note");
        let few = last_noted(&[vec![None, Some(note(7..9))]]);
        assert_eq!(few, BTreeSet::from([number(7), number(8)]));
        assert!(last_noted(&[]).is_empty());
    }
}
