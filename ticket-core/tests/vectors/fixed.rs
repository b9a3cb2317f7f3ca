//! Fixed keys, the tickets made from them, and the form of the vectors file.

use std::convert::Infallible;

use jiff::Timestamp;
use rand::{TryCryptoRng, TryRng};
use serde::Serialize;
use ticket_core::{
    credential::{
        CredentialDigits, CredentialKeys, EventKeys, EventSigner, SealingKey, ShortCode,
        SigningSlot, TicketKey, TicketNumbers, UserKey, holder_key_from_keys,
        holder_key_from_short, issue, keys_digest, live_digits, short_code_digest,
    },
    formula::Formula,
    ids::{CategoryCode, EventNumber, IssueNumber, TicketId, TicketSerial},
    manifest::{HolderKeys, HolderRecord, SealedHolder, seal_holder},
};
use uuid::Uuid;

use super::cases::{self, Case};

/// When the cases are presented; a boundary between two steps of live codes.
pub(crate) const NOW_SECOND: i64 = 1_900_000_005;

#[derive(Serialize)]
pub(crate) struct Vectors {
    about: &'static str,
    events: Vec<EventVector>,
    tickets: Vec<TicketVector>,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct EventVector {
    number: u32,
    sealing_key_hex: String,
    signing_keys: Vec<SigningVector>,
}

#[derive(Serialize)]
struct SigningVector {
    slot: u8,
    private_key_hex: String,
    public_key_hex: String,
}

#[derive(Serialize)]
struct TicketVector {
    name: &'static str,
    event: u32,
    slot: u8,
    serial: u32,
    issue: u8,
    user_key_hex: String,
    ticket_key_hex: String,
    bytes_hex: String,
    digits: String,
    short_code: String,
    live: Vec<LiveVector>,
    keys_digest_hex: String,
    short_digest_hex: String,
    holder_key_by_keys_hex: String,
    holder_key_by_short_hex: String,
    ticket_id: TicketId,
    holder: SealedHolder,
    holder_record: HolderRecord,
}

#[derive(Serialize)]
struct LiveVector {
    at: i64,
    digits: String,
}

/// A ticket of the vectors with all its keys.
#[derive(Clone)]
pub(crate) struct Ticket {
    pub(crate) name: &'static str,
    pub(crate) event: u32,
    pub(crate) slot: u8,
    pub(crate) serial: u32,
    pub(crate) issue: u8,
    pub(crate) key_byte: u8,
}

const fn ticket(name: &'static str, event: u32, slot: u8, serial: u32, issue: u8) -> Ticket {
    let [.., low] = serial.to_be_bytes();
    Ticket {
        name,
        event,
        slot,
        serial,
        issue,
        key_byte: low.wrapping_mul(7).wrapping_add(issue),
    }
}

pub(crate) const TICKETS: [Ticket; 5] = [
    ticket("first ticket of an event", 1, 0, 1, 0),
    ticket("second signing slot", 1, 1, 2, 0),
    ticket("issued for the third time", 1, 1, 3, 2),
    ticket("large serial", 0x00ab_cdef, 15, 4_000_000_000, 0),
    ticket("last issue", 0x00ab_cdef, 15, 77_083, 255),
];

/// Event number and the slots that have a key.
pub(crate) const EVENTS: [(u32, &[u8]); 2] = [(1, &[0, 1]), (0x00ab_cdef, &[15])];

pub(crate) fn sealing(event: u32) -> SealingKey {
    SealingKey::from_bytes(bytes(b's', event, 0))
}

pub(crate) fn signer(event: u32, slot: u8) -> EventSigner {
    EventSigner::from_bytes(SigningSlot::new(slot).unwrap(), &bytes(b'k', event, slot))
}

/// 32 bytes that differ in every place and for every key.
fn bytes(kind: u8, event: u32, slot: u8) -> [u8; 32] {
    let [_, high, middle, low] = event.to_be_bytes();
    let seed = kind
        .wrapping_add(high ^ middle ^ low)
        .wrapping_add(slot.wrapping_mul(31));
    std::array::from_fn(|place| seed.wrapping_add(u8::try_from(place).unwrap().wrapping_mul(37)))
}

pub(crate) fn event_keys(number: EventNumber) -> Option<EventKeys> {
    let (event, slots) = EVENTS
        .into_iter()
        .find(|(event, _)| *event == number.get())?;
    let verifiers = slots
        .iter()
        .map(|slot| signer(event, *slot))
        .map(|s| (s.slot(), s.verifier()));
    Some(EventKeys {
        verifiers: verifiers.collect(),
        sealing: sealing(event),
    })
}

impl Ticket {
    pub(crate) fn numbers(&self) -> TicketNumbers {
        TicketNumbers {
            event: EventNumber::new(self.event).unwrap(),
            serial: TicketSerial(self.serial),
            issue: IssueNumber(self.issue),
        }
    }

