//! Reading tickets, names opened: for their owner, or for what is to be sent.

use jiff::Timestamp;
use ticket_core::ids::{OrderId, TicketId, UserId};
use ticket_core::ticket::{TicketRefused, TicketState};

use super::issue::place;
use super::store::{self, Stored};
use super::ticket::Ticket;
use crate::accounts;
use crate::app::App;
use crate::catalogue::Event;
use crate::orders::Holder;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;

/// As many as an account shows.
const TICKETS_MAX: i64 = 500;

/// The owner's tickets, latest events first.
pub(crate) async fn of_user(app: &App, owner: UserId) -> Result<Vec<Ticket>, Error> {
    let stored = store::list_of_user(&app.db.read().await?, owner, TICKETS_MAX).await?;
    open_all(app, owner, stored).await
}

/// The tickets of an order, in the order of its lines.
pub(crate) async fn of_order(app: &App, order: OrderId) -> Result<Vec<Ticket>, Error> {
    let stored = store::list_of_order(&app.db.read().await?, order).await?;
    match stored.first().map(|ticket| ticket.owner) {
        Some(owner) => open_all(app, owner, stored).await,
        None => Ok(Vec::new()),
    }
}

/// One ticket of this owner; a stranger's is as unknown as one that never was.
///
/// # Errors
/// `unknown_ticket`.
pub(crate) async fn find(app: &App, id: TicketId, owner: UserId) -> Result<Ticket, Error> {
    let stored = store::find_ticket(&app.db.read().await?, id)
        .await?
        .filter(|ticket| ticket.owner == owner)
        .ok_or(TicketRefused::UnknownTicket)?;
    let key = accounts::data_key(app, owner).await?;
    open(&key, stored)
}

/// Whether the code of a ticket may be shown now. A ticket that no gate would admit yet (it is
/// not sent) or any more (it is deactivated) shows none.
///
/// # Errors
/// `not_released`, `deactivated`.
pub(crate) fn check_released(
    ticket: &Ticket,
    event: &Event,
    now: Timestamp,
) -> Result<(), TicketRefused> {
    match ticket.state {
        TicketState::Deactivated { .. } => Err(TicketRefused::Deactivated),
        TicketState::Paid { .. } => Err(TicketRefused::NotReleased),
        TicketState::Sent { .. } if event.releases_at().is_some_and(|at| now < at) => {
            Err(TicketRefused::NotReleased)
        }
        TicketState::Sent { .. } | TicketState::Scanned { .. } => Ok(()),
    }
}

async fn open_all(app: &App, owner: UserId, stored: Vec<Stored>) -> Result<Vec<Ticket>, Error> {
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    let key = accounts::data_key(app, owner).await?;
    stored
        .into_iter()
        .map(|ticket| open(&key, ticket))
        .collect()
}

fn open(key: &DataKey, stored: Stored) -> Result<Ticket, Error> {
    let row = stored.id.as_uuid();
    Ok(Ticket {
        holder: Holder {
            first_name: key.open_text(place("holder_first_name", row), &stored.first_name)?,
            last_name: key.open_text(place("holder_last_name", row), &stored.last_name)?,
        },
        id: stored.id,
        event: stored.event,
        serial: stored.serial,
        issue: stored.issue,
        order: stored.order,
        order_number: stored.order_number,
        owner: stored.owner,
        formula: stored.formula,
        category_no: stored.category_no,
        label: stored.label,
        price: stored.price,
        state: stored.state,
        paid_at: stored.paid_at,
        sent_at: stored.sent_at,
        scanned_at: stored.scanned_at,
        scanned_gate: stored.scanned_gate,
        deactivated: stored.deactivated,
    })
}
