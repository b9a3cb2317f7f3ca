//! The loop that comes after the sale: orders whose time to pay is over, in that order, those that
//! were paid among them. What is paid later than that has a job of its own.

use std::time::Duration;

use actix_web::rt;

use super::draft::drafts;
use super::{issue, store};
use crate::app::App;
use crate::platform::error::Error;

const IDLE: Duration = Duration::from_secs(30);
/// Orders of one transaction.
const BATCH: i64 = 100;

/// One batch; returns how many orders it went past.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(crate) async fn run_once(app: &App) -> Result<usize, Error> {
    let conn = app.db.read().await?;
    let mark = store::get_mark(&conn).await?;
    let ended = store::list_ended(&conn, mark, BATCH).await?;
    drop(conn);
    let Some(last) = ended.last() else {
        return Ok(0);
    };
    let next = last.mark;
    let sold = ended.iter().filter_map(|ended| ended.sold.as_ref());
    let due = drafts(app, &sold.collect::<Vec<_>>()).await?;
    let now = app.clock.now();
    let is_ours = app
        .db
        .write("invoices.sweep", async |tx| {
            // Another worker may have done this batch meanwhile.
            if !store::move_mark(tx, mark, next).await? {
                return Ok(false);
            }
            issue::number(tx, &due, now).await.map(|()| true)
        })
        .await?;
    Ok(if is_ours { ended.len() } else { 0 })
}

/// The loop of a worker process.
pub(crate) fn start(app: &App) {
    let app = app.clone();
    rt::spawn(async move {
        loop {
            match run_once(&app).await {
                Ok(0) => rt::time::sleep(IDLE).await,
                Ok(_) => {}
                Err(error) => {
                    error.log();
                    rt::time::sleep(IDLE).await;
                }
            }
        }
    });
}
