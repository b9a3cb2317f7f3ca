//! What may be presented at a gate, good and spoiled, each with the result a verifier must give.

use num_bigint::BigUint;
use serde::Serialize;
use ticket_core::{
    credential::{ShortCode, TicketKey, TicketNumbers, issue},
    ids::{EventNumber, IssueNumber, TicketSerial},
};

use super::fixed::{NOW_SECOND, TICKETS, Ticket, sealing, signer};

#[derive(Serialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) presented: String,
    /// When it is presented, in Unix seconds.
    pub(crate) at: i64,
    pub(crate) result: &'static str,
}

fn case(name: &str, presented: impl Into<String>, result: &'static str) -> Case {
    Case {
        name: name.to_owned(),
        presented: presented.into(),
        at: NOW_SECOND,
        result,
    }
}

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for ticket in &TICKETS {
        cases.extend([
            case(
                &format!("full: {}", ticket.name),
                ticket.digits().as_str(),
                "accepted",
            ),
            case(
                &format!("short: {}", ticket.name),
                ticket.short().as_str(),
                "accepted",
            ),
            case(
                &format!("live: {}", ticket.name),
                ticket.live(NOW_SECOND),
                "accepted",
            ),
        ]);
    }
    cases.extend(unreadable());
    cases.extend(changed());
    cases.extend(wrongly_signed());
    cases.extend(short());
    cases.extend(live());
    cases
}

fn first() -> &'static Ticket {
    &TICKETS[0]
}

pub(crate) fn to_bytes(digits: &str) -> Vec<u8> {
    let significant = BigUint::parse_bytes(digits.as_bytes(), 10)
        .unwrap()
        .to_bytes_be();
    [vec![0; 105 - significant.len()], significant].concat()
}

fn to_digits(bytes: &[u8]) -> String {
    format!("{:0>253}", BigUint::from_bytes_be(bytes).to_str_radix(10))
}

fn with_digit(text: &str, place: usize) -> String {
    let mut digits = text.as_bytes().to_vec();
    digits[place] = b'0' + (digits[place] - b'0' + 1) % 10;
    String::from_utf8(digits).unwrap()
}

/// The credential of the first ticket with its bytes changed.
fn with_bytes(change: impl FnOnce(&mut [u8])) -> String {
    let mut bytes = to_bytes(first().digits().as_str());
    change(&mut bytes);
    to_digits(&bytes)
}

fn unreadable() -> Vec<Case> {
    let good = first().digits().as_str().to_owned();
    let arabic: String = "\u{0663}".repeat(253);
    vec![
        case("nothing", "", "unreadable"),
        case("one digit missing", &good[..252], "unreadable"),
        case("one digit too many", format!("{good}0"), "unreadable"),
        case(
            "a letter among the digits",
            format!("{}O{}", &good[..100], &good[101..]),
            "unreadable",
        ),
        case("a minus sign", format!("-{}", &good[1..]), "unreadable"),
        case("digits of another script", arabic, "unreadable"),
        case(
            "a live code one digit short",
            &first().live(NOW_SECOND)[..260],
            "unreadable",
        ),
        case(
            "spaces are ignored",
            format!(" {} {}\r\n", &good[..40], &good[40..]),
            "accepted",
        ),
    ]
}

fn changed() -> Vec<Case> {
    let good = first().digits().as_str().to_owned();
    let bytes = |name, change: fn(&mut [u8]), result| case(name, with_bytes(change), result);
    vec![
        case("more than 105 bytes", "9".repeat(253), "overflow"),
        case(
            "last digit changed",
            with_digit(&good, 252),
            "wrong_signature",
        ),
        case(
            "middle digit changed",
            with_digit(&good, 126),
            "wrong_signature",
        ),
        case(
            "a digit of the keys changed",
            with_digit(&good, 60),
            "wrong_signature",
        ),
        case("all zeros", "0".repeat(253), "unknown_version"),
        bytes("version 2", |bytes| bytes[0] = 0x20, "unknown_version"),
        bytes(
            "slot without a key",
            |bytes| bytes[0] = 0x12,
            "unknown_slot",
        ),
        bytes(
            "slot of another key",
            |bytes| bytes[0] = 0x11,
            "wrong_signature",
        ),
        bytes(
            "event not known here",
            |bytes| bytes[3] = 2,
            "unknown_event",
        ),
        bytes("serial changed", |bytes| bytes[7] ^= 2, "wrong_signature"),
        bytes("issue changed", |bytes| bytes[8] = 1, "wrong_signature"),
        bytes("keys changed", |bytes| bytes[9] ^= 1, "wrong_signature"),
        bytes(
            "signature flipped, R",
            |bytes| bytes[41] ^= 1,
            "wrong_signature",
        ),
        bytes(
            "signature flipped, S",
            |bytes| bytes[73] ^= 1,
            "wrong_signature",
        ),
        bytes(
            "no signature",
            |bytes| bytes[41..].fill(0),
            "wrong_signature",
        ),
        bytes("signature with S + L", add_group_order, "wrong_signature"),
    ]
}

