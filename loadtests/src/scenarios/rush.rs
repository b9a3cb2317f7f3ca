//! One event that everybody wants at the same minute: more come than can be served, some alone,
//! some in twos, some with a family, until nothing is left.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::checkout::{Formula, Issued, SOLO, buy};
use crate::drive::{Next, Visit, Visitors};
use crate::meter::Meter;
use crate::shop::{Person, Shop, Told};
use crate::wire::Connection;

/// Half come alone, a third in twos, the rest with a family.
const FORMULAS: [Formula; 6] = [SOLO, ("duo", 2), SOLO, ("family", 4), SOLO, ("duo", 2)];
/// Whoever was told so often to come later gives up.
const TRIES_MAX: u32 = 40;

/// What the visitor of this number wishes for.
pub(crate) fn formula_of(number: u64) -> Formula {
    FORMULAS[usize::try_from(number % 6).unwrap_or(0)]
}

pub(crate) struct Rush {
    pub shop: Rc<Shop>,
    pub meter: Meter,
    pub issued: Issued,
    /// By number: who comes again is the same person, with the same hold.
    coming_again: RefCell<HashMap<u64, (Person, Uuid)>>,
    pub gave_up: Cell<u64>,
    pub sold_out_after: Cell<Option<Duration>>,
}

impl Rush {
    pub(crate) fn new(shop: &Rc<Shop>, meter: &Meter) -> Self {
        Self {
            shop: Rc::clone(shop),
            meter: meter.clone(),
            issued: Issued::watch_with(shop, meter),
            coming_again: RefCell::default(),
            gave_up: Cell::new(0),
            sold_out_after: Cell::new(None),
        }
    }

    async fn take_seats(
        &self,
        connection: &mut Connection,
        visit: Visit,
        (person, hold): (&Person, Uuid),
    ) -> Result<(Uuid, Formula), Told> {
        let wished = formula_of(visit.number);
        let smaller = [("duo", 2), SOLO];
        let choices = std::iter::once(wished)
            .chain(smaller.into_iter().filter(|(_, seats)| *seats < wished.1));
        let (mut id, mut due) = (hold, visit.due);
        for formula in choices {
            let what = (id, self.shop.event(), formula.0);
            let to = (&mut *connection, &self.meter);
            match self.shop.hold(to, person, what, due).await {
                Told::Yes => return Ok((id, formula)),
                // Fewer seats are another wish, with an id of its own.
                Told::SoldOut => (id, due) = (Uuid::new_v4(), Instant::now()),
                later_or_no @ (Told::Later(_) | Told::No) => return Err(later_or_no),
            }
        }
        Err(Told::SoldOut)
    }

    fn comes_again(&self, visit: Visit, who: (Person, Uuid), after: Duration) -> Next {
        if visit.tries >= TRIES_MAX {
            self.gave_up.set(self.gave_up.get() + 1);
            return Next::Done;
        }
        self.coming_again.borrow_mut().insert(visit.number, who);
        Next::Again(after)
    }
}

impl Visitors for Rush {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        if self.sold_out_after.get().is_some() {
            return Next::Done;
        }
        let again = self.coming_again.borrow_mut().remove(&visit.number);
        let (person, hold) = again.unwrap_or_else(|| (self.shop.people.next(), Uuid::new_v4()));
        let taken = self.take_seats(connection, visit, (&person, hold)).await;
        let (hold, formula) = match taken {
            Ok(taken) => taken,
            Err(Told::Later(after)) => return self.comes_again(visit, (person, hold), after),
            Err(Told::SoldOut) => {
                let after = self.meter.0.borrow().started.elapsed();
                self.sold_out_after.set(Some(after));
                return Next::Over;
            }
            Err(Told::Yes | Told::No) => return Next::Done,
        };
        let to = (connection, &self.meter);
        match buy(&self.shop, to, &person, (hold, formula)).await {
            Some(order) => {
                self.meter.goal(u64::try_from(formula.1).unwrap_or(0));
                self.issued.watch_some(visit.number, &person, order);
            }
            None => self.gave_up.set(self.gave_up.get() + 1),
        }
        Next::Done
    }
}
