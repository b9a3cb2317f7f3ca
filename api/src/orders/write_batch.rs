//! Writing orders together: one transaction for all that come at the same time, and an answer for
//! each. An order that is refused is not written and harms no other of its batch.

use std::collections::{BTreeSet, HashMap, HashSet};

use ticket_core::ids::{EventId, OrderId, UserId};
use ticket_core::limits::MAX_TICKETS_PER_PERSON_AND_EVENT;
use ticket_core::order::OrderRefused;
use tokio_postgres::types::Json;

use super::order::{Line, Order};
use super::store::{self, NewOrder};
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

/// One transaction. An error means that nothing was written. Orders are taken for new until the
/// database says that one is not; then it is asked which.
async fn write(app: &App, drafts: &[Numbered]) -> Result<Vec<Result<Fate, Error>>, Error> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let drafts: Vec<&Draft> = drafts.iter().map(|(_, draft)| draft).collect();
    let mut fates = write_once(app, (&drafts, Known::Unasked)).await;
    if let Err(error) = &fates
        && broken_constraint(error) == Some(store::ONE_ORDER_PER_ID)
    {
        fates = write_once(app, (&drafts, Known::Asked)).await;
    }
    if drafts.iter().any(|draft| draft.attempt.is_none()) {
        app.wake.now();
    }
    fates
}

/// Whether it is asked beforehand which orders are there already.
#[derive(Clone, Copy)]
enum Known {
    Unasked,
    Asked,
}

async fn write_once(
    app: &App,
    (drafts, known): (&[&Draft], Known),
) -> Result<Vec<Result<Fate, Error>>, Error> {
    app.db
        .write("orders.place", async |tx| {
            write_in(app, tx, (drafts, known)).await
        })
        .await
}

async fn write_in(
    app: &App,
    tx: &Tx<'_>,
    (drafts, known): (&[&Draft], Known),
) -> Result<Vec<Result<Fate, Error>>, Error> {
    let seen = look(app, tx, drafts).await?;
    let fates = judge(tx, &seen, (drafts, known)).await?;
    let mut fresh: Vec<&Draft> = drafts.to_vec();
    let mut is_new = fates.iter().map(|fate| matches!(fate, Ok(Fate::New)));
    fresh.retain(|_| is_new.next().unwrap_or(false));
    fill(app, tx, &fresh, &seen.keys).await?;
    Ok(fates)
}

/// What has to be known before anything is written.
struct Seen {
    keys: HashMap<UserId, DataKey>,
    /// Places in these cannot be ordered any more.
    missing: HashSet<(EventId, u8)>,
    /// Tickets by buyer and event, ordered before.
    tickets: HashMap<(UserId, EventId), i64>,
}

/// Decides before anything is written, so that a refusal leaves nothing behind. Where an order
/// seems to be too many, what is there already matters: it is not counted twice.
async fn judge(
    tx: &Tx<'_>,
    seen: &Seen,
    (drafts, known): (&[&Draft], Known),
) -> Result<Vec<Result<Fate, Error>>, Error> {
    if matches!(known, Known::Unasked) {
        let fates = seen.judge_all(drafts, &HashSet::new());
        let is_refused = |fate: &Result<Fate, Error>| matches!(fate, Err(Error::Refused(_)));
        if !fates.iter().any(is_refused) {
            return Ok(fates);
        }
    }
    let ids: Vec<OrderId> = drafts.iter().map(|draft| draft.order.id).collect();
    let known = store::list_known(tx, &ids).await?;
    Ok(seen.judge_all(drafts, &known))
}

async fn look(app: &App, tx: &Tx<'_>, drafts: &[&Draft]) -> Result<Seen, Error> {
    let buyers: BTreeSet<_> = drafts.iter().map(|draft| draft.order.owner).collect();
    let pairs = drafts
        .iter()
        .flat_map(|draft| pairs_of(&draft.order))
        .collect();
    let lines = || drafts.iter().flat_map(|draft| &draft.order.lines);
    let events = lines().map(|line| line.event).collect();
    let categories = lines().map(|line| (line.event, line.category_no)).collect();
    // In one breath, and in this order: the locks are there before anything is counted.
    store::make_lock_ready(tx).await?;
    let ((), keys, missing, tickets) = tokio::try_join!(
        biased;
        store::lock(tx, &buyers, &events),
        accounts::data_keys(app, tx, &buyers),
        store::list_missing_categories(tx, &categories),
        store::count_tickets(tx, &pairs),
    )?;
    Ok(Seen {
        keys,
        missing,
        tickets,
    })
}

