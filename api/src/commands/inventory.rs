//! `api inventory`: loading the inventory in Redis anew from PostgreSQL, by hand.

use clap::Subcommand;
use ticket_core::ids::EventCode;

use crate::app::App;
use crate::{availability, catalogue};

#[derive(Debug, Subcommand)]
pub(super) enum InventoryCommand {
    /// Load events anew from their seat plans and claims; holds in no order are lost.
    Rebuild {
        /// One event only, by its code.
        #[arg(long)]
        event: Option<EventCode>,
    },
}

/// # Errors
/// When a store does not answer or there is no such event.
pub(super) async fn run(app: App, command: InventoryCommand) -> Result<(), String> {
    let InventoryCommand::Rebuild { event: wanted } = command;
    let snapshot = catalogue::snapshot(&app)
        .await
        .map_err(|error| error.to_string())?;
    let mut loaded = 0;
    for event in snapshot.events() {
        if wanted.as_ref().is_some_and(|code| *code != event.code) {
            continue;
        }
        availability::load(&app, event.id)
            .await
            .map_err(|error| format!("{}: {error}", event.code))?;
        loaded += 1;
    }
    match wanted {
        Some(code) if loaded == 0 => Err(format!("there is no event {code}")),
        _ => {
            tracing::info!(events = loaded, "inventory loaded");
            Ok(())
        }
    }
}
