//! A day of the Games: most people look, some sign in, some take seats and leave, some order and
//! do not pay, some buy; buyers fetch their tickets, and all day long people enter.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::checkout::{Issued, buy};
use super::gate::Gate;
use super::rush::formula_of;
use crate::drive::{Next, Visit, Visitors};
use crate::meter::{Meter, Step};
use crate::shop::{Person, Shop, Told};
use crate::wire::{Connection, text_field};

const LATER_MIN: Duration = Duration::from_millis(200);

/// What somebody comes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Browse,
    SignIn,
    /// Takes seats and closes the page.
    Leave,
    /// Takes seats and gives them back.
    GiveBack,
    /// Orders, and walks away from the bank.
    Order,
    Buy,
    Download,
    Enter,
}

/// Of a hundred visits.
const SHARES: [(Wish, u64); 8] = [
    (Wish::Browse, 62),
    (Wish::SignIn, 2),
    (Wish::Leave, 4),
    (Wish::GiveBack, 2),
    (Wish::Order, 1),
    (Wish::Buy, 11),
    (Wish::Download, 6),
    (Wish::Enter, 12),
];

impl Wish {
    const fn name(self) -> &'static str {
        match self {
            Self::Browse => "looked",
            Self::SignIn => "signed in",
            Self::Leave => "held and left",
            Self::GiveBack => "held and gave back",
            Self::Order => "ordered and did not pay",
            Self::Buy => "bought",
            Self::Download => "fetched a ticket",
            Self::Enter => "entered",
        }
    }

    /// The same for the same visitor in every run, in no order.
    fn of(number: u64) -> Self {
        let mut chance = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        chance %= 100;
        for (wish, share) in SHARES {
            if chance < share {
                return wish;
            }
            chance -= share;
        }
        Self::Browse
    }
}

pub(crate) struct Day {
    pub shop: Rc<Shop>,
    pub gate: Rc<Gate>,
    pub meter: Meter,
    pub issued: Issued,
    /// Who bought, to fetch what they bought.
    bought: RefCell<Vec<Person>>,
    /// Connections to the gate that nobody uses at the moment.
    at_gate: RefCell<Vec<Connection>>,
    done: RefCell<BTreeMap<Wish, u64>>,
    pub tickets_left: Cell<bool>,
}

impl Day {
    pub(crate) fn new(shop: &Rc<Shop>, gate: &Rc<Gate>, meter: &Meter) -> Self {
        Self {
            shop: Rc::clone(shop),
            gate: Rc::clone(gate),
            meter: meter.clone(),
            issued: Issued::watch_with(shop, meter),
            bought: RefCell::default(),
            at_gate: RefCell::default(),
            done: RefCell::default(),
            tickets_left: Cell::new(true),
        }
    }

