//! The waiting room: when more people come than can be served, they are drawn or queue up, and
//! come in as fast as orders are placed. A place in line is a signed token of the visitor's; the
//! server keeps nothing of those who wait. Rules: `ticket_core::queue`; why: ADR 0008.

mod admit;
mod door;
mod enter;
pub(crate) mod http;
mod keys;
mod latency;
mod open;
pub(crate) mod pages;
mod pass;
mod queue;
mod store;
mod views;

use actix_web::rt;
use ticket_core::ids::EventId;

use crate::app::App;
use crate::platform::error::Error;
pub use door::run_once;
pub(crate) use http::{address_before, admission_check, require};
pub(crate) use latency::time_order;
pub use open::{Opening, close, create, fix_pace, open_now};
pub use pass::Signer;
pub use queue::State;
pub(crate) use queue::watch;
pub(crate) use store::STATEMENTS;

/// Why somebody stays outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueueRefused {
    NotYourTurn,
    /// The token is missing, forged, of another account or of another queue.
    WrongPlace,
    /// The stay that belonged to this place is over.
    Used,
    NoMoreTime,
    SoldOut,
    Closed,
}

/// The waiting room before an event, for its page; unknown is as none.
pub(crate) async fn address_of(app: &App, event: EventId) -> Option<String> {
    let queue = queue::before(app, event).await.ok().flatten()?;
    Some(format!("/queues/{}", queue.id))
}

/// The loop of a worker process.
pub(crate) fn start(app: &App) {
    let app = app.clone();
    rt::spawn(async move {
        loop {
            if let Err(error) = run_once(&app).await {
                error.log();
            }
            rt::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    });
}

/// One line for each queue, for the operator.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn lines(app: &App) -> Result<Vec<String>, Error> {
    let queues = queue::refresh(app).await?;
    let line = |queue: &queue::Queue| {
        let of = queue.event.map_or("shop".to_owned(), |id| id.to_string());
        format!(
            "{} {of} {} entries {} serving {} called {}/min opens {}",
            queue.id,
            queue.shown_state(),
            queue.entries,
            queue.inlet.serving,
            queue.inlet.called_per_minute,
            queue.opens_at,
        )
    };
    Ok(queues.iter().map(line).collect())
}
