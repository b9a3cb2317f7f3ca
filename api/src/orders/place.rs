//! Placing an order: the held seats become claims, all or none, before anyone pays.
//!
//! The way that most orders go is walked first: keep the holds, write with the others of the
//! batch, answer from memory. What is there already is looked for only when something refuses.

use jiff::Timestamp;
use serde::Serialize;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{HoldId, UserId};
use ticket_core::order::OrderRefused;

use super::order::{Holder, Order, OrderRequest, PaymentAttempt};
use super::write_batch::{self, Draft, Written};
use super::{let_go, pay, plan, read, store};
use crate::app::App;
use crate::holds::{self, Hold, HoldState, Named};
use crate::platform::error::Error;
use crate::{catalogue, payments, waiting_room};

/// An order, and whether this very call made it (201) or it was there already (200).
pub(crate) struct Placed {
    pub(crate) order: Order,
    pub(crate) created: bool,
}

/// The only door to a seat. The same request again goes on from where the first one stopped.
///
/// # Errors
/// `terms_not_accepted`, `holder_count`, `hold_expired`, `seats_taken`, `too_many_tickets`,
/// `id_reused`. Unavailable when a store or the provider does not answer; without the provider
/// the order exists all the same, and the same request opens its payment later.
pub(crate) async fn place(app: &App, request: OrderRequest) -> Result<Placed, Error> {
    let _timed = waiting_room::time_order(app);
    let digest = content_digest(app, &request)?;
    let mut kept = Vec::new();
    let refusal = match claim(app, &request, &digest, &mut kept).await {
        Ok(Written::New(order)) => {
            return Ok(Placed {
                order: opened(app, *order).await?,
                created: true,
            });
        }
        Ok(Written::Known) => OrderRefused::IdReused.into(),
        Err(Error::Refused(refusal)) => Error::Refused(refusal),
        Err(error) => return Err(error),
    };
    // Before the match, which would keep the connection while Redis is asked.
    let known = store::find_digest(&app.db.read().await?, request.id).await?;
    match known {
        Some(known) if known == digest => {
            let order = read::find(app, request.id, request.owner).await?;
            Ok(Placed {
                order: opened(app, order).await?,
                created: false,
            })
        }
        Some(_) => {
            let_go::let_go_strays(app, &request, &mut kept).await;
            Err(OrderRefused::IdReused.into())
        }
        None => {
            let_go::let_go(app, request.id, &kept).await;
            Err(refusal)
        }
    }
}

/// Keeps the holds and writes the order. `kept` tells the caller what to give back if that is
/// refused.
async fn claim(
    app: &App,
    request: &OrderRequest,
    digest: &[u8],
    kept: &mut Vec<Hold>,
) -> Result<Written, Error> {
    plan::check(request)?;
    let now = as_stored(app.clock.now())?;
    for hold in name_holds(app, request).await? {
        let pay_before = plan::pay_before(now);
        kept.push(holds::keep_until(app, &hold, request.id, pay_before).await?);
    }
    // The names come in the order of the request.
    kept.sort_by_key(|hold| request.holds.iter().position(|id| *id == hold.id));
    let catalogue = catalogue::snapshot(app).await?;
    let mut order = plan::plan(request, kept, &catalogue, now)?;
    let attempt = if order.amount.is_zero() {
        None
    } else {
        Some(payments::prepare(
            app,
            &pay::payer(&order),
            order.amount,
            now,
        )?)
    };
    order.payment = attempt.as_ref().map(|attempt| PaymentAttempt {
        state: "created".to_owned(),
        payment_url: attempt.payment_url.clone(),
        refund_cause: None,
    });
    let draft = Draft {
        order,
        digest: digest.to_vec(),
        attempt,
    };
    let writing = app.clone();
    let write = move |drafts| {
        let app = writing.clone();
        async move { write_batch::write_all(&app, drafts).await }
    };
    app.orders.writer.submit(draft, write).await
}

/// The holds with the number of seats that the order has names for. Of several holds each is
/// looked at first, so that what is wrong with one is refused before any of them is kept, and the
/// others stay as they were. For the same reason the first to end comes first.
async fn name_holds(app: &App, request: &OrderRequest) -> Result<Vec<Named>, Error> {
    let named = |id, seats| Named {
        id,
        owner: request.owner,
        seats,
    };
    if let [hold] = request.holds.as_slice() {
        return Ok(vec![named(*hold, request.holders.len())]);
    }
    let catalogue = catalogue::snapshot(app).await?;
    let mut found = Vec::with_capacity(request.holds.len());
    for hold in &request.holds {
        let hold = holds::find(app, *hold, request.owner).await?;
        plan::event_of(&hold, &catalogue)?;
        if matches!(hold.state, HoldState::Kept { order, .. } if order != request.id) {
            return Err(HoldRefused::AlreadyOrdered.into());
        }
        found.push(hold);
    }
    if found.iter().map(|hold| hold.seats.len()).sum::<usize>() != request.holders.len() {
        return Err(OrderRefused::HolderCount.into());
    }
    found.sort_by_key(|hold| hold.state.ends_at());
    let holds = found.iter().map(|hold| named(hold.id, hold.seats.len()));
    Ok(holds.collect())
}

/// The order with its payment open at the provider, while it can be paid.
async fn opened(app: &App, order: Order) -> Result<Order, Error> {
    let needs_page = order.payment_url().is_none() && pay::check_open(order.state, app).is_ok();
    if needs_page && !order.amount.is_zero() {
        pay::open(app, &order).await?;
    } else if order.payment.is_some() {
        return Ok(order);
    }
    read::find(app, order.id, order.owner).await
}

/// PostgreSQL keeps microseconds: the order in memory is the one that will be read.
fn as_stored(now: Timestamp) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(now.as_microsecond()).map_err(Error::bug)
}

/// A keyed digest, since it covers names. The language may differ: it is not what is bought.
fn content_digest(app: &App, request: &OrderRequest) -> Result<Vec<u8>, Error> {
    let content = Content {
        accept_terms: request.accept_terms,
        holders: &request.holders,
        holds: &request.holds,
        owner: request.owner,
    };
    let content = serde_json::to_string(&content).map_err(Error::bug)?;
    Ok(app.keyring.blind_index("orders.content", &content))
}

/// What is bought.
#[derive(Serialize)]
struct Content<'a> {
    accept_terms: bool,
    holders: &'a [Holder],
    holds: &'a [HoldId],
    owner: UserId,
}
