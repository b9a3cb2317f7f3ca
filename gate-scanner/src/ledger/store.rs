//! What is known of the ledger without reading it: where its records lie, which entries wait to be
//! told, who was admitted. Made from the records, one after the other; entries stay in the file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use jiff::Timestamp;
use ticket_core::ids::{ScanId, TicketId};
use ticket_core::manifest::FirstScan;

use super::LedgerBroken;
use super::desk::Desk;
use super::entry::{Entry, Told};
use super::file::{LogFile, Place, broken};
use super::record::Record;

/// In order of arrival, from 0.
type Number = u32;

#[derive(Debug)]
pub(super) struct Store {
    file: File,
    index: RwLock<Index>,
}

/// Some hundred bytes for each scan.
#[derive(Debug, Default)]
struct Index {
    /// Of each entry, by its number.
    places: Vec<Place>,
    by_scan: HashMap<ScanId, Number>,
    /// To be told to the centre.
    waiting: BTreeSet<Number>,
    /// Admitted here, where the centre would have refused.
    conflicts: BTreeMap<Number, Told>,
    /// When and where a ticket was let in here first.
    admitted: HashMap<TicketId, Admitted>,
    /// Names of gates, as admissions refer to them.
    gates: Vec<String>,
    manifest_key: Option<[u8; 32]>,
    desk: Desk,
}

#[derive(Debug, Clone, Copy)]
struct Admitted {
    at: Timestamp,
    /// Its place in `Index::gates`.
    gate: u16,
}

impl Index {
    fn apply(&mut self, place: Place, record: &Record) -> Result<(), LedgerBroken> {
        match record {
            Record::Entry(entry) => {
                let number = Number::try_from(self.places.len()).map_err(broken)?;
                self.places.push(place);
                self.by_scan.insert(entry.scan_id(), number);
                self.set_told(number, &entry.told);
                if let Some(ticket) = entry.admitted_ticket() {
                    let at = entry.report.scanned_at;
                    let gate = self.gate_no(&entry.report.gate)?;
                    self.admitted.entry(ticket).or_insert(Admitted { at, gate });
                }
            }
            Record::Told { scan_id, told } => {
                let number = self.by_scan.get(scan_id).copied();
                let number = number.ok_or_else(|| broken("an answer to no scan"))?;
                self.set_told(number, told);
            }
            Record::ManifestKey(key) => self.manifest_key = Some(*key),
            Record::Desk(record) => self.desk.apply(record),
        }
        Ok(())
    }

    fn gate_no(&mut self, gate: &str) -> Result<u16, LedgerBroken> {
        let known = self.gates.iter().position(|known| known == gate);
        let place = known.unwrap_or_else(|| {
            self.gates.push(gate.to_owned());
            self.gates.len() - 1
        });
        // There are never so many gates.
        u16::try_from(place).map_err(broken)
    }

    fn set_told(&mut self, number: Number, told: &Told) {
        self.waiting.remove(&number);
        match told {
            Told::Waiting => {
                self.waiting.insert(number);
            }
            Told::Conflict { .. } => {
                self.conflicts.insert(number, told.clone());
            }
            Told::Acknowledged => {}
        }
    }

    fn told(&self, number: Number) -> Told {
        if self.waiting.contains(&number) {
            return Told::Waiting;
        }
        let conflict = self.conflicts.get(&number).cloned();
        conflict.unwrap_or(Told::Acknowledged)
    }

    fn place(&self, number: Number) -> Option<Place> {
        self.places.get(usize::try_from(number).ok()?).copied()
    }
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<(Self, LogFile), LedgerBroken> {
        let mut index = Index::default();
        let log = LogFile::open(path, |place, bytes| index.apply(place, &parse(bytes)?))?;
        let store = Self {
            file: log.reader()?,
            index: RwLock::new(index),
        };
        Ok((store, log))
    }

    /// Takes note of what was written.
    pub(super) fn apply<'a>(
        &self,
        written: impl Iterator<Item = (Place, &'a Record)>,
    ) -> Result<(), LedgerBroken> {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        for (place, record) in written {
            index.apply(place, record)?;
        }
        Ok(())
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, number: Number) -> Result<Entry, LedgerBroken> {
        let (place, told) = {
            let index = self.index();
            (index.place(number), index.told(number))
        };
        let place = place.ok_or_else(|| broken("a number without an entry"))?;
        let mut bytes = vec![0; usize::try_from(place.length).map_err(broken)?];
        self.file
            .read_exact_at(&mut bytes, place.offset)
            .map_err(broken)?;
        match parse(&bytes)? {
            Record::Entry(mut entry) => {
                entry.told = told;
                Ok(*entry)
            }
            Record::Told { .. } | Record::ManifestKey(_) | Record::Desk(_) => {
                Err(broken("a place without an entry"))
            }
        }
    }

    fn entries(
        &self,
        numbers: impl IntoIterator<Item = Number>,
    ) -> Result<Vec<Entry>, LedgerBroken> {
        numbers
            .into_iter()
            .map(|number| self.entry(number))
            .collect()
    }

    pub(super) fn desk<T>(&self, read: impl FnOnce(&Desk) -> T) -> T {
        read(&self.index().desk)
    }

    pub(super) fn knows(&self, scan: ScanId) -> bool {
        self.index().by_scan.contains_key(&scan)
    }

    pub(super) fn find(&self, scan: ScanId) -> Result<Option<Entry>, LedgerBroken> {
        let number = self.index().by_scan.get(&scan).copied();
        number.map(|number| self.entry(number)).transpose()
    }

    pub(super) fn has_admitted(&self, ticket: TicketId) -> bool {
        self.index().admitted.contains_key(&ticket)
    }

    /// When and where this ticket was let in here first.
    pub(super) fn find_admission(&self, ticket: TicketId) -> Option<FirstScan> {
        let index = self.index();
        let admitted = index.admitted.get(&ticket)?;
        let gate = index.gates.get(usize::from(admitted.gate))?.clone();
        Some(FirstScan {
            at: admitted.at,
            gate,
        })
    }

    /// Newest first, until it is enough.
    pub(super) fn each_newest(
        &self,
        mut see: impl FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), LedgerBroken> {
        let length = Number::try_from(self.index().places.len()).map_err(broken)?;
        for number in (0..length).rev() {
            if see(self.entry(number)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn list_waiting(
        &self,
        passed: usize,
        limit: usize,
    ) -> Result<Vec<Entry>, LedgerBroken> {
        let index = self.index();
        let waiting = index.waiting.iter().copied();
        let numbers: Vec<_> = waiting.skip(passed).take(limit).collect();
        drop(index);
        self.entries(numbers)
    }

    pub(super) fn count_waiting(&self) -> usize {
        self.index().waiting.len()
    }

    /// Newest first.
    pub(super) fn list_conflicts(&self, limit: usize) -> Result<Vec<Entry>, LedgerBroken> {
        let index = self.index();
        let numbers: Vec<_> = index.conflicts.keys().rev().copied().take(limit).collect();
        drop(index);
        self.entries(numbers)
    }

    pub(super) fn count_conflicts(&self) -> usize {
        self.index().conflicts.len()
    }

    pub(super) fn manifest_key(&self) -> Option<[u8; 32]> {
        self.index().manifest_key
    }
}

fn parse(bytes: &[u8]) -> Result<Record, LedgerBroken> {
    serde_json::from_slice(bytes).map_err(broken)
}
