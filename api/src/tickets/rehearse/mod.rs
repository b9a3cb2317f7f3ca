//! Tickets in bulk for load tests: paid orders of up to four seats side by side, with their claims
//! and payments, sealed as real ones, for people made for them. They follow no sale: nobody was
//! asked about limits for a person, and no mail is due.

mod batch;
pub(crate) mod store;

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use ticket_core::credential::UserKey;
use ticket_core::ids::{EventCode, EventId, UserId};
use ticket_core::venue::RowRef;

use self::batch::{Batch, Made, Owners};
use super::store::{mark_sent, take_serials};
use crate::app::App;
use crate::catalogue::{self, Category, Event, EventKeys};
use crate::platform::error::Error;
use crate::{accounts, availability};

/// Seats of one order, side by side.
const ORDER_SEATS: u16 = 4;
/// Orders of one transaction.
const BATCH_ORDERS: usize = 1_000;
/// Each is work for one connection of PostgreSQL.
const EVENTS_AT_ONCE: usize = 4;
/// They get orders in turn.
const OWNERS_MAX: u32 = 10_000;

/// What becomes of the tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be shown at a gate: sent, and their credentials are told.
    Gate,
    /// To be there.
    Filler,
}

/// Seats of one order to be.
pub(super) struct Group<'a> {
    event: EventId,
    category: &'a Category,
    row: RowRef<'a>,
    first: u16,
    seats: u16,
}

/// So many tickets for each event, which must have none yet; the credentials, of a gate's only.
///
/// # Errors
/// Outside development, when an event has tickets already or not so many places, or when a store
/// does not answer.
pub(crate) async fn rehearse(
    app: &App,
    events: &[EventCode],
    (count, purpose): (u32, Purpose),
) -> Result<Vec<String>, Error> {
    if !app.config.is_development() {
        return Err(Error::bug("rehearsals are for development only"));
    }
    let people = count.div_ceil(u32::from(ORDER_SEATS)).clamp(1, OWNERS_MAX);
    let people = usize::try_from(people).map_err(Error::bug)?;
    let made = accounts::rehearse(app, people).await?;
    let owners = owners(app, made.iter().map(|made| made.id), purpose).await?;
    let snapshot = catalogue::snapshot(app).await?;
    let mut wanted = Vec::with_capacity(events.len());
    for code in events {
        let event = snapshot.event_by_code(code);
        wanted.push(event.ok_or_else(|| Error::bug(format!("there is no event {code}")))?);
    }
    let filled = stream::iter(wanted)
        .map(|event| fill(app, event, (count, purpose), &owners))
        .buffered(EVENTS_AT_ONCE);
    let digits: Vec<Vec<String>> = filled.try_collect().await?;
    Ok(digits.concat())
}

async fn owners(
    app: &App,
    ids: impl Iterator<Item = UserId>,
    purpose: Purpose,
) -> Result<Owners, Error> {
    let mut owners = Owners::default();
    for id in ids {
        let user_key = match purpose {
            Purpose::Gate => Some(accounts::user_key(app, id).await?),
            Purpose::Filler => None,
        };
        owners.push((id, user_key));
    }
    Ok(owners)
}

async fn fill(
    app: &App,
    event: &Event,
    (count, purpose): (u32, Purpose),
    owners: &Owners,
) -> Result<Vec<String>, Error> {
    if event.capacity < count {
        return Err(Error::bug(format!("{} has not so many places", event.code)));
    }
    let keys = catalogue::event_keys(app, event.id).await?;
    let groups = groups(event, count);
    let mut first_order = 0;
    let mut digits = Vec::new();
    for part in groups.chunks(BATCH_ORDERS) {
        let range = owners.iter().cycle().skip(first_order % owners.len());
        let theirs: Vec<_> = range.take(part.len()).cloned().collect();
        let made = write(app, event, part, &theirs, purpose).await?;
        if purpose == Purpose::Gate {
            digits.extend(credentials(event, &keys, &made));
        }
        first_order += part.len();
    }
    availability::load(app, event.id).await?;
    Ok(digits)
}

/// The best places first, in groups that lie in one row.
fn groups(event: &Event, count: u32) -> Vec<Group<'_>> {
    let mut left = count;
    let mut groups = Vec::new();
    for (category, plan) in event.categories.iter().zip(&event.plan.categories) {
        for row in plan.rows() {
            for first in (0..row.seats).step_by(usize::from(ORDER_SEATS)) {
                let most = ORDER_SEATS.min(row.seats - first);
                let seats = u16::try_from(left).map_or(most, |left| left.min(most));
                if seats == 0 {
                    return groups;
                }
                left -= u32::from(seats);
                groups.push(Group {
                    event: event.id,
                    category,
                    row: row.clone(),
                    first,
                    seats,
                });
            }
        }
    }
    groups
}

async fn write(
    app: &App,
    event: &Event,
    groups: &[Group<'_>],
    owners: &[(UserId, Option<UserKey>)],
    purpose: Purpose,
) -> Result<Vec<Made>, Error> {
    let now: Timestamp = app.clock.now();
    let seats: i64 = groups.iter().map(|group| i64::from(group.seats)).sum();
    let users: BTreeSet<UserId> = owners.iter().map(|(id, _)| *id).collect();
    app.db
        .write("tickets.rehearse", async |tx| {
            let keys = accounts::data_keys(app, tx, &users).await?;
            let first = take_serials(tx, event.id, seats).await?;
            let mut batch = Batch::starting_at(first);
            for (group, (owner, user_key)) in groups.iter().zip(owners) {
                let key = keys.get(owner).ok_or_else(Error::not_found)?;
                batch.add(group, (*owner, key), user_key.as_ref())?;
            }
            let id = event.id.as_uuid();
            store::insert_orders(tx, (id, &batch.orders), now).await?;
            store::insert_seats(tx, id, &batch.seats, now).await?;
            if purpose == Purpose::Gate {
                // As if their mails had been accepted.
                let made = batch.made.iter().map(Made::keys_digest);
                let sent: Vec<_> = batch.seats.tickets.iter().copied().zip(made).collect();
                mark_sent(tx, &sent, now).await?;
            }
            Ok(batch.made)
        })
        .await
}

fn credentials(event: &Event, keys: &EventKeys, made: &[Made]) -> Vec<String> {
    let made = made.iter();
    made.map(|made| made.credential(event, keys)).collect()
}