/// The same signature written another way, which a lax verifier takes.
fn add_group_order(bytes: &mut [u8]) {
    let order = b"7237005577332262213973186563042994240857116359379907606001950938285454250989";
    let s = BigUint::from_bytes_le(&bytes[73..]) + BigUint::parse_bytes(order, 10).unwrap();
    bytes[73..].copy_from_slice(&s.to_bytes_le());
}

fn wrongly_signed() -> Vec<Case> {
    let (ticket, other) = (first(), &TICKETS[3]);
    let by = |event, slot, sealing_of, numbers, keys: &Ticket| {
        issue(
            &signer(event, slot),
            &sealing(sealing_of),
            numbers,
            &keys.keys(),
        )
        .as_str()
        .to_owned()
    };
    let numbers = ticket.numbers();
    let unlisted = TicketNumbers {
        serial: TicketSerial(9),
        ..numbers
    };
    let reissued = TicketNumbers {
        issue: IssueNumber(1),
        ..numbers
    };
    let elsewhere = TicketNumbers {
        event: EventNumber::new(2).unwrap(),
        ..numbers
    };
    vec![
        case(
            "signed with a key of nobody",
            by(9, 0, 1, numbers, ticket),
            "wrong_signature",
        ),
        case(
            "signed with another slot's key",
            {
                let mut bytes = to_bytes(&by(1, 1, 1, numbers, ticket));
                bytes[0] = 0x10;
                to_digits(&bytes)
            },
            "wrong_signature",
        ),
        case(
            "another event's keys, event unknown here",
            by(2, 0, 2, elsewhere, ticket),
            "unknown_event",
        ),
        case(
            "sealed with another event's key",
            by(1, 0, 9, numbers, ticket),
            "keys_differ",
        ),
        case(
            "another person's keys, rightly signed",
            by(1, 0, 1, numbers, other),
            "keys_differ",
        ),
        case("not in the list", by(1, 0, 1, unlisted, ticket), "unknown"),
        case(
            "another issue than the list has",
            by(1, 0, 1, reissued, ticket),
            "other_issue",
        ),
    ]
}

fn short() -> Vec<Case> {
    let good = first().short().as_str().to_owned();
    let stranger = ShortCode::of(&TicketKey::from_bytes([7; 16]), first().numbers());
    vec![
        case("short: digit changed", with_digit(&good, 4), "unreadable"),
        case(
            "short: check digit changed",
            with_digit(&good, 21),
            "unreadable",
        ),
        case(
            "short: two digits swapped",
            {
                let place =
                    (0..20).find(|place| good[*place..=*place] != good[place + 1..place + 2]);
                let mut digits = good.as_bytes().to_vec();
                let place = place.unwrap();
                digits.swap(place, place + 1);
                String::from_utf8(digits).unwrap()
            },
            "unreadable",
        ),
        case("short: one digit missing", &good[..21], "unreadable"),
        case(
            "short: nobody's, with right check digits",
            stranger.as_str(),
            "unknown",
        ),
        case(
            "short: typed in groups",
            format!("{} {}", &good[..11], &good[11..]),
            "accepted",
        ),
    ]
}

fn live() -> Vec<Case> {
    let ticket = first();
    let shown = ticket.live(NOW_SECOND);
    let at = |name: &str, away: i64, result| Case {
        at: NOW_SECOND + away,
        ..case(name, shown.as_str(), result)
    };
    let other = TICKETS[1].live(NOW_SECOND);
    vec![
        at("live: two steps early", -30, "accepted"),
        at("live: the end of the second step after", 44, "accepted"),
        at("live: three steps early", -31, "live_code_stale"),
        at("live: three steps late", 45, "live_code_stale"),
        case(
            "live: time code changed",
            with_digit(&shown, 260),
            "live_code_stale",
        ),
        case(
            "live: another ticket's time code",
            format!("{}{}", &shown[..253], &other[253..]),
            "live_code_stale",
        ),
        case(
            "live: credential changed",
            with_digit(&shown, 200),
            "wrong_signature",
        ),
    ]
}