    /// How many did what they came for.
    pub(crate) fn done(&self) -> BTreeMap<&'static str, u64> {
        let done = self.done.borrow();
        done.iter()
            .map(|(wish, count)| (wish.name(), *count))
            .collect()
    }

    async fn browse(&self, connection: &mut Connection, visit: Visit) -> Told {
        let event = self.shop.event();
        let path = match visit.number % 5 {
            0 => "/".to_owned(),
            1 => "/api/v1/events".to_owned(),
            2 => format!("/api/v1/events/{event}/availability"),
            3 => format!("/api/v1/events/{event}"),
            _ => format!("/events/{event}"),
        };
        let to = (connection, &self.meter);
        self.shop.page(to, &path, visit.due).await
    }

    async fn sign_in(&self, connection: &mut Connection, visit: Visit) -> Told {
        let Some(body) = self.shop.people.sign_in(visit.number) else {
            return Told::No;
        };
        let request = self.shop.target.request("POST /api/v1/login", "", body);
        let to = (connection, &self.meter);
        self.shop
            .send(to, (Step::SignIn, &request), visit.due)
            .await
    }

    async fn hold(&self, to: (&mut Connection, &Meter), visit: Visit) -> Result<Held, Told> {
        let person = self.shop.people.next();
        let (id, formula) = (Uuid::new_v4(), formula_of(visit.number));
        let what = (id, self.shop.event(), formula.0);
        match self.shop.hold(to, &person, what, visit.due).await {
            Told::Yes => Ok((person, id, formula.1)),
            told @ (Told::SoldOut | Told::Later(_) | Told::No) => Err(told),
        }
    }

    async fn sell(&self, connection: &mut Connection, visit: Visit, wish: Wish) -> Told {
        let taken = self.hold((&mut *connection, &self.meter), visit).await;
        let (person, hold, seats) = match taken {
            Ok(taken) => taken,
            Err(told) => return told,
        };
        if wish == Wish::GiveBack {
            let given = self.shop.give_back(connection, &person, hold).await;
            return if given { Told::Yes } else { Told::No };
        }
        if wish == Wish::Order {
            let (to, now) = ((connection, &self.meter), Instant::now());
            let what = (Uuid::now_v7(), hold, seats);
            return self.shop.order(to, &person, what, now).await.0;
        }
        if wish == Wish::Leave {
            return Told::Yes;
        }
        let formula = formula_of(visit.number);
        let to = (connection, &self.meter);
        match buy(&self.shop, to, &person, (hold, formula)).await {
            None => Told::No,
            Some(order) => {
                self.issued.watch_some(visit.number, &person, order);
                self.bought.borrow_mut().push(person);
                Told::Yes
            }
        }
    }

    /// Somebody who has bought looks at their tickets and takes one of them.
    async fn download(&self, connection: &mut Connection, visit: Visit) -> Told {
        let person = {
            let bought = self.bought.borrow();
            let at = usize::try_from(visit.number).unwrap_or(0) % bought.len().max(1);
            bought.get(at).cloned()
        };
        let Some(person) = person else {
            return self.browse(connection, visit).await;
        };
        let list = self.shop.target.request("GET /api/v1/tickets", &person, "");
        let to = (&mut *connection, &self.meter);
        let told = self.shop.send(to, (Step::Page, &list), visit.due).await;
        let Some(ticket) = text_field(connection.last_bytes(), "id").map(str::to_owned) else {
            return told;
        };
        let picture = ["e-ticket.pdf", "qr.svg"][usize::from(!visit.number.is_multiple_of(3))];
        let line = format!("GET /api/v1/tickets/{ticket}/{picture}");
        let request = self.shop.target.request(&line, &person, "");
        let to = (connection, &self.meter);
        self.shop
            .send(to, (Step::Download, &request), Instant::now())
            .await
    }

    async fn enter(&self, visit: Visit) -> Told {
        let free = self.at_gate.borrow_mut().pop();
        let mut connection = free.unwrap_or_else(|| Connection::new(&self.gate.target));
        let next = self.gate.visit(&mut connection, visit).await;
        self.at_gate.borrow_mut().push(connection);
        if next == Next::Over {
            self.tickets_left.set(false);
            return Told::No;
        }
        Told::Yes
    }
}

/// Who holds what, and how many seats.
type Held = (Person, Uuid, usize);

impl Visitors for Day {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let wish = Wish::of(visit.number);
        let told = match wish {
            Wish::Browse => self.browse(connection, visit).await,
            Wish::SignIn => self.sign_in(connection, visit).await,
            Wish::Leave | Wish::GiveBack | Wish::Order | Wish::Buy => {
                self.sell(connection, visit, wish).await
            }
            Wish::Download => self.download(connection, visit).await,
            Wish::Enter => self.enter(visit).await,
        };
        match told {
            Told::Yes => {
                *self.done.borrow_mut().entry(wish).or_default() += 1;
                if wish != Wish::Enter {
                    let seats = formula_of(visit.number).1;
                    let bought = if wish == Wish::Buy { seats } else { 0 };
                    self.meter.goal(u64::try_from(bought).unwrap_or(0));
                }
                Next::Done
            }
            Told::Later(after) if visit.tries == 0 => Next::Again(after.max(LATER_MIN)),
            Told::Later(_) | Told::SoldOut | Told::No => Next::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_of_a_hundred_and_all_are_met() {
        assert_eq!(SHARES.iter().map(|(_, share)| share).sum::<u64>(), 100);
        let mut seen: BTreeMap<Wish, u64> = BTreeMap::new();
        for number in 0..100_000 {
            *seen.entry(Wish::of(number)).or_default() += 1;
        }
        for (wish, share) in SHARES {
            let count = seen.get(&wish).copied().unwrap_or(0);
            assert!(count.abs_diff(share * 1_000) < 200, "{wish:?}: {count}");
        }
    }
}
