//! Signed-in people who take a seat for a while, and no more.

use std::rc::Rc;

use uuid::Uuid;

use crate::drive::{Next, Visit, Visitors};
use crate::meter::Meter;
use crate::shop::{Shop, Told};
use crate::wire::Connection;

pub(crate) struct Hold {
    pub shop: Rc<Shop>,
    pub meter: Meter,
}

impl Visitors for Hold {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let person = self.shop.person_at(visit.connection);
        let what = (Uuid::new_v4(), self.shop.event(), "solo");
        let to = (connection, &self.meter);
        match self.shop.hold(to, &person, what, visit.due).await {
            Told::Yes => {
                self.meter.goal(0);
                Next::Done
            }
            Told::SoldOut => Next::Over,
            Told::Later(after) => Next::Again(after),
            Told::No => Next::Done,
        }
    }
}
