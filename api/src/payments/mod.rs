//! Collecting money: one attempt after another at a provider's own page, told back by signed
//! webhooks and by asking. Every capture ends in one paid order or in a refund (invariant I3).

mod attempt;
mod notice;
mod provider;
mod providers;
mod reconcile;
mod sandbox_bank;
mod sandbox_client;
mod settle;
mod signature;
mod store;
mod webhook;

use std::time::Duration;

use crate::app::App;
use crate::platform::db::Sql;
use crate::platform::error::Error;

pub(crate) use attempt::{Payer, abandon_open, close, insert_attempt, open, refresh};
pub(crate) use notice::tell_of_refund;
pub use providers::Payments;
pub(crate) use sandbox_bank::routes as sandbox_bank_routes;
pub(crate) use webhook::routes;

pub(crate) const STATEMENTS: &[&Sql] = store::STATEMENTS;
pub(crate) const SANDBOX_BANK_STATEMENTS: &[&Sql] = sandbox_bank::STATEMENTS;

/// Kind of the job that tells a buyer of a refund.
pub(crate) const REFUND_NOTICE: &str = "payments.refund_notice";

/// Between two rounds when nothing wakes the loop.
const IDLE: Duration = Duration::from_secs(1);

/// One round of everything that needs no input; returns how much was done.
pub(crate) async fn run_once(app: &App) -> Result<usize, Error> {
    let delivered = sandbox_bank::deliver_due(app).await?;
    let processed = reconcile::process_inbox(app).await?;
    let moved = reconcile::ask_due(app).await?;
    let expired = crate::orders::expire_due(app).await?;
    Ok(delivered + processed + moved + expired)
}

/// The loop of a worker process.
pub(crate) async fn work(app: App) {
    loop {
        match run_once(&app).await {
            Ok(0) => app.payments.wake.wait(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                error.log();
                app.payments.wake.wait(IDLE).await;
            }
        }
    }
}
