//! What can be done with the inventory of an event, typed. Holding, keeping and claiming are asked
//! together with others that come at the same time.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use redis::{Script, Value};
use ticket_core::formula::Formula;
use ticket_core::hold::{HoldRefused, HoldState};
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::limits::MAX_TICKETS_PER_PERSON_AND_EVENT;
use ticket_core::money::Money;
use ticket_core::venue::SeatRef;

use super::entry::{Entry, Places, Request, Stage, entries};
use super::epoch::ask;
use super::scripts::{self, read};
use super::together::{Doors, Question};
use crate::app::App;
use crate::platform::batch::all_failed;
use crate::platform::error::Error;

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

/// Where a hold is: the inventory keeps it with its event and its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldKey {
    pub event: EventId,
    pub owner: UserId,
    pub hold: HoldId,
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

/// What waits to be asked together.
#[derive(Default)]
pub(super) struct Waiting {
    holds: Doors<Wanted, Held>,
    keeps: Doors<(HoldKey, ToKeep), Found>,
    claims: Doors<HeldSeats, bool>,
}

/// What became of a hold, and of what was done beside it.
pub type Held = (Result<(bool, Found), Error>, Result<bool, Error>);

/// What is to be done in the same breath for all holds that are asked for together: an answer each.
pub type Beside = fn(App, Vec<Wanted>) -> LocalBoxFuture<'static, Vec<Result<bool, Error>>>;

static HOLD: Question<Wanted, (bool, Found)> = Question {
    gather: (Duration::ZERO, 32),
    script: || &scripts::HOLD,
    lead: || vec![MAX_TICKETS_PER_PERSON_AND_EVENT.to_string().into_bytes()],
    value: hold_value,
    answer: |wanted, answer| {
        let created = answer.first() == Some(&CREATED);
        Ok((created, found(wanted.owner, answer)?))
    },
};

/// Takes seats for a hold; true when this call made it, false when it was there already. Beside it
/// something is done for the same holds, whose answer comes along.
///
/// # Errors
/// Of the seats: `sold_out`, `seats_taken`, `seats_invalid`, `too_many_tickets`, `hold_expired`,
/// `hold_ordered`.
pub async fn hold(app: &App, wanted: Wanted, beside: Beside) -> Result<Held, Error> {
    let (asker, event) = (app.clone(), wanted.event);
    let write = move |batch: Vec<Wanted>| {
        let app = asker.clone();
        async move {
            let beside = beside(app.clone(), batch.clone());
            let (done, held) = tokio::join!(beside, HOLD.ask_all(&app, event, &batch));
            let held = held.unwrap_or_else(|error| all_failed(error, batch.len()));
            held.into_iter().zip(done).map(Ok).collect()
        }
    };
    let doors = &app.inventory.waiting.holds;
    doors.of(event, HOLD.gather).submit(wanted, write).await
}

fn hold_value(wanted: &Wanted) -> Result<Vec<u8>, Error> {
    let (is_chosen, row, first) = match wanted.chosen {
        None => (0, 0, 0),
        // No row is so long: the script finds no such place.
        Some(seat) => (1, seat.row, u8::try_from(seat.position).unwrap_or(u8::MAX)),
    };
    let seats = u8::try_from(wanted.formula.seats()).map_err(Error::bug)?;
    Ok(Request::default()
        .uuid(wanted.owner.as_uuid())
        .moment(wanted.expires_at)
        .uuid(wanted.id.as_uuid())
        .amount(wanted.amount)?
        .moment(wanted.expires_at)
        .byte(wanted.category_no)
        .byte(seats)
        .byte(is_chosen)
        .row(row)
        .byte(first)
        .done())
}

pub async fn find_hold(app: &App, key: HoldKey) -> Result<Found, Error> {
    let answer = ask_one(app, &scripts::FIND, key).await?;
    found(key.owner, first_of(&answer))
}

/// Gives an unordered hold back.
///
/// # Errors
/// `unknown_hold`; `hold_ordered` once it is in an order.
pub async fn release(app: &App, key: HoldKey) -> Result<(), Error> {
    let answer = ask_one(app, &scripts::RELEASE, key).await?;
    match first_of(&answer) {
        b"OK" => Ok(()),
        other => Err(refusal(other)),
    }
}

async fn ask_one(app: &App, script: &Script, key: HoldKey) -> Result<Vec<Value>, Error> {
    let request = Request::of(key.hold, key.owner).done();
    parts(ask(app, key.event, script, &[request]).await?)
}

fn parts(answer: Value) -> Result<Vec<Value>, Error> {
    let Value::Array(parts) = answer else {
        return Err(odd(b""));
    };
    Ok(parts)
}

fn first_of(answer: &[Value]) -> &[u8] {
    let Some(Value::BulkString(bytes)) = answer.first() else {
        return b"";
    };
    bytes
}

