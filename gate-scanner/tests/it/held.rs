//! Tickets made for tests, and what their holders have of them.

use jiff::Timestamp;
use rand::rngs::StdRng;
use ticket_core::credential::{
    CredentialDigits, CredentialKeys, ShortCode, TicketKey, TicketNumbers, UserKey,
    holder_key_from_keys, holder_key_from_short, issue, keys_digest, live_digits,
    short_code_digest,
};
use ticket_core::formula::Formula;
use ticket_core::ids::{CategoryCode, EventNumber, IssueNumber, TicketId, TicketSerial};
use ticket_core::manifest::{HolderKeys, HolderRecord, ManifestTicket, PartyMember, seal_holder};
use ticket_core::ticket::TicketStateName;

use crate::centre::Event;

/// A ticket as its holder has it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) id: TicketId,
    pub(crate) event: EventNumber,
    pub(crate) full: String,
    pub(crate) short: String,
    pub(crate) keys: CredentialKeys,
    digits: CredentialDigits,
}

impl Held {
    pub(crate) fn live(&self, at: Timestamp) -> String {
        live_digits(&self.digits, &self.keys.ticket, at)
            .as_str()
            .to_owned()
    }
}

/// Of these serials and ids; the others of its party are named in it.
pub(crate) fn make(
    event: &Event,
    (serial, id): (u32, TicketId),
    party: &[(u32, TicketId)],
    rng: &mut StdRng,
) -> (ManifestTicket, Held) {
    let numbers = TicketNumbers {
        event: event.manifest.number,
        serial: TicketSerial(serial),
        issue: IssueNumber(0),
    };
    let keys = CredentialKeys {
        user: UserKey::generate(rng),
        ticket: TicketKey::generate(rng),
    };
    let sealing = &event.manifest.sealing_key;
    let digits = issue(&event.signer, sealing, numbers, &keys);
    let short = ShortCode::of(&keys.ticket, numbers);
    let others = party.iter().filter(|(other, _)| *other != serial);
    let others = others.map(|(other, id)| PartyMember {
        ticket_id: *id,
        serial: TicketSerial(*other),
        first_name: "Zoé".into(),
        last_name: format!("Beside-{other}"),
        seat: format!("North · F · {other}"),
    });
    let holder = HolderRecord {
        first_name: "Zoé".into(),
        last_name: "Dupont-Ďurišová".into(),
        email: "zoe.dupont@example.org".into(),
        formula: Formula::Duo,
        category: CategoryCode::parse("A").unwrap(),
        seat: format!("North · F · {serial}"),
        party: others.collect(),
    };
    let holder_keys = HolderKeys {
        by_keys: holder_key_from_keys(&keys),
        by_short: holder_key_from_short(sealing, &short),
    };
    let ticket = ManifestTicket {
        ticket_id: id,
        serial: numbers.serial,
        issue: numbers.issue,
        state: TicketStateName::Sent,
        keys_digest: keys_digest(&keys),
        short_digest: short_code_digest(sealing, &short),
        holder: Some(seal_holder(&holder, id, &holder_keys, rng).unwrap()),
        first_scan: None,
    };
    let held = Held {
        id,
        event: event.manifest.number,
        full: digits.as_str().to_owned(),
        short: short.as_str().to_owned(),
        keys,
        digits,
    };
    (ticket, held)
}
