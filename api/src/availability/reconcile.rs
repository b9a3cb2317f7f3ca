//! Mending what a crash between PostgreSQL and Redis, or a Redis that forgot its last second,
//! left different. PostgreSQL is right: claimed seats are taken, seats sold to nobody are freed.
//! Holds that nobody pays need nothing: they expire.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::time::sleep;
use ticket_core::ids::{EventId, HoldId, OrderId};

use super::dump::{Holdings, Sold, holdings};
use super::inventory::{self, HeldSeats};
use super::store::Claim;
use super::{keys, store};
use crate::app::App;
use crate::platform::error::Error;

/// Taking seats again for a late payment comes just before their claim: wait this long before
/// calling a sold seat without a claim an orphan.
const ORPHAN_MS: i64 = 60_000;
const PERIOD: Duration = Duration::from_secs(30);
/// Events looked at per period besides those with orders: all of a Games in some twenty minutes.
const ROUND: i64 = 20;
const TOUCHED_MAX: usize = 100;
const NOTED_FOR: Duration = Duration::from_secs(1);

/// Where the round stands, and which server it knows.
#[derive(Default)]
pub(super) struct Round(Mutex<(Option<EventId>, Option<String>)>);

/// Compares the inventory with the claims and mends what differs; returns how much that was.
pub async fn reconcile(app: &App, event: EventId) -> Result<usize, Error> {
    let has = holdings(app, event).await?;
    // Read after Redis: a claim made in between has its seats in Redis already, and claiming
    // them again changes nothing.
    let claims = store::list_claims(&app.db.read().await?, event).await?;
    let mut mended = 0;
    for held in unmarked(&has, &claims) {
        mended += usize::from(mend_claim(app, held).await?);
    }
    let now_ms = app.clock.now().as_millisecond();
    for held in orphans(&has.sold, &claims, now_ms) {
        let freed = inventory::give_back(app, &held).await?;
        tracing::warn!(event.id = %event, hold.id = %held.hold, freed, "sold to nobody: freed");
        mended += usize::from(freed > 0);
    }
    Ok(mended)
}

async fn mend_claim(app: &App, held: &HeldSeats) -> Result<bool, Error> {
    match inventory::claim(app, held).await {
        Ok(changed) => {
            if changed {
                tracing::warn!(hold.id = %held.hold, "claimed, but not taken: taken");
            }
            Ok(changed)
        }
        // Somebody holds it: their order will be refused by the fence, and a later round mends.
        Err(error) if error.is_refusal() => {
            tracing::warn!(hold.id = %held.hold, code = error.code(), "claimed, but held");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Claims that Redis does not know as taken, or knows as unpaid although they are paid.
fn unmarked<'a>(has: &Holdings, claims: &'a [Claim]) -> Vec<&'a HeldSeats> {
    let sold: HashSet<(HoldId, OrderId)> = has
        .sold
        .iter()
        .map(|sold| (sold.held.hold, sold.held.order))
        .collect();
    let kept: HashSet<(HoldId, Option<OrderId>)> = has
        .unpaid
        .iter()
        .map(|hold| (hold.hold, hold.order))
        .collect();
    claims
        .iter()
        .filter(|claim| {
            let (hold, order) = (claim.held.hold, claim.held.order);
            let is_kept = kept.contains(&(hold, Some(order)));
            !sold.contains(&(hold, order)) && (claim.is_paid || !is_kept)
        })
        .map(|claim| &claim.held)
        .collect()
}

/// Sold seats that no claim backs.
pub(super) fn orphans(sold: &[Sold], claims: &[Claim], now_ms: i64) -> Vec<HeldSeats> {
    let mut backed: HashMap<(HoldId, OrderId), HashSet<_>> = HashMap::new();
    for claim in claims {
        let seats = backed
            .entry((claim.held.hold, claim.held.order))
            .or_default();
        seats.extend(claim.held.seats.iter().copied());
    }
    let none = HashSet::new();
    let old = sold.iter().filter(|sold| sold.at_ms + ORPHAN_MS < now_ms);
    old.filter_map(|sold| {
        let backed = backed
            .get(&(sold.held.hold, sold.held.order))
            .unwrap_or(&none);
        let mut held = sold.held.clone();
        held.seats.retain(|seat| !backed.contains(seat));
        (!held.seats.is_empty()).then_some(held)
    })
    .collect()
}

/// Remembers that the event has orders in course.
pub async fn touch(app: &App, event: EventId) -> Result<(), Error> {
    let () = redis::cmd("SADD")
        .arg(keys::touched(&app.redis))
        .arg(event.to_string())
        .query_async(&mut app.redis.connection())
        .await?;
    Ok(())
}

/// Events remembered within the last second, and whether to remember each once more at its end.
#[derive(Default)]
pub(super) struct Noted(Mutex<HashMap<EventId, bool>>);

impl Noted {
    /// True when nobody has noted the event within this second.
    fn note(&self, event: EventId) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = !noted.contains_key(&event);
        noted.insert(event, !is_first);
        is_first
    }

    fn end(&self, event: EventId) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.remove(&event).unwrap_or(false)
    }
}

/// The same for each of many orders: at once for the first, then once a second while they come,
/// the last of them included.
pub async fn touch_often(app: &App, event: EventId) -> Result<(), Error> {
    if !app.inventory.noted.note(event) {
        return Ok(());
    }
    let later = app.clone();
    rt::spawn(async move {
        sleep(NOTED_FOR).await;
        if later.inventory.noted.end(event)
            && let Err(error) = touch(&later, event).await
        {
            error.log();
        }
    });
    touch(app, event).await
}

/// Reconciles the events touched since the last time; returns how much was mended.
pub async fn reconcile_touched(app: &App) -> Result<usize, Error> {
    let events: Vec<String> = redis::cmd("SPOP")
        .arg(keys::touched(&app.redis))
        .arg(TOUCHED_MAX)
        .query_async(&mut app.redis.connection())
        .await?;
    let events = events.iter().filter_map(|event| event.parse().ok());
    let mut events: Vec<EventId> = events.collect();
    let mut mended = 0;
    while let Some(event) = events.last() {
        match reconcile(app, *event).await {
            Ok(n) => mended += n,
            Err(error) if error.is_refusal() => error.log(),
            Err(error) => {
                // This one and those not looked at yet wait for the next time.
                for event in events {
                    touch(app, event).await?;
                }
                return Err(error);
            }
        }
        events.pop();
    }
    Ok(mended)
}

/// The worker's life: events with orders, then some of the others; all of them at once when
/// Redis is another server than before, for it may have forgotten its last writes.
pub async fn watch(app: App) {
    loop {
        if let Err(error) = tick(&app).await {
            error.log();
        }
        sleep(PERIOD).await;
    }
}

async fn tick(app: &App) -> Result<(), Error> {
    reconcile_touched(app).await?;
    let server = app.redis.servers().await?;
    let (after, known) = app.inventory.round.get();
    let is_new = known.as_ref().is_some_and(|known| *known != server);
    let (after, limit) = if is_new {
        (None, i64::MAX)
    } else {
        (after, ROUND)
    };
    let events = store::list_events(&app.db.read().await?, after, limit).await?;
    let last = events.last().copied();
    for event in events {
        if let Err(error) = reconcile(app, event).await {
            error.log();
        }
    }
    app.inventory.round.put(last, server);
    Ok(())
}

impl Round {
    fn get(&self) -> (Option<EventId>, Option<String>) {
        let round = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        round.clone()
    }

    fn put(&self, last: Option<EventId>, server: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (last, Some(server));
    }
}