static KEEP: Question<(HoldKey, ToKeep), Found> = Question {
    gather: (Duration::from_millis(1), 32),
    script: || &scripts::KEEP,
    lead: Vec::new,
    value: |(key, wanted)| {
        let places = u8::try_from(wanted.places).unwrap_or(u8::MAX);
        Ok(Request::of(key.hold, key.owner)
            .moment(wanted.pay_before)
            .moment(wanted.kept_until)
            .uuid(wanted.order.as_uuid())
            .byte(places)
            .done())
    },
    answer: |(key, _), answer| found(key.owner, answer),
};

/// Keeps a hold for an order and answers it as it then is: still only held when it has another
/// number of places than asked.
///
/// # Errors
/// `hold_expired`; `hold_ordered` by another order, or paid.
pub async fn keep(app: &App, key: HoldKey, wanted: &ToKeep) -> Result<Found, Error> {
    let doors = &app.inventory.waiting.keeps;
    KEEP.ask(app, doors, (key.event, (key, *wanted))).await
}

static CLAIM: Question<HeldSeats, bool> = Question {
    gather: (Duration::from_millis(5), 128),
    script: || &scripts::CLAIM,
    lead: Vec::new,
    value: sold_value,
    answer: |_, answer| match answer {
        b"OK" => Ok(true),
        b"SAME" => Ok(false),
        other => Err(refusal(other)),
    },
};

/// Marks seats sold, taking them again where the hold is gone; false when they were sold to this
/// order already.
///
/// # Errors
/// `seats_taken` when the hold is gone and somebody has a seat of it.
pub async fn claim(app: &App, held: &HeldSeats) -> Result<bool, Error> {
    let doors = &app.inventory.waiting.claims;
    // One that cannot be told would fail its neighbours.
    Places::of(&held.seats)?;
    CLAIM.ask(app, doors, (held.event, held.clone())).await
}

/// Seats of an order, as the scripts take them.
pub(super) fn sold_value(held: &HeldSeats) -> Result<Vec<u8>, Error> {
    Ok(Request::of(held.hold, held.owner)
        .uuid(held.order.as_uuid())
        .byte(held.category_no)
        .places(Places::of(&held.seats)?)
        .done())
}

/// Frees what the hold still has of these seats; returns how many places that was.
pub async fn give_back(app: &App, held: &HeldSeats) -> Result<u32, Error> {
    let request = Request::of(held.hold, held.owner)
        .uuid(held.order.as_uuid())
        .places(Places::of(&held.seats)?)
        .done();
    let answer = ask(app, held.event, &scripts::GIVE_BACK, &[request]).await?;
    let words: Vec<String> = read(answer)?;
    words
        .get(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| odd(words.concat().as_bytes()))
}

fn refusal(word: &[u8]) -> Error {
    match word {
        b"SOLD_OUT" => HoldRefused::SoldOut.into(),
        b"TAKEN" => HoldRefused::SeatsTaken.into(),
        b"INVALID" => HoldRefused::InvalidSeats.into(),
        b"TOO_MANY" => HoldRefused::TooManyTickets.into(),
        b"GONE" => HoldRefused::Expired.into(),
        b"ORDERED" => HoldRefused::AlreadyOrdered.into(),
        b"NONE" => HoldRefused::UnknownHold.into(),
        other => odd(other),
    }
}

pub(super) fn odd(answer: &[u8]) -> Error {
    Error::bug(format!(
        "the inventory answered {}",
        String::from_utf8_lossy(answer)
    ))
}

/// Before an entry that this call made, or one that was there.
const CREATED: u8 = b'+';
const EXISTING: u8 = b'=';

fn found(owner: UserId, answer: &[u8]) -> Result<Found, Error> {
    let Some((&(CREATED | EXISTING), record)) = answer.split_first() else {
        return Err(refusal(answer));
    };
    let held = entries(record).and_then(|entries| as_found(owner, entries.first()?));
    held.ok_or_else(|| odd(b"an entry that cannot be read"))
}

pub(super) fn as_found(owner: UserId, entry: &Entry) -> Option<Found> {
    let (amount, state) = match entry.stage {
        Stage::Held { amount, expires_at } => (amount, HoldState::Held { expires_at }),
        Stage::Kept {
            amount,
            pay_before,
            order,
        } => (amount, HoldState::Kept { order, pay_before }),
        Stage::Sold { .. } | Stage::Ended { .. } => return None,
    };
    let Places { row, first, mask } = entry.places;
    let seats = u16::try_from(mask.count_ones()).ok()?;
    Some(Found {
        owner,
        category_no: entry.category_no,
        run: Run {
            row,
            first: u16::from(first),
            seats,
        },
        formula: Formula::ALL.into_iter().find(|it| it.seats() == seats)?,
        amount,
        state,
    })
}
