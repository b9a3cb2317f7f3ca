//! Holds as the scripts keep them: fixed bytes, described in `lua/prelude.lua`, so that a person's
//! record is short and quickly read.

use jiff::Timestamp;
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::money::{Currency, Money};
use ticket_core::venue::SeatRef;
use uuid::Uuid;

use super::inventory::HeldSeats;
use crate::platform::error::Error;

const HELD: u8 = b'h';
const KEPT: u8 = b'k';
const SOLD: u8 = b's';
const ENDED: u8 = b'x';
/// Currencies as a byte.
const EUR: u8 = 0;

/// One hold of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) hold: HoldId,
    pub(super) category_no: u8,
    pub(super) places: Places,
    pub(super) stage: Stage,
}

/// What has become of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Held {
        amount: Money,
        expires_at: Timestamp,
    },
    Kept {
        amount: Money,
        pay_before: Timestamp,
        order: OrderId,
    },
    Sold {
        order: OrderId,
        at_ms: i64,
    },
    /// Remembered for a while, so that its request stays refused. Its places are those that ran
    /// out before they were ordered; none, when it was given back or its order ended.
    Ended {
        at_ms: i64,
    },
}

/// Places of one row: a bit each, the lowest is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) row: u32,
    pub(super) first: u8,
    pub(super) mask: u8,
}

impl Places {
    /// # Errors
    /// A bug: no seats, or seats of several rows, or too far apart for one hold.
    pub(super) fn of(seats: &[SeatRef]) -> Result<Self, Error> {
        let (Some(seat), Some(first)) = (seats.first(), seats.iter().map(|it| it.position).min())
        else {
            return Err(Error::bug("a hold without seats"));
        };
        let mut mask = 0_u8;
        for other in seats {
            let bit = 1_u8.checked_shl(u32::from(other.position - first));
            if other.row != seat.row {
                return Err(Error::bug("a hold over several rows"));
            }
            mask |= bit.ok_or_else(|| Error::bug("a hold over too many places"))?;
        }
        Ok(Self {
            row: seat.row,
            first: u8::try_from(first).map_err(Error::bug)?,
            mask,
        })
    }

    pub(super) fn seats(self) -> Vec<SeatRef> {
        (0..8)
            .filter(|bit| self.mask >> bit & 1 == 1)
            .map(|bit| SeatRef {
                row: self.row,
                position: u16::from(self.first) + bit,
            })
            .collect()
    }
}

impl Entry {
    /// What an order remembers of it, if one has it for good.
    pub(super) fn sold(&self, event: EventId, owner: UserId) -> Option<(HeldSeats, i64)> {
        let Stage::Sold { order, at_ms } = self.stage else {
            return None;
        };
        let held = HeldSeats {
            hold: self.hold,
            order,
            owner,
            event,
            category_no: self.category_no,
            seats: self.places.seats(),
        };
        Some((held, at_ms))
    }
}

/// The entries of a person's record; `None` when the bytes make no sense.
pub(super) fn entries(mut record: &[u8]) -> Option<Vec<Entry>> {
    let mut all = Vec::new();
    while !record.is_empty() {
        all.push(entry(&mut record)?);
    }
    Some(all)
}

fn entry(bytes: &mut &[u8]) -> Option<Entry> {
    let [state, category_no] = take(bytes)?;
    let row = u32::from_be_bytes(take(bytes)?);
    let [first, mask] = take(bytes)?;
    let hold = HoldId::from_uuid(uuid(bytes)?);
    let fate = match state {
        HELD => Stage::Held {
            amount: amount(bytes)?,
            expires_at: moment(bytes)?,
        },
        KEPT => {
            let (amount, pay_before, _) = (amount(bytes)?, moment(bytes)?, ms(bytes)?);
            Stage::Kept {
                amount,
                pay_before,
                order: OrderId::from_uuid(uuid(bytes)?),
            }
        }
        SOLD => Stage::Sold {
            order: OrderId::from_uuid(uuid(bytes)?),
            at_ms: ms(bytes)?,
        },
        ENDED => Stage::Ended { at_ms: ms(bytes)? },
        _ => return None,
    };
    Some(Entry {
        hold,
        category_no,
        places: Places { row, first, mask },
        stage: fate,
    })
}

