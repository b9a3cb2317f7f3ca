//! Telling the centre what was scanned, until it has answered for every entry.

use std::time::Duration;

use ticket_core::ids::ScanId;
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport};

use super::follow::pull_once;
use crate::app::App;
use crate::ledger::{DeskRecord, Entry, Record, Told};
use ticket_core::admission::{Entry as Entered, Reason};

/// Reports in one call; the centre takes 500.
const BATCH_LENGTH: usize = 200;
const PAUSE_MIN: Duration = Duration::from_millis(500);
/// Short enough that conflicts are known within seconds of the line's return.
const PAUSE_MAX: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Runs until the process ends. Wakes when there is news, and now and then by itself.
pub(super) async fn tell(app: App) {
    let mut pause = PAUSE_MIN;
    loop {
        let _ = tokio::time::timeout(LOOK_EVERY, app.ledger.news.notified()).await;
        if !app.link.is_up() {
            continue;
        }
        let told = match tell_waiting(&app).await {
            Ok(()) => tell_checks(&app).await,
            Err(error) => Err(error),
        };
        match told {
            Ok(()) => pause = PAUSE_MIN,
            Err(error) => {
                tracing::warn!(error, "scans wait to be told");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
                app.ledger.news.notify_one();
            }
        }
    }
}

async fn tell_waiting(app: &App) -> Result<(), String> {
    // Those that the centre cannot take stay, and are the oldest: the round goes on behind them.
    let mut passed = 0;
    loop {
        let waiting = app.ledger.list_waiting(passed, BATCH_LENGTH);
        let waiting = waiting.map_err(|error| error.to_string())?;
        if waiting.is_empty() {
            if passed > 0 {
                tracing::warn!(scans = passed, "the centre cannot take these scans now");
            }
            return Ok(());
        }
        let reports: Vec<AdmissionReport> =
            waiting.iter().map(|entry| entry.report.clone()).collect();
        let answers = app.centre.tell(&reports).await;
        let answers = answers.map_err(|error| error.to_string())?;
        let told = waiting.iter().zip(answers);
        let told: Vec<_> = told
            .filter_map(|(entry, answer)| Some((entry.scan_id(), outcome(entry, answer)?)))
            .collect();
        passed += waiting.len() - told.len();
        let is_conflict = |(_, told): &(ScanId, Told)| matches!(told, Told::Conflict { .. });
        let found_conflicts = told.iter().any(is_conflict);
        let marked = app.ledger.mark_told(told).await;
        marked.map_err(|error| error.to_string())?;
        if found_conflicts {
            // The centre knows who was first; a pull that fails is done again soon.
            let _ = pull_once(app).await;
        }
    }
}

async fn tell_checks(app: &App) -> Result<(), String> {
    loop {
        let untold = app.ledger.list_untold_checks(BATCH_LENGTH);
        if untold.is_empty() {
            return Ok(());
        }
        let told = app.centre.tell_checks(&untold).await;
        told.map_err(|error| error.to_string())?;
        let ids = untold.iter().map(|check| check.id).collect();
        let record = Record::Desk(DeskRecord::ChecksTold(ids));
        let kept = app.ledger.keep(vec![record]).await;
        kept.map_err(|error| error.to_string())?;
    }
}

/// `None`: to be told again.
fn outcome(entry: &Entry, answer: AdmissionAnswer) -> Option<Told> {
    let told = match (entry.report.verdict, answer) {
        (_, AdmissionAnswer::NotNow) => return None,
        (Entered::Refuse, _) | (_, AdmissionAnswer::Accepted) => Told::Acknowledged,
        (Entered::Admit, AdmissionAnswer::AlreadyAdmitted { first_scan }) => Told::Conflict {
            reason: Reason::AlreadyScanned,
            first_scan: Some(first_scan),
        },
        (Entered::Admit, AdmissionAnswer::Refused { reason }) => Told::Conflict {
            reason,
            first_scan: None,
        },
    };
    if let Told::Conflict { reason, .. } = &told {
        let (scan, reason) = (entry.scan_id(), reason.code());
        tracing::warn!(scan.id = %scan, reason, "the centre would not have let this ticket in");
    }
    Some(told)
}
