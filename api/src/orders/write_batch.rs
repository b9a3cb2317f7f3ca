//! Writing orders together: one transaction for all that come at the same time, and an answer for
//! each. An order that is refused is not written and harms no other of its batch.

use std::collections::{BTreeSet, HashMap, HashSet};

use ticket_core::ids::{EventId, OrderId, UserId};
use ticket_core::limits::MAX_TICKETS_PER_PERSON_AND_EVENT;
use ticket_core::order::OrderRefused;
use uuid::Uuid;

use super::order::Order;
use super::store::{self, Columns};
use super::{mark_paid, seal};
use crate::app::App;
use crate::payments::{self, NewAttempt};
use crate::platform::batch::all_failed;
use crate::platform::db::{Tx, broken_constraint};
use crate::platform::error::Error;
use crate::platform::seal::DataKey;
use crate::tickets::{self, Issue};
use crate::{accounts, catalogue};

/// An order to write, with the digest of what was asked.
pub(super) struct Draft {
    pub(super) order: Order,
    pub(super) digest: Vec<u8>,
    /// The payment; none when there is nothing to pay: then the tickets are issued at once.
    pub(super) attempt: Option<NewAttempt>,
}

/// What became of a draft that was not refused.
pub(super) enum Written {
    New(Box<Order>),
    /// An order with this id was there already, with this content or another.
    Known,
}

/// A draft with its place among those that were given.
type Numbered = (usize, Draft);

/// Answers each draft, in order.
pub(super) async fn write_all(app: &App, drafts: Vec<Draft>) -> Vec<Result<Written, Error>> {
    let mut answers: Vec<_> = drafts.iter().map(|_| Err(unanswered())).collect();
    let mut put = |at: usize, answer| {
        if let Some(place) = answers.get_mut(at) {
            *place = answer;
        }
    };
    let mut parts = vec![drafts.into_iter().enumerate().collect::<Vec<Numbered>>()];
    while let Some(part) = parts.pop() {
        let (now, later) = set_apart(part);
        parts.extend(later);
        match write(app, &now).await {
            Ok(fates) => {
                for ((at, draft), fate) in now.into_iter().zip(fates) {
                    put(at, fate.map(|fate| fate.written(draft)));
                }
            }
            Err(Error::Bug(_)) if now.len() > 1 => parts.extend(halves(now)),
            Err(error) => {
                let failed = all_failed(refusal_of(error), now.len());
                for ((at, _), answer) in now.iter().zip(failed) {
                    put(*at, answer);
                }
            }
        }
    }
    answers
}

/// What is written together now, sorted by id, and the parts that wait. The second of two drafts
/// with one id comes after the first, and finds it. What costs nothing locks its events to take
/// serials from them: one such order at a time, so that nobody waits in a circle.
fn set_apart(part: Vec<Numbered>) -> (Vec<Numbered>, Vec<Vec<Numbered>>) {
    if part.len() < 2 {
        return (part, Vec::new());
    }
    let mut ids = HashSet::new();
    let (mut now, mut again, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for draft in part {
        if !ids.insert(draft.1.order.id) {
            again.push(draft);
        } else if draft.1.attempt.is_none() {
            later.push(vec![draft]);
        } else {
            now.push(draft);
        }
    }
    now.sort_by_key(|(_, draft)| draft.order.id);
    if !again.is_empty() {
        later.insert(0, again);
    }
    (now, later)
}

/// Somewhere in there is one that breaks the statement of all: it is sought by halves.
fn halves(mut part: Vec<Numbered>) -> [Vec<Numbered>; 2] {
    let second = part.split_off(part.len() / 2);
    [second, part]
}

/// What the transaction decided about a draft.
enum Fate {
    New,
    Known,
}

impl Fate {
    fn written(self, draft: Draft) -> Written {
        match self {
            Self::New => Written::New(Box::new(draft.order)),
            Self::Known => Written::Known,
        }
    }
}

/// One transaction. An error means that nothing was written.
async fn write(app: &App, drafts: &[Numbered]) -> Result<Vec<Result<Fate, Error>>, Error> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let drafts: Vec<&Draft> = drafts.iter().map(|(_, draft)| draft).collect();
    let fates = app
        .db
        .write("orders.place", async |tx| write_in(app, tx, &drafts).await)
        .await?;
    if drafts.iter().any(|draft| draft.attempt.is_none()) {
        app.wake.now();
    }
    Ok(fates)
}

