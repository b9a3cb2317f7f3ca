//! In which event a hold is: callers name a hold by its id alone, the inventory keeps it with its
//! event's keys.
//!
//! Key family `hold:{H}`, string `event owner`, written before the hold itself and never changed.
//! Gone after [`TTL_SECONDS`]; without it the hold's address answers 404 and its seats are freed by
//! its expiry.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use redis::{ExistenceCheck, SetExpiry, SetOptions};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{EventId, HoldId, UserId};
use ticket_core::limits::{HOLD_TTL_SECONDS, PAY_WINDOW_SECONDS};

use crate::app::App;
use crate::platform::error::Error;

/// A hold's own life, that of an order placed in its last moment, and five minutes in which its
/// end can still be told from its absence. Long from the start, so that an order need not touch it.
const TTL_SECONDS: u64 = HOLD_TTL_SECONDS.unsigned_abs() + PAY_WINDOW_SECONDS.unsigned_abs() + 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointer {
    pub(super) event: EventId,
    pub(super) owner: UserId,
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

fn key(app: &App, hold: HoldId) -> String {
    app.redis.key(&format!("hold:{{{hold}}}"))
}

/// Binds the id to this event and owner.
///
/// # Errors
/// `id_reused` when it is bound to others.
pub(super) async fn bind(app: &App, hold: HoldId, pointer: Pointer) -> Result<(), Error> {
    let options = SetOptions::default()
        .conditional_set(ExistenceCheck::NX)
        .get(true)
        .with_expiration(SetExpiry::EX(TTL_SECONDS));
    let before: Option<String> = redis::cmd("SET")
        .arg(key(app, hold))
        .arg(format!("{} {}", pointer.event, pointer.owner))
        .arg(options)
        .query_async(&mut app.redis.connection())
        .await?;
    match before {
        None => {}
        Some(text) if parse(&text)? == pointer => lengthen(app, hold).await?,
        Some(_) => return Err(HoldRefused::IdReused.into()),
    }
    let now = app.clock.now();
    app.holds.pointers.remember(hold, pointer, now);
    Ok(())
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
    let text: Option<String> = redis::cmd("GET")
        .arg(key(app, hold))
        .query_async(&mut app.redis.connection())
        .await?;
    let pointer = text.as_deref().map(parse).transpose()?;
    pointer
        .filter(|pointer| pointer.owner == owner)
        .map(|pointer| pointer.event)
        .ok_or_else(|| HoldRefused::UnknownHold.into())
}

/// Asked for again, perhaps after having been refused seats for long.
async fn lengthen(app: &App, hold: HoldId) -> Result<(), Error> {
    let () = redis::cmd("EXPIRE")
        .arg(key(app, hold))
        .arg(TTL_SECONDS)
        .query_async(&mut app.redis.connection())
        .await?;
    Ok(())
}

fn parse(text: &str) -> Result<Pointer, Error> {
    let (event, owner) = text
        .split_once(' ')
        .ok_or_else(|| Error::bug("a hold's pointer has two words"))?;
    Ok(Pointer {
        event: event.parse().map_err(Error::bug)?,
        owner: owner.parse().map_err(Error::bug)?,
    })
}
