//! Which load of each event is in force, and what to do when Redis has another or none: selling
//! of that event stops with 503 while it is loaded anew, once per process, then resumes.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::rt;
use redis::{Script, Value};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::EventId;

use super::scripts::{Moment, OtherEpoch, Said, call};
use super::{load, store};
use crate::app::App;
use crate::platform::error::Error;

/// A load that has not ended after this long has died with its process.
pub(super) const LOAD_MS_MAX: i64 = 10_000;

/// What a process remembers of loads.
#[derive(Default)]
pub(super) struct Epochs {
    known: Mutex<HashMap<EventId, i64>>,
    loading: Mutex<HashSet<EventId>>,
    loading_all: tokio::sync::Mutex<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Epochs {
    fn get(&self, event: EventId) -> Option<i64> {
        lock(&self.known).get(&event).copied()
    }

    pub(super) fn put(&self, event: EventId, epoch: i64) {
        lock(&self.known).insert(event, epoch);
    }
}

/// Runs a script on an event's inventory under the epoch in force.
///
/// # Errors
/// Unavailable while there is none; `unknown_event` for an event that is in no catalogue.
pub(super) async fn ask(
    app: &App,
    event: EventId,
    script: &Script,
    values: &[Vec<u8>],
) -> Result<Value, Error> {
    for _ in 0..3 {
        let epoch = match app.inventory.epochs.get(event) {
            Some(epoch) => epoch,
            None => learn(app, event).await?,
        };
        let now_ms = app.clock.now().as_millisecond();
        let moment = Moment {
            event,
            epoch,
            now_ms,
        };
        match call(&app.redis, script, moment, values).await? {
            Said::Answer(answer) => return Ok(answer),
            Said::OtherEpoch(other) => agree(app, event, other).await?,
        }
    }
    Err(being_loaded())
}

async fn learn(app: &App, event: EventId) -> Result<i64, Error> {
    let epoch = store::find_epoch(&app.db.read().await?, event).await?;
    let epoch = epoch.ok_or(HoldRefused::UnknownEvent)?;
    app.inventory.epochs.put(event, epoch);
    Ok(epoch)
}

/// Another process may have loaded the event: then its epoch is learnt. Else Redis has lost it.
async fn agree(app: &App, event: EventId, other: OtherEpoch) -> Result<(), Error> {
    let epoch = learn(app, event).await?;
    if other.epoch == Some(epoch) {
        return Ok(());
    }
    let now_ms = app.clock.now().as_millisecond();
    let somebody_loads = other
        .loading_since_ms
        .is_some_and(|since| now_ms - since < LOAD_MS_MAX);
    if !somebody_loads && lock(&app.inventory.epochs.loading).insert(event) {
        let app = app.clone();
        rt::spawn(async move {
            tracing::warn!(event.id = %event, "inventory lost: loading it anew");
            if let Err(error) = load::load(&app, event).await {
                error.log();
            }
            lock(&app.inventory.epochs.loading).remove(&event);
            if other.epoch.is_none() {
                load_the_others(&app).await;
            }
        });
    }
    Err(being_loaded())
}

/// A Redis that has lost one event has most likely lost them all: nobody should have to ask first.
async fn load_the_others(app: &App) {
    let Ok(_turn) = app.inventory.epochs.loading_all.try_lock() else {
        return;
    };
    match load::ensure_all(app).await {
        Ok(0) => {}
        Ok(loaded) => tracing::warn!(events = loaded, "inventory lost: loaded anew"),
        Err(error) => error.log(),
    }
}

pub(super) fn being_loaded() -> Error {
    Error::unavailable("the inventory is being loaded")
}
