//! What a crowd shows at the gate: its tickets, most of them for the first time, some again, some
//! forged or of another event, some no code at all. Each verdict is compared with what it must be.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::drive::{Next, Visit, Visitors};
use crate::meter::{Meter, NO_ANSWER, Step};
use crate::wire::{Connection, Target, text_field};

/// Of so many visitors, one each shows a ticket again, a wrong one, and no ticket.
const KINDS: u64 = 20;
const LATER: Duration = Duration::from_secs(1);

/// The gate's service and the tickets of its crowd.
pub(crate) struct Gate {
    pub target: Target,
    meter: RefCell<Meter>,
    /// Only tickets that were never shown, as long as there are some.
    pub only_fresh: bool,
    device: String,
    name: String,
    tickets: Vec<String>,
    others: Vec<String>,
    next: Cell<usize>,
    admitted: RefCell<Vec<usize>>,
    /// How often each verdict was given, by its reason.
    pub verdicts: RefCell<BTreeMap<String, u64>>,
    /// Admissions that the gate decided without the centre.
    pub decided_alone: Cell<u64>,
    /// Verdicts that were not what they had to be: what was shown, and the answer.
    pub wrong: RefCell<BTreeMap<String, u64>>,
}

/// What somebody shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Fresh(usize),
    Again(usize),
    Forged(usize),
    Other(usize),
    Noise,
}

impl Shown {
    const fn reason(self) -> &'static str {
        match self {
            Self::Fresh(_) => "ok",
            Self::Again(_) => "already_scanned",
            Self::Forged(_) => "forged",
            Self::Other(_) => "wrong_event",
            Self::Noise => "unreadable",
        }
    }
}

/// How the gate is reached.
pub(crate) struct Entrance {
    pub target: Target,
    pub token: String,
    pub name: String,
}

impl Gate {
    pub(crate) fn new(entrance: Entrance, tickets: Vec<String>, others: Vec<String>) -> Self {
        Self {
            target: entrance.target,
            meter: RefCell::new(Meter::start(Duration::ZERO)),
            only_fresh: false,
            device: format!("authorization: Bearer {}\r\n", entrance.token),
            name: entrance.name,
            tickets,
            others,
            next: Cell::new(0),
            admitted: RefCell::default(),
            verdicts: RefCell::default(),
            decided_alone: Cell::new(0),
            wrong: RefCell::default(),
        }
    }

    /// From now on.
    pub(crate) fn measured_by(&self, meter: &Meter) {
        self.meter.replace(meter.clone());
    }

    pub(crate) fn meter(&self) -> Meter {
        self.meter.borrow().clone()
    }

    pub(crate) fn tickets(&self) -> usize {
        self.tickets.len()
    }

    pub(crate) fn admitted(&self) -> usize {
        self.admitted.borrow().len()
    }

    /// The sentence of a run whose verdicts were wrong.
    ///
    /// # Errors
    /// When they were.
    pub(crate) fn check(&self) -> Result<(), String> {
        let wrong = self.wrong.borrow();
        if wrong.is_empty() {
            return Ok(());
        }
        Err(format!("wrong verdicts at the gate: {wrong:?}"))
    }

    fn shown(&self, number: u64) -> Option<Shown> {
        let chance = usize::try_from(number.wrapping_mul(0x9E37_79B9) >> 8).unwrap_or(0);
        let turn = if self.only_fresh { 0 } else { number % KINDS };
        match turn {
            1 => {
                let admitted = self.admitted.borrow();
                let again = admitted.get(chance % admitted.len().max(1));
                again.copied().map(Shown::Again).or_else(|| self.fresh())
            }
            2 if number % (2 * KINDS) < KINDS && !self.others.is_empty() => {
                Some(Shown::Other(chance % self.others.len()))
            }
            2 => Some(Shown::Forged(chance % self.tickets.len().max(1))),
            3 => Some(Shown::Noise),
            _ => self.fresh(),
        }
    }

    fn fresh(&self) -> Option<Shown> {
        let turn = self.next.get();
        self.next.set(turn + 1);
        (turn < self.tickets.len()).then_some(Shown::Fresh(turn))
    }

