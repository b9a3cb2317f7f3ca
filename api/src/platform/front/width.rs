//! How many a door lets in at once: up to all that it has places for while they are served quickly,
//! fewer while they are slow within. It narrows by shares and widens by ones, as TCP does.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Smoothed time within, above which a door narrows.
const EASY: Duration = Duration::from_millis(12);
/// One that hung says no more than this: it takes several to narrow.
const TOOK_MAX: Duration = Duration::from_millis(48);
const NARROWS_BY: f64 = 7.0 / 8.0;
/// What was let in before is served before narrowing shows.
const NARROWS_EVERY: Duration = Duration::from_millis(50);
/// Before anything is known; a crowd may come in the first second.
const AT_FIRST: usize = 32;
/// So many stay, whatever happens: only who is let in shows that it goes well again.
const MIN: usize = 4;

#[derive(Debug)]
pub(super) struct Width {
    max: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Between `MIN` and `max`.
    wanted: f64,
    /// For another reason than what is learnt here.
    cap: usize,
    /// Places that the door's semaphore has now, taken or free.
    places: usize,
    within_seconds: f64,
    narrowed: Option<Instant>,
}

/// How somebody was served who leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    pub took: Duration,
    /// What was refused or failed at once says nothing of how quick the work is.
    pub may_widen: bool,
}

impl Width {
    /// Of a door with as many places as [`Self::at_first`] says.
    pub(super) fn new(max: usize) -> Self {
        let state = State {
            wanted: as_f64(Self::at_first(max)),
            cap: max,
            places: Self::at_first(max),
            within_seconds: 0.0,
            narrowed: None,
        };
        Self {
            max,
            state: Mutex::new(state),
        }
    }

    pub(super) fn at_first(max: usize) -> usize {
        max.min(AT_FIRST)
    }

    /// At most so many from now on, however quick they are. Answers how many places there are.
    pub(super) fn cap(&self, places: &Semaphore, cap: usize) -> usize {
        let mut state = self.lock();
        state.cap = cap;
        self.fit(&mut state, places);
        state.places
    }

    /// Somebody leaves, and hands back a place.
    pub(super) fn leave(&self, places: &Semaphore, place: SemaphorePermit<'_>, left: Left) {
        let mut state = self.lock();
        // A door with free places shows nothing of how a crowd would be served.
        let is_needed = places.available_permits() == 0;
        let left = Left {
            may_widen: left.may_widen && is_needed,
            ..left
        };
        self.learn(&mut state, left, Instant::now());
        if state.places > self.wanted(&state) {
            // Given back, it would go to the next who waits.
            place.forget();
            state.places -= 1;
        } else {
            drop(place);
            self.fit(&mut state, places);
        }
    }

    fn learn(&self, state: &mut State, left: Left, now: Instant) {
        let is_quick = left.took <= EASY;
        if is_quick && !left.may_widen {
            return;
        }
        let took = left.took.min(TOOK_MAX).as_secs_f64();
        state.within_seconds = state.within_seconds.mul_add(15.0 / 16.0, took / 16.0);
        if state.within_seconds <= EASY.as_secs_f64() {
            if left.may_widen {
                state.wanted += state.wanted.recip();
            }
        } else if state
            .narrowed
            .is_none_or(|at| now.saturating_duration_since(at) >= NARROWS_EVERY)
        {
            state.wanted *= NARROWS_BY;
            state.narrowed = Some(now);
        }
        let least = as_f64(MIN.min(self.max));
        state.wanted = state.wanted.clamp(least, as_f64(self.max));
    }

    fn wanted(&self, state: &State) -> usize {
        let least = MIN.min(self.max);
        rounded_down(state.wanted).min(state.cap).max(least)
    }

    /// Adds free places, or takes free ones away; those that are taken go when they are left.
    fn fit(&self, state: &mut State, places: &Semaphore) {
        let wanted = self.wanted(state);
        if state.places < wanted {
            places.add_permits(wanted - state.places);
            state.places = wanted;
        } else {
            state.places -= places.forget_permits(state.places - wanted);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::cast_precision_loss, reason = "doors have few places")]
const fn as_f64(places: usize) -> f64 {
    places as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between MIN and max"
)]
const fn rounded_down(wanted: f64) -> usize {
    wanted as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Left = left(5);
    const SLOW: Left = left(200);

    const fn left(millis: u64) -> Left {
        Left {
            took: Duration::from_millis(millis),
            may_widen: true,
        }
    }

    /// One after the other, while nobody else finds room.
    fn serve(width: &Width, places: &Semaphore, times: usize, left: Left) {
        for _ in 0..times {
            let place = places.try_acquire().unwrap();
            let others = u32::try_from(places.available_permits()).unwrap();
            let others = places.try_acquire_many(others).unwrap();
            width.leave(places, place, left);
            drop(others);
        }
    }

    #[test]
    fn it_narrows_once_in_a_while_when_it_is_slow_within_and_widens_again() {
        let (width, places) = (Width::new(64), Semaphore::new(32));
        serve(&width, &places, 50, SLOW);
        assert_eq!(places.available_permits(), 28);
        serve(&width, &places, 4000, QUICK);
        assert_eq!(places.available_permits(), 64);
    }

    #[test]
    fn neither_an_empty_door_nor_what_failed_makes_it_wider() {
        let (width, places) = (Width::new(64), Semaphore::new(32));
        for _ in 0..4000 {
            width.leave(&places, places.try_acquire().unwrap(), QUICK);
        }
        let failed = Left {
            may_widen: false,
            ..QUICK
        };
        serve(&width, &places, 4000, failed);
        assert_eq!(places.available_permits(), 32);
    }

    #[test]
    fn one_that_hung_does_not_narrow_it() {
        let (width, places) = (Width::new(64), Semaphore::new(32));
        serve(&width, &places, 1, SLOW);
        assert_eq!(places.available_permits(), 32);
    }

    #[test]
    fn it_never_narrows_to_nothing() {
        let width = Width::new(64);
        let mut state = width.lock();
        let began = Instant::now();
        for turn in 0..100 {
            width.learn(&mut state, SLOW, began + NARROWS_EVERY * turn);
        }
        assert_eq!(rounded_down(state.wanted), MIN);
        drop(state);
        let (one, places) = (Width::new(1), Semaphore::new(1));
        serve(&one, &places, 50, SLOW);
        assert_eq!(places.available_permits(), 1);
    }

    #[test]
    fn places_that_are_taken_go_when_they_are_left() {
        let (width, places) = (Width::new(8), Semaphore::new(8));
        let taken: Vec<_> = (0..8).map(|_| places.try_acquire().unwrap()).collect();
        width.cap(&places, 5);
        for place in taken {
            width.leave(&places, place, QUICK);
        }
        assert_eq!(places.available_permits(), 5);
        width.cap(&places, 8);
        assert_eq!(places.available_permits(), 8);
    }

    #[actix_web::test]
    async fn a_place_too_many_goes_to_nobody_who_waits() {
        let (width, places) = (Width::new(5), Semaphore::new(5));
        let taken: Vec<_> = (0..5).map(|_| places.try_acquire().unwrap()).collect();
        width.cap(&places, 4);
        let mut waits = Box::pin(places.acquire());
        assert!(futures_util::poll!(&mut waits).is_pending());
        let mut taken = taken.into_iter();
        width.leave(&places, taken.next().unwrap(), QUICK);
        assert!(futures_util::poll!(&mut waits).is_pending());
        width.leave(&places, taken.next().unwrap(), QUICK);
        assert!(futures_util::poll!(&mut waits).is_ready());
    }
}
