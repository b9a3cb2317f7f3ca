//! Under which key a case is sealed, and where its sealed values live.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::case::Case;
use super::store;
use crate::accounts;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::seal::{DataKey, Place};

/// 128 bits of a keyed digest.
const LINK_BYTES: usize = 16;

pub(super) fn email_place(case: Uuid) -> Place {
    Place::new("support_cases", "email", case)
}

pub(super) fn body_place(message: Uuid) -> Place {
    Place::new("support_messages", "body", message)
}

pub(super) fn name_place(file: Uuid) -> Place {
    Place::new("support_attachments", "name", file)
}

pub(super) fn content_place(file: Uuid) -> Place {
    Place::new("support_attachments", "content", file)
}

/// The person's key, or the case's own.
///
/// # Errors
/// `not_found` when it was destroyed.
pub(super) async fn key_of(app: &App, case: &Case) -> Result<DataKey, Error> {
    match case.writer.user() {
        Some(user) => accounts::data_key(app, user).await,
        None => own_key(app, case.id).await,
    }
}

pub(super) async fn own_key(app: &App, case: Uuid) -> Result<DataKey, Error> {
    let wrapped = store::find_own_key(&app.db.read().await?, case)
        .await?
        .ok_or_else(Error::not_found)?;
    app.keyring.data_key(Place::data_key(case), &wrapped)
}

/// What the link of a mail shows instead of an account.
pub(super) fn link_token(app: &App, case: Uuid) -> String {
    let digest = app.keyring.blind_index("support_link", &case.to_string());
    URL_SAFE_NO_PAD.encode(digest.get(..LINK_BYTES).unwrap_or_default())
}

pub(super) fn link_holds(app: &App, case: Uuid, token: &str) -> bool {
    let right = link_token(app, case);
    bool::from(right.as_bytes().ct_eq(token.as_bytes()))
}