/// Who is to be looked at again, and when.
pub(super) fn look_again(mut bytes: &[u8]) -> Option<(i64, Vec<UserId>)> {
    let at_ms = ms(&mut bytes)?;
    let mut owners = Vec::new();
    while !bytes.is_empty() {
        owners.push(UserId::from_uuid(uuid(&mut bytes)?));
    }
    Some((at_ms, owners))
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

fn uuid(bytes: &mut &[u8]) -> Option<Uuid> {
    take(bytes).map(Uuid::from_bytes)
}

fn ms(bytes: &mut &[u8]) -> Option<i64> {
    let mut whole = [0; 8];
    let [_, _, ms @ ..] = &mut whole;
    *ms = take::<6>(bytes)?;
    Some(i64::from_be_bytes(whole))
}

fn moment(bytes: &mut &[u8]) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms(bytes)?).ok()
}

fn amount(bytes: &mut &[u8]) -> Option<Money> {
    let cents = u32::from_be_bytes(take(bytes)?);
    let [EUR] = take(bytes)? else {
        return None;
    };
    Money::new(i64::from(cents), Currency::Eur).ok()
}

/// A request as the scripts read it, part after part.
#[derive(Debug, Default)]
pub(super) struct Request(Vec<u8>);

impl Request {
    /// What is asked of a hold that is there begins so.
    pub(super) fn of(hold: HoldId, owner: UserId) -> Self {
        Self(Vec::with_capacity(64))
            .uuid(hold.as_uuid())
            .uuid(owner.as_uuid())
    }

    pub(super) fn uuid(self, uuid: Uuid) -> Self {
        self.bytes(uuid.as_bytes())
    }

    pub(super) fn byte(self, byte: u8) -> Self {
        self.bytes(&[byte])
    }

    pub(super) fn row(self, row: u32) -> Self {
        self.bytes(&row.to_be_bytes())
    }

    pub(super) fn places(self, places: Places) -> Self {
        self.row(places.row).byte(places.first).byte(places.mask)
    }

    pub(super) fn moment(self, at: Timestamp) -> Self {
        let [_, _, ms @ ..] = at.as_millisecond().to_be_bytes();
        self.bytes(&ms)
    }

    /// # Errors
    /// A bug: an amount that no hold can have.
    pub(super) fn amount(self, amount: Money) -> Result<Self, Error> {
        let cents = u32::try_from(amount.amount_cents()).map_err(Error::bug)?;
        let Currency::Eur = amount.currency();
        Ok(self.bytes(&cents.to_be_bytes()).byte(EUR))
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_back_as_they_were_given() {
        let seat = |position| SeatRef { row: 7, position };
        for seats in [
            vec![seat(3)],
            vec![seat(0), seat(1)],
            vec![seat(250), seat(252)],
        ] {
            assert_eq!(Places::of(&seats).unwrap().seats(), seats);
        }
        assert!(Places::of(&[]).is_err());
        assert!(Places::of(&[seat(0), seat(8)]).is_err());
        assert!(
            Places::of(&[
                seat(0),
                SeatRef {
                    row: 8,
                    position: 1
                }
            ])
            .is_err()
        );
    }

    #[test]
    fn a_record_that_is_cut_short_or_strange_is_not_read() {
        let mut held = vec![HELD, 2, 0, 0, 1, 0, 9, 0b11];
        held.extend([5; 16]);
        held.extend([0, 0, 0x27, 0x10, EUR, 1, 0, 0, 0, 0, 0]);
        let read = entries(&held).unwrap();
        assert_eq!((read[0].category_no, read[0].places.row), (2, 256));
        assert!(
            matches!(read[0].stage, Stage::Held { amount, .. } if amount.amount_cents() == 10_000)
        );
        assert_eq!(
            entries(&[held.clone(), held.clone()].concat())
                .unwrap()
                .len(),
            2
        );
        assert!(entries(&held[..34]).is_none());
        held[0] = b'?';
        assert!(entries(&held).is_none());
    }
}
