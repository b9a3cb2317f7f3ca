//! The tickets of one event in as few bytes as their digests and sealed names allow: fixed rows in
//! the order of their serials, an index of short codes beside them, what is sealed in chunks.

mod facts;

use std::cmp::Ordering;

use jiff::Timestamp;
use ticket_core::credential::{KeysDigest, ShortCodeDigest};
use ticket_core::ids::{IssueNumber, TicketId, TicketSerial};
use ticket_core::manifest::{FirstScan, ManifestTicket, SealedHolder};
use ticket_core::ticket::TicketStateName;

/// Rarely all of it is used; a holder lies in one.
const CHUNK_BYTES: usize = 64 << 10;
/// Longer is no holder of ours.
const HOLDER_BYTES_MAX: usize = CHUNK_BYTES / 4;
/// Lengths of the three parts, before them.
const HEAD_BYTES: usize = 6;
/// Of what may lie unused before all is written anew.
const UNUSED_BYTES_MAX: usize = 4 << 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Tickets {
    /// By serial.
    rows: Vec<Row>,
    /// The first four bytes of a short code's digest, and the serial; sorted.
    by_short: Vec<(u32, u32)>,
    sealed: Chunks,
    /// Names of gates, as rows refer to them.
    gates: Vec<String>,
}

/// 104 bytes.
#[derive(Debug, Clone, Copy)]
struct Row {
    ticket_id: TicketId,
    keys_digest: KeysDigest,
    short_digest: ShortCodeDigest,
    /// Microseconds; together with the gate.
    first_at: i64,
    holder: Option<Place>,
    serial: u32,
    first_gate: Option<GateNo>,
    issue: IssueNumber,
    state: TicketStateName,
}

/// From 1, so that none takes no room.
type GateNo = std::num::NonZeroU16;

/// Of a holder: its chunk times [`CHUNK_BYTES`], and where in it, and one.
type Place = std::num::NonZeroU32;

