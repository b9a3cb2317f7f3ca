//! What the centre does for gates: devices sign in with a token, take the signed manifest of
//! their gate, and report every scan; an admission marks its ticket *Scanned*, once.

mod admissions;
mod conflicts;
mod device;
mod holders;
pub(crate) mod http;
mod manifest;
mod people;
pub(crate) mod setup;
mod store;

pub(crate) use people::STATEMENTS as PEOPLE_STATEMENTS;
pub(crate) use people::{
    ENROLMENT_QR_PREFIX, NewAgent, NewEnrolment, declare as declare_agent, make_enrolment,
    revoke_tablet,
};
pub(crate) use setup::STATEMENTS as SETUP_STATEMENTS;
pub(crate) use store::STATEMENTS;

use ticket_core::ids::EventId;

use crate::app::App;
use crate::platform::error::Error;
use crate::platform::tally::Tally;

/// What the slice keeps in memory.
pub struct State {
    pub(crate) searches: people::Searches,
}

impl State {
    pub(crate) fn new(tally: &Tally) -> Self {
        Self {
            searches: people::Searches::new(tally),
        }
    }
}

/// Whether only live codes enter at an event.
///
/// # Errors
/// Unavailable.
pub(crate) async fn is_live_only(app: &App, event: EventId) -> Result<bool, Error> {
    let conn = app.db.read().await?;
    let events = store::list_live_only(&conn, &[event.as_uuid()]).await?;
    Ok(!events.is_empty())
}
