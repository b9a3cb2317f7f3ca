//! Enrolling a tablet: the centre is asked, since a code is used once among all services.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ticket_core::manifest::{Enrolled, EnrolmentRequest};

use crate::app::App;
use crate::error::{Error, Refusal};
use crate::sync::{Asked, pull_once};

/// Anyone on the network may try: few enough that a code of 40 bits is not found in its minutes.
const TRIES_MAX: usize = 20;
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// The list tells the tablet's digest; without it the tablet is known a poll later.
const PULL_PATIENCE: Duration = Duration::from_secs(3);

/// The times of the latest tries.
#[derive(Debug, Default)]
pub(crate) struct Enrolments(Mutex<Vec<Timestamp>>);

impl Enrolments {
    fn take(&self, now: Timestamp) -> Result<(), Refusal> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|at| now.duration_since(*at) < WINDOW);
        if tries.len() < TRIES_MAX {
            tries.push(now);
            return Ok(());
        }
        let oldest = tries.first().copied().unwrap_or(now);
        let wait = WINDOW - now.duration_since(oldest);
        Err(Refusal::RateLimited {
            seconds: u64::try_from(wait.as_secs()).unwrap_or(0) + 1,
        })
    }
}

/// # Errors
/// What the centre says of the code; `centre_unreachable`, `rate_limited`.
pub(super) async fn enrol(app: &App, request: &EnrolmentRequest) -> Result<Enrolled, Error> {
    app.enrolments.take(app.clock.now())?;
    let enrolled = match app.centre.enrol(request).await? {
        Asked::Answered(enrolled) => enrolled,
        Asked::Refused(code) => return Err(refused(&code).into()),
    };
    // Its first request should find it known.
    let _ = tokio::time::timeout(PULL_PATIENCE, pull_once(app)).await;
    tracing::info!(tablet.id = %enrolled.tablet.id, "a tablet was enrolled");
    Ok(enrolled)
}

fn refused(code: &str) -> Refusal {
    match code {
        "enrolment_used" => Refusal::EnrolmentUsed,
        "enrolment_expired" => Refusal::EnrolmentExpired,
        "invalid" => Refusal::Invalid("name: 1 to 120 characters on one line".into()),
        _ => Refusal::EnrolmentUnknown,
    }
}
