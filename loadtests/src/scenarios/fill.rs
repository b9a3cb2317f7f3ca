//! So many holds, and then no more: what other measurements begin with, or what they measure.

use std::cell::RefCell;
use std::rc::Rc;

use uuid::Uuid;

use crate::drive::{Next, Visit, Visitors};
use crate::meter::Meter;
use crate::shop::{Person, Shop, Told};
use crate::wire::Connection;

/// Who holds what.
pub(crate) type Held = Rc<RefCell<Vec<(Person, Uuid)>>>;

pub(crate) struct Fill {
    pub shop: Rc<Shop>,
    pub meter: Meter,
    pub wanted: usize,
    pub held: Held,
    pub person: fn(&Shop, Visit) -> Person,
    /// By the visit's number: the name of a formula.
    pub formula: fn(u64) -> &'static str,
}

impl Visitors for Fill {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        if self.held.borrow().len() >= self.wanted {
            return Next::Over;
        }
        let person = (self.person)(&self.shop, visit);
        let id = Uuid::new_v4();
        let what = (id, self.shop.event(), (self.formula)(visit.number));
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
