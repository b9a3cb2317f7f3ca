//! An event at another time or place, or cancelled. The database notes it, whoever did it (V33);
//! here each person with live tickets gets one message of what changed since they were told last.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket_core::ids::{EventId, UserId};

use super::message::{self, Told};
use super::store::{self, NotedChange};
use crate::app::App;
use crate::catalogue::{self, Event, EventState};
use crate::notifications::{MAIL_REFUSED, send_mail};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job, NewJob};

/// Kind of the job that tells one person of one change.
pub(crate) const EVENT_CHANGED: &str = "notices.event_changed";

/// How it was before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Former {
    pub(super) starts_at: Timestamp,
    /// With its city.
    pub(super) venue: String,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    event: EventId,
    user: UserId,
    former: Former,
}

/// Writes a job for each person whom a noted change concerns, and marks it told, together.
pub(super) async fn queue_due(app: &App) -> Result<usize, Error> {
    let waiting = store::count_untold(&app.db.read().await?).await?;
    if waiting == 0 {
        return Ok(0);
    }
    // What is said is what is true now.
    let catalogue = catalogue::refresh(app).await?;
    let now = app.clock.now();
    app.db
        .write("notices.queue_changes", async |tx| {
            let mut by_event: BTreeMap<EventId, Vec<NotedChange>> = BTreeMap::new();
            for change in store::lock_untold(tx).await? {
                by_event.entry(change.event).or_default().push(change);
            }
            let mut queued = 0;
            for (id, changes) in &by_event {
                if let Some(event) = catalogue.event(*id) {
                    queued += queue(tx, event, changes, now).await?;
                }
                store::mark_told(tx, *id, now).await?;
            }
            Ok(queued)
        })
        .await
}

/// Several changes of one event, noted since the last round, are told as one.
async fn queue(
    tx: &Tx<'_>,
    event: &Event,
    changes: &[NotedChange],
    now: Timestamp,
) -> Result<usize, Error> {
    let Some(first) = changes.first() else {
        return Ok(0);
    };
    let is_cancelled = changes.iter().any(|change| change.is_cancelled);
    let is_as_before =
        first.former.starts_at == event.starts_at && first.former_venue == event.venue.id.as_uuid();
    let is_over = event.ends_at < now && first.former.starts_at < now;
    if is_over || (is_as_before && !is_cancelled) {
        return Ok(0);
    }
    let people = store::list_concerned(tx, event.id).await?;
    let job = |user: &UserId| -> NewJob {
        let payload = json!({ "event": event.id, "user": user, "former": first.former });
        (EVENT_CHANGED, payload, now)
    };
    let jobs: Vec<NewJob> = people.iter().map(job).collect();
    jobs::enqueue_all(tx, &jobs, now).await?;
    Ok(jobs.len())
}

/// The job [`EVENT_CHANGED`].
pub(crate) async fn tell_of_change(app: &App, job: &Job) -> Result<(), Error> {
    let Payload {
        event,
        user,
        former,
    } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue
        .event(event)
        .ok_or_else(|| Error::bug("a change of no event"))?;
    let Some(told) = Told::find(app, user, event).await? else {
        return Ok(());
    };
    let mail = match event.state {
        EventState::Cancelled { .. } => message::cancelled(&told, event)?,
        EventState::Draft | EventState::Scheduled => message::changed(&told, event, &former)?,
    };
    match send_mail(app, &mail).await {
        Err(error) if error.code() == MAIL_REFUSED => {
            error.log();
            Ok(())
        }
        other => other,
    }
}
