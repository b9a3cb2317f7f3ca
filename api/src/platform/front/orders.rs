//! Orders leave arrivals as much room as they can do without: while orders are slow, fewer come in.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Above this, arrivals' door narrows in proportion.
const EASY: Duration = Duration::from_millis(300);
/// With no order under way for this long, the last latencies say nothing any more.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(5);

/// How long orders take, smoothed: they may be seconds apart or thousands a second.
#[derive(Debug, Default)]
pub(super) struct Orders(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    took: Duration,
    under_way: u32,
    /// When an order last ended, or began while there was none.
    moved: Option<Instant>,
}

impl State {
    fn silent(&self) -> Duration {
        self.moved.map_or(Duration::ZERO, |at| at.elapsed())
    }

    /// What is long over says nothing of the next order.
    fn forget(&mut self) {
        if self.under_way == 0 && self.silent() > FORGOTTEN_AFTER {
            self.took = Duration::ZERO;
        }
    }
}

impl Orders {
    pub(super) fn begin(&self) {
        let mut state = self.lock();
        if state.under_way == 0 {
            state.forget();
            state.moved = Some(Instant::now());
        }
        state.under_way += 1;
    }

    pub(super) fn end(&self, took: Duration) {
        let mut state = self.lock();
        state.under_way = state.under_way.saturating_sub(1);
        state.took = (state.took * 15 + took) / 16;
        state.moved = Some(Instant::now());
    }

    /// How many arrivals may be within at once, of so many at most.
    pub(super) fn arrivals_max(&self, places_max: usize) -> usize {
        let mut state = self.lock();
        if state.under_way == 0 {
            state.forget();
            return narrowed(places_max, state.took);
        }
        // Those under way take at least as long as none has ended.
        narrowed(places_max, state.took.max(state.silent()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Half the door at twice the latency.
fn narrowed(places_max: usize, took: Duration) -> usize {
    if took <= EASY {
        return places_max;
    }
    let places = u128::try_from(places_max).unwrap_or(u128::MAX);
    let narrow = places.saturating_mul(EASY.as_micros()) / took.as_micros().max(1);
    usize::try_from(narrow).unwrap_or(places_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_have_half_the_door_when_orders_take_twice_as_long() {
        assert_eq!(narrowed(256, Duration::from_millis(300)), 256);
        assert_eq!(narrowed(256, Duration::from_millis(600)), 128);
        assert_eq!(narrowed(256, Duration::from_mins(1)), 1);
    }

    #[test]
    fn what_hangs_narrows_and_what_is_over_is_forgotten() {
        let orders = Orders::default();
        let long_ago = Instant::now().checked_sub(Duration::from_secs(6)).unwrap();
        orders.begin();
        assert_eq!(orders.arrivals_max(256), 256);
        orders.lock().moved = Some(long_ago);
        assert_eq!(orders.arrivals_max(256), 12);
        for _ in 0..100 {
            orders.end(Duration::from_secs(1));
        }
        assert!(orders.arrivals_max(256) < 80);
        orders.lock().moved = Some(long_ago);
        assert_eq!(orders.arrivals_max(256), 256);
    }

    #[test]
    fn the_first_order_after_a_long_while_hangs_not_since_then() {
        let orders = Orders::default();
        orders.lock().moved = Some(Instant::now().checked_sub(Duration::from_secs(6)).unwrap());
        orders.begin();
        assert_eq!(orders.arrivals_max(256), 256);
    }
}
