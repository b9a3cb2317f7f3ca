//! The `gate-scanner` program.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A scan is many small things, made by one thread and let go by another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = gate_scanner::serve::Cli::parse();
    match gate_scanner::serve::run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            tracing::error!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
