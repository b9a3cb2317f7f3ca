//! The one thread that writes. What arrives while a commit is on its way to the disk is committed
//! together next, so that a crowd of scans shares one `fsync`.

use std::sync::Arc;

use ticket_core::ids::ScanId;
use tokio::sync::{mpsc, oneshot};

use super::LedgerBroken;
use super::entry::{Entry, Told};
use super::store::{self, Store, broken};

/// Bounds what waits; beyond it, callers wait for their place.
const QUEUE_LENGTH: usize = 1024;
const COMMIT_LENGTH_MAX: usize = 256;

#[derive(Debug)]
enum Work {
    Append(Box<Entry>),
    MarkTold(Vec<(ScanId, Told)>),
    PinManifestKey([u8; 32]),
}

#[derive(Debug)]
struct Order {
    work: Work,
    done: oneshot::Sender<Result<(), LedgerBroken>>,
}

#[derive(Debug)]
pub(super) struct Writer(mpsc::Sender<Order>);

impl Writer {
    pub(super) fn start(store: Arc<Store>) -> Result<Self, LedgerBroken> {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || write_all(&store, receiver))
            .map_err(broken)?;
        Ok(Self(sender))
    }

    pub(super) async fn append(&self, entry: Entry) -> Result<(), LedgerBroken> {
        self.order(Work::Append(Box::new(entry))).await
    }

    pub(super) async fn mark_told(&self, told: Vec<(ScanId, Told)>) -> Result<(), LedgerBroken> {
        self.order(Work::MarkTold(told)).await
    }

    pub(super) async fn pin_manifest_key(&self, key: [u8; 32]) -> Result<(), LedgerBroken> {
        self.order(Work::PinManifestKey(key)).await
    }

    async fn order(&self, work: Work) -> Result<(), LedgerBroken> {
        let (done, seen) = oneshot::channel();
        let gone = |_| broken("its writer has ended");
        let order = Order { work, done };
        self.0
            .send(order)
            .await
            .map_err(|_| broken("its writer has ended"))?;
        seen.await.map_err(gone)?
    }
}

fn write_all(store: &Store, mut orders: mpsc::Receiver<Order>) {
    let mut batch = Vec::with_capacity(COMMIT_LENGTH_MAX);
    while let Some(first) = orders.blocking_recv() {
        batch.push(first);
        while batch.len() < COMMIT_LENGTH_MAX {
            match orders.try_recv() {
                Ok(order) => batch.push(order),
                Err(_) => break,
            }
        }
        let result = commit(store, &batch);
        if let Err(error) = &result {
            tracing::error!(%error, entries = batch.len(), "a commit failed");
        }
        for order in batch.drain(..) {
            // Whoever gave up waiting need not be told.
            let _ = order.done.send(result.clone());
        }
    }
}

fn commit(store: &Store, batch: &[Order]) -> Result<(), LedgerBroken> {
    store.write(|tx| {
        for order in batch {
            match &order.work {
                Work::Append(entry) => store::insert(tx, entry)?,
                Work::MarkTold(told) => {
                    for (scan, told) in told {
                        store::mark_told(tx, *scan, told)?;
                    }
                }
                Work::PinManifestKey(key) => store::pin_manifest_key(tx, key)?,
            }
        }
        Ok(())
    })
}
