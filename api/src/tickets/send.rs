//! Sending: the tickets of one order for one event, in one mail with one PDF. A ticket is *sent*
//! once the mail server has accepted the mail, or has refused it for good; until then no gate
//! admits it.

use serde::Deserialize;
use serde_json::json;
use ticket_core::ids::{EventId, OrderId};
use ticket_core::ticket::TicketState;

use super::{SEND_TICKETS, credential_digits, mail, read, store};
use crate::app::App;
use crate::catalogue::{self, Event, EventState};
use crate::notifications::{MAIL_REFUSED, send_mail};
use crate::orders;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job};

#[derive(Deserialize)]
struct Payload {
    order: OrderId,
    event: EventId,
}

/// The job [`SEND_TICKETS`]. Done twice, it finds nothing left to send.
pub(crate) async fn send(app: &App, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let catalogue = catalogue::refresh(app).await?;
    let event = catalogue
        .event(payload.event)
        .ok_or_else(|| Error::bug("tickets of no event"))?;
    if matches!(event.state, EventState::Cancelled { .. }) {
        return Ok(());
    }
    if is_put_off(app, event, &payload).await? {
        return Ok(());
    }
    let mut tickets = read::of_order(app, payload.order).await?;
    tickets.retain(|ticket| {
        ticket.event == payload.event && matches!(ticket.state, TicketState::Paid { .. })
    });
    if tickets.is_empty() {
        return Ok(());
    }
    let order = orders::load(app, payload.order).await?;
    let mut codes = Vec::with_capacity(tickets.len());
    for ticket in &tickets {
        codes.push(credential_digits(app, ticket, event).await?);
    }
    let mail = mail::with_tickets(app, (&order, event), &tickets, &codes).await?;
    match send_mail(app, &mail).await {
        // The mailbox will never take it: the tickets are in the account, and gates admit them.
        Err(error) if error.code() == MAIL_REFUSED => error.log(),
        other => other?,
    }
    let sent = tickets.iter().zip(&codes);
    let sent = sent.map(|(ticket, codes)| (ticket.id.as_uuid(), codes.keys_digest));
    let sent: Vec<_> = sent.collect();
    let now = app.clock.now();
    app.db
        .write("tickets.sent", async |tx| {
            store::mark_sent(tx, &sent, now).await
        })
        .await
}

/// The job [`CONFIRM_ORDER`](super::CONFIRM_ORDER): with late release a buyer hears at once that
/// the seats are theirs.
pub(crate) async fn confirm(app: &App, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue.event(payload.event);
    let Some((event, released_at)) = event.and_then(|event| Some((event, event.releases_at()?)))
    else {
        return Ok(());
    };
    let mut tickets = read::of_order(app, payload.order).await?;
    tickets.retain(|ticket| ticket.event == payload.event);
    let order = orders::load(app, payload.order).await?;
    let mail = mail::without_tickets(app, &order, event, (&tickets, released_at)).await?;
    send_mail(app, &mail).await
}

/// The event's rule may have changed since the order was paid: then the job waits once more.
async fn is_put_off(app: &App, event: &Event, payload: &Payload) -> Result<bool, Error> {
    let now = app.clock.now();
    let Some(at) = event.releases_at().filter(|at| now < *at) else {
        return Ok(false);
    };
    let again = json!({ "order": payload.order, "event": payload.event });
    app.db
        .write("tickets.put_off", async |tx| {
            jobs::enqueue(tx, SEND_TICKETS, &again, (now, at)).await
        })
        .await?;
    Ok(true)
}
