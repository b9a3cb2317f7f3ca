//! Re-wraps batch after batch until nothing is left under an old key.

use super::store::{self, KeyTable};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::seal::Wrapped;

const BATCH: i64 = 500;

/// Returns how many keys were re-wrapped. Safe to stop at any moment and to run again.
pub async fn rotate(app: &App) -> Result<u64, Error> {
    let mut total = 0;
    for table in KeyTable::ALL {
        loop {
            let done = rotate_batch(app, table).await?;
            total += done;
            if done == 0 {
                break;
            }
        }
    }
    Ok(total)
}

async fn rotate_batch(app: &App, table: KeyTable) -> Result<u64, Error> {
    let current = app.keyring.current_id();
    app.db
        .write("keys.rotate", async |tx| {
            let mut done = 0;
            for stored in store::lock_old(tx, table, current, BATCH).await? {
                let old = Wrapped {
                    kek_id: stored.kek_id,
                    bytes: stored.wrapped,
                };
                let new = app
                    .keyring
                    .rewrap(table.place(stored.id, stored.slot), &old)?;
                store::mark_rewrapped(tx, table, (stored.id, stored.slot), &new).await?;
                done += 1;
            }
            Ok(done)
        })
        .await
}
