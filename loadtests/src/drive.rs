//! The two ways of loading. Open: visitors arrive by schedule, whether or not the service keeps
//! up, and latency counts from the moment they meant to come. Closed: a fixed number of
//! connections, each as fast as it is answered, to find what the service can do.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{sleep, sleep_until};

use crate::meter::Meter;
use crate::say;
use crate::wire::{Connection, Target};

/// What becomes of a visitor after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Done,
    /// Comes again after a while.
    Again(Duration),
    /// There is nothing left to do for anybody.
    Over,
}

/// A visit: who (counted from 0), over which connection, meant for when, and which try it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Visit {
    pub due: Instant,
    pub number: u64,
    pub connection: usize,
    pub tries: u32,
}

/// What visitors do.
pub(crate) trait Visitors: 'static {
    fn visit(&self, connection: &mut Connection, visit: Visit) -> impl Future<Output = Next>;
}

/// Visitors as fast as they are served, over so many connections.
pub(crate) async fn closed<V: Visitors>(
    visitors: &Rc<V>,
    target: &Target,
    connections: usize,
    lasts: Duration,
) {
    let ends = Instant::now() + lasts;
    let numbers = Rc::new(Cell::new(0));
    let tasks: Vec<JoinHandle<()>> = (0..connections)
        .map(|number| {
            let (visitors, numbers) = (Rc::clone(visitors), Rc::clone(&numbers));
            let mut connection = Connection::new(target);
            spawn_local(async move {
                while Instant::now() < ends {
                    let visit = Visit {
                        due: Instant::now(),
                        number: numbers.replace(numbers.get() + 1),
                        connection: number,
                        tries: 0,
                    };
                    match visitors.visit(&mut connection, visit).await {
                        Next::Over => return,
                        Next::Again(after) => sleep(after.min(Duration::from_millis(100))).await,
                        Next::Done => {}
                    }
                }
            })
        })
        .collect();
    all(tasks).await;
}

async fn all(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        // A task that panicked is seen in the figures.
        let _ = task.await;
    }
}

/// Arrivals at a constant rate, or at random with this mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrivals {
    /// At the peak.
    pub per_second: f64,
    pub poisson: bool,
    pub lasts: Duration,
    pub shape: Shape,
}

/// How the rate changes over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Even,
    /// From midnight to midnight.
    Day,
}

/// Of the peak's rate, by hour: a quiet night, a busy day, and the evening when everybody is home.
const DAY_SHARES: [f64; 25] = [
    0.20, 0.10, 0.06, 0.05, 0.05, 0.06, 0.12, 0.25, 0.40, 0.55, 0.62, 0.65, 0.70, 0.66, 0.60, 0.58,
    0.60, 0.66, 0.78, 0.92, 1.00, 0.95, 0.70, 0.40, 0.20,
];

impl Shape {
    /// Of the peak's rate, when this share of the run is over.
    fn share(self, of_run: f64) -> f64 {
        let hours = match self {
            Self::Even => return 1.0,
            Self::Day => of_run.clamp(0.0, 0.999) * 24.0,
        };
        let at = (0_u8..24).rev().find(|hour| f64::from(*hour) <= hours);
        let hour = at.unwrap_or(0);
        let (from, to) = (
            DAY_SHARES[usize::from(hour)],
            DAY_SHARES[usize::from(hour) + 1],
        );
        from + (to - from) * (hours - f64::from(hour))
    }
}

/// Who comes when: new visitors by schedule, and those who were told to come again.
struct Agenda {
    arrivals: Arrivals,
    begins: Instant,
    next: Cell<Instant>,
    ends: Instant,
    numbers: Cell<u64>,
    again: RefCell<BinaryHeap<Reverse<Visit>>>,
    under_way: Cell<u64>,
    over: Cell<bool>,
    chance: Cell<u64>,
}

impl Agenda {
    fn new(arrivals: Arrivals) -> Self {
        let now = Instant::now();
        Self {
            arrivals,
            begins: now,
            next: Cell::new(now),
            ends: now + arrivals.lasts,
            numbers: Cell::new(0),
            again: RefCell::default(),
            under_way: Cell::new(0),
            over: Cell::new(false),
            chance: Cell::new(0x9E37_79B9_7F4A_7C15),
        }
    }

