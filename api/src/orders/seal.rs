//! Names at rest: sealed under the buyer's data key, each at its own line.

use uuid::Uuid;

use super::order::{Holder, Line, Order};
use super::store::{SealedNames, StoredLine, StoredOrder};
use crate::platform::error::Error;
use crate::platform::seal::{DataKey, Place};

pub(super) fn seal_holder(key: &DataKey, line: &Line) -> Result<SealedNames, Error> {
    Ok(SealedNames {
        first: key.seal_text(first_name(line.id), &line.holder.first_name)?,
        last: key.seal_text(last_name(line.id), &line.holder.last_name)?,
    })
}

/// The holder of a line from the two sealed names.
pub(super) fn open_holder(
    key: &DataKey,
    line: Uuid,
    (first, last): (&[u8], &[u8]),
) -> Result<Holder, Error> {
    Ok(Holder {
        first_name: key.open_text(first_name(line), first)?,
        last_name: key.open_text(last_name(line), last)?,
    })
}

pub(super) fn open_line(key: &DataKey, line: StoredLine) -> Result<Line, Error> {
    Ok(Line {
        holder: open_holder(key, line.id, (&line.first_name, &line.last_name))?,
        id: line.id,
        no: line.no,
        hold: line.hold,
        event: line.event,
        category_no: line.category_no,
        formula: line.formula,
        seat: line.seat,
        label: line.label,
        price: line.price,
    })
}

pub(super) fn open_order(
    key: &DataKey,
    order: StoredOrder,
    lines: Vec<StoredLine>,
) -> Result<Order, Error> {
    Ok(Order {
        lines: lines
            .into_iter()
            .map(|line| open_line(key, line))
            .collect::<Result<_, _>>()?,
        id: order.id,
        number: order.number,
        owner: order.owner,
        locale: order.locale,
        amount: order.amount,
        state: order.state,
        created_at: order.created_at,
        pay_before: order.pay_before,
        payment: order.payment,
    })
}

fn first_name(line: Uuid) -> Place {
    Place::new("order_lines", "holder_first_name", line)
}

fn last_name(line: Uuid) -> Place {
    Place::new("order_lines", "holder_last_name", line)
}
