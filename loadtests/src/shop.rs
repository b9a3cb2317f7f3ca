//! The shop as its visitors and its bank know it: requests over the wire, answers in words.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ring::hmac;
use uuid::Uuid;

use crate::meter::{Meter, NO_ANSWER, Step};
use crate::webhooks::{Fate, Fates, Shares};
use crate::wire::{Answer, Connection, Target, number_field, text_field};

/// Someone signed in: the cookie's line and the anti-forgery line.
pub(crate) type Person = Rc<str>;

/// How many holds one person places before the next has a turn, over all events.
const HOLDS_PER_PERSON: u32 = 8;
/// So many people sign in anew, in turn.
const SIGN_INS_MAX: usize = 1_000;

/// People that were made in bulk, used one after another and never again.
pub(crate) struct People {
    all: Vec<Person>,
    /// What some of them send to sign in anew.
    sign_ins: Vec<String>,
    next: Cell<usize>,
}

impl People {
    /// # Errors
    /// When the file cannot be read or has nobody in it.
    pub(crate) fn read(path: &std::path::Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let all: Vec<Person> = text.lines().filter_map(person).collect();
        if all.is_empty() {
            return Err(format!("{}: nobody is in there", path.display()));
        }
        Ok(Self {
            all,
            sign_ins: text
                .lines()
                .take(SIGN_INS_MAX)
                .filter_map(sign_in)
                .collect(),
            next: Cell::new(0),
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// How many had their turn.
    pub(crate) fn used(&self) -> usize {
        self.next.get()
    }

    pub(crate) fn skip(&self, people: usize) {
        self.next.set(self.next.get() + people);
    }

    /// The body of a sign-in, of somebody who has a session already.
    pub(crate) fn sign_in(&self, turn: u64) -> Option<&str> {
        let count = u64::try_from(self.sign_ins.len())
            .ok()
            .filter(|count| *count > 0)?;
        let at = usize::try_from(turn % count).ok()?;
        self.sign_ins.get(at).map(String::as_str)
    }

    /// Who has their turn after so many others.
    pub(crate) fn ahead(&self, others: usize) -> Person {
        Rc::clone(&self.all[(self.next.get() + others) % self.all.len()])
    }

    /// The next person; from the first again when all had their turn.
    pub(crate) fn next(&self) -> Person {
        let person = self.ahead(0);
        self.skip(1);
        person
    }
}

/// `cookie csrf email password`, as `api rehearse accounts` writes it.
fn person(line: &str) -> Option<Person> {
    let mut parts = line.split(' ');
    let (cookie, csrf) = (parts.next()?, parts.next()?);
    Some(format!("cookie: guichet={cookie}\r\nx-csrf-token: {csrf}\r\n").into())
}

fn sign_in(line: &str) -> Option<String> {
    let mut parts = line.split(' ').skip(2);
    let (email, password) = (parts.next()?, parts.next()?);
    Some(format!(r#"{{"email":"{email}","password":"{password}"}}"#))
}

/// A person at a connection, for some holds.
type AtConnection = Option<(Person, u32)>;

/// What every browser sends with a page's request, and the generator with *hello* too.
pub(crate) const BROWSER_HEADERS: &str =
    "accept: text/html,*/*\r\naccept-encoding: gzip, br\r\naccept-language: fr-FR,fr\r\n";

pub(crate) struct Shop {
    pub target: Target,
    pub people: People,
    events: Vec<String>,
    bank: hmac::Key,
    webhooks: Fates,
    at_connections: RefCell<Vec<AtConnection>>,
    turns: Cell<usize>,
}

/// How an answer is taken by the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Yes,
    SoldOut,
    Later(Duration),
    No,
}

/// An order to be paid, as the bank needs it.
pub(crate) struct Due {
    reference: String,
    /// Path and query of the bank's page.
    page: String,
    amount_cents: i64,
}

impl Shop {
    pub(crate) fn new(target: Target, people: People, events: Vec<String>, secret: &str) -> Self {
        Self {
            target,
            people,
            events,
            bank: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            webhooks: Fates::new(Shares::default(), 0),
            at_connections: RefCell::default(),
            turns: Cell::new(0),
        }
    }

    /// The bank's webhooks have these fates.
    pub(crate) fn with_webhooks(self, webhooks: Fates) -> Self {
        Self { webhooks, ..self }
    }

    /// Who is at this connection: someone else after some holds, as far as the limit for one
    /// person and event goes.
    pub(crate) fn person_at(&self, connection: usize) -> Person {
        let mut at = self.at_connections.borrow_mut();
        if at.len() <= connection {
            at.resize(connection + 1, None);
        }
        let (person, left) = match at[connection].take() {
            Some((person, left)) if left > 0 => (person, left),
            _ => (self.people.next(), HOLDS_PER_PERSON),
        };
        at[connection] = Some((Rc::clone(&person), left - 1));
        person
    }

    pub(crate) fn events(&self) -> &[String] {
        &self.events
    }

    /// The events in turn.
    pub(crate) fn event(&self) -> &str {
        let turn = self.turns.replace(self.turns.get() + 1);
        &self.events[turn % self.events.len()]
    }

    pub(crate) async fn page(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        path: &str,
        due: Instant,
    ) -> Told {
        let line = format!("GET {path}");
        let request = self.target.request(&line, BROWSER_HEADERS, "");
        self.send((connection, meter), (Step::Page, &request), due)
            .await
    }

    /// Any request; what came back is in the connection.
    pub(crate) async fn send(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        (step, request): (Step, &[u8]),
        due: Instant,
    ) -> Told {
        let answer = connection.ask(request).await;
        noted(meter, step, due, answer.as_ref().ok());
        told(connection, answer.as_ref().ok())
    }

    pub(crate) async fn hold(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        person: &Person,
        what: (Uuid, &str, &str),
        due: Instant,
    ) -> Told {
        self.hold_in((connection, meter), person, (what, "A"), due)
            .await
    }

    /// In a category of its own.
    pub(crate) async fn hold_in(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        person: &Person,
        ((id, event, formula), category): ((Uuid, &str, &str), &str),
        due: Instant,
    ) -> Told {
        let body =
            format!(r#"{{"event":"{event}","category":"{category}","formula":"{formula}"}}"#);
        let line = format!("PUT /api/v1/holds/{id}");
        let request = self.target.request(&line, person, &body);
        let answer = connection.ask(&request).await;
        noted(meter, Step::Hold, due, answer.as_ref().ok());
        told(connection, answer.as_ref().ok())
    }

    /// Gives a hold back.
    pub(crate) async fn give_back(
        &self,
        connection: &mut Connection,
        person: &Person,
        hold: Uuid,
    ) -> bool {
        let line = format!("DELETE /api/v1/holds/{hold}");
        let request = self.target.request(&line, person, "");
        let answer = connection.ask(&request).await;
        answer.is_ok_and(|answer| (200..300).contains(&answer.status))
    }

    pub(crate) async fn order(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        person: &Person,
        (id, hold, seats): (Uuid, Uuid, usize),
        due: Instant,
    ) -> (Told, Option<Due>) {
        let holder = r#"{"first_name":"Camille","last_name":"Martin"}"#;
        let holders = vec![holder; seats].join(",");
        let body = format!(r#"{{"holds":["{hold}"],"holders":[{holders}],"accept_terms":true}}"#);
        let line = format!("PUT /api/v1/orders/{id}");
        let request = self.target.request(&line, person, &body);
        let answer = connection.ask(&request).await;
        noted(meter, Step::Order, due, answer.as_ref().ok());
        let to_pay = answer.as_ref().ok().and_then(|answer| {
            let body = connection.body(answer);
            let url = text_field(body, "payment_url")?;
            let reference = url.split(['?', '#']).next()?.rsplit('/').next()?;
            Some(Due {
                reference: reference.to_owned(),
                page: url.splitn(4, '/').nth(3)?.to_owned(),
                amount_cents: number_field(body, "amount_cents")?,
            })
        });
        (told(connection, answer.as_ref().ok()), to_pay)
    }

    /// The bank has the money, and says so unless its webhook is lost.
    pub(crate) async fn captured(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        paid: &Due,
        due: Instant,
    ) -> Told {
        let fate = self.webhooks.next();
        if fate == Fate::Lost {
            return self.paid_in_silence((connection, meter), paid, due).await;
        }
        let request = self.webhook(paid);
        let answer = if fate == Fate::Doubled {
            let mut other = Connection::new(&self.target);
            let (answer, _) = tokio::join!(connection.ask(&request), other.ask(&request));
            answer
        } else {
            connection.ask(&request).await
        };
        noted(meter, Step::Webhook, due, answer.as_ref().ok());
        told(connection, answer.as_ref().ok())
    }

    /// As a payer whose bank forgets its webhook: only the bank's own books know.
    async fn paid_in_silence(
        &self,
        (connection, meter): (&mut Connection, &Meter),
        paid: &Due,
        due: Instant,
    ) -> Told {
        let line = format!("POST /{}", paid.page);
        let request = self.target.form(&line, "decision=accept&webhook=lost");
        let answer = connection.ask(&request).await;
        noted(meter, Step::Webhook, due, answer.as_ref().ok());
        match answer {
            Ok(answer) if answer.status == 303 => Told::Yes,
            answer => told(connection, answer.as_ref().ok()),
        }
    }

    fn webhook(&self, paid: &Due) -> Vec<u8> {
        let now = jiff::Timestamp::now();
        let Due {
            reference,
            amount_cents,
            page: _,
        } = paid;
        let body = format!(
            "{{\"id\":\"evt_{}\",\"type\":\"payment.captured\",\"created_at\":\"{now}\",\
             \"payment\":{{\"ref\":\"{reference}\",\"state\":\"captured\",\
             \"amount_cents\":{amount_cents},\"currency\":\"EUR\",\"payment_url\":\"\",\
             \"refund_ref\":null}}}}",
            Uuid::new_v4().simple()
        );
        let signed = format!("guichet-bank-signature: {}\r\n", self.sign(&body, now));
        self.target
            .request("POST /webhooks/sandbox", &signed, &body)
    }

    fn sign(&self, body: &str, now: jiff::Timestamp) -> String {
        let seconds = now.as_second();
        let digest = hmac::sign(&self.bank, format!("{seconds}.{body}").as_bytes());
        let mut text = format!("t={seconds},v1=");
        for byte in digest.as_ref() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Whether an order is paid, and so its tickets issued.
    pub(crate) async fn is_paid(
        &self,
        connection: &mut Connection,
        person: &Person,
        order: Uuid,
    ) -> bool {
        let line = format!("GET /api/v1/orders/{order}");
        let request = self.target.request(&line, person, "");
        match connection.ask(&request).await {
            Ok(answer) => text_field(connection.body(&answer), "state") == Some("paid"),
            Err(_) => false,
        }
    }

    /// Waits until the shop shows all the events: its catalogue is read again now and then.
    ///
    /// # Errors
    /// When it does not within a minute.
    pub(crate) async fn shows_events(&self) -> Result<(), String> {
        let mut connection = Connection::new(&self.target);
        let patience = Instant::now() + Duration::from_mins(1);
        for event in &self.events {
            let line = format!("GET /api/v1/events/{event}");
            let request = self.target.request(&line, "", "");
            loop {
                let answer = connection.ask(&request).await;
                if answer.is_ok_and(|answer| answer.status == 200) {
                    break;
                }
                if Instant::now() > patience {
                    return Err(format!("the shop at {:?} has no {event}", self.target));
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Ok(())
    }
}

fn noted(meter: &Meter, step: Step, due: Instant, answer: Option<&Answer>) {
    let status = answer.map_or(NO_ANSWER, |answer| answer.status);
    meter.note(step, due.elapsed(), status);
}

fn told(connection: &Connection, answer: Option<&Answer>) -> Told {
    let Some(answer) = answer else {
        return Told::Later(Duration::from_secs(1));
    };
    match answer.status {
        200..300 => Told::Yes,
        429 | 503 => Told::Later(Duration::from_secs(answer.retry_after.unwrap_or(1).max(1))),
        409 if text_field(connection.body(answer), "code") == Some("sold_out") => Told::SoldOut,
        _ => Told::No,
    }
}
