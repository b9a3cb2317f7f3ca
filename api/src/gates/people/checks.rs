//! Outcomes of identity checks, as gates tell them. Each is one more row; none is changed.

use ticket_core::manifest::IdentityCheck;

use super::store;
use crate::app::App;
use crate::gates::device::Device;
use crate::platform::error::Error;

/// Told again is as good.
pub(super) async fn keep(
    app: &App,
    device: &Device,
    checks: &[IdentityCheck],
) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .write("gates.keep_checks", async |tx| {
            for check in checks {
                store::insert_check(tx, (device.id, check), now).await?;
            }
            Ok(())
        })
        .await
}