/// A buyer and an event for each line.
fn pairs_of(order: &Order) -> impl Iterator<Item = (UserId, EventId)> {
    order.lines.iter().map(|line| (order.owner, line.event))
}

impl Seen {
    fn judge_all(&self, drafts: &[&Draft], known: &HashSet<OrderId>) -> Vec<Result<Fate, Error>> {
        let mut tickets = HashMap::new();
        let judge = |draft: &&Draft| {
            if known.contains(&draft.order.id) {
                return Ok(Fate::Known);
            }
            self.judge(&draft.order, &mut tickets)
        };
        drafts.iter().map(judge).collect()
    }

    /// `tickets` has those of the batch so far, with what was ordered before.
    fn judge(
        &self,
        order: &Order,
        tickets: &mut HashMap<(UserId, EventId), i64>,
    ) -> Result<Fate, Error> {
        if !self.keys.contains_key(&order.owner) {
            return Err(Error::not_found());
        }
        let place = |line: &Line| (line.event, line.category_no);
        if order
            .lines
            .iter()
            .any(|line| self.missing.contains(&place(line)))
        {
            return Err(Error::unavailable("an event has just got other categories"));
        }
        let mut after: HashMap<(UserId, EventId), i64> = HashMap::new();
        for pair in pairs_of(order) {
            let before = tickets.get(&pair).or_else(|| self.tickets.get(&pair));
            let before = before.copied().unwrap_or(0);
            *after.entry(pair).or_insert(before) += 1;
        }
        let max = i64::from(MAX_TICKETS_PER_PERSON_AND_EVENT);
        if after.values().any(|tickets| *tickets > max) {
            return Err(OrderRefused::TooManyTickets.into());
        }
        tickets.extend(after);
        Ok(Fate::New)
    }
}

/// The orders with their lines, the claims, and what payments must be rows at once; or, where there
/// is nothing to pay, the tickets.
async fn fill(
    app: &App,
    tx: &Tx<'_>,
    fresh: &[&Draft],
    keys: &HashMap<UserId, DataKey>,
) -> Result<(), Error> {
    let Some(now) = fresh.first().map(|draft| draft.order.created_at) else {
        return Ok(());
    };
    let key_of = |order: &Order| keys.get(&order.owner).ok_or_else(Error::not_found);
    let mut rows = Vec::with_capacity(fresh.len());
    for draft in fresh {
        rows.push(new_order(draft, key_of(&draft.order)?)?);
    }
    let orders: Vec<&Order> = fresh.iter().map(|draft| &draft.order).collect();
    let attempts: Vec<_> = fresh
        .iter()
        .filter_map(|draft| Some((draft.order.id, draft.attempt.clone()?)))
        .filter(|(_, attempt)| attempt.implied_by().is_none())
        .collect();
    // In this order: what the first one refuses is the failure that is told.
    tokio::try_join!(
        biased;
        store::insert_orders(tx, &rows),
        store::claim_seats(tx, &orders, now),
        payments::insert_attempts(tx, &attempts),
    )?;
    for draft in fresh.iter().filter(|draft| draft.attempt.is_none()) {
        issue(app, tx, &draft.order, key_of(&draft.order)?).await?;
    }
    Ok(())
}

fn new_order<'a>(draft: &'a Draft, key: &DataKey) -> Result<NewOrder<'a>, Error> {
    let order = &draft.order;
    let mut names = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        names.push(seal::seal_holder(key, line)?);
    }
    Ok(NewOrder {
        order,
        digest: &draft.digest,
        first_provider: draft.attempt.as_ref().and_then(NewAttempt::implied_by),
        lines: Json(store::new_lines(order, &names)),
    })
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
