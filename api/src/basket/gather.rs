//! What is in a basket at this moment: the live holds, what was lost, and what waits to be paid.

use std::collections::BTreeSet;

use ticket_core::ids::{OrderId, UserId};
use ticket_core::limits::MAX_HOLDS_PER_ORDER;
use ticket_core::order::OrderState;

use crate::app::App;
use crate::catalogue::{self, EventState, Snapshot};
use crate::holds::{self, Hold, HoldState, RanOut};
use crate::orders::{self, Order};
use crate::platform::error::Error;

pub(super) struct Basket {
    /// What can be ordered together, by event.
    pub(super) lines: Vec<Hold>,
    /// More than one order takes: they come after it.
    pub(super) later: Vec<Hold>,
    pub(super) ran_out: Vec<RanOut>,
    pub(super) cancelled: Vec<Hold>,
    /// Orders that have seats already and wait for their payment.
    pub(super) unpaid: Vec<Order>,
    /// The order for which some of the lines are kept though it was never written: it goes on.
    pub(super) begun: Option<OrderId>,
}

impl Basket {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All that can still be ordered.
    pub(super) fn live(&self) -> Vec<Hold> {
        self.lines.iter().chain(&self.later).cloned().collect()
    }
}

/// # Errors
/// Unavailable when the holds cannot be read.
pub(super) async fn gather(app: &App, owner: UserId) -> Result<Basket, Error> {
    let own = holds::of_owner(app, owner).await?;
    let catalogue = catalogue::snapshot(app).await?;
    let is_cancelled = |hold: &Hold| {
        let event = catalogue.event(hold.event);
        event.is_none_or(|event| matches!(event.state, EventState::Cancelled { .. }))
    };
    let (unpaid, begun) = orders_of(app, owner, &own.live).await?;
    let (mut live, mut cancelled) = (Vec::new(), Vec::new());
    for hold in own.live {
        let is_ordered =
            matches!(hold.state, HoldState::Kept { order, .. } if begun != Some(order));
        if is_ordered {
            continue;
        }
        if is_cancelled(&hold) {
            cancelled.push(hold);
        } else {
            live.push(hold);
        }
    }
    sort(&mut live, &catalogue);
    let later = live.split_off(live.len().min(MAX_HOLDS_PER_ORDER));
    let mut ran_out = own.ran_out;
    // Who has the same again has lost nothing.
    ran_out.retain(|lost| {
        let is_same = |hold: &Hold| {
            (hold.event, &hold.category, hold.formula) == (lost.event, &lost.category, lost.formula)
        };
        !live.iter().chain(&later).any(is_same)
    });
    Ok(Basket {
        lines: live,
        later,
        ran_out,
        cancelled,
        unpaid,
        begun,
    })
}

/// The orders that some of these holds are kept for: those that wait for their payment, and one
/// that was never written.
async fn orders_of(
    app: &App,
    owner: UserId,
    live: &[Hold],
) -> Result<(Vec<Order>, Option<OrderId>), Error> {
    let ids: BTreeSet<OrderId> = live
        .iter()
        .filter_map(|hold| match hold.state {
            HoldState::Kept { order, .. } => Some(order),
            HoldState::Held { .. } | HoldState::Claimed { .. } | HoldState::Released { .. } => None,
        })
        .collect();
    let (mut unpaid, mut begun) = (Vec::new(), None);
    for id in ids {
        match orders::find(app, id, owner).await {
            Ok(order) if matches!(order.state, OrderState::AwaitingPayment { .. }) => {
                unpaid.push(order);
            }
            Ok(_) => {}
            Err(Error::Refused(_)) => begun = Some(id),
            Err(error) => return Err(error),
        }
    }
    Ok((unpaid, begun))
}

/// As they will take place; of an event the first to end first.
fn sort(live: &mut [Hold], catalogue: &Snapshot) {
    live.sort_by_key(|hold| {
        let starts_at = catalogue.event(hold.event).map(|event| event.starts_at);
        (starts_at, hold.event, hold.state.ends_at(), hold.id)
    });
}
