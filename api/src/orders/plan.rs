//! What an order will be, before anything is written: its lines with labels and prices from the
//! holds, its names, its amount.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::OrderNumber;
use ticket_core::limits::{MAX_HOLDS_PER_ORDER, PAY_WINDOW_SECONDS};
use ticket_core::money::{Currency, Money};
use ticket_core::order::{OrderRefused, OrderState};
use uuid::Uuid;

use super::order::{Holder, Line, Order, OrderRequest};
use crate::catalogue::{Event, EventState, Snapshot};
use crate::holds::Hold;
use crate::platform::error::Error;

/// What can be refused without looking anywhere.
pub(super) fn check(request: &OrderRequest) -> Result<(), Error> {
    if !request.accept_terms {
        return Err(OrderRefused::TermsNotAccepted.into());
    }
    if request.holds.is_empty() || request.holds.len() > MAX_HOLDS_PER_ORDER {
        return Err(OrderRefused::HoldCount.into());
    }
    let distinct: HashSet<_> = request.holds.iter().collect();
    if distinct.len() != request.holds.len() {
        return Err(Error::invalid("holds", "a hold is ordered once"));
    }
    request.holders.iter().try_for_each(|holder| {
        holder.check()?;
        Ok(())
    })
}

/// The event of a hold, unless it is cancelled.
pub(super) fn event_of<'a>(hold: &Hold, catalogue: &'a Snapshot) -> Result<&'a Event, Error> {
    let event = catalogue.event(hold.event).ok_or_else(Error::not_found)?;
    if matches!(event.state, EventState::Cancelled { .. }) {
        return Err(OrderRefused::Hold(HoldRefused::SaleClosed).into());
    }
    Ok(event)
}

/// Until when an order that is placed now can be paid.
pub(super) fn pay_before(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_secs(PAY_WINDOW_SECONDS)
}

/// The order that a request on these holds makes.
pub(super) fn plan(
    request: &OrderRequest,
    holds: &[Hold],
    catalogue: &Snapshot,
    now: Timestamp,
) -> Result<Order, Error> {
    let seats: usize = holds.iter().map(|hold| hold.seats.len()).sum();
    if seats != request.holders.len() {
        return Err(OrderRefused::HolderCount.into());
    }
    let mut holders = request.holders.iter();
    let mut lines = Vec::with_capacity(seats);
    for hold in holds {
        let event = event_of(hold, catalogue)?;
        lines.extend(lines_of(hold, event, &mut holders)?);
    }
    for (no, line) in (1..).zip(&mut lines) {
        line.no = no;
        line.id = request.id.line_id(no);
    }
    let amount = lines
        .iter()
        .try_fold(Money::zero(Currency::Eur), |sum, line| {
            sum.checked_add(line.price)
        })
        .map_err(Error::bug)?;
    let pay_before = pay_before(now);
    Ok(Order {
        id: request.id,
        number: OrderNumber::of(request.id),
        owner: request.owner,
        locale: request.locale,
        amount,
        state: OrderState::AwaitingPayment { pay_before },
        created_at: now,
        pay_before,
        lines,
        payment: None,
    })
}

fn lines_of<'a>(
    hold: &Hold,
    event: &Event,
    holders: &mut impl Iterator<Item = &'a Holder>,
) -> Result<Vec<Line>, Error> {
    let category = event
        .category(&hold.category)
        .ok_or_else(|| Error::bug("a hold of no category"))?;
    // As it was when the seats were held; equal for each.
    let price = hold
        .price_of_one()
        .ok_or_else(|| Error::bug("the price of a hold does not divide by its seats"))?;
    hold.seats
        .iter()
        .zip(holders)
        .map(|(seat, holder)| {
            let label = event
                .plan
                .label(&hold.category, *seat)
                .ok_or_else(|| Error::bug("a hold of no seat"))?;
            Ok(Line {
                // Named once all lines are there.
                id: Uuid::nil(),
                no: 0,
                hold: hold.id,
                event: hold.event,
                category_no: category.no,
                formula: hold.formula,
                seat: *seat,
                label,
                price,
                holder: holder.check()?,
            })
        })
        .collect()
}
