//! Issuing: one ticket per seat of a paid order, each with a key of its own, in the transaction
//! that marks the order paid; one order or many, the statements are the same. Sending follows, at
//! once or when the event releases its tickets.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use ticket_core::credential::TicketKey;
use ticket_core::ids::{EventId, OrderId, TicketId, UserId};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::follow_up;
use super::store::{self, NewTicket};
use crate::catalogue::Snapshot;
use crate::orders::{Holder, Order, PaidOrder};
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

/// One seat whose ticket is to be issued.
struct Seat<'a> {
    order: OrderId,
    owner: UserId,
    key: &'a DataKey,
    line_no: u8,
    event: EventId,
    holder: &'a Holder,
}

/// Issues every ticket of one order.
pub(crate) async fn issue(tx: &Tx<'_>, issue: &Issue<'_>) -> Result<(), Error> {
    let order = issue.order;
    let seats = order.lines.iter().map(|line| Seat {
        order: order.id,
        owner: order.owner,
        key: issue.key,
        line_no: line.no,
        event: line.event,
        holder: &line.holder,
    });
    issue_seats(tx, seats, (issue.catalogue, issue.now)).await
}

/// Issues every ticket of many orders. The keys are their buyers'.
pub(crate) async fn issue_all(
    tx: &Tx<'_>,
    orders: &[PaidOrder],
    (keys, catalogue, now): (&HashMap<UserId, DataKey>, &Snapshot, Timestamp),
) -> Result<(), Error> {
    let mut seats = Vec::new();
    for order in orders {
        let key = keys.get(&order.owner).ok_or_else(Error::not_found)?;
        seats.extend(order.lines.iter().map(|line| Seat {
            order: order.id,
            owner: order.owner,
            key,
            line_no: line.no,
            event: line.event,
            holder: &line.holder,
        }));
    }
    issue_seats(tx, seats.into_iter(), (catalogue, now)).await
}

/// The events are taken in the order of their ids, since each is locked while its series of
/// serials goes on.
async fn issue_seats<'a>(
    tx: &Tx<'_>,
    seats: impl Iterator<Item = Seat<'a>>,
    (catalogue, now): (&Snapshot, Timestamp),
) -> Result<(), Error> {
    let mut by_event: BTreeMap<EventId, Vec<Seat<'a>>> = BTreeMap::new();
    for seat in seats {
        by_event.entry(seat.event).or_default().push(seat);
    }
    let mut tickets = Vec::new();
    let mut follow_ups = Vec::new();
    for (event, seats) in &by_event {
        let count = i64::try_from(seats.len()).map_err(Error::bug)?;
        let first = store::take_serials(tx, *event, count).await?;
        for (serial, seat) in (first..).zip(seats) {
            tickets.push(new_ticket(serial, seat, now)?);
        }
        let orders: BTreeSet<OrderId> = seats.iter().map(|seat| seat.order).collect();
        follow_ups.extend(follow_up::jobs(*event, &orders, (catalogue, now)));
    }
    store::insert_tickets(tx, &tickets, now).await?;
    jobs::enqueue_all(tx, &follow_ups, now).await
}

fn new_ticket(serial: i64, seat: &Seat<'_>, now: Timestamp) -> Result<NewTicket, Error> {
    let since_1970 = u64::try_from(now.as_millisecond()).map_err(Error::bug)?;
    let id = TicketId::from_moment(since_1970, &random_bytes()?).as_uuid();
    let secret = Zeroizing::new(random_bytes::<{ TicketKey::LENGTH_BYTES }>()?);
    let (key, holder) = (seat.key, seat.holder);
    Ok(NewTicket {
        id,
        serial,
        event: seat.event.as_uuid(),
        order: seat.order.as_uuid(),
        owner: seat.owner.as_uuid(),
        line_no: i16::from(seat.line_no),
        key: key.seal(place("ticket_key", id), secret.as_slice())?,
        first_name: key.seal_text(place("holder_first_name", id), &holder.first_name)?,
        last_name: key.seal_text(place("holder_last_name", id), &holder.last_name)?,
    })
}

/// Where a sealed value of a ticket lives.
pub(super) const fn place(column: &'static str, ticket: Uuid) -> Place {
    Place::new("tickets", column, ticket)
}
