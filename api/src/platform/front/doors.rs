//! Bounded doors, one for each kind of work, so that one kind never takes the places of another.
//! Whoever finds a door full waits a moment; when too many wait, they are told at once to come
//! back. What was begun goes before what begins: buyers who hold seats have the widest door, and
//! arrivals' door narrows while arrivals or orders are slow.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::later::Later;
use super::orders::Orders;
use super::width::{Left, Width};
use crate::platform::config::Config;

/// Sign-ups and sign-ins hash passwords one per core: more would only wait.
const ENTERING_MAX: usize = 128;
const LOOKING_MAX: usize = 256;
const SENDING_MAX: usize = 256;
/// Waiting places per place within.
const WAITING_FACTOR: usize = 4;
/// When who was let in and met a failure should come back, at the latest.
const AFTER_A_FAILURE_MAX: u64 = 10;

/// What kind of work a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Never turned away: it is cheap, or tells whether the process lives.
    Open,
    /// Pages and answers that are not in memory.
    Looking,
    /// Signing up and in.
    Entering,
    /// Taking seats without having been called, and joining the queue for them.
    Arriving,
    /// Who was let in, holds seats or tickets, who pays, and the gates.
    Admitted,
    /// The same with a body that is read as it comes: attachments, and gates that were cut off.
    Sending,
}

impl Class {
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
        if starts(&["/healthz", "/readyz", "/static/", "/language/"]) {
            return Self::Open;
        }
        if starts(&[
            "/api/v1/accounts",
            "/api/v1/login",
            "/sign-in",
            "/sign-up",
            "/activate",
            "/forgotten-password",
        ]) {
            return Self::Entering;
        }
        let takes_seats = *method == Method::PUT || *method == Method::POST;
        if (takes_seats && path.starts_with("/api/v1/holds"))
            || (path.starts_with("/events/") && path.ends_with("/hold"))
            || (takes_seats && path.contains("/queues/") && joins(path))
        {
            return Self::Arriving;
        }
        let is_begun = starts(&[
            "/basket",
            "/holds",
            "/orders",
            "/account",
            "/webhooks",
            "/sign-out",
            "/api/v1/orders",
            "/api/v1/holds",
            "/api/v1/tickets",
            "/api/v1/me",
            "/api/v1/gate",
        ]);
        if is_begun || !method.is_safe() {
            return Self::Admitted;
        }
        Self::Looking
    }
}

impl Class {
    /// Who is let in and then says nothing does not keep a place for good.
    pub(super) const fn within_max(self) -> Duration {
        match self {
            Self::Entering | Self::Arriving => Duration::from_secs(15),
            Self::Open | Self::Looking | Self::Admitted | Self::Sending => Duration::from_mins(2),
        }
    }
}

/// Who only joins the queue; whose turn has come is let in like those who hold seats.
fn joins(path: &str) -> bool {
    path.ends_with("/entry") || path.ends_with("/enter")
}

struct Door {
    places: Semaphore,
    places_max: usize,
    /// Of a door that narrows.
    width: Option<Width>,
    waiting: AtomicUsize,
    wait_max: Duration,
    later: Later,
}

/// Nobody is let in for now.
#[derive(Debug)]
struct Full;

impl Door {
    fn new(places_max: usize, wait_max: Duration) -> Self {
        Self {
            places: Semaphore::new(places_max),
            places_max,
            width: None,
            waiting: AtomicUsize::new(0),
            wait_max,
            later: Later::new(),
        }
    }

    fn narrowing(places_max: usize, wait_max: Duration) -> Self {
        Self {
            places: Semaphore::new(Width::at_first(places_max)),
            width: Some(Width::new(places_max)),
            ..Self::new(places_max, wait_max)
        }
    }

    /// `places_now`: how many places there are, taken or free.
    async fn enter(&self, places_now: usize) -> Result<SemaphorePermit<'_>, Full> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        let waiting = Waiting::join(&self.waiting);
        if waiting.before >= places_now.saturating_mul(WAITING_FACTOR) {
            return Err(Full);
        }
        match timeout(self.wait_max, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Full),
        }
    }
}

/// A place within, or none where none is needed.
pub(super) struct Place<'a>(Option<Within<'a>>);

struct Within<'a> {
    place: SemaphorePermit<'a>,
    door: &'a Door,
    since: Instant,
}

/// Who is turned away, and in how many seconds they should come back.
#[derive(Debug)]
pub(super) struct TurnedAway(u64);

impl TurnedAway {
    pub(super) const SOON: Self = Self(2);

    pub(super) const fn seconds(&self) -> u64 {
        self.0
    }
}

