//! Placing an order: the held seats become claims, all or none, before anyone pays.

use jiff::Timestamp;
use serde_json::json;
use ticket_core::hold::Hold;
use ticket_core::limits::MAX_TICKETS_PER_PERSON_AND_EVENT;
use ticket_core::order::OrderRefused;

use super::order::{Order, OrderRequest};
use super::store::{self, NewOrder, SealedLine};
use super::{pay, plan, read, seal};
use crate::app::App;
use crate::catalogue::Snapshot;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;
use crate::tickets::{self, Issue};
use crate::{accounts, catalogue, holds, payments};

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
    let digest = content_digest(app, &request);
    let created = match store::find_digest(&app.db.read().await?, request.id).await? {
        Some(known) => {
            check_same(&known, &digest)?;
            false
        }
        None => claim(app, &request, &digest).await?,
    };
    let order = read::find(app, request.id, request.owner).await?;
    if pay::check_open(order.state, app).is_ok() {
        pay::open(app, &order).await?;
    }
    Ok(Placed {
        order: read::find(app, request.id, request.owner).await?,
        created,
    })
}

/// True when this call wrote the order.
async fn claim(app: &App, request: &OrderRequest, digest: &[u8]) -> Result<bool, Error> {
    plan::check(request)?;
    let now = app.clock.now();
    let mut held = Vec::with_capacity(request.holds.len());
    for hold in &request.holds {
        held.push(holds::find(app, *hold, request.owner).await?);
    }
    let catalogue = catalogue::snapshot(app).await?;
    let order = plan::plan(request, &held, &catalogue, now)?;
    keep_all(app, &order, &held).await?;
    let draft = Draft {
        order: &order,
        digest,
        catalogue: &catalogue,
        now,
    };
    let written = write(app, &draft).await;
    match &written {
        Ok(Some(known)) => check_same(known, digest)?,
        Err(Error::Refused(_)) => let_go(app, &order, &held).await,
        Ok(None) | Err(_) => {}
    }
    Ok(written?.is_none())
}

/// All holds or none: what was kept before one is refused is given back, unless the same order
/// was written meanwhile, by another request with other content.
async fn keep_all(app: &App, order: &Order, held: &[Hold]) -> Result<(), Error> {
    for (done, hold) in held.iter().enumerate() {
        let kept = holds::keep_until(app, hold, order.id, order.pay_before).await;
        if let Err(Error::Refused(_)) = &kept {
            let before = held.get(..done).unwrap_or_default();
            if store::find_digest(&app.db.read().await?, order.id)
                .await?
                .is_none()
            {
                let_go(app, order, before).await;
            }
        }
        kept?;
    }
    Ok(())
}

/// An order to write, and what that needs.
struct Draft<'a> {
    order: &'a Order,
    digest: &'a [u8],
    catalogue: &'a Snapshot,
    now: Timestamp,
}

/// One transaction. Answers the digest of the order that was there already, if any.
async fn write(app: &App, draft: &Draft<'_>) -> Result<Option<Vec<u8>>, Error> {
    let order = draft.order;
    let key = accounts::data_key(app, order.owner).await?;
    let sealed = order
        .lines
        .iter()
        .map(|line| seal::seal_holder(&key, line))
        .collect::<Result<Vec<_>, _>>()?;
    let is_new = app
        .db
        .write("orders.place", async |tx| {
            store::lock_buyer(tx, order.owner).await?;
            let is_new = store::insert_order(tx, &new_order(order, draft.digest)).await?;
            if is_new {
                fill(app, tx, draft, (&key, &sealed)).await?;
            }
            Ok(is_new)
        })
        .await?;
    if is_new {
        app.wake.now();
        return Ok(None);
    }
    store::find_digest(&app.db.read().await?, order.id).await
}

/// The lines, the claims, and the payment or, when there is nothing to pay, the tickets.
async fn fill(
    app: &App,
    tx: &Tx<'_>,
    draft: &Draft<'_>,
    (key, sealed): (&DataKey, &[SealedLine]),
) -> Result<(), Error> {
    let (order, now) = (draft.order, draft.now);
    check_tickets_per_person(tx, order).await?;
    store::insert_lines(tx, order, sealed).await?;
    store::claim_seats(tx, order.id, now).await?;
    if !order.amount.is_zero() {
        return payments::insert_attempt(app, tx, order.id, order.amount).await;
    }
    super::mark_paid(tx, order.id, order.state, (now, order.id.as_uuid())).await?;
    let issue = Issue {
        order,
        key,
        catalogue: draft.catalogue,
        now,
    };
    tickets::issue(tx, &issue).await
}

async fn check_tickets_per_person(tx: &Tx<'_>, order: &Order) -> Result<(), Error> {
    let mut events: Vec<_> = order.lines.iter().map(|line| line.event).collect();
    events.sort_unstable();
    events.dedup();
    for event in events {
        let wanted = order.lines.iter().filter(|line| line.event == event);
        let wanted = i64::try_from(wanted.count()).map_err(Error::bug)?;
        let before = store::count_tickets(tx, order.owner, event).await?;
        if before + wanted > i64::from(MAX_TICKETS_PER_PERSON_AND_EVENT) {
            return Err(OrderRefused::TooManyTickets.into());
        }
    }
    Ok(())
}

/// After a refusal: what was kept is given back. The inventory then compares itself with the
/// claims, since it had offered a seat that was not to be had.
async fn let_go(app: &App, order: &Order, held: &[Hold]) {
    for hold in held {
        let line = order.lines.iter().find(|line| line.hold == hold.id);
        let Some(line) = line else { continue };
        let seats = holds::HeldSeats {
            order: order.id,
            hold: hold.id,
            owner: hold.owner,
            event: hold.event,
            category_no: line.category_no,
            seats: hold.seats.clone(),
        };
        if let Err(error) = holds::give_back(app, &seats).await {
            error.log();
        }
    }
}

fn new_order<'a>(order: &'a Order, digest: &'a [u8]) -> NewOrder<'a> {
    NewOrder {
        id: order.id,
        number: order.number.as_str(),
        owner: order.owner,
        content_digest: digest,
        locale: order.locale,
        amount: order.amount,
        created_at: order.created_at,
        pay_before: order.pay_before,
    }
}

fn check_same(known: &[u8], digest: &[u8]) -> Result<(), Error> {
    if known == digest {
        Ok(())
    } else {
        Err(OrderRefused::IdReused.into())
    }
}

/// A keyed digest, since it covers names. The language may differ: it is not what is bought.
fn content_digest(app: &App, request: &OrderRequest) -> Vec<u8> {
    let content = json!({
        "owner": request.owner,
        "holds": request.holds,
        "holders": request.holders,
        "accept_terms": request.accept_terms,
    });
    app.keyring
        .blind_index("orders.content", &content.to_string())
}
