//! What runs beside requests: the outbox, and the reconcilers that need no input.

use actix_web::rt;

use crate::app::App;
use crate::availability;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Handlers};

/// Which function does which kind of job: one line each.
pub fn handlers(_app: &App) -> Handlers {
    Handlers::default()
}

/// Runs what is due and every reconciler once; returns how much was done.
///
/// # Errors
/// When a store does not answer.
pub async fn run_once(app: &App) -> Result<usize, Error> {
    let mut done = jobs::run_due(&app.db, &app.clock, &handlers(app)).await?;
    done += availability::reconcile_touched(app).await?;
    Ok(done)
}

/// Starts the loops on the current runtime; they end with it.
pub fn start(app: &App) {
    rt::spawn(jobs::work(
        app.db.clone(),
        app.clock.clone(),
        handlers(app),
        app.wake.clone(),
    ));
    rt::spawn(availability::watch(app.clone()));
}
