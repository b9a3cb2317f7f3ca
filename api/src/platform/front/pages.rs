//! Finished pages by address and language, shared by the workers of a process. A page is fresh
//! for a second; the number of pages is bounded, and what nobody asks for makes room.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use tokio::sync::Mutex;

use super::request::may_be_signed_in;
use super::stored::{Began, Stored};
use crate::platform::clock::Clock;
use crate::platform::i18n::{Locale, PerLocale};

/// How long a page is shown without looking again.
const FRESH_MS: i64 = 1000;
/// How old a page may be that is shown while a newer one is being made.
const BEARABLE_MS: i64 = 2000;
/// What nobody asked for this long makes room for others.
const UNUSED_MS: i64 = 10_000;
/// Addresses per language: a Games has 771 events, each with a page and two answers in JSON.
const PLAIN_MAX: usize = 4096;
/// Addresses with a query per language, at about 50 kB each in all packings.
const QUERIES_MAX: usize = 512;
const QUERY_BYTES_MAX: usize = 200;

/// One address in one language.
pub(super) struct Slot {
    address: Box<str>,
    pub locale: Locale,
    stored: RwLock<Option<Arc<Stored>>>,
    /// Held by the one who makes the page.
    pub turn: Mutex<()>,
}

impl Slot {
    fn get(&self) -> Option<Arc<Stored>> {
        let stored = self.stored.read();
        stored.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the younger of two.
    pub(super) fn store(&self, make: impl FnOnce(Option<&Stored>) -> Stored) -> Arc<Stored> {
        let newest = Arc::new(make(self.get().as_deref()));
        let mut slot = self.stored.write().unwrap_or_else(PoisonError::into_inner);
        let is_newer = slot.as_ref().is_none_or(|before| {
            let (old, new) = (before.began, newest.began);
            (new.generation, new.at_ms) >= (old.generation, old.at_ms)
        });
        if is_newer {
            *slot = Some(newest.clone());
        }
        newest
    }
}

/// The slots of one language and kind, and when they were last cleared of what is unused.
struct Shelf {
    slots: RwLock<HashMap<Box<str>, Arc<Slot>>>,
    slots_max: usize,
    swept_ms: AtomicI64,
}

pub(super) struct Pages {
    clock: Clock,
    session_cookie: &'static str,
    generation: AtomicU64,
    /// Without and with a query.
    shelves: PerLocale<[Shelf; 2]>,
}

pub(super) enum Look {
    /// To be shown, at this moment.
    Stored(Arc<Stored>, i64),
    /// To be made, or made again.
    Stale(Arc<Slot>),
    /// Not a page for everybody.
    Nothing,
}

impl Pages {
    pub(super) fn new(clock: Clock, session_cookie: &'static str) -> Self {
        Self {
            clock,
            session_cookie,
            generation: AtomicU64::new(0),
            shelves: PerLocale::new(|_| [Shelf::new(PLAIN_MAX), Shelf::new(QUERIES_MAX)]),
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    pub(super) fn begin(&self) -> Began {
        Began {
            at_ms: self.now(),
            generation: self.generation.load(Ordering::Acquire),
        }
    }

    pub(super) fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn look(&self, request: &ServiceRequest) -> Look {
        if *request.method() != Method::GET || !is_shared(request.path()) {
            return Look::Nothing;
        }
        let headers = request.headers();
        // The JSON of the catalogue knows neither persons nor languages.
        let locale = if request.path().starts_with("/api/") {
            Locale::ALL[0]
        } else if may_be_signed_in(headers, self.session_cookie) {
            return Look::Nothing;
        } else {
            Locale::of_headers(headers)
        };
        let Some(address) = request.uri().path_and_query() else {
            return Look::Nothing;
        };
        let query = address.query().unwrap_or_default();
        if query.len() > QUERY_BYTES_MAX {
            return Look::Nothing;
        }
        let [plain, queries] = self.shelves.get(locale);
        let place = if query.is_empty() { plain } else { queries };
        let now = self.now();
        let Some(slot) = place.get(address.as_str()) else {
            let made = place.add(address.as_str(), locale, now);
            return made.map_or(Look::Nothing, Look::Stale);
        };
        match self.younger_than(&slot, FRESH_MS, now) {
            Some(stored) => Look::Stored(stored, now),
            None => Look::Stale(slot),
        }
    }

    pub(super) fn fresh(&self, slot: &Slot) -> Option<Arc<Stored>> {
        self.younger_than(slot, FRESH_MS, self.now())
    }

    pub(super) fn bearable(&self, slot: &Slot) -> Option<Arc<Stored>> {
        self.younger_than(slot, BEARABLE_MS, self.now())
    }

    fn younger_than(&self, slot: &Slot, age_ms: i64, now: i64) -> Option<Arc<Stored>> {
        let generation = self.generation.load(Ordering::Acquire);
        slot.get().filter(|stored| {
            let age = now - stored.began.at_ms;
            stored.began.generation == generation && (0..age_ms).contains(&age)
        })
    }

    /// What could not be stored leaves no trace.
    pub(super) fn remove(&self, slot: &Arc<Slot>) {
        for shelf in self.shelves.get(slot.locale) {
            shelf.remove(slot);
        }
    }
}

impl Shelf {
    fn new(slots_max: usize) -> Self {
        Self {
            slots: RwLock::default(),
            slots_max,
            swept_ms: AtomicI64::new(i64::MIN),
        }
    }

    fn get(&self, address: &str) -> Option<Arc<Slot>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(address).cloned()
    }

    fn add(&self, address: &str, locale: Locale, now: i64) -> Option<Arc<Slot>> {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(address) {
            return Some(slot.clone());
        }
        if slots.len() >= self.slots_max {
            if now.saturating_sub(self.swept_ms.swap(now, Ordering::Relaxed)) < FRESH_MS {
                return None;
            }
            slots.retain(|_, slot| match slot.get() {
                Some(stored) => now - stored.began.at_ms < UNUSED_MS,
                // Somebody is making it, unless they went away meanwhile.
                None => Arc::strong_count(slot) > 1,
            });
            if slots.len() >= self.slots_max {
                return None;
            }
        }
        let slot = Arc::new(Slot {
            address: address.into(),
            locale,
            stored: RwLock::default(),
            turn: Mutex::default(),
        });
        slots.insert(address.into(), slot.clone());
        Some(slot)
    }

    fn remove(&self, slot: &Arc<Slot>) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let is_it = |it: &Arc<Slot>| Arc::ptr_eq(it, slot);
        if slots.get(&slot.address).is_some_and(is_it) {
            slots.remove(&slot.address);
        }
    }
}

/// The addresses that answer everybody alike; the maker of each answer decides once more.
fn is_shared(path: &str) -> bool {
    let one = |rest: &str| !rest.is_empty() && !rest.contains('/');
    if let Some(code) = path.strip_prefix("/events/") {
        return one(code);
    }
    if let Some(code) = path.strip_prefix("/api/v1/events/") {
        return one(code.strip_suffix("/availability").unwrap_or(code));
    }
    matches!(
        path,
        "/" | "/terms" | "/api/v1/events" | "/api/v1/sports" | "/api/v1/venues"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_browsing_is_shared() {
        for path in [
            "/",
            "/terms",
            "/events/JUD001",
            "/api/v1/events",
            "/api/v1/events/JUD001",
            "/api/v1/events/JUD001/availability",
        ] {
            assert!(is_shared(path), "{path}");
        }
        for path in [
            "/events/JUD001/hold",
            "/events/",
            "/sign-in",
            "/account",
            "/api/v1/me",
            "/api/v1/events/JUD001/availability/x",
            "/api/v1/holds/x",
        ] {
            assert!(!is_shared(path), "{path}");
        }
    }

    #[test]
    fn a_full_shelf_takes_no_more_until_something_is_unused() {
        let shelf = Shelf::new(2);
        let store = |slot: &Slot, at_ms| {
            let began = Began {
                at_ms,
                generation: 0,
            };
            let _ = slot.store(|_| {
                Stored::new(
                    &actix_web::http::header::HeaderMap::new(),
                    "x".into(),
                    began,
                    None,
                )
            });
        };
        for name in ["a", "b"] {
            store(&shelf.add(name, Locale::En, 0).unwrap(), 0);
        }
        assert!(shelf.add("c", Locale::En, 500).is_none());
        store(&shelf.get("b").unwrap(), 9000);
        assert!(shelf.add("c", Locale::En, UNUSED_MS).is_some());
        assert!(shelf.get("a").is_none() && shelf.get("b").is_some());
    }

    #[test]
    fn a_page_that_nobody_made_makes_room() {
        let shelf = Shelf::new(1);
        let making = shelf.add("a", Locale::En, 0);
        assert!(shelf.add("b", Locale::En, FRESH_MS).is_none());
        drop(making);
        assert!(shelf.add("b", Locale::En, 2 * FRESH_MS).is_some());
    }
}
