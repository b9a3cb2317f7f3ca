//! The code comes back with a new password. Every session ends, and the owner is told.

use secrecy::SecretString;
use serde_json::json;
use ticket_core::account::{AccountRefused, normalize_activation_code};
use ticket_core::ids::UserId;
use uuid::Uuid;

use super::store;
use crate::accounts::details::parse_password;
use crate::accounts::limits::Entering;
use crate::accounts::notice::PASSWORD_CHANGED;
use crate::accounts::settings::{entry, set_password};
use crate::accounts::store::{self as accounts_store, AccountState};
use crate::accounts::{codes, session, two_factors};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;

/// Sets the password. The inner refusal is committed: every try counts. The same code with the
/// same password again is done already.
///
/// # Errors
/// `invalid` for a password that is too short; `rate_limited`; `proof_of_work_required`;
/// unavailable.
pub(super) async fn reset(
    app: &App,
    (id, typed): (Uuid, &str),
    new: SecretString,
    from: Entering<'_>,
) -> Result<Result<(), AccountRefused>, Error> {
    let new = parse_password(new)?;
    app.accounts.limits.activate(from).await?;
    let tried = app
        .db
        .write("accounts.try_reset", async |tx| {
            store::count_try(tx, id).await
        })
        .await?;
    let Some(tried) = tried else {
        return Ok(Err(AccountRefused::CodeExpired));
    };
    let given = codes::digest(app, id, &normalize_activation_code(typed))?;
    if let Err(refused) = tried.code.check(&given, app.clock.now()) {
        return Ok(Err(refused));
    }
    // Nobody was sent this code: it was guessed.
    let Some(user) = tried.user else {
        return Ok(Err(AccountRefused::CodeWrong));
    };
    if tried.is_used {
        return is_password(app, user, new).await;
    }
    let hash = app.accounts.hasher.hash(new.clone()).await?;
    let is_done = app
        .db
        .write("accounts.reset_password", async |tx| {
            apply(app, tx, (user, id), &hash).await
        })
        .await?;
    if !is_done {
        return is_password(app, user, new).await;
    }
    app.accounts.sessions.forget_user(user);
    app.wake.now();
    Ok(Ok(()))
}

/// False when the code was used, or the account closed, meanwhile.
async fn apply(
    app: &App,
    tx: &Tx<'_>,
    (user, id): (UserId, Uuid),
    hash: &str,
) -> Result<bool, Error> {
    let now = app.clock.now();
    let account = accounts_store::get_account(tx, user).await?;
    if account.state != AccountState::Active || !store::mark_used(tx, id, now).await? {
        return Ok(false);
    }
    set_password(tx, user, hash).await?;
    session::store::revoke_sessions_of_user(tx, user, now).await?;
    two_factors::end_awaited(tx, user).await?;
    store::delete_others(tx, user, id).await?;
    audit_log::record(tx, &entry(user, "account.password_reset"), now).await?;
    let payload = json!({ "user_id": user });
    jobs::enqueue(tx, PASSWORD_CHANGED, &payload, (now, now))
        .await
        .map(|()| true)
}

/// A form sent twice is answered as the first time; a used code sets no other password.
async fn is_password(
    app: &App,
    user: UserId,
    password: SecretString,
) -> Result<Result<(), AccountRefused>, Error> {
    let conn = app.db.read().await?;
    let account = accounts_store::find_account(&conn, user).await?;
    drop(conn);
    let open_to = account.filter(|account| account.state == AccountState::Active);
    let hash = open_to.map(|account| account.password_hash);
    let is_done = app.accounts.hasher.verify(password, hash).await?;
    Ok(is_done.then_some(()).ok_or(AccountRefused::CodeExpired))
}
