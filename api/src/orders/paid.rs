//! Orders that are paid together: what their tickets need, and telling the inventory afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::venue::SeatRef;

use super::order::Holder;
use super::seal;
use super::store::SealedSeat;
use crate::app::App;
use crate::availability;
use crate::holds::{self, HeldSeats};
use crate::platform::error::Error;
use crate::platform::seal::DataKey;

/// Calls to the inventory under way at once: those of one event share a script call.
const TOGETHER: usize = 128;
/// Those who pay wait for this.
const TOUCH_TIMEOUT: Duration = Duration::from_millis(200);

/// An order on its way to its tickets.
pub(crate) struct PaidOrder {
    pub(crate) id: OrderId,
    pub(crate) owner: UserId,
    pub(crate) lines: Vec<PaidLine>,
}

/// One seat of it.
pub(crate) struct PaidLine {
    pub(crate) no: u8,
    pub(crate) event: EventId,
    pub(crate) hold: HoldId,
    pub(crate) category_no: u8,
    pub(crate) seat: SeatRef,
    pub(crate) holder: Holder,
}

/// A paid order with its lines as they are kept, their names opened with its buyer's key.
pub(crate) fn open_paid(
    (id, owner): (OrderId, UserId),
    lines: &[SealedSeat],
    key: &DataKey,
) -> Result<PaidOrder, Error> {
    let open = |line: &SealedSeat| {
        let names = line.names()?;
        Ok(PaidLine {
            holder: seal::open_holder(key, id.line_id(line.no), (&names.first, &names.last))?,
            no: line.no,
            event: line.event,
            hold: line.hold,
            category_no: line.category,
            seat: line.seat(),
        })
    };
    Ok(PaidOrder {
        id,
        owner,
        lines: lines.iter().map(open).collect::<Result<_, Error>>()?,
    })
}

/// Makes sure that the reconciler looks at these events, should [`tell_sold`] not come through.
/// Without Redis nobody waits long: the reconciler goes round all events too.
pub(crate) async fn touch_sold(app: &App, orders: &[PaidOrder]) {
    let lines = orders.iter().flat_map(|order| &order.lines);
    let events: BTreeSet<EventId> = lines.map(|line| line.event).collect();
    let touch_all = async {
        for event in events {
            availability::touch(app, event).await?;
        }
        Ok::<(), Error>(())
    };
    match tokio::time::timeout(TOUCH_TIMEOUT, touch_all).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => error.log(),
        Err(_) => tracing::warn!("the reconciler could not be told of sales"),
    }
}

/// Tells the inventory that seats are sold. What does not come through is mended by the
/// reconciler, from the claims.
pub(crate) async fn tell_sold(app: &App, orders: &[PaidOrder]) {
    stream::iter(orders.iter().flat_map(held))
        .for_each_concurrent(TOGETHER, |seats| async move {
            if let Err(error) = holds::mark_claimed(app, &seats).await {
                error.log();
            }
        })
        .await;
}

/// The seats of an order's holds.
fn held(order: &PaidOrder) -> Vec<HeldSeats> {
    let mut by_hold: BTreeMap<HoldId, HeldSeats> = BTreeMap::new();
    for line in &order.lines {
        let held = by_hold.entry(line.hold).or_insert_with(|| HeldSeats {
            hold: line.hold,
            order: order.id,
            owner: order.owner,
            event: line.event,
            category_no: line.category_no,
            seats: Vec::new(),
        });
        held.seats.push(line.seat);
    }
    by_hold.into_values().collect()
}