    fn code(&self, shown: Shown) -> String {
        match shown {
            Shown::Fresh(at) | Shown::Again(at) => self.tickets[at].clone(),
            Shown::Other(at) => self.others[at].clone(),
            Shown::Forged(at) => forged(&self.tickets[at]),
            Shown::Noise => "http://example.org/menu".to_owned(),
        }
    }

    /// One scan to its verdict; false when it is to be tried again.
    async fn scan(&self, connection: &mut Connection, shown: Shown, due: Instant) -> bool {
        let (scan, gate, code) = (Uuid::new_v4(), &self.name, self.code(shown));
        let body = format!(r#"{{"scan_id":"{scan}","gate":"{gate}","code":"{code}"}}"#);
        let request = self.target.request("POST /v1/scans", &self.device, &body);
        let answer = connection.ask(&request).await;
        let status = answer.as_ref().map_or(NO_ANSWER, |answer| answer.status);
        self.meter().note(Step::Scan, due.elapsed(), status);
        let Ok(answer) = answer else {
            return false;
        };
        if status != 200 {
            return status != 503;
        }
        let body = connection.body(&answer);
        if text_field(body, "certainty") == Some("local") {
            self.decided_alone.set(self.decided_alone.get() + 1);
        }
        self.saw(shown, text_field(body, "reason").unwrap_or("none"));
        true
    }

    fn saw(&self, shown: Shown, reason: &str) {
        let is_admitted = reason == "ok";
        self.meter().goal(u64::from(is_admitted));
        if let (true, Shown::Fresh(at)) = (is_admitted, shown) {
            self.admitted.borrow_mut().push(at);
        }
        *self
            .verdicts
            .borrow_mut()
            .entry(reason.to_owned())
            .or_default() += 1;
        if reason != shown.reason() {
            let what = format!("{reason} instead of {}", shown.reason());
            *self.wrong.borrow_mut().entry(what).or_default() += 1;
        }
    }

    /// What the service says of itself.
    pub(crate) async fn status(&self, connection: &mut Connection) -> Option<serde_json::Value> {
        let request = self.target.request("GET /v1/status", &self.device, "");
        let answer = connection.ask(&request).await.ok()?;
        serde_json::from_slice(connection.body(&answer)).ok()
    }
}

/// One digit of the signature is another one.
fn forged(code: &str) -> String {
    let (head, last) = code.split_at(code.len().saturating_sub(1));
    let other = if last == "0" { "1" } else { "0" };
    format!("{head}{other}")
}

impl Visitors for Gate {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let Some(shown) = self.shown(visit.number) else {
            return Next::Over;
        };
        // The agent tries again until there is a verdict.
        let mut due = visit.due;
        while !self.scan(connection, shown, due).await {
            tokio::time::sleep(LATER).await;
            due = Instant::now();
        }
        Next::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Reach;

    fn gate(others: Vec<String>) -> Gate {
        let entrance = Entrance {
            target: Target::parse("http://127.0.0.1:1", Reach::Loopback).unwrap(),
            token: "t".to_owned(),
            name: "Gate-A".to_owned(),
        };
        Gate::new(entrance, vec!["120".to_owned(), "121".to_owned()], others)
    }

    #[test]
    fn a_ticket_is_fresh_once_and_shown_again_only_when_it_was_admitted() {
        let gate = gate(vec!["9".to_owned()]);
        assert_eq!(gate.shown(1), Some(Shown::Fresh(0)));
        gate.saw(Shown::Fresh(0), "ok");
        assert_eq!(gate.shown(1), Some(Shown::Again(0)));
        assert_eq!(gate.shown(2), Some(Shown::Other(0)));
        assert!(matches!(gate.shown(22), Some(Shown::Forged(_))));
        assert_eq!(gate.shown(3), Some(Shown::Noise));
        assert_eq!(gate.shown(4), Some(Shown::Fresh(1)));
        assert_eq!(gate.shown(5), None);
    }

    #[test]
    fn a_verdict_that_had_to_be_another_is_counted() {
        let gate = gate(Vec::new());
        gate.saw(Shown::Again(0), "already_scanned");
        assert!(gate.check().is_ok());
        gate.saw(Shown::Again(0), "ok");
        assert!(gate.check().is_err());
        assert_eq!(forged("120"), "121");
        assert_eq!(forged("121"), "120");
    }
}
