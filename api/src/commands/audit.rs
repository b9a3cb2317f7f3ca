//! `api audit`: the invariants on the live stores, each with its counts. A violation fails it.

use std::io::Write;

use crate::app::App;
use crate::audit::{self, Finding};

/// # Errors
/// When an invariant is violated, or when it could not be checked.
pub(crate) async fn run(app: App, json: bool) -> Result<(), String> {
    let findings = audit::run(&app)
        .await
        .map_err(|error| format!("cannot audit: {error}"))?;
    let text = if json {
        serde_json::to_string_pretty(&findings).map_err(|error| error.to_string())?
    } else {
        table(&findings)
    };
    writeln!(std::io::stdout(), "{text}").map_err(|error| error.to_string())?;
    let violations: i64 = findings.iter().map(|finding| finding.violations).sum();
    if violations == 0 {
        Ok(())
    } else {
        Err(format!("{violations} violations"))
    }
}

fn table(findings: &[Finding]) -> String {
    let mut lines = vec![format!(
        "{:<4} {:<56} {:>12} {:>12}",
        "", "", "examined", "violations"
    )];
    for finding in findings {
        let Finding {
            invariant,
            what,
            examined,
            violations,
            example,
        } = finding;
        let trail = example
            .as_ref()
            .map(|e| format!("   e.g. {e}"))
            .unwrap_or_default();
        lines.push(format!(
            "{invariant:<4} {what:<56} {examined:>12} {violations:>12}{trail}"
        ));
    }
    lines.join("\n")
}