    /// The next visit, at or before its time; `None` when nobody will come any more.
    fn take(&self, connection: usize) -> Option<Visit> {
        let first_again = self.again.borrow().peek().map(|Reverse(visit)| visit.due);
        let new = self.next.get();
        let may_arrive = !self.over.get() && new < self.ends;
        let mut visit = match first_again {
            Some(due) if due <= new || !may_arrive => {
                self.again.borrow_mut().pop().map(|Reverse(visit)| visit)?
            }
            _ if may_arrive => {
                self.next.set(new + self.gap());
                Visit {
                    due: new,
                    number: self.numbers.replace(self.numbers.get() + 1),
                    connection,
                    tries: 0,
                }
            }
            _ => return None,
        };
        visit.connection = connection;
        self.under_way.set(self.under_way.get() + 1);
        Some(visit)
    }

    fn gap(&self) -> Duration {
        let over = self.next.get().duration_since(self.begins);
        let of_run = over.as_secs_f64() / self.arrivals.lasts.as_secs_f64().max(0.001);
        let rate = self.arrivals.per_second * self.arrivals.shape.share(of_run);
        let mean = 1.0 / rate.max(0.001);
        if !self.arrivals.poisson {
            return Duration::from_secs_f64(mean);
        }
        // xorshift: the same arrivals in every run.
        let mut chance = self.chance.get();
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        self.chance.set(chance);
        let bits = u32::try_from(chance >> 32).unwrap_or(1).max(1);
        let share = f64::from(bits) / f64::from(u32::MAX);
        Duration::from_secs_f64(-share.ln() * mean)
    }

    fn done(&self, visit: Visit, next: Next) {
        self.under_way.set(self.under_way.get() - 1);
        match next {
            Next::Done => {}
            Next::Over => {
                self.over.set(true);
                self.again.borrow_mut().clear();
            }
            Next::Again(_) if self.over.get() => {}
            Next::Again(after) => self.again.borrow_mut().push(Reverse(Visit {
                due: Instant::now() + after,
                tries: visit.tries + 1,
                ..visit
            })),
        }
    }

    fn is_empty(&self) -> bool {
        self.under_way.get() == 0
            && self.again.borrow().is_empty()
            && (self.over.get() || self.next.get() >= self.ends)
    }
}

/// Visitors by schedule over at most so many connections: who finds none free waits, and the wait
/// counts. The connections are open before the first comes, as are those of people who look at a
/// page that they wait on.
pub(crate) async fn open<V: Visitors>(
    visitors: &Rc<V>,
    target: &Target,
    connections: usize,
    arrivals: Arrivals,
) {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut connection = Connection::new(target);
        // One that cannot be opened now is tried again, and told of, when it is needed.
        let _ = connection.open().await;
        opened.push(connection);
    }
    let agenda = Rc::new(Agenda::new(arrivals));
    let tasks: Vec<JoinHandle<()>> = opened
        .into_iter()
        .enumerate()
        .map(|(number, mut connection)| {
            let (visitors, agenda) = (Rc::clone(visitors), Rc::clone(&agenda));
            spawn_local(async move {
                while !agenda.is_empty() {
                    let Some(visit) = agenda.take(number) else {
                        sleep(Duration::from_millis(20)).await;
                        continue;
                    };
                    if visit.due > Instant::now() {
                        sleep_until(visit.due.into()).await;
                    }
                    let next = visitors.visit(&mut connection, visit).await;
                    agenda.done(visit, next);
                }
            })
        })
        .collect();
    all(tasks).await;
}

/// A line of figures a second, until it is dropped.
pub(crate) struct Progress(JoinHandle<()>);

impl Progress {
    pub(crate) fn of(meter: &Meter, name: &'static str) -> Self {
        let meter = meter.clone();
        Self(spawn_local(async move {
            let mut every = tokio::time::interval(Duration::from_secs(1));
            every.tick().await;
            for second in 1_u64.. {
                every.tick().await;
                let s = meter.tick();
                say(&format!(
                    "{name} {second:>4} s  {:>7} done  {:>6} tickets  {:>6} told later  \
                     {:>4} failed  p50 {:>7} µs  p99 {:>8} µs",
                    s.goals, s.tickets, s.unavailable, s.failed, s.p50_us, s.p99_us
                ));
            }
        }))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_quiet_night_and_an_evening_peak() {
        let day = |hour: f64| Shape::Day.share(hour / 24.0);
        assert!(day(3.5) < 0.06 && (day(20.0) - 1.0).abs() < 1e-9);
        assert!((day(20.5) - 0.975).abs() < 1e-9);
        assert!((Shape::Even.share(0.3) - 1.0).abs() < 1e-9);
        assert!(Shape::Day.share(1.0) > 0.0);
    }
}
