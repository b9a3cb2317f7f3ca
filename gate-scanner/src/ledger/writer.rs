//! The one thread that writes. What arrives while a commit is on its way to the disk is committed
//! together next, so that a crowd of scans shares one `fdatasync`.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::LedgerBroken;
use super::file::{LogFile, broken};
use super::record::Record;
use super::store::Store;

/// Bounds what waits; beyond it, callers wait for their place.
const QUEUE_LENGTH: usize = 1024;
const COMMIT_LENGTH_MAX: usize = 512;

#[derive(Debug)]
struct Order {
    records: Vec<(Record, String)>,
    done: oneshot::Sender<Result<(), LedgerBroken>>,
}

#[derive(Debug)]
pub(super) struct Writer(mpsc::Sender<Order>);

impl Writer {
    pub(super) fn start(log: LogFile, store: Arc<Store>) -> Result<Self, LedgerBroken> {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || write_all(log, &store, receiver))
            .map_err(broken)?;
        Ok(Self(sender))
    }

    /// Returns once the records are on the disk, all or none.
    pub(super) async fn keep(&self, records: Vec<Record>) -> Result<(), LedgerBroken> {
        // By whoever asks: the one thread has enough to do.
        let written: Result<Vec<_>, LedgerBroken> = records
            .into_iter()
            .map(|record| match serde_json::to_string(&record) {
                Ok(text) => Ok((record, text)),
                Err(error) => Err(broken(error)),
            })
            .collect();
        let (done, seen) = oneshot::channel();
        let order = Order {
            records: written?,
            done,
        };
        let gone = || broken("its writer has ended");
        self.0.send(order).await.map_err(|_| gone())?;
        seen.await.map_err(|_| gone())?
    }
}

fn write_all(mut log: LogFile, store: &Store, mut orders: mpsc::Receiver<Order>) {
    let mut batch = Vec::new();
    while let Some(first) = orders.blocking_recv() {
        let mut length = first.records.len();
        batch.push(first);
        while length < COMMIT_LENGTH_MAX {
            let Ok(order) = orders.try_recv() else {
                break;
            };
            length += order.records.len();
            batch.push(order);
        }
        let result = commit(&mut log, store, &batch);
        if let Err(error) = &result {
            tracing::error!(%error, records = length, "a commit failed");
        }
        for order in batch.drain(..) {
            // Whoever gave up waiting need not be told.
            let _ = order.done.send(result.clone());
        }
    }
}

fn commit(log: &mut LogFile, store: &Store, batch: &[Order]) -> Result<(), LedgerBroken> {
    let records = || batch.iter().flat_map(|order| &order.records);
    let texts: Vec<&str> = records().map(|(_, text)| text.as_str()).collect();
    if texts.is_empty() {
        return Ok(());
    }
    let places = log.append(&texts)?;
    store.apply(places.into_iter().zip(records().map(|(record, _)| record)))
}
