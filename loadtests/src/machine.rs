//! What a figure was measured on.

use std::process::Command;

use serde_json::{Value, json};

/// The versions of the stores come from the script that started them.
pub(crate) fn describe() -> Value {
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = read("/proc/meminfo");
    let memory = memory.lines().next().unwrap_or_default();
    json!({
        "cpu": model,
        "cores": cores,
        "memory": memory.trim_start_matches("MemTotal:").trim(),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "rustc": version(&["rustc", "--version"]),
        "postgresql": version(&[&program("POSTGRES_PROGRAM", "postgres"), "--version"]),
        "redis": version(&["redis-server", "--version"]),
        "at": jiff::Timestamp::now().to_string(),
    })
}

fn program(variable: &str, otherwise: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| otherwise.to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn version(command: &[&str]) -> String {
    let Some((program, arguments)) = command.split_first() else {
        return String::new();
    };
    match Command::new(program).args(arguments).output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(_) => "unknown".to_owned(),
    }
}
