//! Orders that are paid together: what their tickets need, and telling the inventory afterwards.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use ticket_core::ids::{EventId, HoldId, OrderId, PaymentId, UserId};
use ticket_core::venue::SeatRef;
use uuid::Uuid;

use super::order::Holder;
use super::seal;
use super::store;
use crate::app::App;
use crate::availability;
use crate::holds::{self, HeldSeats};
use crate::platform::db::Tx;
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
    pub(crate) id: Uuid,
    pub(crate) event: EventId,
    pub(crate) hold: HoldId,
    pub(crate) category_no: u8,
    pub(crate) seat: SeatRef,
    pub(crate) holder: Holder,
}

/// The lines of these orders, their names opened with their buyers' keys.
pub(crate) async fn list_to_issue(
    tx: &Tx<'_>,
    paid: &[(OrderId, UserId, PaymentId)],
    keys: &HashMap<UserId, DataKey>,
) -> Result<Vec<PaidOrder>, Error> {
    let ids: Vec<OrderId> = paid.iter().map(|(order, _, _)| *order).collect();
    let mut lines: HashMap<OrderId, Vec<store::LineToIssue>> = HashMap::new();
    for line in store::list_to_issue(tx, &ids).await? {
        lines.entry(line.order).or_default().push(line);
    }
    paid.iter()
        .map(|(order, owner, _)| {
            let key = keys.get(owner).ok_or_else(Error::not_found)?;
            let own = lines.remove(order).unwrap_or_default();
            Ok(PaidOrder {
                id: *order,
                owner: *owner,
                lines: own
                    .iter()
                    .map(|line| open(key, line))
                    .collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

fn open(key: &DataKey, line: &store::LineToIssue) -> Result<PaidLine, Error> {
    Ok(PaidLine {
        holder: seal::open_holder(key, line.id, (&line.first_name, &line.last_name))?,
        id: line.id,
        event: line.event,
        hold: line.hold,
        category_no: line.category_no,
        seat: line.seat,
    })
}

/// Marks orders paid that await payment and are locked. Their inventory is to be told after the
/// commit, by [`touch_sold`] and [`tell_sold`].
pub(crate) async fn mark_all_paid(
    tx: &Tx<'_>,
    paid: &[(OrderId, UserId, PaymentId)],
    now: Timestamp,
) -> Result<(), Error> {
    store::mark_all_paid(tx, paid, now).await
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