    pub(crate) fn keys(&self) -> CredentialKeys {
        let key = |start: u8| -> [u8; 16] {
            std::array::from_fn(|place| start.wrapping_add(u8::try_from(place).unwrap() * 11))
        };
        CredentialKeys {
            user: UserKey::from_bytes(key(self.key_byte)),
            ticket: TicketKey::from_bytes(key(self.key_byte ^ 0x55)),
        }
    }

    pub(crate) fn digits(&self) -> CredentialDigits {
        let signer = signer(self.event, self.slot);
        issue(&signer, &sealing(self.event), self.numbers(), &self.keys())
    }

    pub(crate) fn short(&self) -> ShortCode {
        ShortCode::of(&self.keys().ticket, self.numbers())
    }

    pub(crate) fn live(&self, second: i64) -> String {
        let at = Timestamp::from_second(second).unwrap();
        live_digits(&self.digits(), &self.keys().ticket, at)
            .as_str()
            .to_owned()
    }

    fn vector(&self) -> TicketVector {
        let (keys, sealing, short) = (self.keys(), sealing(self.event), self.short());
        let holder_keys = HolderKeys {
            by_keys: holder_key_from_keys(&keys),
            by_short: holder_key_from_short(&sealing, &short),
        };
        let ticket_id = TicketId::from_uuid(Uuid::from_u128(u128::from(self.serial)));
        let holder_record = holder_record();
        let mut rng = Counting(self.key_byte);
        let holder = seal_holder(&holder_record, ticket_id, &holder_keys, &mut rng).unwrap();
        let digits = self.digits().as_str().to_owned();
        TicketVector {
            name: self.name,
            event: self.event,
            slot: self.slot,
            serial: self.serial,
            issue: self.issue,
            user_key_hex: hex(keys.user.as_bytes()),
            ticket_key_hex: hex(keys.ticket.as_bytes()),
            bytes_hex: hex(&cases::to_bytes(&digits)),
            digits,
            short_code: short.as_str().to_owned(),
            live: [0, 14, 15, 1_000_000]
                .map(|after| NOW_SECOND + after)
                .map(|at| LiveVector {
                    at,
                    digits: self.live(at),
                })
                .into(),
            keys_digest_hex: hex(keys_digest(&keys).as_bytes()),
            short_digest_hex: hex(short_code_digest(&sealing, &short).as_bytes()),
            holder_key_by_keys_hex: hex(holder_keys.by_keys.as_bytes()),
            holder_key_by_short_hex: hex(holder_keys.by_short.as_bytes()),
            ticket_id,
            holder,
            holder_record,
        }
    }
}

fn holder_record() -> HolderRecord {
    HolderRecord {
        first_name: "Zoé".into(),
        last_name: "Ελένη 王".into(),
        email: "zoe@example.org".into(),
        formula: Formula::Duo,
        category: CategoryCode::parse("A").unwrap(),
        seat: "A1 · 2 · 3".into(),
        party: vec![],
    }
}

impl Vectors {
    pub(crate) fn make() -> Self {
        let events = EVENTS.map(|(number, slots)| EventVector {
            number,
            sealing_key_hex: hex(sealing(number).as_bytes()),
            signing_keys: slots
                .iter()
                .map(|slot| signing_vector(number, *slot))
                .collect(),
        });
        Self {
            about: "Test vectors of docs/credential.md. The keys are for tests only.",
            events: events.into(),
            tickets: TICKETS.iter().map(Ticket::vector).collect(),
            cases: cases::all(),
        }
    }
}

fn signing_vector(event: u32, slot: u8) -> SigningVector {
    let signer = signer(event, slot);
    SigningVector {
        slot,
        private_key_hex: hex(signer.to_bytes().as_slice()),
        public_key_hex: hex(&signer.verifier().to_bytes()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Stands in for randomness, so that the file is the same each time.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(5).wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}
