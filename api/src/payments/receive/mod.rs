//! Taking in what providers tell, together: the webhooks of the same moment are one transaction.
//! Those that simply pay an order are settled in it; everything else waits in the inbox for
//! [`settle`](super::settle), which knows the other cases.

mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use actix_web::rt;
use jiff::Timestamp;
use ticket_core::ids::{OrderId, UserId};

pub(super) use store::STATEMENTS;

use super::provider::{ProviderEvent, ProviderPayment, ProviderState};
use crate::app::App;
use crate::orders::{self, PaidOrder, SealedSeat};
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;
use crate::tickets;
use crate::{accounts, catalogue};

/// Two writers: one prepares while the other waits for its commit.
const BOUNDS: Bounds = Bounds {
    batch_max: 256,
    queue_max: 2048,
    writers_max: 2,
    gather: Duration::from_millis(1),
    enough: 64,
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

/// Who told, and what.
type Capture<'a> = (&'static str, &'a ProviderPayment);

/// An order that was simply paid, by its first payment.
struct Plain {
    order: OrderId,
    owner: UserId,
    created_at: Timestamp,
    lines: Vec<SealedSeat>,
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
            let captures = captures(app, batch);
            let plain = store::mark_paid(tx, &captures, now).await?;
            let (sold, keys) = seats_of(app, tx, &plain).await?;
            let settled = mark_settled(batch, &captures, &sold);
            tokio::try_join!(
                store::insert_captured(tx, (&captures, &plain), now),
                tickets::issue_all(tx, &sold, (&keys, &catalogue, now)),
                store::insert_news(tx, &settled, now),
            )?;
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

/// The captures of first payments, one per order, sorted so that two batches never wait for each
/// other.
fn captures<'a>(app: &App, batch: &'a [News]) -> BTreeMap<OrderId, Capture<'a>> {
    let mut captures = BTreeMap::new();
    for news in batch {
        let told = news.captured.as_ref();
        let provider = app.payments.by_name(news.provider);
        let ours = told.zip(provider).and_then(|(told, provider)| {
            let payment = provider.payment_of(&told.provider_ref)?;
            Some((payment.as_first(), told))
        });
        if let Some((order, told)) = ours {
            captures.entry(order).or_insert((news.provider, told));
        }
    }
    captures
}

/// What the tickets of paid orders need. Where a buyer's key was destroyed, or a name does not
/// open, the batch is kept instead.
async fn seats_of(
    app: &App,
    tx: &Tx<'_>,
    plain: &[Plain],
) -> Result<(Vec<PaidOrder>, HashMap<UserId, DataKey>), Error> {
    let owners: BTreeSet<UserId> = plain.iter().map(|one| one.owner).collect();
    let keys = accounts::data_keys(app, tx, &owners).await?;
    let open = |one: &Plain| {
        let key = keys.get(&one.owner);
        let key = key.ok_or_else(|| Error::bug("a buyer's key is destroyed"))?;
        orders::open_paid((one.order, one.owner), &one.lines, key)
    };
    let sold = plain.iter().map(open).collect::<Result<_, Error>>()?;
    Ok((sold, keys))
}

/// Each event once, and whether it is settled. Where two tell the same, the first is.
fn mark_settled<'a>(
    batch: &'a [News],
    captures: &BTreeMap<OrderId, Capture<'_>>,
    sold: &[PaidOrder],
) -> Vec<(&'a News, bool)> {
    let mut by_ref: HashSet<(&str, &str)> = sold
        .iter()
        .filter_map(|order| captures.get(&order.id))
        .map(|(provider, told)| (*provider, told.provider_ref.as_str()))
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
