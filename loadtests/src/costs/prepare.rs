//! What a measurement needs in the shop, made by the shop's own commands.

use std::process::Command;

use super::Settings;

/// Runs a command of `api` to its end; what it printed.
///
/// # Errors
/// When it fails, with its last words.
pub(super) fn api(settings: &Settings, arguments: &[&str]) -> Result<String, String> {
    let name = arguments.join(" ");
    let program = settings.shop.api_binary.as_deref();
    let program = program.ok_or("API_BINARY names no program")?;
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("api {name}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let last = words.trim_end().lines().next_back().unwrap_or_default();
    Err(format!("api {name}: {last}"))
}

/// New events on sale, all in halls of so many places; their codes.
///
/// # Errors
/// When they cannot be made.
pub(super) fn events(
    settings: &Settings,
    places: u32,
    count: usize,
) -> Result<Vec<String>, String> {
    let tag = jiff::Timestamp::now().as_millisecond() % 100_000_000;
    let codes: Vec<String> = (1..=count)
        .map(|number| format!("C{tag}-{places}-{number}"))
        .collect();
    let (list, places) = (codes.join(","), places.to_string());
    api(
        settings,
        &["rehearse", "event", "--code", &list, "--places", &places],
    )?;
    Ok(codes)
}
