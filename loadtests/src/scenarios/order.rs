//! Orders alone: the holds are placed before the measurement begins.

use std::rc::Rc;
use std::time::Duration;

use uuid::Uuid;

use super::checkout::SOLO;
use super::fill::{Fill, Held};
use crate::drive::{self, Next, Visit, Visitors};
use crate::meter::Meter;
use crate::shop::{Shop, Told};
use crate::wire::Connection;

/// Long enough for any number of holds on any machine.
const PREPARING_MAX: Duration = Duration::from_mins(2);

pub(crate) struct Order {
    shop: Rc<Shop>,
    meter: Meter,
    held: Held,
}

impl Order {
    /// Places so many holds; then the orders can come.
    pub(crate) async fn prepare(shop: &Rc<Shop>, connections: usize, wanted: usize) -> Self {
        let held = Held::default();
        let preparing = Rc::new(Fill {
            shop: Rc::clone(shop),
            meter: Meter::start(Duration::ZERO),
            held: Rc::clone(&held),
            wanted,
            person: |shop, visit| shop.person_at(visit.connection),
            formula: |_| SOLO.0,
        });
        drive::closed(&preparing, &shop.target, connections, PREPARING_MAX).await;
        // Each person held several times in a row; nobody orders so often in one moment. Ids of
        // holds are random.
        held.borrow_mut().sort_unstable_by_key(|(_, hold)| *hold);
        Self {
            shop: Rc::clone(shop),
            meter: Meter::start(Duration::ZERO),
            held,
        }
    }

    pub(crate) fn measured_by(mut self, meter: &Meter) -> Self {
        self.meter = meter.clone();
        self
    }
}

impl Visitors for Order {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let Some((person, hold)) = self.held.borrow_mut().pop() else {
            return Next::Over;
        };
        let what = (Uuid::now_v7(), hold, 1);
        let to = (connection, &self.meter);
        match self.shop.order(to, &person, what, visit.due).await.0 {
            Told::Yes => self.meter.goal(1),
            Told::Later(after) => {
                self.held.borrow_mut().insert(0, (person, hold));
                return Next::Again(after);
            }
            Told::SoldOut | Told::No => {}
        }
        Next::Done
    }
}
