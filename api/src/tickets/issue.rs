//! Issuing: one ticket per seat of a paid order, each with a key of its own, in the transaction
//! that marks the order paid. Sending follows, at once or when the event releases its tickets.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use ticket_core::credential::TicketKey;
use ticket_core::ids::EventId;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::store::{self, NewTicket};
use super::{CONFIRM_ORDER, SEND_TICKETS};
use crate::catalogue::Snapshot;
use crate::orders::{Line, Order};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::platform::seal::{DataKey, Place, random_bytes};

/// A paid order and what issuing needs beside it.
pub(crate) struct Issue<'a> {
    pub(crate) order: &'a Order,
    /// The buyer's data key seals the ticket keys and the names.
    pub(crate) key: &'a DataKey,
    pub(crate) catalogue: &'a Snapshot,
    pub(crate) now: Timestamp,
}

/// Issues every ticket of the order. The events are taken in the order of their ids, since each
/// is locked while its series of serials goes on.
pub(crate) async fn issue(tx: &Tx<'_>, issue: &Issue<'_>) -> Result<(), Error> {
    let mut by_event: BTreeMap<EventId, Vec<&Line>> = BTreeMap::new();
    for line in &issue.order.lines {
        by_event.entry(line.event).or_default().push(line);
    }
    for (event, lines) in by_event {
        issue_for_event(tx, issue, event, &lines).await?;
    }
    Ok(())
}

async fn issue_for_event(
    tx: &Tx<'_>,
    issue: &Issue<'_>,
    event: EventId,
    lines: &[&Line],
) -> Result<(), Error> {
    let count = i64::try_from(lines.len()).map_err(Error::bug)?;
    let first = store::take_serials(tx, event, count).await?;
    let tickets = (first..)
        .zip(lines)
        .map(|(serial, line)| new_ticket(issue.key, serial, line))
        .collect::<Result<Vec<_>, _>>()?;
    let whose = (event, issue.order.id, issue.order.owner);
    store::insert_tickets(tx, whose, &tickets, issue.now).await?;
    let released_at = issue
        .catalogue
        .event(event)
        .and_then(|event| event.releases_at())
        .map_or(issue.now, |at| at.max(issue.now));
    let payload = json!({ "order": issue.order.id, "event": event });
    if released_at > issue.now {
        jobs::enqueue(tx, CONFIRM_ORDER, &payload, (issue.now, issue.now)).await?;
    }
    jobs::enqueue(tx, SEND_TICKETS, &payload, (issue.now, released_at)).await
}

fn new_ticket(key: &DataKey, serial: i64, line: &Line) -> Result<NewTicket, Error> {
    let id = Uuid::from_bytes(random_bytes()?);
    let secret = Zeroizing::new(random_bytes::<{ TicketKey::LENGTH_BYTES }>()?);
    Ok(NewTicket {
        id,
        serial,
        line: line.id,
        key: key.seal(place("ticket_key", id), secret.as_slice())?,
        first_name: key.seal_text(place("holder_first_name", id), &line.holder.first_name)?,
        last_name: key.seal_text(place("holder_last_name", id), &line.holder.last_name)?,
    })
}

/// Where a sealed value of a ticket lives.
pub(super) const fn place(column: &'static str, ticket: Uuid) -> Place {
    Place::new("tickets", column, ticket)
}
