//! The lines of an order as its row keeps them (`orders.lines`), the names sealed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use ticket_core::ids::{EventId, HoldId};
use ticket_core::venue::{SeatLabel, SeatRef};

use super::super::order::{Line, Order};
use crate::platform::error::Error;

/// The names of a line, sealed under the buyer's data key at the line's own place.
pub(in crate::orders) struct SealedNames {
    pub(in crate::orders) first: Vec<u8>,
    pub(in crate::orders) last: Vec<u8>,
}

/// A line to write.
#[derive(Debug, Serialize)]
pub(in crate::orders) struct NewLine<'a> {
    no: u8,
    hold: HoldId,
    event: EventId,
    category: u8,
    row: u32,
    seat: u16,
    formula: &'static str,
    label: &'a SeatLabel,
    cents: i64,
    first: String,
    last: String,
}

/// The lines of an order with their names, which are in the same order.
pub(in crate::orders) fn new_lines<'a>(
    order: &'a Order,
    names: &[SealedNames],
) -> Vec<NewLine<'a>> {
    let lines = order.lines.iter().zip(names);
    let line = |(line, names): (&'a Line, &SealedNames)| NewLine {
        no: line.no,
        hold: line.hold,
        event: line.event,
        category: line.category_no,
        row: line.seat.row,
        seat: line.seat.position,
        formula: line.formula.name(),
        label: &line.label,
        cents: line.price.amount_cents(),
        first: STANDARD.encode(&names.first),
        last: STANDARD.encode(&names.last),
    };
    lines.map(line).collect()
}

/// What the ticket of a line needs, its names still sealed.
#[derive(Debug, Deserialize)]
pub(crate) struct SealedSeat {
    pub(in crate::orders) no: u8,
    pub(in crate::orders) hold: HoldId,
    pub(in crate::orders) event: EventId,
    pub(in crate::orders) category: u8,
    row: u32,
    seat: u16,
    first: String,
    last: String,
}

impl SealedSeat {
    pub(in crate::orders) const fn seat(&self) -> SeatRef {
        SeatRef {
            row: self.row,
            position: self.seat,
        }
    }

    pub(in crate::orders) fn names(&self) -> Result<SealedNames, Error> {
        Ok(SealedNames {
            first: STANDARD.decode(&self.first).map_err(Error::bug)?,
            last: STANDARD.decode(&self.last).map_err(Error::bug)?,
        })
    }
}
