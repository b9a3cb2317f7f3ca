//! Taking in what providers tell, together: the webhooks of the same moment are one transaction.
//! Those that simply pay an order are settled in it; everything else waits in the inbox for
//! [`settle`](super::settle), which knows the other cases.

mod store;

use std::collections::{BTreeSet, HashMap, HashSet};

use actix_web::rt;
use jiff::Timestamp;
use ticket_core::ids::{OrderId, PaymentId, UserId};

pub(super) use store::STATEMENTS;

use super::provider::{ProviderEvent, ProviderPayment, ProviderState};
use crate::app::App;
use crate::catalogue::Snapshot;
use crate::orders::{self, PaidOrder};
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;
use crate::tickets;
use crate::{accounts, catalogue};

/// Two writers: one prepares while the other waits for its commit.
const BOUNDS: Bounds = Bounds {
    batch_max: 64,
    queue_max: 2048,
    writers_max: 2,
};

/// The queue of webhooks.
pub(super) type Queue = Batcher<News, ()>;

/// A webhook whose signature held.
#[derive(Debug)]
pub(super) struct News {
    pub(super) provider: &'static str,
    pub(super) event: ProviderEvent,
    /// What was captured, if that is the news.
    pub(super) captured: Option<ProviderPayment>,
}

/// A captured payment that simply pays its order, locked together with it.
struct Plain {
    order: OrderId,
    payment: PaymentId,
    owner: UserId,
    provider: String,
    provider_ref: String,
}

pub(super) fn queue() -> Queue {
    Batcher::new(BOUNDS)
}

/// Keeps the news, and settles it when it is the plain case.
///
/// # Errors
/// Unavailable without PostgreSQL: the provider tells again.
pub(super) async fn receive(
    app: &App,
    provider: &'static str,
    (event, told): (ProviderEvent, Option<ProviderPayment>),
) -> Result<(), Error> {
    let is_capture = |told: &ProviderPayment| told.state == ProviderState::Captured;
    let news = News {
        provider,
        event,
        captured: told.filter(is_capture),
    };
    let writer = app.clone();
    let write = move |batch| {
        let app = writer.clone();
        async move { write(&app, batch).await }
    };
    app.payments.news.submit(news, write).await
}

/// One transaction for all. Where one of them is a fault they are all kept for later, so that none
/// suffers from its neighbour.
async fn write(app: &App, batch: Vec<News>) -> Vec<Result<(), Error>> {
    match settle_plain(app, &batch).await {
        Ok(is_done) => {
            if !is_done {
                app.payments.wake.now();
            }
            batch.iter().map(|_| Ok(())).collect()
        }
        Err(Error::Bug(source)) => {
            Error::Bug(source).log();
            let mut answers = Vec::with_capacity(batch.len());
            for news in &batch {
                answers.push(keep(app, news).await);
            }
            app.payments.wake.now();
            answers
        }
        Err(error) => all_failed(error, batch.len()),
    }
}

async fn keep(app: &App, news: &News) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .write("payments.keep", async |tx| {
            store::insert_news(tx, &[(news, false)], now).await
        })
        .await
}

/// True when nothing is left for the inbox.
async fn settle_plain(app: &App, batch: &[News]) -> Result<bool, Error> {
    let now = app.clock.now();
    let catalogue = catalogue::snapshot(app).await?;
    let (is_done, sold) = app
        .db
        .write("payments.receive", async |tx| {
            let plain = lock_plain(tx, batch).await?;
            let sold = pay(app, tx, &plain, (&catalogue, now)).await?;
            let settled = mark_settled(batch, &plain, &sold);
            store::insert_news(tx, &settled, now).await?;
            Ok((settled.iter().all(|(_, is_settled)| *is_settled), sold))
        })
        .await?;
    if !sold.is_empty() {
        app.wake.now();
        orders::touch_sold(app, &sold).await;
        let app = app.clone();
        rt::spawn(async move { orders::tell_sold(&app, &sold).await });
    }
    Ok(is_done)
}

/// The plain cases among the captures, one per order: the payment is open, the order awaits it,
/// and the amount is the one asked.
async fn lock_plain(tx: &Tx<'_>, batch: &[News]) -> Result<Vec<Plain>, Error> {
    let mut seen = HashSet::new();
    let captures: Vec<_> = batch
        .iter()
        .filter_map(|news| Some((news.provider, news.captured.as_ref()?)))
        .filter(|(provider, told)| seen.insert((*provider, told.provider_ref.as_str())))
        .collect();
    if captures.is_empty() {
        return Ok(Vec::new());
    }
    let mut plain = store::lock_plain(tx, &captures).await?;
    let mut orders = HashSet::new();
    plain.retain(|one| orders.insert(one.order));
    Ok(plain)
}

/// What a paid order causes, for all of them. An order whose buyer's key was destroyed is left.
async fn pay(
    app: &App,
    tx: &Tx<'_>,
    plain: &[Plain],
    (catalogue, now): (&Snapshot, Timestamp),
) -> Result<Vec<PaidOrder>, Error> {
    if plain.is_empty() {
        return Ok(Vec::new());
    }
    let owners: BTreeSet<UserId> = plain.iter().map(|one| one.owner).collect();
    let keys: HashMap<UserId, DataKey> = accounts::data_keys(app, tx, &owners).await?;
    let payable: Vec<_> = plain
        .iter()
        .filter(|one| keys.contains_key(&one.owner))
        .map(|one| (one.order, one.owner, one.payment))
        .collect();
    let orders = orders::list_to_issue(tx, &payable, &keys).await?;
    orders::mark_all_paid(tx, &payable, now).await?;
    store::mark_captured(tx, &payable, now).await?;
    tickets::issue_all(tx, &orders, (&keys, catalogue, now)).await?;
    Ok(orders)
}

/// Each event once, and whether it is settled. Where two tell the same, the first is.
fn mark_settled<'a>(
    batch: &'a [News],
    plain: &[Plain],
    sold: &[PaidOrder],
) -> Vec<(&'a News, bool)> {
    let paid: HashSet<OrderId> = sold.iter().map(|order| order.id).collect();
    let mut by_ref: HashSet<(&str, &str)> = plain
        .iter()
        .filter(|one| paid.contains(&one.order))
        .map(|one| (one.provider.as_str(), one.provider_ref.as_str()))
        .collect();
    let mut seen = HashSet::new();
    let mut settled: Vec<_> = batch
        .iter()
        .filter(|news| seen.insert((news.provider, news.event.id.as_str())))
        .map(|news| {
            let told = news.captured.as_ref();
            let is_settled =
                told.is_some_and(|told| by_ref.remove(&(news.provider, &told.provider_ref)));
            (news, is_settled)
        })
        .collect();
    // In one order everywhere, so that two batches never wait for each other.
    settled.sort_by_key(|(news, _)| (news.provider, news.event.id.as_str()));
    settled
}
