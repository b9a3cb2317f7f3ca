//! A gate with the list of the vectors' tickets: what it makes of a presented code, as one word.

use jiff::Timestamp;
use ticket_core::{
    credential::{
        CredentialDigits, CredentialRefused, EventKeys, LiveCode, Opened, Presented, check_live,
        classify, keys_digest, open, short_code_digest,
    },
    ids::EventNumber,
};

use super::fixed::{EVENTS, TICKETS, Ticket, event_keys, sealing};

pub(crate) fn check(presented: &str, second: i64) -> &'static str {
    let now = Timestamp::from_second(second).unwrap();
    match classify(presented) {
        Err(_) => "unreadable",
        Ok(Presented::Full(digits)) => check_full(&digits).map_or_else(|word| word, |_| "accepted"),
        Ok(Presented::Live(digits, code)) => match check_full(&digits) {
            Err(word) => word,
            Ok(opened) => live_word(&opened, code, now),
        },
        Ok(Presented::Short(code)) => {
            let listed = |ticket: &Ticket| {
                let sealing = sealing(ticket.event);
                short_code_digest(&sealing, &ticket.short()) == short_code_digest(&sealing, &code)
            };
            if TICKETS.iter().any(listed) {
                "accepted"
            } else {
                "unknown"
            }
        }
    }
}

fn live_word(opened: &Opened, code: LiveCode, now: Timestamp) -> &'static str {
    match check_live(&opened.keys.ticket, code, now) {
        Ok(()) => "accepted",
        Err(_) => "live_code_stale",
    }
}

fn check_full(digits: &CredentialDigits) -> Result<Opened, &'static str> {
    let known = EVENTS.map(|(event, _)| keys_of(event));
    let find = |event| known.iter().flatten().find(|(number, _)| *number == event);
    let opened = open(digits, |event| find(event).map(|(_, keys)| keys)).map_err(refusal_word)?;
    let listed = TICKETS.iter().find(|ticket| {
        let numbers = ticket.numbers();
        (numbers.event, numbers.serial) == (opened.numbers.event, opened.numbers.serial)
    });
    let listed = listed.ok_or("unknown")?;
    if listed.numbers().issue != opened.numbers.issue {
        return Err("other_issue");
    }
    if keys_digest(&listed.keys()) != keys_digest(&opened.keys) {
        return Err("keys_differ");
    }
    Ok(opened)
}

fn keys_of(event: u32) -> Option<(EventNumber, EventKeys)> {
    let number = EventNumber::new(event).ok()?;
    Some((number, event_keys(number)?))
}

const fn refusal_word(refused: CredentialRefused) -> &'static str {
    match refused {
        CredentialRefused::Overflow => "overflow",
        CredentialRefused::UnknownVersion => "unknown_version",
        CredentialRefused::UnknownEvent(_) => "unknown_event",
        CredentialRefused::UnknownSlot => "unknown_slot",
        CredentialRefused::WrongSignature => "wrong_signature",
    }
}
