//! The mails that follow issuing: the tickets, or with late release a confirmation before them. Of
//! orders issued together one job is written for each event; a worker makes a job of each order of
//! it, so that each is tried again on its own.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use ticket_core::ids::{EventId, OrderId};

use super::{CONFIRM_ORDER, FOLLOW_UP, SEND_TICKETS};
use crate::app::App;
use crate::catalogue::{self, Snapshot};
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job, NewJob};

#[derive(Deserialize)]
struct Payload {
    event: EventId,
    orders: BTreeSet<OrderId>,
}

/// What is to be done for orders of one event, issued together.
pub(super) fn jobs(
    event: EventId,
    orders: &BTreeSet<OrderId>,
    (catalogue, now): (&Snapshot, Timestamp),
) -> Vec<NewJob> {
    if orders.len() > 1 {
        let payload = json!({ "event": event, "orders": orders });
        return vec![(FOLLOW_UP, payload, now)];
    }
    mails(event, orders, (catalogue, now))
}

/// The job [`FOLLOW_UP`]. Done twice, it makes jobs that find nothing left to do.
pub(crate) async fn follow_up(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { event, orders } =
        serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let catalogue = catalogue::snapshot(app).await?;
    let now = app.clock.now();
    let mails = mails(event, &orders, (&catalogue, now));
    app.db
        .write("tickets.follow_up", async |tx| {
            jobs::enqueue_all(tx, &mails, now).await
        })
        .await
}

fn mails(
    event: EventId,
    orders: &BTreeSet<OrderId>,
    (catalogue, now): (&Snapshot, Timestamp),
) -> Vec<NewJob> {
    let released_at = catalogue
        .event(event)
        .and_then(|event| event.releases_at())
        .map_or(now, |at| at.max(now));
    let mut jobs = Vec::with_capacity(orders.len());
    for order in orders {
        let payload = json!({ "order": order, "event": event });
        if released_at > now {
            jobs.push((CONFIRM_ORDER, payload.clone(), now));
        }
        jobs.push((SEND_TICKETS, payload, released_at));
    }
    jobs
}
