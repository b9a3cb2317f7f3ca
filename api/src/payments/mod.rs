//! Collecting money: one attempt after another at a provider's own page, told back by signed
//! webhooks and by asking. Every capture ends in one paid order or in a refund (invariant I3).

mod attempt;
mod notice;
mod prepare;
mod provider;
mod providers;
mod receive;
mod reconcile;
mod sandbox_bank;
mod sandbox_client;
mod sandbox_link;
mod settle;
mod signature;
mod store;
mod webhook;

use std::time::Duration;

use actix_web::rt;

use crate::app::App;
use crate::platform::db::Sql;
use crate::platform::error::Error;

pub(crate) use attempt::{Payer, abandon_open, close, insert_attempt, open, refresh};
pub(crate) use notice::tell_of_refund;
pub(crate) use prepare::{NewAttempt, implied_url, insert_attempts, prepare};
pub use providers::Payments;
pub(crate) use sandbox_bank::routes as sandbox_bank_routes;
pub(crate) use webhook::routes;

pub(crate) const STATEMENTS: &[&Sql] = store::STATEMENTS;
pub(crate) const PREPARE_STATEMENTS: &[&Sql] = prepare::STATEMENTS;
pub(crate) const RECEIVE_STATEMENTS: &[&Sql] = receive::STATEMENTS;
pub(crate) const SANDBOX_BANK_STATEMENTS: &[&Sql] = sandbox_bank::STATEMENTS;

/// Kind of the job that tells a buyer of a refund.
pub(crate) const REFUND_NOTICE: &str = "payments.refund_notice";

/// Between two rounds when nothing wakes the loop.
const IDLE: Duration = Duration::from_secs(1);

/// One round of everything that needs no input; returns how much was done.
pub(crate) async fn run_once(app: &App) -> Result<usize, Error> {
    let news = take_news(app).await?;
    let moved = reconcile::ask_due(app).await?;
    let expired = crate::orders::expire_due(app).await?;
    Ok(news + moved + expired)
}

/// The loops of a worker process, apart: a provider that does not answer delays no news.
pub(crate) fn start(app: &App) {
    rt::spawn(repeat(app.clone(), take_news));
    rt::spawn(repeat(app.clone(), reconcile::ask_due));
    rt::spawn(repeat(app.clone(), crate::orders::expire_due));
}

/// In development the sandbox bank sends what it owes; then the inbox is processed.
async fn take_news(app: &App) -> Result<usize, Error> {
    let delivered = sandbox_bank::deliver_due(app).await?;
    Ok(delivered + reconcile::process_inbox(app).await?)
}

/// Runs rounds until nothing is left to do, then waits for a wake or the timer.
async fn repeat(app: App, round: impl AsyncFn(&App) -> Result<usize, Error>) {
    loop {
        match round(&app).await {
            Ok(0) => app.payments.wake.wait(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                error.log();
                app.payments.wake.wait(IDLE).await;
            }
        }
    }
}
