//! People who look: the catalogue, an event, what is free.

use std::rc::Rc;

use crate::drive::{Next, Visit, Visitors};
use crate::meter::Meter;
use crate::shop::{Shop, Told};
use crate::wire::Connection;

pub(crate) struct Browse {
    pub shop: Rc<Shop>,
    pub meter: Meter,
}

impl Visitors for Browse {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let to = (connection, &self.meter);
        let event = self.shop.event();
        let told = match visit.number % 4 {
            0 => self.shop.page(to, "/api/v1/events", visit.due).await,
            1 => self.shop.page(to, "/", visit.due).await,
            2 => {
                let path = format!("/events/{event}");
                self.shop.page(to, &path, visit.due).await
            }
            _ => {
                let path = format!("/api/v1/events/{event}");
                self.shop.page(to, &path, visit.due).await
            }
        };
        if told == Told::Yes {
            self.meter.goal(0);
        }
        Next::Done
    }
}
