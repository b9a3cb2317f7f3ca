//! How long placing an order takes: measured in each process, told to the others through Redis.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::keys;
use crate::app::App;
use crate::platform::error::Error;

const KEPT: usize = 512;
const FRESH: Duration = Duration::from_secs(10);

/// The last orders of this process.
pub(super) struct Latency {
    process: Uuid,
    last: Mutex<VecDeque<(Instant, Duration)>>,
}

impl Default for Latency {
    fn default() -> Self {
        Self {
            process: Uuid::new_v4(),
            last: Mutex::default(),
        }
    }
}

/// Measures until it is dropped.
pub(crate) struct Timed<'a> {
    app: &'a App,
    begun: Instant,
}

/// Taken while an order is placed. Arrivals' door is told of it too.
pub(crate) fn time_order(app: &App) -> Timed<'_> {
    app.front.order_begins();
    Timed {
        app,
        begun: Instant::now(),
    }
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        self.app.front.order_ends(took);
        let last = &self.app.waiting_room.latency.last;
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == KEPT {
            last.pop_front();
        }
        last.push_back((Instant::now(), took));
    }
}

impl Latency {
    /// In milliseconds, of the last ten seconds.
    fn p90(&self) -> Option<u128> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fresh: Vec<Duration> = last
            .iter()
            .filter(|(at, _)| at.elapsed() < FRESH)
            .map(|(_, took)| *took)
            .collect();
        fresh.sort_unstable();
        fresh.get(fresh.len() * 9 / 10).map(Duration::as_millis)
    }
}

pub(super) async fn tell(app: &App) -> Result<(), Error> {
    let latency = &app.waiting_room.latency;
    let Some(p90) = latency.p90() else {
        return Ok(());
    };
    let told = format!("{p90} {}", app.clock.now().as_millisecond());
    let keys = [keys::order_latency(&app.redis)];
    let values = [latency.process.to_string(), told];
    let _: i64 = app.redis.run(&keys::TELL_LATENCY, &keys, &values).await?;
    Ok(())
}

/// The worst of all processes.
pub(super) async fn of_all(app: &App) -> Result<Option<u64>, Error> {
    let since = app.clock.now().as_millisecond() - 10_000;
    let keys = [keys::order_latency(&app.redis)];
    let worst: i64 = app.redis.run(&keys::READ_LATENCY, &keys, &[since]).await?;
    Ok(u64::try_from(worst).ok())
}
