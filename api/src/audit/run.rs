//! Asks every question and keeps the answers in order.

use serde::Serialize;

use super::{inventory, store};
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// The answer to one question.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub invariant: &'static str,
    pub what: &'static str,
    pub examined: i64,
    pub violations: i64,
    /// One row to start looking from.
    pub example: Option<String>,
}

/// # Errors
/// When a store does not answer: nothing is known then, which is not the same as clean.
pub async fn run(app: &App) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for check in store::CHECKS {
        let ask = async |tx: &Tx<'_>| store::ask(tx, check.sql).await;
        let (examined, violations, example) = app.db.examine(ask).await?;
        let (invariant, what) = (check.invariant, check.what);
        findings.push(Finding {
            invariant,
            what,
            examined,
            violations,
            example,
        });
    }
    findings.extend(inventory::check(app).await?);
    findings.sort_by_key(|finding| finding.invariant);
    Ok(findings)
}
