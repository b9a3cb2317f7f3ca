//! Whether somebody wishes to be reminded, and the signed link of a reminder that says no without
//! signing in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use ticket_core::ids::UserId;
use uuid::Uuid;

use super::store;
use crate::app::App;
use crate::platform::error::Error;

/// Where one person's reminders end. It can do nothing else, and does not age: the mail may lie
/// for months.
pub(super) fn url(app: &App, user: UserId) -> String {
    let id = user.as_uuid();
    let sign = URL_SAFE_NO_PAD.encode(signature(app, id));
    let public_url = &app.config.public_url;
    format!("{public_url}/reminders/stop?of={id}&sign={sign}")
}

/// Whose link it is; none for one that we did not make.
pub(super) fn open(app: &App, id: &str, sign: &str) -> Option<UserId> {
    let id = Uuid::parse_str(id).ok()?;
    let given = URL_SAFE_NO_PAD.decode(sign).ok()?;
    let is_right = bool::from(signature(app, id).ct_eq(&given));
    is_right.then(|| UserId::from_uuid(id))
}

fn signature(app: &App, id: Uuid) -> Vec<u8> {
    app.keyring.blind_index("stop_reminders", &id.to_string())
}

/// False for somebody who closed the account, too.
///
/// # Errors
/// Unavailable.
pub(crate) async fn wants_reminders(app: &App, user: UserId) -> Result<bool, Error> {
    store::wants_reminders(&app.db.read().await?, user).await
}

/// What somebody wishes to be told beside service messages.
///
/// # Errors
/// Unavailable.
pub(crate) async fn set_wishes(app: &App, user: UserId, reminders: bool) -> Result<(), Error> {
    app.db
        .write("notices.set_wishes", async |tx| {
            store::set_wishes(tx, user, reminders).await
        })
        .await
}
