//! The loop that opens queues when they are due, moves the serving number once a second, and closes
//! queues whose sale is over.

use jiff::SignedDuration;
use ticket_core::ids::QueueId;
use ticket_core::queue::Look;

use super::queue::{self, Queue, QueueState};
use super::store::{self, Paced};
use super::{keys, latency, open};
use crate::app::App;
use crate::platform::error::Error;
use crate::{availability, catalogue};

/// Rounds that come earlier leave the door as it is.
const ROUND_MIN: SignedDuration = SignedDuration::from_millis(900);

/// What Redis knows of one queue.
pub(super) struct Counted {
    /// Nothing when Redis has lost it.
    pub entries: Option<u64>,
    pub admitted: u64,
    pub inside: u64,
}

/// One round over all queues; returns how many changed their state.
///
/// # Errors
/// When a store does not answer.
pub async fn run_once(app: &App) -> Result<usize, Error> {
    let mut done = 0;
    let snapshot = catalogue::snapshot(app).await?;
    for queue in queue::refresh(app).await?.iter() {
        if queue.state == QueueState::Closed {
            continue;
        }
        let now = app.clock.now();
        if let Some(because) = open::end_of(&snapshot, queue.event, now) {
            done += usize::from(open::close_by_itself(app, queue.id, because).await?);
        } else if queue.state == QueueState::Open {
            pace(app, queue).await?;
        } else if open::advance(app, queue).await? {
            done += 1;
        }
    }
    queue::refresh(app).await?;
    Ok(done)
}

pub(super) async fn look(app: &App, id: QueueId) -> Result<Counted, Error> {
    let keys = [keys::counters(&app.redis, id), keys::inside(&app.redis, id)];
    let now = app.clock.now().as_millisecond();
    let (entries, admitted, inside): (i64, u64, u64) =
        app.redis.run(&keys::LOOK, &keys, &[now]).await?;
    Ok(Counted {
        entries: u64::try_from(entries).ok(),
        admitted,
        inside,
    })
}

async fn pace(app: &App, queue: &Queue) -> Result<(), Error> {
    let now = app.clock.now();
    let elapsed = now.duration_since(queue.paced_at);
    if elapsed < ROUND_MIN {
        return Ok(());
    }
    let counted = look(app, queue.id).await?;
    let (free, held) = places(app, queue).await?;
    let entries = counted.entries.unwrap_or(queue.reserved);
    let seen = Look {
        entries,
        free,
        held,
        inside: counted.inside,
        admitted: counted.admitted.saturating_sub(queue.admitted),
        order_ms_p90: latency::of_all(app).await?,
        pace_fixed: queue.pace_fixed,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    };
    let paced = Paced {
        inlet: queue.inlet.step(&seen),
        entries,
        admitted: counted.admitted,
        now,
    };
    app.db
        .write("waiting_room.pace", async |tx| {
            store::mark_paced(tx, queue, &paced).await
        })
        .await
        .map(drop)
}

/// Free and held places of the queue's event, or of all events on sale; unknown while none is.
async fn places(app: &App, queue: &Queue) -> Result<(Option<u64>, u64), Error> {
    let Some(event) = queue.event else {
        return Ok(match catalogue::places_on_sale(app).await? {
            Some((free, held)) => (Some(free), held),
            None => (None, 0),
        });
    };
    let counts = availability::of_event(app, event).await?;
    let free = counts.iter().map(|count| u64::from(count.free)).sum();
    let held = counts.iter().map(|count| u64::from(count.held)).sum();
    Ok((Some(free), held))
}
