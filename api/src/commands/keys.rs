//! `api keys rotate`: re-wraps every stored key under the first key-encryption key.

use clap::Subcommand;

use crate::app::App;
use crate::keys;

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum KeysCommand {
    /// Re-wrap in batches under the first of `KEY_ENCRYPTION_KEYS`, while the service runs.
    Rotate,
}

/// # Errors
/// When a store does not answer, or a key does not open.
pub(crate) async fn run(app: App, command: KeysCommand) -> Result<(), String> {
    match command {
        KeysCommand::Rotate => {
            let done = keys::rotate(&app)
                .await
                .map_err(|error| error.to_string())?;
            let kek = app.keyring.current_id();
            tracing::info!(
                rewrapped = done,
                kek,
                "every stored key is under the current one"
            );
            Ok(())
        }
    }
}
