//! The whole way of a buyer: hold, order, payment told by the bank, ticket issued. Of some, the
//! shop is asked until it says that they are paid; no run is over before the last of these is.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::spawn_local;
use tokio::time::sleep;
use uuid::Uuid;

use crate::drive::{Next, Visit, Visitors};
use crate::meter::{Meter, NO_ANSWER, Step};
use crate::shop::{Due, Person, Shop, Told};
use crate::wire::Connection;

/// One in so many is looked at again.
const SAMPLE_EACH: u64 = 16;
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Who look, so that nobody waits for them: a sample that waits to be looked at is issued already.
const WATCHERS: usize = 16;
/// By then the jobs have caught up, or do not run.
const ISSUED_WITHIN: Duration = Duration::from_mins(3);
/// A buyer in a checkout is patient, not endlessly.
const TRIES_MAX: u32 = 30;

/// What is bought: the formula and its seats.
pub(crate) type Formula = (&'static str, usize);
pub(crate) const SOLO: Formula = ("solo", 1);

pub(crate) struct Checkout {
    pub shop: Rc<Shop>,
    pub meter: Meter,
    pub issued: Issued,
}

impl Visitors for Checkout {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let person = self.shop.person_at(visit.connection);
        let hold = Uuid::new_v4();
        let what = (hold, self.shop.event(), SOLO.0);
        let to = (&mut *connection, &self.meter);
        match self.shop.hold(to, &person, what, visit.due).await {
            Told::Yes => {}
            Told::SoldOut => return Next::Over,
            Told::Later(after) => return Next::Again(after),
            Told::No => return Next::Done,
        }
        let to = (connection, &self.meter);
        if let Some(order) = buy(&self.shop, to, &person, (hold, SOLO)).await {
            self.meter.goal(1);
            if visit.number.is_multiple_of(SAMPLE_EACH) {
                self.issued.watch(person, order);
            }
        }
        Next::Done
    }
}

/// From a hold to the bank's word; the order's id when all went well. Told to wait, it waits.
pub(crate) async fn buy(
    shop: &Shop,
    (connection, meter): (&mut Connection, &Meter),
    person: &Person,
    (hold, (_, seats)): (Uuid, Formula),
) -> Option<Uuid> {
    // As the pages make them.
    let order = Uuid::now_v7();
    let mut due: Option<Due> = None;
    for _ in 0..TRIES_MAX {
        let to = (&mut *connection, meter);
        let told = match &due {
            None => {
                let what = (order, hold, seats);
                let (told, to_pay) = shop.order(to, person, what, Instant::now()).await;
                due = to_pay;
                if told == Told::Yes && due.is_some() {
                    continue;
                }
                // Placed, but its payment is not open yet: to be asked again.
                if told == Told::Yes {
                    Told::Later(Duration::from_millis(200))
                } else {
                    told
                }
            }
            Some(to_pay) => shop.captured(to, to_pay, Instant::now()).await,
        };
        match told {
            Told::Yes => return Some(order),
            Told::Later(after) => sleep(after).await,
            Told::SoldOut | Told::No => return None,
        }
    }
    None
}

type Waiting = Rc<RefCell<VecDeque<(Person, Uuid, Instant)>>>;

/// Orders that are looked at until they are paid, first come first.
#[derive(Clone)]
pub(crate) struct Issued {
    waiting: Waiting,
    looked_at: Rc<Cell<usize>>,
    missing: Rc<RefCell<u64>>,
}

/// One of the samples is being looked at.
struct Looking(Rc<Cell<usize>>);

impl Looking {
    fn at(count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self(Rc::clone(count))
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Issued {
    pub(crate) fn watch_with(shop: &Rc<Shop>, meter: &Meter) -> Self {
        let issued = Self {
            waiting: Waiting::default(),
            looked_at: Rc::default(),
            missing: Rc::default(),
        };
        for _ in 0..WATCHERS {
            let (watcher, shop, meter) = (issued.clone(), Rc::clone(shop), meter.clone());
            spawn_local(async move {
                let mut connection = Connection::new(&shop.target);
                loop {
                    watcher.look(&shop, &mut connection, &meter).await;
                }
            });
        }
        issued
    }

    fn watch(&self, person: Person, order: Uuid) {
        self.waiting
            .borrow_mut()
            .push_back((person, order, Instant::now()));
    }

    pub(crate) fn watch_some(&self, number: u64, person: &Person, order: Uuid) {
        if number.is_multiple_of(SAMPLE_EACH) {
            self.watch(Rc::clone(person), order);
        }
    }

    async fn look(&self, shop: &Shop, connection: &mut Connection, meter: &Meter) {
        let first = self.waiting.borrow_mut().pop_front();
        let Some((person, order, since)) = first else {
            return sleep(LOOK_EVERY).await;
        };
        let _looking = Looking::at(&self.looked_at);
        if shop.is_paid(connection, &person, order).await {
            meter.note(Step::Issued, since.elapsed(), 200);
        } else if since.elapsed() > ISSUED_WITHIN {
            meter.note(Step::Issued, since.elapsed(), NO_ANSWER);
            *self.missing.borrow_mut() += 1;
        } else {
            sleep(LOOK_EVERY).await;
            self.waiting.borrow_mut().push_front((person, order, since));
        }
    }

    /// Waits until all that were to be looked at are issued.
    ///
    /// # Errors
    /// When some never were.
    pub(crate) async fn all(&self) -> Result<(), String> {
        while self.looked_at.get() > 0 || !self.waiting.borrow().is_empty() {
            sleep(LOOK_EVERY).await;
        }
        match *self.missing.borrow() {
            0 => Ok(()),
            some => Err(format!(
                "{some} paid orders were not issued in {ISSUED_WITHIN:?}"
            )),
        }
    }
}
