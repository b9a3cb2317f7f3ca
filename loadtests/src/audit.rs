//! `api audit` after a run: a violation fails it, whatever its speed.

use std::path::Path;
use std::process::Command;

use crate::say;

/// # Errors
/// When an invariant is violated, or could not be checked.
pub(crate) fn run(api: Option<&Path>) -> Result<(), String> {
    let Some(api) = api else {
        say("no audit: API_BINARY names no program");
        return Ok(());
    };
    let output = Command::new(api)
        .arg("audit")
        .output()
        .map_err(|error| format!("{}: {error}", api.display()))?;
    say(String::from_utf8_lossy(&output.stdout).trim_end());
    say(String::from_utf8_lossy(&output.stderr).trim_end());
    if output.status.success() {
        Ok(())
    } else {
        Err("the audit failed: so did this run".to_owned())
    }
}