impl Tickets {
    pub(super) fn with_capacity(tickets: usize) -> Self {
        Self {
            rows: Vec::with_capacity(tickets),
            by_short: Vec::with_capacity(tickets),
            ..Self::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn get(&self, serial: TicketSerial) -> Option<ManifestTicket> {
        let at = self.position(serial.0).ok()?;
        self.rows.get(at).map(|row| self.ticket(row))
    }

    pub(super) fn find_short(&self, digest: &ShortCodeDigest) -> Option<ManifestTicket> {
        let prefix = prefix(digest);
        let from = self.by_short.partition_point(|(other, _)| *other < prefix);
        let alike = self.by_short.iter().skip(from);
        let mut alike = alike.take_while(|(other, _)| *other == prefix);
        alike.find_map(|(_, serial)| {
            let row = self.rows.get(self.position(*serial).ok()?)?;
            (row.short_digest == *digest).then(|| self.ticket(row))
        })
    }

    /// By serial.
    #[cfg(test)]
    fn iter(&self) -> impl Iterator<Item = ManifestTicket> {
        self.rows.iter().map(|row| self.ticket(row))
    }

    /// By serial, from the one after `after` on.
    pub(super) fn after(&self, after: Option<TicketSerial>, limit: usize) -> Vec<ManifestTicket> {
        let from = after.map_or(0, |after| {
            self.rows.partition_point(|row| row.serial <= after.0)
        });
        let rows = self.rows.iter().skip(from).take(limit);
        rows.map(|row| self.ticket(row)).collect()
    }

    /// Without what is sealed: to count.
    pub(crate) fn states(&self) -> impl Iterator<Item = (TicketId, TicketStateName)> {
        self.rows.iter().map(|row| (row.ticket_id, row.state))
    }

    /// Adds it, or replaces the one of the same serial.
    pub(super) fn put(&mut self, ticket: &ManifestTicket) {
        let old = self.position(ticket.serial.0);
        let replaced = old.ok().and_then(|at| self.rows.get(at).copied());
        let first = ticket.first_scan.as_ref();
        let row = Row {
            ticket_id: ticket.ticket_id,
            keys_digest: ticket.keys_digest,
            short_digest: ticket.short_digest,
            first_at: first.map_or(0, |first| first.at.as_microsecond()),
            holder: {
                let place = replaced.and_then(|row| row.holder);
                self.sealed.put(place, ticket.holder.as_ref())
            },
            serial: ticket.serial.0,
            first_gate: first.and_then(|first| self.gate_no(&first.gate)),
            issue: ticket.issue,
            state: ticket.state,
        };
        match old {
            Ok(at) => {
                if let Some(place) = self.rows.get_mut(at) {
                    *place = row;
                }
            }
            Err(at) => insert(&mut self.rows, at, row),
        }
        // A new issue of a ticket has another short code; the old one leads nowhere.
        match replaced {
            Some(old) if old.short_digest == row.short_digest => {}
            Some(old) => {
                self.forget_short(&old);
                self.note_short(&row);
            }
            None => self.note_short(&row),
        }
        if self.sealed.unused > UNUSED_BYTES_MAX {
            self.pack();
        }
    }

    pub(super) fn has(&self, serial: TicketSerial) -> bool {
        self.position(serial.0).is_ok()
    }

    /// It is *Scanned* now; nothing where it is not listed.
    pub(super) fn enter(&mut self, serial: TicketSerial, first: &FirstScan) {
        let gate = self.gate_no(&first.gate);
        let at = self.position(serial.0).ok();
        if let Some(row) = at.and_then(|at| self.rows.get_mut(at)) {
            row.state = TicketStateName::Scanned;
            row.first_at = first.at.as_microsecond();
            row.first_gate = gate;
        }
    }

    /// Of everyone.
    pub(super) fn forget_holders(&mut self) {
        for row in &mut self.rows {
            row.holder = None;
        }
        self.sealed = Chunks::default();
    }

    /// In memory, all told; and of these what is sealed of names.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        let rows = self.rows.capacity() * size_of::<Row>();
        let by_short = self.by_short.capacity() * size_of::<(u32, u32)>();
        (rows + by_short + self.sealed.bytes(), self.sealed.names)
    }

    fn position(&self, serial: u32) -> Result<usize, usize> {
        // They come in order: most are new and last.
        match self.rows.last().map(|last| last.serial.cmp(&serial)) {
            None => Err(0),
            Some(Ordering::Less) => Err(self.rows.len()),
            Some(Ordering::Equal) => Ok(self.rows.len() - 1),
            Some(Ordering::Greater) => self.rows.binary_search_by_key(&serial, |row| row.serial),
        }
    }

    fn ticket(&self, row: &Row) -> ManifestTicket {
        let gate = row.first_gate.and_then(|no| {
            let at = usize::from(no.get()) - 1;
            self.gates.get(at).cloned()
        });
        let at = Timestamp::from_microsecond(row.first_at).unwrap_or_default();
        ManifestTicket {
            ticket_id: row.ticket_id,
            serial: TicketSerial(row.serial),
            issue: row.issue,
            state: row.state,
            keys_digest: row.keys_digest,
            short_digest: row.short_digest,
            holder: row.holder.and_then(|place| self.sealed.get(place)),
            first_scan: gate.map(|gate| FirstScan { at, gate }),
        }
    }

    fn gate_no(&mut self, gate: &str) -> Option<GateNo> {
        let known = self.gates.iter().position(|known| known == gate);
        let at = known.unwrap_or_else(|| {
            self.gates.push(gate.to_owned());
            self.gates.len() - 1
        });
        // There are never so many gates.
        u16::try_from(at + 1).ok().and_then(GateNo::new)
    }

    fn note_short(&mut self, row: &Row) {
        let entry = (prefix(&row.short_digest), row.serial);
        if let Err(at) = self.by_short.binary_search(&entry) {
            insert(&mut self.by_short, at, entry);
        }
    }

    fn forget_short(&mut self, row: &Row) {
        let entry = (prefix(&row.short_digest), row.serial);
        if let Ok(at) = self.by_short.binary_search(&entry) {
            self.by_short.remove(at);
        }
    }

    /// Writes what is sealed anew, without what is not used any more.
    fn pack(&mut self) {
        let before = std::mem::take(&mut self.sealed);
        for row in &mut self.rows {
            let holder = row.holder.and_then(|place| before.get(place));
            row.holder = self.sealed.put(None, holder.as_ref());
        }
    }
}

/// Of an index that is filled at once: sorting is cheaper than inserting.
impl FromIterator<ManifestTicket> for Tickets {
    fn from_iter<I: IntoIterator<Item = ManifestTicket>>(tickets: I) -> Self {
        let tickets = tickets.into_iter();
        let mut all = Self::with_capacity(tickets.size_hint().0);
        let mut later = Vec::new();
        for ticket in tickets {
            match all.position(ticket.serial.0) {
                Err(at) if at == all.rows.len() => all.append(&ticket),
                Ok(_) | Err(_) => later.push(ticket),
            }
        }
        all.by_short.sort_unstable();
        for ticket in later {
            all.put(&ticket);
        }
        all
    }
}

impl Tickets {
    /// Behind all others; its short code is noted, not sorted.
    fn append(&mut self, ticket: &ManifestTicket) {
        let by_short = std::mem::take(&mut self.by_short);
        self.put(ticket);
        self.by_short = by_short;
        let entry = (prefix(&ticket.short_digest), ticket.serial.0);
        self.by_short.push(entry);
    }
}

/// Grows by a sixteenth, where a vector would double.
fn insert<T>(into: &mut Vec<T>, at: usize, value: T) {
    if into.len() == into.capacity() {
        into.reserve_exact(into.len() / 16 + 64);
    }
    into.insert(at, value);
}

fn prefix(digest: &ShortCodeDigest) -> u32 {
    let bytes = digest.as_bytes().first_chunk::<4>();
    bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

/// What is sealed of holders.
#[derive(Debug, Clone, Default)]
struct Chunks {
    full_and_last: Vec<Vec<u8>>,
    /// Of holders that were replaced by others of another length.
    unused: usize,
    /// Of the sealed names alone, without the keys beside them.
    names: usize,
}

impl Chunks {
    /// Replaces what is at `place`, there when it is of the same length.
    fn put(&mut self, place: Option<Place>, holder: Option<&SealedHolder>) -> Option<Place> {
        let before = place.and_then(|place| Some((place, self.parts(place)?)));
        let old_length = before.map(|(_, parts)| HEAD_BYTES + parts.iter().sum::<usize>());
        if let Some((_, [names, ..])) = before {
            self.names -= names;
            self.unused += old_length.unwrap_or(0);
        }
        let holder = holder?;
        let parts = [&holder.sealed, &holder.key_by_keys, &holder.key_by_short];
        let mut bytes =
            Vec::with_capacity(HEAD_BYTES + parts.iter().map(|p| p.len()).sum::<usize>());
        for part in parts {
            bytes.extend(u16::try_from(part.len()).ok()?.to_be_bytes());
        }
        for part in parts {
            bytes.extend_from_slice(part);
        }
        if bytes.len() > HOLDER_BYTES_MAX {
            return None;
        }
        self.names += holder.sealed.len();
        if let Some((place, _)) = before.filter(|_| old_length == Some(bytes.len())) {
            self.unused -= bytes.len();
            self.at_mut(place)?
                .get_mut(..bytes.len())?
                .copy_from_slice(&bytes);
            return Some(place);
        }
        self.append(&bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> Option<Place> {
        let has_room = |chunk: &Vec<u8>| chunk.len() + bytes.len() <= CHUNK_BYTES;
        if !self.full_and_last.last().is_some_and(has_room) {
            self.full_and_last.push(Vec::with_capacity(CHUNK_BYTES));
        }
        let chunk_no = self.full_and_last.len() - 1;
        let chunk = self.full_and_last.last_mut()?;
        let at = chunk_no * CHUNK_BYTES + chunk.len();
        chunk.extend_from_slice(bytes);
        u32::try_from(at + 1).ok().and_then(Place::new)
    }

    fn at(&self, place: Place) -> Option<&[u8]> {
        let at = usize::try_from(place.get() - 1).ok()?;
        self.full_and_last
            .get(at / CHUNK_BYTES)?
            .get(at % CHUNK_BYTES..)
    }

    fn at_mut(&mut self, place: Place) -> Option<&mut [u8]> {
        let at = usize::try_from(place.get() - 1).ok()?;
        let chunk = self.full_and_last.get_mut(at / CHUNK_BYTES)?;
        chunk.get_mut(at % CHUNK_BYTES..)
    }

    /// Lengths of the parts.
    fn parts(&self, place: Place) -> Option<[usize; 3]> {
        let head = self.at(place)?.first_chunk::<HEAD_BYTES>()?;
        let mut lengths = [0; 3];
        for (length, pair) in lengths.iter_mut().zip(head.chunks_exact(2)) {
            *length = usize::from(u16::from_be_bytes(pair.try_into().ok()?));
        }
        Some(lengths)
    }

    fn get(&self, place: Place) -> Option<SealedHolder> {
        let [sealed, by_keys, by_short] = self.parts(place)?;
        let rest = self.at(place)?.get(HEAD_BYTES..)?;
        let (sealed, rest) = rest.split_at_checked(sealed)?;
        let (key_by_keys, rest) = rest.split_at_checked(by_keys)?;
        Some(SealedHolder {
            sealed: sealed.to_vec(),
            key_by_keys: key_by_keys.to_vec(),
            key_by_short: rest.get(..by_short)?.to_vec(),
        })
    }

    fn bytes(&self) -> usize {
        let chunks = self.full_and_last.iter().map(Vec::capacity);
        chunks.sum::<usize>() + self.full_and_last.capacity() * size_of::<Vec<u8>>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};
    use ticket_core::ids::TicketId;
    use uuid::Uuid;

    use super::*;

    fn ticket(serial: u32, rng: &mut StdRng) -> ManifestTicket {
        let mut bytes = |length: usize| -> Vec<u8> { (0..length).map(|_| rng.random()).collect() };
        let holder = SealedHolder {
            sealed: bytes(150 + usize::try_from(serial).unwrap() % 90),
            key_by_keys: bytes(60),
            key_by_short: bytes(60),
        };
        // Digests that begin alike.
        let mut short: [u8; 32] = bytes(32).try_into().unwrap();
        short[..3].fill(7);
        let keys: [u8; 32] = bytes(32).try_into().unwrap();
        let id = Uuid::from_slice(&bytes(16)).unwrap();
        let first_scan = FirstScan {
            at: Timestamp::from_microsecond(i64::from(serial)).unwrap(),
            gate: format!("Gate-{}", serial % 3),
        };
        ManifestTicket {
            ticket_id: TicketId::from_uuid(id),
            serial: TicketSerial(serial),
            issue: IssueNumber(u8::try_from(serial % 5).unwrap()),
            state: TicketStateName::ALL[usize::try_from(serial).unwrap() % 4],
            keys_digest: KeysDigest::from_bytes(keys),
            short_digest: ShortCodeDigest::from_bytes(short),
            holder: rng.random_bool(0.9).then_some(holder),
            first_scan: rng.random_bool(0.5).then_some(first_scan),
        }
    }

    #[test]
    fn it_holds_what_a_map_would_hold() {
        let mut rng = StdRng::seed_from_u64(5);
        let mut model = BTreeMap::new();
        let first: Vec<_> = (1..300).map(|serial| ticket(serial, &mut rng)).collect();
        let mut tickets: Tickets = first.iter().cloned().collect();
        model.extend(first.into_iter().map(|ticket| (ticket.serial, ticket)));
        let mut gone = Vec::new();
        for _ in 0..2000 {
            let new = ticket(rng.random_range(1..400), &mut rng);
            tickets.put(&new);
            gone.extend(model.insert(new.serial, new).map(|old| old.short_digest));
        }
        tickets.pack();
        assert_eq!(tickets.len(), model.len());
        assert!(tickets.iter().eq(model.values().cloned()));
        for (serial, ticket) in &model {
            assert_eq!(tickets.get(*serial).as_ref(), Some(ticket));
            let found = tickets.find_short(&ticket.short_digest);
            assert_eq!(found.as_ref(), Some(ticket));
        }
        assert_eq!(tickets.get(TicketSerial(4000)), None);
        for digest in gone {
            assert_eq!(tickets.find_short(&digest), None);
        }
        let sealed = model.values().filter_map(|ticket| ticket.holder.as_ref());
        let names: usize = sealed.map(|holder| holder.sealed.len()).sum();
        assert_eq!(tickets.bytes().1, names);
    }

    #[test]
    fn a_ticket_that_entered_keeps_all_else() {
        let mut rng = StdRng::seed_from_u64(8);
        let before = ticket(3, &mut rng);
        let mut tickets: Tickets = [before.clone()].into_iter().collect();
        let first_scan = FirstScan {
            at: Timestamp::from_second(1_900_000_000).unwrap(),
            gate: "Gate-9".into(),
        };
        tickets.enter(TicketSerial(3), &first_scan);
        tickets.enter(TicketSerial(4), &first_scan);
        assert!(!tickets.has(TicketSerial(4)));
        let after = ManifestTicket {
            state: TicketStateName::Scanned,
            first_scan: Some(first_scan),
            ..before
        };
        assert_eq!(tickets.get(TicketSerial(3)), Some(after));
    }

    #[test]
    fn tickets_in_no_order_are_found_as_well() {
        let mut rng = StdRng::seed_from_u64(6);
        let all: Vec<_> = [5, 3, 9, 9, 1]
            .map(|serial| ticket(serial, &mut rng))
            .into();
        let tickets: Tickets = all.iter().cloned().collect();
        let serials: Vec<_> = tickets.iter().map(|ticket| ticket.serial.0).collect();
        assert_eq!(serials, [1, 3, 5, 9]);
        assert_eq!(tickets.get(TicketSerial(9)).as_ref(), Some(&all[3]));
        assert_eq!(
            tickets.find_short(&all[0].short_digest).as_ref(),
            Some(&all[0])
        );
    }

    #[test]
    fn a_ticket_takes_no_more_than_250_bytes_beside_its_sealed_names() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut tickets: Tickets = (1..20_000).map(|serial| ticket(serial, &mut rng)).collect();
        for serial in 20_000..20_100 {
            tickets.put(&ticket(serial, &mut rng));
        }
        let (all, names) = tickets.bytes();
        let beside = (all - names) / tickets.len();
        assert!(beside <= 250, "{beside} bytes");
        assert_eq!(size_of::<Row>(), 104);
    }
}
