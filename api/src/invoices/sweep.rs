//! The loop that comes after the sale: orders whose time to pay is over, in that order, those that
//! were paid among them. What is paid later than that has a job of its own.

use std::time::Duration;

use actix_web::rt;
use serde_json::json;
use ticket_core::ids::OrderId;

use super::draft::{Draft, drafts};
use super::issue::{self, ISSUE};
use super::store::{self, Ended};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::jobs::{self, NewJob};

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
    let (next, passed) = (last.mark, ended.len());
    let (due, put_off) = draft_each(app, ended).await?;
    let now = app.clock.now();
    let job = |order: &OrderId| -> NewJob { (ISSUE, json!({ "orders": [order] }), now) };
    let jobs: Vec<NewJob> = put_off.iter().map(job).collect();
    let is_ours = app
        .db
        .write("invoices.sweep", async |tx| {
            // Another worker may have done this batch meanwhile.
            if !store::move_mark(tx, mark, next).await? {
                return Ok(false);
            }
            jobs::enqueue_all(tx, &jobs, now).await?;
            issue::number(tx, &due, now).await.map(|()| true)
        })
        .await?;
    Ok(if is_ours { passed } else { 0 })
}

/// Papers to write, and orders whose papers cannot be written now. Those get a job each, which is
/// tried again, set aside and told by the audit: they hold up no order behind them.
async fn draft_each(app: &App, ended: Vec<Ended>) -> Result<(Vec<Draft>, Vec<OrderId>), Error> {
    let (mut sold, mut due, mut put_off) = (Vec::new(), Vec::new(), Vec::new());
    for Ended { mark, sold: read } in ended {
        match read {
            Some(Ok(order)) => sold.push(order),
            Some(Err(error)) => put_off.push(logged(OrderId::from_uuid(mark.1), &error)),
            None => {}
        }
    }
    for (order, drafted) in sold.iter().zip(drafts(app, &sold).await?) {
        match drafted {
            Ok(papers) => due.extend(papers),
            Err(error) => put_off.push(logged(order.order, &error)),
        }
    }
    Ok((due, put_off))
}

fn logged(order: OrderId, error: &Error) -> OrderId {
    tracing::warn!(order.id = %order, code = error.code(), "papers put off");
    error.log();
    order
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
