//! The durable ledger of scans. An entry is on disk before its scan is answered (I6), and it stays
//! to be told until the centre has answered for it. It holds no name, e-mail, code or key.

mod desk;
mod entry;
mod file;
mod record;
mod store;
mod writer;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::{ScanId, TabletId, TicketId};
use ticket_core::manifest::{AgentNumber, FirstScan, IdentityCheck};
use tokio::sync::Notify;

pub(crate) use desk::{DeskRecord, Session, SessionDigest};
pub(crate) use entry::{Certainty, ContentDigest, Entry, Told};
pub(crate) use record::Record;
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
    /// Wakes whoever tells the centre.
    pub(crate) news: Notify,
}

impl Ledger {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// When it is in use by another process, damaged, or cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self, LedgerBroken> {
        let (store, log) = Store::open(path)?;
        let store = Arc::new(store);
        Ok(Self {
            writer: Writer::start(log, Arc::clone(&store))?,
            store,
            news: Notify::new(),
        })
    }

    /// Returns once the entry is on disk.
    pub(crate) async fn append(&self, entry: Entry) -> Result<(), LedgerBroken> {
        let is_news = entry.told == Told::Waiting;
        self.keep(vec![Record::Entry(Box::new(entry))]).await?;
        if is_news {
            self.news.notify_one();
        }
        Ok(())
    }

    /// Returns once the records are on disk, all or none.
    pub(crate) async fn keep(&self, records: Vec<Record>) -> Result<(), LedgerBroken> {
        self.writer.keep(records).await
    }

    /// Notes what the centre answered.
    pub(crate) async fn mark_told(&self, told: Vec<(ScanId, Told)>) -> Result<(), LedgerBroken> {
        let told = told.into_iter();
        let told = told.filter(|(scan, _)| self.store.knows(*scan));
        let told = told.map(|(scan_id, told)| Record::Told { scan_id, told });
        self.keep(told.collect()).await
    }

    pub(crate) fn find(&self, scan: ScanId) -> Result<Option<Entry>, LedgerBroken> {
        self.store.find(scan)
    }

    /// When and where this ticket was admitted by this service.
    pub(crate) fn admission_of(&self, ticket: TicketId) -> Option<FirstScan> {
        self.store.find_admission(ticket)
    }

    pub(crate) fn has_admitted(&self, ticket: TicketId) -> bool {
        self.store.has_admitted(ticket)
    }

    /// The oldest entries that the centre has not answered for, but for so many at their head.
    pub(crate) fn list_waiting(
        &self,
        passed: usize,
        limit: usize,
    ) -> Result<Vec<Entry>, LedgerBroken> {
        self.store.list_waiting(passed, limit)
    }

    pub(crate) fn count_waiting(&self) -> usize {
        self.store.count_waiting()
    }

    /// Admitted here where the centre would have refused; newest first.
    pub(crate) fn list_conflicts(&self, limit: usize) -> Result<Vec<Entry>, LedgerBroken> {
        self.store.list_conflicts(limit)
    }

    pub(crate) fn count_conflicts(&self) -> usize {
        self.store.count_conflicts()
    }

    /// Newest first; of one gate, or of all.
    pub(crate) fn list(
        &self,
        gate: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Entry>, LedgerBroken> {
        let mut found = Vec::new();
        self.each_newest(|entry| {
            if gate.is_none_or(|gate| gate == entry.report.gate) {
                found.push(entry);
            }
            if found.len() < limit {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        Ok(found)
    }

    /// Newest first, until it is enough.
    pub(crate) fn each_newest(
        &self,
        see: impl FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), LedgerBroken> {
        self.store.each_newest(see)
    }

    /// The session of a token, whether or not it still holds.
    pub(crate) fn session(&self, digest: SessionDigest) -> Option<Session> {
        self.store.desk(|desk| desk.session(digest))
    }

    /// Whether an agent was signed in on a device at some time, by clocks that may be so far apart.
    pub(crate) fn had_session(
        &self,
        who: (AgentNumber, Option<TabletId>),
        at: Timestamp,
        apart: SignedDuration,
    ) -> bool {
        self.store.desk(|desk| desk.had_session(who, at, apart))
    }

    /// The outcomes of identity checks after a scan, in their order.
    pub(crate) fn checks_of(&self, scan: ScanId) -> Vec<IdentityCheck> {
        self.store.desk(|desk| desk.checks_of(scan))
    }

    /// The oldest outcomes that the centre does not have.
    pub(crate) fn list_untold_checks(&self, limit: usize) -> Vec<IdentityCheck> {
        self.store.desk(|desk| desk.untold(limit))
    }

    pub(crate) fn manifest_key(&self) -> Option<[u8; 32]> {
        self.store.manifest_key()
    }

    pub(crate) async fn pin_manifest_key(&self, key: [u8; 32]) -> Result<(), LedgerBroken> {
        self.keep(vec![Record::ManifestKey(key)]).await
    }
}
