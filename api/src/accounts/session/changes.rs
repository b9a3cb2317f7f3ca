//! Which sessions ended or changed anywhere: each process asks about once a second and forgets them.
//! Triggers note every change (V55) with its transaction.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::rt::{self, time::sleep};
use jiff::{SignedDuration, Timestamp};

use super::memory::Cursor;
use super::store;
use crate::app::App;
use crate::platform::error::Error;

const POLL: Duration = Duration::from_secs(1);
/// A change is told again for so long: a session that was read just before it may be remembered
/// only after it was told first. Longer than reading may take to be remembered.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// Nobody remembers a session for so long without hearing of it.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
const PRUNED_EVERY: Duration = Duration::from_mins(1);

/// Where this process was when it asked lately, the first first.
#[derive(Default)]
struct Heard(VecDeque<(Timestamp, Cursor)>);

impl Heard {
    /// From where to ask, so that what was told lately is told again.
    fn since(&mut self, now: Timestamp) -> Option<Cursor> {
        let is_old = |at: Timestamp| now.duration_since(at) >= TOLD_AGAIN;
        while self.0.get(1).is_some_and(|(at, _)| is_old(*at)) {
            self.0.pop_front();
        }
        self.0.front().map(|(_, cursor)| *cursor)
    }

    /// False where transactions are counted anew: this is another database than before.
    fn note(&mut self, at: Timestamp, cursor: Cursor) -> bool {
        let goes_on = self.0.back().is_some_and(|(_, last)| *last <= cursor);
        if !goes_on {
            self.0.clear();
        }
        self.0.push_back((at, cursor));
        goes_on
    }
}

/// The loop of each process that answers requests.
pub(crate) async fn watch(app: App) {
    let mut heard = Heard::default();
    loop {
        if let Err(error) = listen(&app, &mut heard).await {
            error.log();
        }
        sleep(POLL).await;
    }
}

async fn listen(app: &App, heard: &mut Heard) -> Result<(), Error> {
    let now = app.clock.now();
    let since = heard.since(now).unwrap_or(Cursor::MAX);
    let (cursor, changes) = store::list_changes(&app.db.read().await?, since).await?;
    match changes {
        Some(changes) if heard.note(now, cursor) => app.accounts.sessions.hear(&changes, now),
        Some(_) => app.accounts.sessions.begin_anew(now),
        None => {
            heard.note(now, cursor);
            app.accounts.sessions.begin_anew(now);
        }
    }
    Ok(())
}

/// Deletes what nobody asks for any more; returns how many there were.
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
            if let Err(error) = run_once(&app).await {
                error.log();
            }
            sleep(PRUNED_EVERY).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_lately_is_told_again() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut heard = Heard::default();
        assert_eq!(heard.since(at(0)), None);
        assert!(!heard.note(at(0), 100), "nothing is known yet");
        for second in 1..=30 {
            assert!(heard.note(at(second), 100 + second));
        }
        assert_eq!(heard.since(at(30)), Some(120));
        assert_eq!(heard.since(at(300)), Some(130));
        assert!(!heard.note(at(301), 7), "transactions are counted anew");
        assert_eq!(heard.since(at(302)), Some(7));
    }
}
