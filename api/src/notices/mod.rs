//! What people are told about the events they have tickets for: a reminder the day before, which
//! can be switched off, and that an event changed or was cancelled, which cannot.

mod change;
mod message;
pub(crate) mod pages;
mod remind;
mod stop;
mod store;
mod views;

use std::time::Duration;

use actix_web::rt;

pub(crate) use change::{EVENT_CHANGED, tell_of_change};
pub(crate) use remind::{REMIND, remind};
pub(crate) use stop::{set_wishes, wants_reminders};
pub(crate) use store::STATEMENTS;

use crate::app::App;
use crate::platform::error::Error;

/// A reminder may be some minutes late.
const IDLE: Duration = Duration::from_secs(30);

/// Queues what is due; returns how many messages that are.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(crate) async fn run_once(app: &App) -> Result<usize, Error> {
    Ok(change::queue_due(app).await? + remind::queue_due(app).await?)
}

/// The loop of a worker process.
pub(crate) fn start(app: &App) {
    let app = app.clone();
    rt::spawn(async move {
        loop {
            match run_once(&app).await {
                Ok(0) => rt::time::sleep(IDLE).await,
                Ok(_) => app.wake.now(),
                Err(error) => {
                    error.log();
                    rt::time::sleep(IDLE).await;
                }
            }
        }
    });
}
