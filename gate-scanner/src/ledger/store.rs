//! The tables of the ledger's file.
//!
//! | table | key → value | |
//! |---|---|---|
//! | `entries` | number in order of arrival → [`Entry`] as JSON | never removed |
//! | `by_scan` | `scan_id` → number | the same scan is answered alike |
//! | `waiting` | number → nothing | to be told to the centre |
//! | `pins` | name → bytes | the key of manifests |

use std::fs::OpenOptions;
use std::path::Path;

use redb::{
    Database, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata,
    TableDefinition, WriteTransaction, backends::FileBackend,
};
use ticket_core::ids::ScanId;

use super::LedgerBroken;
use super::entry::{Entry, Told};

const ENTRIES: TableDefinition<u64, &[u8]> = TableDefinition::new("entries");
const BY_SCAN: TableDefinition<u128, u64> = TableDefinition::new("by_scan");
const WAITING: TableDefinition<u64, ()> = TableDefinition::new("waiting");
const PINS: TableDefinition<&str, &[u8]> = TableDefinition::new("pins");

const MANIFEST_KEY: &str = "manifest_key";
/// A season of scans fits; redb's default is a gigabyte.
const CACHE_BYTES: usize = 32 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Store(Database);

/// Any failure of redb, as a sentence.
pub(super) fn broken(error: impl std::fmt::Display) -> LedgerBroken {
    LedgerBroken(error.to_string())
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, LedgerBroken> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(broken)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(broken)?;
        let database = Database::builder()
            .set_cache_size(CACHE_BYTES)
            .create_with_backend(FileBackend::new(file).map_err(broken)?)
            .map_err(broken)?;
        let store = Self(database);
        // Readers find every table from the first moment.
        store.write(|tx| {
            tx.open_table(ENTRIES).map_err(broken)?;
            tx.open_table(BY_SCAN).map_err(broken)?;
            tx.open_table(WAITING).map_err(broken)?;
            tx.open_table(PINS).map_err(broken)?;
            Ok(())
        })?;
        Ok(store)
    }

    /// One durable transaction: on disk when this returns.
    pub(super) fn write(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<(), LedgerBroken>,
    ) -> Result<(), LedgerBroken> {
        let tx = self.0.begin_write().map_err(broken)?;
        work(&tx)?;
        tx.commit().map_err(broken)
    }

    fn read(&self) -> Result<ReadTransaction, LedgerBroken> {
        self.0.begin_read().map_err(broken)
    }

    pub(super) fn find(&self, scan: ScanId) -> Result<Option<Entry>, LedgerBroken> {
        let tx = self.read()?;
        let numbers = tx.open_table(BY_SCAN).map_err(broken)?;
        let Some(number) = numbers.get(scan.as_uuid().as_u128()).map_err(broken)? else {
            return Ok(None);
        };
        let entries = tx.open_table(ENTRIES).map_err(broken)?;
        let found = entries.get(number.value()).map_err(broken)?;
        found.map(|entry| parse(entry.value())).transpose()
    }

    /// All entries, oldest first.
    pub(super) fn each(&self, mut see: impl FnMut(&Entry)) -> Result<(), LedgerBroken> {
        let entries = self.read()?.open_table(ENTRIES).map_err(broken)?;
        for row in entries.iter().map_err(broken)? {
            let (_, entry) = row.map_err(broken)?;
            see(&parse(entry.value())?);
        }
        Ok(())
    }

    pub(super) fn list(
        &self,
        gate: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Entry>, LedgerBroken> {
        let entries = self.read()?.open_table(ENTRIES).map_err(broken)?;
        let mut found = Vec::new();
        for row in entries.iter().map_err(broken)?.rev() {
            if found.len() == limit {
                break;
            }
            let entry = parse(row.map_err(broken)?.1.value())?;
            if gate.is_none_or(|gate| gate == entry.report.gate) {
                found.push(entry);
            }
        }
        Ok(found)
    }

    pub(super) fn list_waiting(&self, limit: usize) -> Result<Vec<Entry>, LedgerBroken> {
        let tx = self.read()?;
        let waiting = tx.open_table(WAITING).map_err(broken)?;
        let entries = tx.open_table(ENTRIES).map_err(broken)?;
        let mut found = Vec::new();
        for row in waiting.iter().map_err(broken)?.take(limit) {
            let number = row.map_err(broken)?.0.value();
            let entry = entries.get(number).map_err(broken)?;
            let entry = entry.ok_or_else(|| broken("a number without an entry"))?;
            found.push(parse(entry.value())?);
        }
        Ok(found)
    }

    pub(super) fn count_waiting(&self) -> Result<u64, LedgerBroken> {
        let waiting = self.read()?.open_table(WAITING).map_err(broken)?;
        waiting.len().map_err(broken)
    }

    pub(super) fn manifest_key(&self) -> Result<Option<[u8; 32]>, LedgerBroken> {
        let pins = self.read()?.open_table(PINS).map_err(broken)?;
        let key = pins.get(MANIFEST_KEY).map_err(broken)?;
        let bytes = key.map(|key| key.value().try_into());
        bytes
            .transpose()
            .map_err(|_| broken("the pinned key is no 32 bytes"))
    }
}

pub(super) fn insert(tx: &WriteTransaction, entry: &Entry) -> Result<(), LedgerBroken> {
    let mut entries = tx.open_table(ENTRIES).map_err(broken)?;
    let last = entries.last().map_err(broken)?;
    let number = last.map_or(1, |(number, _)| number.value() + 1);
    let bytes = serde_json::to_vec(entry).map_err(broken)?;
    entries.insert(number, bytes.as_slice()).map_err(broken)?;
    let mut by_scan = tx.open_table(BY_SCAN).map_err(broken)?;
    let scan = entry.scan_id().as_uuid().as_u128();
    by_scan.insert(scan, number).map_err(broken)?;
    if entry.told == Told::Waiting {
        let mut waiting = tx.open_table(WAITING).map_err(broken)?;
        waiting.insert(number, ()).map_err(broken)?;
    }
    Ok(())
}

pub(super) fn mark_told(
    tx: &WriteTransaction,
    scan: ScanId,
    told: &Told,
) -> Result<(), LedgerBroken> {
    let by_scan = tx.open_table(BY_SCAN).map_err(broken)?;
    let number = by_scan.get(scan.as_uuid().as_u128()).map_err(broken)?;
    let number = number.ok_or_else(|| broken("no such scan"))?.value();
    let mut entries = tx.open_table(ENTRIES).map_err(broken)?;
    let mut entry = match entries.get(number).map_err(broken)? {
        Some(entry) => parse(entry.value())?,
        None => return Err(broken("a number without an entry")),
    };
    entry.told = told.clone();
    let bytes = serde_json::to_vec(&entry).map_err(broken)?;
    entries.insert(number, bytes.as_slice()).map_err(broken)?;
    let mut waiting = tx.open_table(WAITING).map_err(broken)?;
    waiting.remove(number).map_err(broken)?;
    Ok(())
}

pub(super) fn pin_manifest_key(tx: &WriteTransaction, key: &[u8; 32]) -> Result<(), LedgerBroken> {
    let mut pins = tx.open_table(PINS).map_err(broken)?;
    pins.insert(MANIFEST_KEY, key.as_slice()).map_err(broken)?;
    Ok(())
}

fn parse(bytes: &[u8]) -> Result<Entry, LedgerBroken> {
    serde_json::from_slice(bytes).map_err(broken)
}
