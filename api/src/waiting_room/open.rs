//! A queue's life: made ahead, its list closed and published at the opening, the seed told a few
//! seconds later, closed by the operator or when there is nothing more to come in for. Each step
//! leaves a line in the audit log.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use ticket_core::ids::{EventId, QueueId};
use ticket_core::queue::{list_hash, seed_hash};

use super::door::look;
use super::queue::{self, NewQueue, Queue, QueueState};
use super::store;
use crate::app::App;
use crate::audit_log::{self, Entry};
use crate::catalogue::{Event, SaleState, Snapshot};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::{Place, random_bytes};

/// Between the publishing of the list and that of the seed.
const LIST_SHOWN: SignedDuration = SignedDuration::from_secs(5);

/// When a queue opens.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    pub at: Timestamp,
    /// By itself, or when the operator says so.
    pub automatic: bool,
}

/// A new queue, before one event or the whole shop; people may enter at once.
///
/// # Errors
/// When a live one is there already, or PostgreSQL does not answer.
pub async fn create(app: &App, event: Option<EventId>, opening: Opening) -> Result<QueueId, Error> {
    let id = QueueId::from_random_bytes(random_bytes()?);
    let seed: [u8; 32] = random_bytes()?;
    let place = Place::new("queues", "wrapped", id.as_uuid());
    let new = NewQueue {
        id,
        event,
        opens_at: opening.at,
        automatic: opening.automatic,
        seed_hash: seed_hash(&seed),
        seed: app.keyring.wrap(place, &seed)?,
    };
    let now = app.clock.now();
    app.db
        .write("waiting_room.create", async |tx| {
            store::insert_queue(tx, &new, now).await?;
            let detail = json!({ "event": event, "opens_at": opening.at });
            record(tx, (id, "queue.created"), detail, now).await
        })
        .await?;
    queue::refresh(app).await?;
    Ok(id)
}

/// Ends the pre-queue now: the list is closed at the next round, the seed told after it.
///
/// # Errors
/// When PostgreSQL does not answer. False when it is not in its pre-queue.
pub async fn open_now(app: &App, id: QueueId) -> Result<bool, Error> {
    let now = app.clock.now();
    command(app, (id, "queue.opened_by_hand"), json!({}), async |tx| {
        store::mark_pre_queue_ends(tx, id, now).await
    })
    .await
}

/// # Errors
/// When PostgreSQL does not answer. False when it is closed.
pub async fn close(app: &App, id: QueueId) -> Result<bool, Error> {
    let now = app.clock.now();
    command(app, (id, "queue.closed"), json!({}), async |tx| {
        store::mark_closed(tx, id, now).await
    })
    .await
}

/// Why a queue is closed by itself, if it is to be.
pub(super) fn end_of(
    snapshot: &Snapshot,
    of: Option<EventId>,
    now: Timestamp,
) -> Option<&'static str> {
    let Some(id) = of else {
        let mut events = snapshot.events().iter().peekable();
        let is_over =
            events.peek().is_some() && events.all(|event| end_of_sale(event, now).is_some());
        return is_over.then_some("every_sale_over");
    };
    end_of_sale(snapshot.event(id)?, now)
}

fn end_of_sale(event: &Event, now: Timestamp) -> Option<&'static str> {
    match event.sale_state(now) {
        SaleState::NotYet | SaleState::Open => None,
        SaleState::Closed => Some("sale_over"),
        SaleState::Cancelled => Some("event_cancelled"),
    }
}

/// False when another process did it in the meantime.
pub(super) async fn close_by_itself(
    app: &App,
    id: QueueId,
    because: &'static str,
) -> Result<bool, Error> {
    let now = app.clock.now();
    let detail = json!({ "because": because });
    command(app, (id, "queue.closed_by_itself"), detail, async |tx| {
        store::mark_closed(tx, id, now).await
    })
    .await
}

/// An operator's pace in calls a minute, 0 to stop, or the measured one again.
///
/// # Errors
/// When PostgreSQL does not answer. False when it is closed.
pub async fn fix_pace(app: &App, id: QueueId, pace: Option<u32>) -> Result<bool, Error> {
    let detail = json!({ "per_minute": pace });
    command(app, (id, "queue.paced"), detail, async |tx| {
        store::mark_pace_fixed(tx, id, pace).await
    })
    .await
}

async fn command(
    app: &App,
    (id, action): (QueueId, &'static str),
    detail: Value,
    change: impl AsyncFn(&Tx<'_>) -> Result<u64, Error>,
) -> Result<bool, Error> {
    let now = app.clock.now();
    let done = app
        .db
        .write(action, async |tx| {
            let touched = change(tx).await?;
            if touched == 1 {
                record(tx, (id, action), detail.clone(), now).await?;
            }
            Ok(touched == 1)
        })
        .await?;
    queue::refresh(app).await?;
    Ok(done)
}

/// What is due for a queue that is not open; true when something was.
pub(super) async fn advance(app: &App, queue: &Queue) -> Result<bool, Error> {
    let now = app.clock.now();
    match queue.state {
        QueueState::PreQueue if queue.automatic && now >= queue.opens_at => {
            close_list(app, queue.id).await
        }
        QueueState::Listed if queue.listed_at.is_some_and(|at| now >= at + LIST_SHOWN) => {
            tell_seed(app, queue.id).await
        }
        QueueState::PreQueue | QueueState::Listed | QueueState::Open | QueueState::Closed => {
            Ok(false)
        }
    }
}

async fn close_list(app: &App, id: QueueId) -> Result<bool, Error> {
    let counted = look(app, id).await?.entries;
    let now = app.clock.now();
    app.db
        .write("waiting_room.close_list", async |tx| {
            let Some(queue) = store::lock_queue(tx, id).await? else {
                return Ok(false);
            };
            if queue.state != QueueState::PreQueue {
                return Ok(false);
            }
            // What Redis has forgotten was below the reserved ceiling.
            let size = counted.unwrap_or(queue.reserved);
            store::mark_listed(tx, id, (size, list_hash(id, size)), now).await?;
            record(tx, (id, "queue.listed"), json!({ "size": size }), now).await?;
            Ok(true)
        })
        .await
}

async fn tell_seed(app: &App, id: QueueId) -> Result<bool, Error> {
    let now = app.clock.now();
    app.db
        .write("waiting_room.tell_seed", async |tx| {
            let Some(queue) = store::lock_queue(tx, id).await? else {
                return Ok(false);
            };
            if queue.state != QueueState::Listed {
                return Ok(false);
            }
            let place = Place::new("queues", "wrapped", id.as_uuid());
            let seed = app.keyring.unwrap(place, &queue.wrapped)?;
            store::mark_open(tx, id, &seed, now).await?;
            record(tx, (id, "queue.opened"), json!({}), now).await?;
            Ok(true)
        })
        .await
}

async fn record(
    tx: &Tx<'_>,
    (id, action): (QueueId, &'static str),
    detail: Value,
    now: Timestamp,
) -> Result<(), Error> {
    let entry = Entry {
        actor: None,
        action,
        subject: format!("queue:{id}"),
        detail,
    };
    audit_log::record(tx, &entry, now).await
}
