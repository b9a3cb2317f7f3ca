//! Loading an event's inventory from its seat plan and the claims in PostgreSQL: at the import,
//! and whenever Redis has lost it. The epoch makes loads exclude each other: it is counted up in
//! PostgreSQL first, every step names it, and a later load ends an earlier one.

use ticket_core::ids::EventId;
use ticket_core::venue::SeatPlan;

use super::epoch::{LOAD_MS_MAX, being_loaded};
use super::inventory::{HeldSeats, sold_value};
use super::scripts::{self, Moment, Said, call, read};
use super::{keys, reconcile, store};
use crate::app::App;
use crate::platform::error::Error;
use crate::script_values;

/// Sold holds per script call: about a millisecond of Redis' time.
const SOLD_BATCH: usize = 200;

/// Loads the event; what is in Redis about it is replaced. Holds in no order are lost.
///
/// # Errors
/// Unavailable when another load is under way or a store does not answer.
pub async fn load(app: &App, event: EventId) -> Result<(), Error> {
    let Some((epoch, plan)) = store::next_epoch(&app.db, event).await? else {
        return Err(being_loaded());
    };
    begin(app, event, epoch).await?;
    // Read after the event has stopped selling: later claims come from older holds only, and the
    // comparison at the end finds them.
    let claims = store::list_claims(&app.db.read().await?, event).await?;
    let held: Vec<HeldSeats> = claims.into_iter().map(|claim| claim.held).collect();
    fill(app, event, epoch, &plan, &held).await?;
    app.inventory.epochs.put(event, epoch);
    reconcile::reconcile(app, event).await?;
    tracing::debug!(event.id = %event, epoch, holds = held.len(), "inventory loaded");
    Ok(())
}

/// Loads the event unless Redis has it under the epoch in force, or another is loading it; true
/// when this call did.
///
/// # Errors
/// As [`load`].
pub async fn ensure_loaded(app: &App, event: EventId) -> Result<bool, Error> {
    let epoch = store::find_epoch(&app.db.read().await?, event).await?;
    let (held, loading_at): (Option<i64>, Option<i64>) = redis::cmd("HMGET")
        .arg(keys::meta(&app.redis, event))
        .arg(&["epoch", "loading_at"])
        .query_async(&mut app.redis.connection())
        .await?;
    let now_ms = app.clock.now().as_millisecond();
    let is_loading = loading_at.is_some_and(|at| now_ms - at < LOAD_MS_MAX);
    if is_loading || (held.is_some() && held == epoch) {
        return Ok(false);
    }
    load(app, event).await?;
    Ok(true)
}

/// Loads every event that Redis has lost; how many these were.
pub(super) async fn ensure_all(app: &App) -> Result<usize, Error> {
    let events = store::list_events(&app.db.read().await?, None, i64::MAX).await?;
    let mut loaded = 0;
    for event in events {
        loaded += usize::from(ensure_loaded(app, event).await?);
    }
    Ok(loaded)
}

/// Stops the event's sale and wipes what it had.
pub(super) async fn begin(app: &App, event: EventId, epoch: i64) -> Result<(), Error> {
    let values = script_values![LOAD_MS_MAX];
    let words = step(app, event, epoch, &scripts::LOAD_BEGIN, &values).await?;
    match words.first().map(String::as_str) {
        Some("OK") => Ok(()),
        _ => Err(being_loaded()),
    }
}

/// Writes the layout and what is sold, then lets the event sell.
pub(super) async fn fill(
    app: &App,
    event: EventId,
    epoch: i64,
    plan: &SeatPlan,
    sold: &[HeldSeats],
) -> Result<(), Error> {
    for (no, category) in plan.categories.iter().enumerate() {
        let lengths = category.row_lengths();
        let lengths: Result<Vec<u8>, _> = lengths.into_iter().map(u8::try_from).collect();
        let lengths = lengths.map_err(|_| Error::bug("a row of more than 255 seats"))?;
        let values = [no.to_string().into_bytes(), lengths];
        step(app, event, epoch, &scripts::LOAD_CATEGORY, &values).await?;
    }
    for batch in sold.chunks(SOLD_BATCH) {
        let values: Result<Vec<_>, _> = batch.iter().map(sold_value).collect();
        let words = step(app, event, epoch, &scripts::LOAD_SOLD, &values?).await?;
        if let Some(refused) = words.get(1).filter(|refused| *refused != "0") {
            tracing::error!(event.id = %event, refused, "claims on no free seat");
        }
    }
    step(app, event, epoch, &scripts::LOAD_END, &[]).await?;
    Ok(())
}

async fn step(
    app: &App,
    event: EventId,
    epoch: i64,
    script: &redis::Script,
    values: &[Vec<u8>],
) -> Result<Vec<String>, Error> {
    let moment = Moment {
        event,
        epoch,
        now_ms: app.clock.now().as_millisecond(),
    };
    match call(&app.redis, script, moment, values).await? {
        Said::Answer(answer) => read(answer),
        // A later load has taken over.
        Said::OtherEpoch(_) => Err(being_loaded()),
    }
}
