//! Orders alone: the holds are placed before the measurement begins.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use uuid::Uuid;

use crate::drive::{self, Next, Visit, Visitors};
use crate::meter::Meter;
use crate::shop::{Person, Shop, Told};
use crate::wire::Connection;

type Held = Rc<RefCell<Vec<(Person, Uuid)>>>;

/// Long enough for any number of holds on any machine.
const PREPARING_MAX: Duration = Duration::from_mins(2);

pub(crate) struct Order {
    shop: Rc<Shop>,
    meter: Meter,
    held: Held,
}

struct Preparing {
    shop: Rc<Shop>,
    meter: Meter,
    held: Held,
    wanted: usize,
}

impl Order {
    /// Places so many holds; then the orders can come.
    pub(crate) async fn prepare(shop: &Rc<Shop>, connections: usize, wanted: usize) -> Self {
        let held = Held::default();
        let preparing = Rc::new(Preparing {
            shop: Rc::clone(shop),
            meter: Meter::start(Duration::ZERO),
            held: Rc::clone(&held),
            wanted,
        });
        drive::closed(&preparing, &shop.target, connections, PREPARING_MAX).await;
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

impl Visitors for Preparing {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        if self.held.borrow().len() >= self.wanted {
            return Next::Over;
        }
        let person = self.shop.person_at(visit.connection);
        let id = Uuid::new_v4();
        let what = (id, self.shop.event(), "solo");
        let to = (connection, &self.meter);
        match self.shop.hold(to, &person, what, visit.due).await {
            Told::Yes => self.held.borrow_mut().push((person, id)),
            Told::SoldOut => return Next::Over,
            Told::Later(after) => return Next::Again(after),
            Told::No => {}
        }
        Next::Done
    }
}

impl Visitors for Order {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let Some((person, hold)) = self.held.borrow_mut().pop() else {
            return Next::Over;
        };
        let what = (Uuid::new_v4(), hold, 1);
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
