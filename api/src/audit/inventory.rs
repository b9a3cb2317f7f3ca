//! I2 on the inventory in Redis: free + held + taken = capacity, no place had twice, and no
//! claimed place free. An inventory that Redis has lost is loaded before it is looked at.

use std::time::Duration;

use ticket_core::ids::EventId;

use super::Finding;
use crate::app::App;
use crate::platform::error::Error;
use crate::{availability, catalogue};

/// Loading a stadium takes a moment; past this the stores are not well and nothing is known.
const TRIES_MAX: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

pub(super) async fn check(app: &App) -> Result<Vec<Finding>, Error> {
    let mut finding = Finding {
        invariant: "I2",
        what: "every inventory adds up and agrees with the claims",
        examined: 0,
        violations: 0,
        example: None,
    };
    for event in catalogue::snapshot(app).await?.events() {
        let wrong = patiently(app, event.id).await?;
        finding.examined += 1;
        finding.violations += i64::try_from(wrong.len()).unwrap_or(i64::MAX);
        if finding.example.is_none() {
            finding.example = wrong
                .first()
                .map(|sentence| format!("{}: {sentence}", event.code));
        }
    }
    Ok(vec![finding])
}

async fn patiently(app: &App, event: EventId) -> Result<Vec<String>, Error> {
    for _ in 1..TRIES_MAX {
        match availability::audit(app, event).await {
            Err(Error::Unavailable(_)) => tokio::time::sleep(BETWEEN_TRIES).await,
            other => return other,
        }
    }
    availability::audit(app, event).await
}