impl Place<'_> {
    /// Who was let in and not served for now is turned away like those at the door.
    pub(super) fn leave(self, headers: &mut HeaderMap, status: StatusCode) {
        let Some(Within { place, door, since }) = self.0 else {
            return;
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // What failed within may be well again at once: they need not stay away as long as
            // those for whom there is no room.
            let seconds = door
                .later
                .turn_away(Instant::now())
                .min(AFTER_A_FAILURE_MAX);
            headers.insert(header::RETRY_AFTER, seconds.into());
        } else {
            door.later.note_served();
        }
        if let Some(width) = &door.width {
            let was_work = !status.is_client_error() || status == StatusCode::CONFLICT;
            let left = Left {
                took: since.elapsed(),
                may_widen: was_work && !status.is_server_error(),
            };
            width.leave(&door.places, place, left);
        }
    }
}

/// Counts somebody who waits, also when they give up.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn join(count: &'a AtomicUsize) -> Self {
        let before = count.fetch_add(1, Ordering::Relaxed);
        Self { count, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) struct Doors {
    looking: Door,
    entering: Door,
    arriving: Door,
    admitted: Door,
    sending: Door,
    pub(super) orders: Orders,
}

impl Doors {
    pub(super) fn new(config: &Config) -> Self {
        let places = |max: u32| usize::try_from(max).unwrap_or(1);
        let short = Duration::from_millis(250);
        // Whoever has seats to take is better told at once than kept.
        let shorter = Duration::from_millis(12);
        let long = Duration::from_secs(2);
        Self {
            looking: Door::new(LOOKING_MAX, short),
            entering: Door::new(ENTERING_MAX, short),
            arriving: Door::narrowing(places(config.arrivals_in_flight_max), shorter),
            admitted: Door::new(places(config.admitted_in_flight_max), long),
            sending: Door::new(SENDING_MAX, long),
            orders: Orders::default(),
        }
    }

    fn door(&self, class: Class) -> Option<&Door> {
        match class {
            Class::Open => None,
            Class::Looking => Some(&self.looking),
            Class::Entering => Some(&self.entering),
            Class::Arriving => Some(&self.arriving),
            Class::Admitted => Some(&self.admitted),
            Class::Sending => Some(&self.sending),
        }
    }

    /// A place, given back when dropped.
    pub(super) async fn enter(&self, class: Class) -> Result<Place<'_>, TurnedAway> {
        let Some(door) = self.door(class) else {
            return Ok(Place(None));
        };
        let places_now = match &door.width {
            Some(width) => width.cap(&door.places, self.orders.arrivals_max(door.places_max)),
            None => door.places_max,
        };
        let place = door.enter(places_now).await;
        let place = place.map_err(|Full| TurnedAway(door.later.turn_away(Instant::now())))?;
        let since = Instant::now();
        Ok(Place(Some(Within { place, door, since })))
    }
}

/// Whether somebody takes seats or signs up or in: what is begun already is never cut short.
pub(super) fn begins(class: Class, method: &Method) -> bool {
    match class {
        Class::Arriving => true,
        Class::Entering => !method.is_safe(),
        Class::Open | Class::Looking | Class::Admitted | Class::Sending => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_work_has_its_door() {
        let (get, put, post) = (Method::GET, Method::PUT, Method::POST);
        for (method, path, class) in [
            (&get, "/healthz", Class::Open),
            (&get, "/?q=x", Class::Looking),
            (&get, "/nothing", Class::Looking),
            (&post, "/api/v1/login", Class::Entering),
            (&get, "/sign-in", Class::Entering),
            (&put, "/api/v1/holds/x", Class::Arriving),
            (&post, "/events/JUD001/hold", Class::Arriving),
            (&post, "/api/v1/queues/x/entry", Class::Arriving),
            (&post, "/queues/x/admission", Class::Admitted),
            (&get, "/queues/x", Class::Looking),
            (&get, "/api/v1/holds/x", Class::Admitted),
            (&Method::DELETE, "/api/v1/holds/x", Class::Admitted),
            (&put, "/api/v1/orders/x", Class::Admitted),
            (&post, "/webhooks/bank", Class::Admitted),
            (&post, "/orders", Class::Admitted),
            (&get, "/account/tickets/x", Class::Admitted),
        ] {
            assert_eq!(Class::of(method, path), class, "{method} {path}");
        }
    }

    #[actix_web::test]
    async fn a_full_door_tells_so_and_a_place_given_back_lets_in() {
        let door = Door::new(1, Duration::from_millis(5));
        let place = door.enter(1).await.unwrap();
        assert!(door.enter(1).await.is_err());
        drop(place);
        assert!(door.enter(1).await.is_ok());
        assert_eq!(door.waiting.load(Ordering::Relaxed), 0);
    }
}
