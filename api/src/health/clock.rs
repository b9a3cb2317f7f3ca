//! This process' clock against PostgreSQL's: times written by one process are judged by others.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use jiff::SignedDuration;

use super::store;
use crate::app::App;
use crate::platform::error::Error;

const PERIOD: Duration = Duration::from_secs(1);
/// An answer that took longer says too little about now.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(1);

/// Asks once, and follows PostgreSQL when the two differ.
pub(super) async fn compare(app: &App) -> Result<(), Error> {
    let connection = app.db.read().await?;
    let asked = Instant::now();
    let theirs = store::now(&connection).await?;
    let round_trip = asked.elapsed();
    if round_trip > ROUND_TRIP_MAX {
        return Err(Error::unavailable(
            "postgresql is too slow to tell the time",
        ));
    }
    let half = SignedDuration::try_from(round_trip / 2).unwrap_or_default();
    let theirs = theirs.saturating_add(half).unwrap_or(theirs);
    if let Some(ahead) = app.clock.compare(theirs) {
        let ahead_seconds = ahead.as_secs();
        tracing::warn!(
            ahead_seconds,
            "the clock was wrong: PostgreSQL's is followed"
        );
    }
    Ok(())
}

/// The first comparison before anything is served, where PostgreSQL answers; then every second.
pub(crate) async fn watch_clock(app: App) {
    loop {
        // While PostgreSQL is away nothing is sold; the readiness tells.
        let _ = compare(&app).await;
        sleep(PERIOD).await;
    }
}
