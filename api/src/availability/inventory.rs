//! What can be done with the inventory of an event, typed: each function is one script call.

use jiff::Timestamp;
use redis::Value;
use ticket_core::formula::Formula;
use ticket_core::hold::{HoldRefused, HoldState};
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::money::{Currency, Money};
use ticket_core::venue::SeatRef;

use super::epoch::ask;
use super::scripts::{self, read};
use crate::app::App;
use crate::platform::error::Error;
use crate::script_values;

/// Adjacent places in one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub row: u32,
    pub first: u16,
    pub seats: u16,
}

impl Run {
    pub fn seats(self) -> Vec<SeatRef> {
        let row = self.row;
        (self.first..self.first.saturating_add(self.seats))
            .map(|position| SeatRef { row, position })
            .collect()
    }
}

/// A hold to be made. `chosen`: the first seat of those wanted, else the best free ones.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub id: HoldId,
    pub owner: UserId,
    pub event: EventId,
    pub category_no: u8,
    pub formula: Formula,
    pub amount: Money,
    pub expires_at: Timestamp,
    pub chosen: Option<SeatRef>,
}

/// A hold as the inventory has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub owner: UserId,
    pub category_no: u8,
    pub run: Run,
    pub formula: Formula,
    pub amount: Money,
    pub state: HoldState,
}

/// The seats of one hold as an order's lines remember them, for when the hold itself may be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSeats {
    pub hold: HoldId,
    pub order: OrderId,
    pub owner: UserId,
    pub event: EventId,
    pub category_no: u8,
    pub seats: Vec<SeatRef>,
}

pub async fn find_hold(app: &App, event: EventId, hold: HoldId) -> Result<Found, Error> {
    let values = script_values![hold];
    found(&words(ask(app, event, &scripts::FIND, &values).await?)?)
}

/// Gives an unordered hold back.
pub async fn release(app: &App, event: EventId, hold: HoldId) -> Result<(), Error> {
    let values = script_values![hold];
    done(ask(app, event, &scripts::RELEASE, &values).await?)
}

/// What an order asks of a hold.
#[derive(Debug, Clone, Copy)]
pub struct ToKeep {
    pub order: OrderId,
    /// So many places it must have.
    pub places: usize,
    pub pay_before: Timestamp,
    /// Somewhat after `pay_before`.
    pub kept_until: Timestamp,
}

/// Keeps a hold for an order and answers it as it then is: still only held when it has another
/// number of places than asked.
pub async fn keep(
    app: &App,
    (event, hold): (EventId, HoldId),
    wanted: &ToKeep,
) -> Result<Found, Error> {
    let values = script_values![
        hold,
        wanted.order,
        wanted.pay_before.as_millisecond(),
        wanted.kept_until.as_millisecond(),
        wanted.places,
    ];
    found(&words(ask(app, event, &scripts::KEEP, &values).await?)?)
}

/// Marks seats sold, taking them again where the hold is gone; false when they were sold to this
/// order already.
///
/// # Errors
/// `seats_taken` when the hold is gone and somebody has a seat of it.
pub async fn claim(app: &App, held: &HeldSeats) -> Result<bool, Error> {
    let places = Places::of(&held.seats)?;
    let values = script_values![
        held.hold,
        held.order,
        held.owner,
        held.category_no,
        places.row,
        places.first,
        places.mask,
    ];
    let words = words(ask(app, held.event, &scripts::CLAIM, &values).await?)?;
    match words.first().map(String::as_str) {
        Some("OK") => Ok(words.get(1).is_some_and(|word| word == "1")),
        _ => Err(refusal(&words)),
    }
}

/// Frees what the hold still has of these seats; returns how many places that was.
pub async fn give_back(app: &App, held: &HeldSeats) -> Result<u32, Error> {
    let places = Places::of(&held.seats)?;
    let values = script_values![held.hold, held.order, places.row, places.first, places.mask];
    let words = words(ask(app, held.event, &scripts::GIVE_BACK, &values).await?)?;
    words
        .get(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| odd(&words))
}

/// Seats of one row as scripts take them: a mask of 0 and 1 from the first place on.
pub(super) struct Places {
    pub(super) row: u32,
    pub(super) first: u16,
    pub(super) mask: String,
}

impl Places {
    /// # Errors
    /// A bug: no seats, or seats of several rows.
    pub(super) fn of(seats: &[SeatRef]) -> Result<Self, Error> {
        let positions = || seats.iter().map(|seat| seat.position);
        let (Some(seat), Some(first), Some(last)) =
            (seats.first(), positions().min(), positions().max())
        else {
            return Err(Error::bug("a hold without seats"));
        };
        if seats.iter().any(|other| other.row != seat.row) {
            return Err(Error::bug("a hold over several rows"));
        }
        let bit = |position| {
            if positions().any(|p| p == position) {
                '1'
            } else {
                '0'
            }
        };
        Ok(Self {
            row: seat.row,
            first,
            mask: (first..=last).map(bit).collect(),
        })
    }
}

pub(super) fn words(answer: Value) -> Result<Vec<String>, Error> {
    read(answer)
}

fn done(answer: Value) -> Result<(), Error> {
    let words = words(answer)?;
    match words.first().map(String::as_str) {
        Some("OK") => Ok(()),
        _ => Err(refusal(&words)),
    }
}

fn refusal(words: &[String]) -> Error {
    match words.first().map_or("", String::as_str) {
        "SOLD_OUT" => HoldRefused::SoldOut.into(),
        "TAKEN" => HoldRefused::SeatsTaken.into(),
        "INVALID" => HoldRefused::InvalidSeats.into(),
        "TOO_MANY" => HoldRefused::TooManyTickets.into(),
        "GONE" => HoldRefused::Expired.into(),
        "ORDERED" => HoldRefused::AlreadyOrdered.into(),
        "NONE" => HoldRefused::UnknownHold.into(),
        _ => odd(words),
    }
}

pub(super) fn odd(words: &[String]) -> Error {
    Error::bug(format!("the inventory answered {words:?}"))
}

/// `{HELD, created, s, o, c, r, f, k, fm, a, cur, x, or}`, or a refusal.
pub(super) fn found(words: &[String]) -> Result<Found, Error> {
    if words.first().is_none_or(|word| word != "HELD") {
        return Err(refusal(words));
    }
    parse_found(words).ok_or_else(|| odd(words))
}

fn parse_found(words: &[String]) -> Option<Found> {
    let [_, _, state, owner, category, row, first, seats, rest @ ..] = words else {
        return None;
    };
    let [formula, cents, currency, until, order] = rest else {
        return None;
    };
    let until = Timestamp::from_millisecond(until.parse().ok()?).ok()?;
    let state = match state.as_str() {
        "h" => HoldState::Held { expires_at: until },
        "k" => HoldState::Kept {
            order: order.parse().ok()?,
            pay_before: until,
        },
        _ => return None,
    };
    Some(Found {
        owner: owner.parse().ok()?,
        category_no: category.parse().ok()?,
        run: Run {
            row: row.parse().ok()?,
            first: first.parse().ok()?,
            seats: seats.parse().ok()?,
        },
        formula: Formula::parse(formula).ok()?,
        amount: Money::new(cents.parse().ok()?, Currency::parse(currency).ok()?).ok()?,
        state,
    })
}
