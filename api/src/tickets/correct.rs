//! Correcting the name on a ticket. Its keys stay what they are: the code that opens the gate is
//! the same, and gates hear of the new name, and of it in the party of the others, by their feed.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use ticket_core::account::parse_name;
use ticket_core::ids::{OrderId, TicketId, UserId};
use ticket_core::naming::{CorrectionRefused, check_correction};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use super::issue::place;
use super::store::corrections::{self as store, Former, NewNames};
use super::{CORRECTED, Ticket, mail, read};
use crate::accounts;
use crate::app::App;
use crate::audit_log;
use crate::catalogue::{self, Event, EventState};
use crate::notifications::{MAIL_REFUSED, send_mail};
use crate::orders::{self, Holder};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job};
use crate::platform::seal::{DataKey, Place};

/// A name of before, in an order's history.
pub(crate) struct Correction {
    pub(crate) ticket: TicketId,
    pub(crate) at: Timestamp,
    pub(crate) former: Holder,
}

/// Until when names on tickets of an event may be corrected. Of a cancelled one never more.
fn until(event: &Event) -> Timestamp {
    match event.state {
        EventState::Cancelled { at } => at,
        EventState::Draft | EventState::Scheduled => event.names_until(),
    }
}

/// Whether the owner may correct the name now; how often it was corrected.
pub(super) async fn check(
    app: &App,
    ticket: &Ticket,
    event: &Event,
) -> Result<Result<u32, CorrectionRefused>, Error> {
    let conn = app.db.read().await?;
    let made = store::count_corrections(&conn, ticket.id).await?;
    let state = (ticket.state.kind(), made);
    let checked = check_correction(state, until(event), app.clock.now());
    Ok(checked.map(|()| made))
}

/// The same name again changes nothing and counts for nothing.
///
/// # Errors
/// `invalid` with the field; `ticket_over`, `names_closed`, `too_many_corrections`;
/// `unknown_ticket`; unavailable.
pub(super) async fn correct(
    app: &App,
    (ticket, owner): (TicketId, UserId),
    wanted: &Holder,
) -> Result<(), Error> {
    let wanted = parse(wanted)?;
    let found = read::find(app, ticket, owner).await?;
    let catalogue = catalogue::refresh(app).await?;
    let event = catalogue.event(found.event).ok_or_else(Error::not_found)?;
    if found.holder == wanted {
        return Ok(());
    }
    let key = accounts::data_key(app, owner).await?;
    app.db
        .write("tickets.correct_name", async |tx| {
            write(app, tx, (&found, event), (&key, &wanted)).await
        })
        .await?;
    app.wake.now();
    Ok(())
}

fn parse(wanted: &Holder) -> Result<Holder, Error> {
    let name = |field, typed: &str| {
        parse_name(typed).map_err(|refused| Error::invalid(field, refused.to_string()))
    };
    Ok(Holder {
        first_name: name("first_name", &wanted.first_name)?,
        last_name: name("last_name", &wanted.last_name)?,
    })
}

async fn write(
    app: &App,
    tx: &Tx<'_>,
    (ticket, event): (&Ticket, &Event),
    (key, wanted): (&DataKey, &Holder),
) -> Result<(), Error> {
    let now = app.clock.now();
    let party = store::lock_party(tx, ticket.order).await?;
    let locked = party.iter().find(|it| it.id == ticket.id);
    let locked = locked.ok_or_else(Error::not_found)?;
    let state = TicketStateName::parse(&locked.state).ok_or_else(|| Error::bug("ticket state"))?;
    let made = store::count_corrections_in(tx, ticket.id).await?;
    check_correction((state, made), until(event), now)?;
    let row = ticket.id.as_uuid();
    let id = Uuid::new_v4();
    let open = |column, sealed: &[u8]| key.open_text(place(column, row), sealed);
    let first_name = open("holder_first_name", &locked.first_name)?;
    let last_name = open("holder_last_name", &locked.last_name)?;
    let former = Former {
        id,
        ticket: row,
        order: ticket.order.as_uuid(),
        no: i16::try_from(made + 1).map_err(Error::bug)?,
        first_name: key.seal_text(former_place("former_first_name", id), &first_name)?,
        last_name: key.seal_text(former_place("former_last_name", id), &last_name)?,
    };
    store::insert_correction(tx, &former, now).await?;
    let names = NewNames {
        ticket: row,
        first_name: key.seal_text(place("holder_first_name", row), &wanted.first_name)?,
        last_name: key.seal_text(place("holder_last_name", row), &wanted.last_name)?,
    };
    store::set_names(tx, &names).await?;
    let entry = audit_log::Entry {
        actor: Some(ticket.owner),
        action: "ticket.name_corrected",
        subject: format!("ticket:{}", ticket.id),
        detail: json!({ "no": former.no }),
    };
    audit_log::record(tx, &entry, now).await?;
    let payload = json!({ "ticket": ticket.id, "owner": ticket.owner, "no": former.no });
    jobs::enqueue(tx, CORRECTED, &payload, (now, now)).await
}

#[derive(Deserialize)]
struct Payload {
    ticket: TicketId,
    owner: UserId,
    no: u32,
}

/// The job [`CORRECTED`]: the ticket with its new name, or while it is not out yet, that it will
/// come with it. One that was corrected again meanwhile is left to its own job.
pub(crate) async fn tell_corrected(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { ticket, owner, no } =
        serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let conn = app.db.read().await?;
    let made = store::count_corrections(&conn, ticket).await?;
    drop(conn);
    if made != no {
        return Ok(());
    }
    let ticket = read::find(app, ticket, owner).await?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue
        .event(ticket.event)
        .ok_or_else(|| Error::bug("a ticket of no event"))?;
    let order = orders::load(app, ticket.order).await?;
    let is_out = read::check_released(&ticket, event, app.clock.now()).is_ok();
    let mail = mail::corrected(app, (&order, event), &ticket, is_out).await?;
    match send_mail(app, &mail).await {
        Err(error) if error.code() == MAIL_REFUSED => {
            error.log();
            Ok(())
        }
        other => other,
    }
}

/// The names of before on the tickets of an order, first the oldest.
pub(crate) async fn corrections_of(
    app: &App,
    (order, owner): (OrderId, UserId),
) -> Result<Vec<Correction>, Error> {
    let stored = store::list_corrections(&app.db.read().await?, order).await?;
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    let key = accounts::data_key(app, owner).await?;
    let open = |stored: store::StoredCorrection| {
        let text = |column, sealed: &[u8]| key.open_text(former_place(column, stored.id), sealed);
        Ok(Correction {
            ticket: stored.ticket,
            at: stored.at,
            former: Holder {
                first_name: text("former_first_name", &stored.first_name)?,
                last_name: text("former_last_name", &stored.last_name)?,
            },
        })
    };
    stored.into_iter().map(open).collect()
}

fn former_place(column: &'static str, correction: Uuid) -> Place {
    Place::new("name_corrections", column, correction)
}
