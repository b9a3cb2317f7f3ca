//! The durable ledger of scans. An entry is on disk before its scan is answered (I6), and it stays
//! to be told until the centre has answered for it. It holds no name, e-mail, code or key.

mod entry;
mod store;
mod writer;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use ticket_core::ids::{ScanId, TicketId};
use ticket_core::manifest::FirstScan;
use tokio::sync::Notify;

pub(crate) use entry::{Certainty, ContentDigest, Entry, Told};
use store::Store;
use writer::Writer;

/// The ledger cannot be read or written: nothing may be decided.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the ledger fails: {0}")]
pub(crate) struct LedgerBroken(String);

#[derive(Debug)]
pub(crate) struct Ledger {
    store: Arc<Store>,
    writer: Writer,
    /// Every ticket that was admitted here, from the entries.
    admitted: RwLock<HashMap<TicketId, FirstScan>>,
    /// Wakes whoever tells the centre.
    pub(crate) news: Notify,
}

impl Ledger {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// When it is in use by another process, damaged, or cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self, LedgerBroken> {
        let store = Arc::new(Store::open(path)?);
        let mut admitted = HashMap::new();
        store.each(|entry| {
            if let Some((ticket, first)) = entry.admission() {
                admitted.entry(ticket).or_insert(first);
            }
        })?;
        Ok(Self {
            writer: Writer::start(Arc::clone(&store))?,
            store,
            admitted: RwLock::new(admitted),
            news: Notify::new(),
        })
    }

    /// Returns once the entry is on disk.
    pub(crate) async fn append(&self, entry: Entry) -> Result<(), LedgerBroken> {
        let admission = entry.admission();
        self.writer.append(entry).await?;
        if let Some((ticket, first)) = admission {
            let mut admitted = self
                .admitted
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            admitted.entry(ticket).or_insert(first);
        }
        self.news.notify_one();
        Ok(())
    }

    /// Notes what the centre answered.
    pub(crate) async fn mark_told(&self, told: Vec<(ScanId, Told)>) -> Result<(), LedgerBroken> {
        self.writer.mark_told(told).await
    }

    pub(crate) fn find(&self, scan: ScanId) -> Result<Option<Entry>, LedgerBroken> {
        self.store.find(scan)
    }

    /// When and where this ticket was admitted by this service.
    pub(crate) fn admission_of(&self, ticket: TicketId) -> Option<FirstScan> {
        let admitted = self.admitted.read().unwrap_or_else(PoisonError::into_inner);
        admitted.get(&ticket).cloned()
    }

    /// The oldest entries that the centre has not answered for.
    pub(crate) fn list_waiting(&self, limit: usize) -> Result<Vec<Entry>, LedgerBroken> {
        self.store.list_waiting(limit)
    }

    pub(crate) fn count_waiting(&self) -> Result<u64, LedgerBroken> {
        self.store.count_waiting()
    }

    /// Newest first; of one gate, or of all.
    pub(crate) fn list(
        &self,
        gate: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Entry>, LedgerBroken> {
        self.store.list(gate, limit)
    }

    pub(crate) fn manifest_key(&self) -> Result<Option<[u8; 32]>, LedgerBroken> {
        self.store.manifest_key()
    }

    pub(crate) async fn pin_manifest_key(&self, key: [u8; 32]) -> Result<(), LedgerBroken> {
        self.writer.pin_manifest_key(key).await
    }
}
