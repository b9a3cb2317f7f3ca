//! The reminder: at ten in the morning of the day before, on the venue's clock, once a person and
//! event. Who bought later than that was just told all of it.

use jiff::Timestamp;
use jiff::ToSpan;
use serde::Deserialize;
use serde_json::json;
use ticket_core::ids::{EventId, UserId};

use super::message::{self, Told};
use super::{stop, store};
use crate::app::App;
use crate::catalogue::{self, Event, EventState};
use crate::notifications::{MAIL_REFUSED, send_list_mail};
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job, NewJob};

/// Kind of the job that reminds one person of one event.
pub(crate) const REMIND: &str = "notices.remind";
const HOUR: i8 = 10;
/// People of one transaction.
const BATCH: i64 = 2_000;

/// When an event's reminders are due; none at the ends of time.
fn due_at(event: &Event) -> Option<Timestamp> {
    let start = event.local_start();
    let eve = start.date().yesterday().ok()?.at(HOUR, 0, 0, 0);
    let due = eve.to_zoned(start.time_zone().clone()).ok()?;
    Some(due.timestamp())
}

fn is_due(event: &Event, now: Timestamp) -> Option<Timestamp> {
    let is_on = matches!(event.state, EventState::Scheduled) && now < event.starts_at;
    // Nothing further than two days away: that spares looking at most events.
    let near = now
        .checked_add(48.hours())
        .is_ok_and(|then| event.starts_at < then);
    due_at(event).filter(|due| is_on && near && *due <= now)
}

/// Claims whoever is to be reminded, and writes a job for each in the same transaction.
pub(super) async fn queue_due(app: &App) -> Result<usize, Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let now = app.clock.now();
    let due = catalogue.events().iter();
    let due: Vec<(EventId, Timestamp)> = due
        .filter_map(|event| Some((event.id, is_due(event, now)?)))
        .collect();
    if due.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = due.iter().map(|(event, _)| event.as_uuid()).collect();
    let done = store::list_reminded(&app.db.read().await?, &ids).await?;
    let mut queued = 0;
    for (event, due_at) in due {
        if !done.contains(&event.as_uuid()) {
            queued += queue(app, event, due_at).await?;
        }
    }
    Ok(queued)
}

async fn queue(app: &App, event: EventId, due_at: Timestamp) -> Result<usize, Error> {
    let now = app.clock.now();
    app.db
        .write("notices.queue_reminders", async |tx| {
            let people = store::claim_reminders(tx, (event, due_at), now, BATCH).await?;
            if people.is_empty() {
                store::mark_reminded(tx, event, now).await?;
                return Ok(0);
            }
            let job = |user: &UserId| -> NewJob {
                (REMIND, json!({ "event": event, "user": user }), now)
            };
            let jobs: Vec<NewJob> = people.iter().map(job).collect();
            jobs::enqueue_all(tx, &jobs, now).await?;
            Ok(jobs.len())
        })
        .await
}

#[derive(Deserialize)]
struct Payload {
    event: EventId,
    user: UserId,
}

/// The job [`REMIND`]. Whoever has no ticket any more, or does not wish it any more, is left alone.
pub(crate) async fn remind(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { event, user } =
        serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue
        .event(event)
        .ok_or_else(|| Error::bug("a reminder of no event"))?;
    let is_on = matches!(event.state, EventState::Scheduled) && app.clock.now() < event.starts_at;
    if !is_on || !stop::wants_reminders(app, user).await? {
        return Ok(());
    }
    let Some(told) = Told::find(app, user, event).await? else {
        return Ok(());
    };
    let stop_url = stop::url(app, user);
    let mail = message::reminder(&told, event, &stop_url)?;
    match send_list_mail(app, &mail, &stop_url).await {
        Err(error) if error.code() == MAIL_REFUSED => {
            error.log();
            Ok(())
        }
        other => other,
    }
}
