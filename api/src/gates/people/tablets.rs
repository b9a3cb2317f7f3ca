//! Revoking a tablet: its gate hears of it with the next change of the list.

use serde_json::json;
use uuid::Uuid;

use super::store;
use crate::app::App;
use crate::audit_log;
use crate::platform::error::Error;

/// Revoked already is as good.
///
/// # Errors
/// `not_found` when there is no such tablet.
pub(crate) async fn revoke(app: &App, id: Uuid) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .write("gates.revoke_tablet", async |tx| {
            if store::mark_tablet_revoked(tx, id, now).await? {
                let entry = audit_log::Entry {
                    actor: None,
                    action: "gate.tablet_revoked",
                    subject: format!("tablet:{id}"),
                    detail: json!({}),
                };
                return audit_log::record(tx, &entry, now).await;
            }
            if store::has_tablet(tx, id).await? {
                return Ok(());
            }
            Err(Error::not_found())
        })
        .await
}
