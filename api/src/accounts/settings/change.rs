//! Corrections: names, telephone, language, password, and ending other sessions.

use secrecy::SecretString;
use serde_json::json;
use ticket_core::account::AccountRefused;
use ticket_core::ids::UserId;

use super::{asks_for_phone, confirm_password, store};
use crate::accounts::details::{parse_name, parse_password, parse_phone};
use crate::accounts::notice::PASSWORD_CHANGED;
use crate::accounts::person::{data_key, person, place};
use crate::accounts::session::{self, TokenHash};
use crate::accounts::{forgotten, two_factors};
use crate::app::App;
use crate::audit_log;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::jobs;

/// What the form about the person says.
pub(super) struct Wanted<'a> {
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) phone: &'a str,
    pub(super) locale: Locale,
}

/// Tickets keep the names that are printed on them. The telephone that proves whose account it is
/// changes with the password alone: codes that open the account go there.
///
/// # Errors
/// `invalid` with the field; `rate_limited`; unavailable.
pub(super) async fn change_person(
    app: &App,
    user: UserId,
    wanted: &Wanted<'_>,
    password: SecretString,
) -> Result<Result<(), AccountRefused>, Error> {
    let first_name = parse_name("first_name", wanted.first_name)?;
    let last_name = parse_name("last_name", wanted.last_name)?;
    let phone = parse_phone(wanted.phone)?;
    let is_proof_moved =
        asks_for_phone(app, user).await? && person(app, user).await?.phone != phone;
    if is_proof_moved && let Err(refused) = confirm_password(app, user, password).await? {
        return Ok(Err(refused));
    }
    let key = data_key(app, user).await?;
    let seal = |column, text: &str| key.seal_text(place(column, user), text);
    let sealed = store::SealedNames {
        first_name: seal("first_name", &first_name)?,
        last_name: seal("last_name", &last_name)?,
        phone: phone.map(|phone| seal("phone", &phone)).transpose()?,
        locale: wanted.locale,
    };
    let now = app.clock.now();
    app.db
        .write("accounts.change_person", async |tx| {
            store::change_person(tx, user, &sealed).await?;
            if is_proof_moved {
                forgotten::end(tx, user).await?;
            }
            audit_log::record(tx, &entry(user, "account.changed"), now).await
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    Ok(Ok(()))
}

/// Every other session ends: whoever knew the old password is out, and the owner is told by mail.
///
/// # Errors
/// `invalid` for a password that is too short; `rate_limited`; unavailable.
pub(super) async fn change_password(
    app: &App,
    (user, session): (UserId, &TokenHash),
    (current, new): (SecretString, SecretString),
) -> Result<Result<(), AccountRefused>, Error> {
    let new = parse_password(new)?;
    if let Err(refused) = confirm_password(app, user, current).await? {
        return Ok(Err(refused));
    }
    let hash = app.accounts.hasher.hash(new).await?;
    let now = app.clock.now();
    app.db
        .write("accounts.change_password", async |tx| {
            store::set_password(tx, user, &hash).await?;
            store::revoke_other_sessions(tx, (user, session), now).await?;
            two_factors::end_awaited(tx, user).await?;
            forgotten::end(tx, user).await?;
            audit_log::record(tx, &entry(user, "account.password_changed"), now).await?;
            let payload = json!({ "user_id": user });
            jobs::enqueue(tx, PASSWORD_CHANGED, &payload, (now, now)).await
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    app.wake.now();
    Ok(Ok(()))
}

/// Ends one session of this person; does nothing when it is over already.
///
/// # Errors
/// Unavailable.
pub(super) async fn end_session(app: &App, user: UserId, id: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let conn = app.db.read().await?;
    let sessions = store::list_sessions(&conn, user, now).await?;
    drop(conn);
    let mut sessions = sessions.iter();
    let Some(session) = sessions.find(|session| session.id() == id) else {
        return Ok(());
    };
    let hash = session.hash;
    app.db
        .write("accounts.end_session", async |tx| {
            session::store::revoke_session(tx, &hash, now).await?;
            audit_log::record(tx, &entry(user, "account.session_ended"), now).await
        })
        .await?;
    app.accounts.sessions.forget(&hash);
    Ok(())
}

/// # Errors
/// Unavailable.
pub(super) async fn end_other_sessions(
    app: &App,
    (user, session): (UserId, &TokenHash),
) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .write("accounts.end_other_sessions", async |tx| {
            store::revoke_other_sessions(tx, (user, session), now).await?;
            audit_log::record(tx, &entry(user, "account.sessions_ended"), now).await
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    Ok(())
}

/// Done by the person to their own account.
pub(in crate::accounts) fn entry(user: UserId, action: &'static str) -> audit_log::Entry {
    audit_log::Entry {
        actor: Some(user),
        action,
        subject: format!("user:{user}"),
        detail: json!({}),
    }
}