async fn write_in(
    app: &App,
    tx: &Tx<'_>,
    drafts: &[&Draft],
) -> Result<Vec<Result<Fate, Error>>, Error> {
    let mut seen = look(app, tx, drafts).await?;
    let judge = |draft: &&Draft| seen.judge(&draft.order);
    let mut fates: Vec<_> = drafts.iter().map(judge).collect();
    let mut fresh: Vec<&Draft> = drafts.to_vec();
    let mut is_new = fates.iter().map(|fate| matches!(fate, Ok(Fate::New)));
    fresh.retain(|_| is_new.next().unwrap_or(false));
    if fresh.is_empty() {
        return Ok(fates);
    }
    let rows: Vec<_> = fresh
        .iter()
        .map(|draft| (&draft.order, draft.digest.as_slice()))
        .collect();
    let inserted = store::insert_orders(tx, &rows).await?;
    fresh.retain(|draft| inserted.contains(&draft.order.id));
    fill(app, tx, &fresh, &seen.keys).await?;
    for (draft, fate) in drafts.iter().zip(&mut fates) {
        if matches!(fate, Ok(Fate::New)) && !inserted.contains(&draft.order.id) {
            *fate = Ok(Fate::Known);
        }
    }
    Ok(fates)
}

/// What has to be known before anything is written.
struct Seen {
    keys: HashMap<UserId, DataKey>,
    known: HashSet<OrderId>,
    /// Tickets by buyer and event: those ordered before, and those of this batch so far.
    tickets: HashMap<(UserId, EventId), i64>,
}

async fn look(app: &App, tx: &Tx<'_>, drafts: &[&Draft]) -> Result<Seen, Error> {
    let buyers: BTreeSet<_> = drafts.iter().map(|draft| draft.order.owner).collect();
    let ids: Vec<Uuid> = drafts
        .iter()
        .map(|draft| draft.order.id.as_uuid())
        .collect();
    let pairs = drafts
        .iter()
        .flat_map(|draft| pairs_of(&draft.order))
        .collect();
    // The lock is there before anything is counted; the rest is asked for in one breath.
    store::lock_buyers(tx, &buyers).await?;
    let (keys, known, tickets) = tokio::try_join!(
        accounts::data_keys(app, tx, &buyers),
        store::list_known(tx, &ids),
        store::count_tickets(tx, &pairs),
    )?;
    Ok(Seen {
        keys,
        known,
        tickets,
    })
}

/// A buyer and an event for each line.
fn pairs_of(order: &Order) -> impl Iterator<Item = (UserId, EventId)> {
    order.lines.iter().map(|line| (order.owner, line.event))
}

impl Seen {
    /// Decides before anything is written, so that a refusal leaves nothing behind.
    fn judge(&mut self, order: &Order) -> Result<Fate, Error> {
        if self.known.contains(&order.id) {
            return Ok(Fate::Known);
        }
        if !self.keys.contains_key(&order.owner) {
            return Err(Error::not_found());
        }
        let mut after: HashMap<(UserId, EventId), i64> = HashMap::new();
        for pair in pairs_of(order) {
            let before = self.tickets.get(&pair).copied().unwrap_or(0);
            *after.entry(pair).or_insert(before) += 1;
        }
        let max = i64::from(MAX_TICKETS_PER_PERSON_AND_EVENT);
        if after.values().any(|tickets| *tickets > max) {
            return Err(OrderRefused::TooManyTickets.into());
        }
        self.tickets.extend(after);
        Ok(Fate::New)
    }
}

/// The lines, the claims, and the payments or, where there is nothing to pay, the tickets.
async fn fill(
    app: &App,
    tx: &Tx<'_>,
    fresh: &[&Draft],
    keys: &HashMap<UserId, DataKey>,
) -> Result<(), Error> {
    let orders: Vec<&Order> = fresh.iter().map(|draft| &draft.order).collect();
    let Some(now) = orders.first().map(|order| order.created_at) else {
        return Ok(());
    };
    let key_of = |order: &Order| keys.get(&order.owner).ok_or_else(Error::not_found);
    let mut sealed = Vec::new();
    for order in &orders {
        let key = key_of(order)?;
        for line in &order.lines {
            sealed.push(seal::seal_holder(key, line)?);
        }
    }
    let columns = Columns::of(&orders)?;
    let attempts: Vec<_> = fresh
        .iter()
        .filter_map(|draft| Some((draft.order.id, draft.attempt.clone()?)))
        .collect();
    // The claims lead: what they refuse is the failure that is told, not what fails after it.
    tokio::try_join!(
        biased;
        store::claim_seats(tx, &columns, now),
        store::insert_lines(tx, &columns, &sealed),
        payments::insert_attempts(tx, &attempts),
    )?;
    for draft in fresh.iter().filter(|draft| draft.attempt.is_none()) {
        issue(app, tx, &draft.order, key_of(&draft.order)?).await?;
    }
    Ok(())
}

/// What costs nothing is paid by being ordered.
async fn issue(app: &App, tx: &Tx<'_>, order: &Order, key: &DataKey) -> Result<(), Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let now = order.created_at;
    mark_paid(tx, order.id, order.state, (now, order.id.as_uuid())).await?;
    let issue = Issue {
        order,
        key,
        catalogue: &catalogue,
        now,
    };
    tickets::issue(tx, &issue).await
}

fn unanswered() -> Error {
    Error::unavailable("an order was left out of its batch")
}

/// Of an order that stands alone.
fn refusal_of(error: Error) -> Error {
    if broken_constraint(&error) == Some(store::ONE_CLAIM_PER_SEAT) {
        return OrderRefused::SeatsTaken.into();
    }
    error
}
