//! Switching two factors on and off. On: the password, then a first code, which shows that the
//! telephone has the secret. Off, and fresh codes to keep: the password and a code.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;
use ticket_core::account::AccountRefused;
use ticket_core::ids::UserId;

use super::store::{self, Factor};
use super::totp::Secret;
use super::{recovery, spend};
use crate::accounts::notice::TWO_FACTORS_CHANGED;
use crate::accounts::person::data_key;
use crate::accounts::session::TokenHash;
use crate::accounts::settings::{confirm_password, entry, revoke_other_sessions};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::platform::seal::{DataKey, Place};

/// A secret that was shown and never confirmed is shown no longer than this.
const SET_UP_TTL: SignedDuration = SignedDuration::from_hours(1);

/// How far somebody is with two factors.
pub(super) enum Stage {
    Off,
    /// The secret is shown, and its first code awaited.
    Begun(Secret),
    On {
        since: Timestamp,
        codes_left: i64,
    },
}

pub(super) async fn stage(app: &App, user: UserId) -> Result<Stage, Error> {
    let conn = app.db.read().await?;
    let factor = store::find_factor(&conn, user).await?;
    let Some(factor) = factor.filter(|it| is_current(it, app.clock.now())) else {
        return Ok(Stage::Off);
    };
    if let Some(since) = factor.confirmed_at {
        let codes_left = store::count_recovery_codes(&conn, user).await?;
        return Ok(Stage::On { since, codes_left });
    }
    drop(conn);
    let key = data_key(app, user).await?;
    open(&key, user, &factor).map(Stage::Begun)
}

fn is_current(factor: &Factor, now: Timestamp) -> bool {
    factor.confirmed_at.is_some() || now.duration_since(factor.created_at) < SET_UP_TTL
}

/// Makes a secret that asks nothing yet.
///
/// # Errors
/// `rate_limited`; unavailable.
pub(super) async fn begin(
    app: &App,
    user: UserId,
    password: SecretString,
) -> Result<Result<(), AccountRefused>, Error> {
    if let Err(refused) = confirm_password(app, user, password).await? {
        return Ok(Err(refused));
    }
    let key = data_key(app, user).await?;
    let sealed = key.seal(place(user), Secret::make()?.as_bytes())?;
    let now = app.clock.now();
    app.db
        .write("two_factors.begin", async |tx| {
            store::replace_unconfirmed(tx, user, &sealed, now).await
        })
        .await?;
    Ok(Ok(()))
}

/// The first code switches it on, and every other session ends. Returns the codes to keep.
///
/// # Errors
/// `rate_limited`; unavailable.
pub(super) async fn confirm(
    app: &App,
    (user, session): (UserId, &TokenHash),
    typed: &str,
) -> Result<Result<Vec<String>, AccountRefused>, Error> {
    app.accounts.limits.second_factor(user).await?;
    let key = data_key(app, user).await?;
    let now = app.clock.now();
    let outcome = app
        .db
        .write("two_factors.confirm", async |tx| {
            let factor = store::lock_factor(tx, user).await?;
            let waits = |it: &Factor| it.confirmed_at.is_none() && is_current(it, now);
            let Some(factor) = factor.filter(waits) else {
                return Ok(Err(AccountRefused::CodeExpired));
            };
            let secret = open(&key, user, &factor)?;
            let Some(step) = secret.step_of(typed, now, factor.last_step) else {
                return Ok(Err(AccountRefused::CodeWrong));
            };
            store::confirm(tx, user, step, now).await?;
            revoke_other_sessions(tx, (user, session), now).await?;
            tell(app, tx, user, Change::On).await?;
            keep_codes(app, tx, user).await.map(Ok)
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    app.wake.now();
    Ok(outcome)
}

/// Ten other codes in the place of those that were kept.
///
/// # Errors
/// `rate_limited`; unavailable.
pub(super) async fn fresh_codes(
    app: &App,
    user: UserId,
    proof: (SecretString, &str),
) -> Result<Result<Vec<String>, AccountRefused>, Error> {
    proved(app, user, proof, async |tx| {
        let entry = entry(user, "account.recovery_codes_made");
        audit_log::record(tx, &entry, app.clock.now()).await?;
        keep_codes(app, tx, user).await
    })
    .await
}

/// # Errors
/// `rate_limited`; unavailable.
pub(super) async fn switch_off(
    app: &App,
    user: UserId,
    proof: (SecretString, &str),
) -> Result<Result<(), AccountRefused>, Error> {
    let outcome = proved(app, user, proof, async |tx| {
        store::delete_all(tx, user).await?;
        tell(app, tx, user, Change::Off).await
    })
    .await?;
    app.wake.now();
    Ok(outcome)
}

/// Runs `body` for whoever knows the password and has a code, which is used up.
async fn proved<T>(
    app: &App,
    user: UserId,
    (password, typed): (SecretString, &str),
    body: impl AsyncFn(&Tx<'_>) -> Result<T, Error>,
) -> Result<Result<T, AccountRefused>, Error> {
    if let Err(refused) = confirm_password(app, user, password).await? {
        return Ok(Err(refused));
    }
    app.accounts.limits.second_factor(user).await?;
    let key = data_key(app, user).await?;
    app.db
        .write("two_factors.proved", async |tx| {
            if spend(app, tx, (user, &key), typed).await? {
                body(tx).await.map(Ok)
            } else {
                Ok(Err(AccountRefused::CodeWrong))
            }
        })
        .await
}

async fn keep_codes(app: &App, tx: &Tx<'_>, user: UserId) -> Result<Vec<String>, Error> {
    let codes = recovery::make();
    let digests = codes.iter().map(|code| recovery::digest(app, user, code));
    let digests: Vec<_> = digests.collect();
    store::replace_recovery_codes(tx, user, &digests, app.clock.now()).await?;
    Ok(codes)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    On,
    Off,
}

/// The owner is told by mail: somebody else may have done it.
async fn tell(app: &App, tx: &Tx<'_>, user: UserId, change: Change) -> Result<(), Error> {
    let now = app.clock.now();
    let action = match change {
        Change::On => "account.two_factors_on",
        Change::Off => "account.two_factors_off",
    };
    audit_log::record(tx, &entry(user, action), now).await?;
    let payload = json!({ "user_id": user, "is_on": change == Change::On });
    jobs::enqueue(tx, TWO_FACTORS_CHANGED, &payload, (now, now)).await
}

pub(super) fn open(key: &DataKey, user: UserId, factor: &Factor) -> Result<Secret, Error> {
    key.open(place(user), &factor.secret)
        .map(Secret::from_bytes)
}

fn place(user: UserId) -> Place {
    Place::new("second_factors", "secret", user.as_uuid())
}
