//! Giving numbers: under the lock of the series, one after the other, together with the papers.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Deserialize;
use ticket_core::ids::OrderId;
use ticket_core::invoice::{PaperKind, PaperNumber};

use super::draft::{Draft, drafts};
use super::store;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::Job;

/// Kind of the job that writes the papers of orders: for what moves after the loop has passed.
pub(crate) const ISSUE: &str = "invoices.issue";

#[derive(Deserialize)]
struct Payload {
    orders: Vec<OrderId>,
}

/// The job [`ISSUE`].
pub(crate) async fn issue_orders(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { orders } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    issue(app, &orders).await
}

/// Writes the papers that these orders are due and do not have yet.
pub(super) async fn issue(app: &App, orders: &[OrderId]) -> Result<(), Error> {
    let sold = store::list_sold(&app.db.read().await?, orders).await?;
    let mut due = Vec::new();
    for drafted in drafts(app, &sold).await? {
        due.extend(drafted?);
    }
    let now = app.clock.now();
    app.db
        .write("invoices.issue", async |tx| number(tx, &due, now).await)
        .await
}

/// The series are those of the year in which papers are written, on the clock of UTC, as their
/// dates are. Locked invoices first.
pub(super) async fn number(tx: &Tx<'_>, due: &[Draft], now: Timestamp) -> Result<(), Error> {
    let year = Offset::UTC.to_datetime(now).year();
    for kind in PaperKind::ALL {
        let of_kind: Vec<&Draft> = due.iter().filter(|draft| draft.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let last = store::lock_series(tx, kind, year).await?;
        let ids: Vec<_> = of_kind.iter().map(|draft| draft.order.as_uuid()).collect();
        // Asked once the series is locked: whoever had it before has committed.
        let known = store::list_issued(tx, kind, &ids).await?;
        let mut no = last;
        for draft in of_kind {
            if known.contains(&draft.order) {
                continue;
            }
            no += 1;
            store::insert_paper(tx, PaperNumber { kind, year, no }, draft, now).await?;
        }
        if no > last {
            store::set_last_no(tx, (kind, year), no).await?;
        }
    }
    Ok(())
}
