//! Who did what, for good. Rows are added and never changed; they hold ids and words of the
//! trade, never personal data.

mod store;

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::UserId;

use crate::platform::db::Tx;
use crate::platform::error::Error;
pub(crate) use store::STATEMENTS;

/// One line of the log. `actor` is `None` for the system and the command line.
pub(crate) struct Entry {
    pub actor: Option<UserId>,
    /// Noun and verb: `account.activated`.
    pub action: &'static str,
    /// What it was done to: `user:<id>`.
    pub subject: String,
    pub detail: Value,
}

/// Writes the entry in the transaction that does the thing.
pub(crate) async fn record(tx: &Tx<'_>, entry: &Entry, now: Timestamp) -> Result<(), Error> {
    store::insert_entry(tx, entry, now).await
}
