//! Which sessions ended or changed anywhere: each process asks about once a second and forgets
//! them. Triggers note every change with its transaction (V55); what has committed since the
//! question before is told, however late that was.

use std::time::Duration;

use actix_web::rt::{self, time::sleep};
use jiff::SignedDuration;

use super::store;
use crate::app::App;
use crate::platform::error::Error;

/// Well within the time that a process may go on without hearing.
const POLL: Duration = Duration::from_secs(1);
/// Far longer than a transaction takes after it noted a change, and than anybody remembers.
const KEPT: SignedDuration = SignedDuration::from_hours(6);
const PRUNED_EVERY: Duration = Duration::from_mins(1);

/// Up to where a process has heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    /// PostgreSQL's, as text: which transactions could be seen.
    pub(super) snapshot: String,
    /// When the server started: another one counts other transactions.
    pub(super) server: String,
}

/// The loop of each process that answers requests.
pub(crate) async fn watch(app: App) {
    let mut heard = None;
    loop {
        if let Err(error) = listen(&app, &mut heard).await {
            error.log();
        }
        sleep(POLL).await;
    }
}

async fn listen(app: &App, heard: &mut Option<Heard>) -> Result<(), Error> {
    // What is remembered is confirmed as of before the question.
    let now = app.clock.now();
    let (next, changes) = store::list_changes(&app.db.read().await?, heard.as_ref()).await?;
    let goes_on = heard.as_ref().is_some_and(|it| it.server == next.server);
    match changes.filter(|_| goes_on) {
        Some(changes) => app.accounts.sessions.hear(&changes, now),
        None => app.accounts.sessions.begin_anew(now),
    }
    *heard = Some(next);
    Ok(())
}

/// Deletes what nobody asks for any more; returns how many there were, of many a part.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(crate) async fn run_once(app: &App) -> Result<usize, Error> {
    let before = app.clock.now() - KEPT;
    let deleted = store::delete_changes(&app.db.read().await?, before).await?;
    usize::try_from(deleted).map_err(Error::bug)
}

/// The loop of a worker process.
pub(crate) fn start(app: &App) {
    let app = app.clone();
    rt::spawn(async move {
        loop {
            match run_once(&app).await {
                Ok(0) => sleep(PRUNED_EVERY).await,
                Ok(_) => {}
                Err(error) => {
                    error.log();
                    sleep(PRUNED_EVERY).await;
                }
            }
        }
    });
}
