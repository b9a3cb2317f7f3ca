//! The second step of a sign-in: who is asked for a code, whose code is awaited, and spending it.

use jiff::{SignedDuration, Timestamp};
use ticket_core::account::AccountRefused;
use ticket_core::ids::UserId;

use super::{recovery, set_up, store};
use crate::accounts::session::{Token, TokenHash};
use crate::accounts::sign_in::check_unchanged;
use crate::accounts::store::Account;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;

/// Long enough to look for the telephone.
const AWAITED: SignedDuration = SignedDuration::from_mins(10);
/// Then the password is asked again; the limit per account counts across sign-ins.
const TRIES_MAX: i32 = 5;
const TOTP_DIGITS: usize = 6;

/// A sign-in that lacks its code.
pub(in crate::accounts) struct Awaited {
    pub(in crate::accounts) hash: TokenHash,
    pub(in crate::accounts) user: UserId,
}

/// Whether this person is asked for a code after the password.
pub(in crate::accounts) async fn asks(app: &App, user: UserId) -> Result<bool, Error> {
    Ok(since(app, user).await?.is_some())
}

/// Since when, if so.
pub(in crate::accounts) async fn since(
    app: &App,
    user: UserId,
) -> Result<Option<Timestamp>, Error> {
    let conn = app.db.read().await?;
    let factor = store::find_factor(&conn, user).await?;
    Ok(factor.and_then(|factor| factor.confirmed_at))
}

/// Remembers that the password was right: whoever has the token may type the code.
pub(in crate::accounts) async fn await_code(
    app: &App,
    verified: &Account,
) -> Result<Result<Token, AccountRefused>, Error> {
    let (token, now) = (Token::make()?, app.clock.now());
    let awaited = (&token.hash(), verified.id);
    let checked = app
        .db
        .write("two_factors.await_code", async |tx| {
            if let Err(refused) = check_unchanged(tx, verified).await? {
                return Ok(Err(refused));
            }
            let until = now + AWAITED;
            store::insert_awaited(tx, awaited, now, until).await.map(Ok)
        })
        .await?;
    Ok(checked.map(|()| token))
}

/// The sign-in of a token, unless its time or its tries are over.
pub(in crate::accounts) async fn find_awaited(
    app: &App,
    token: &Token,
) -> Result<Option<Awaited>, Error> {
    let hash = token.hash();
    let conn = app.db.read().await?;
    let user = store::find_awaited(&conn, &hash, app.clock.now(), TRIES_MAX).await?;
    Ok(user.map(|user| Awaited { hash, user }))
}

/// One of the tries of a sign-in: None when there is none left, else whether the code was right,
/// which ends the waiting.
pub(in crate::accounts) async fn take_try(
    app: &App,
    tx: &Tx<'_>,
    (awaited, key): (&Awaited, &DataKey),
    typed: &str,
) -> Result<Option<bool>, Error> {
    let now = app.clock.now();
    let Some(user) = store::count_try(tx, &awaited.hash, now, TRIES_MAX).await? else {
        return Ok(None);
    };
    let is_right = spend(app, tx, (user, key), typed).await?;
    if is_right {
        store::delete_awaited(tx, &awaited.hash).await?;
    }
    Ok(Some(is_right))
}

/// Uses a code up, the telephone's or a kept one. False for a wrong one, and for one of before.
pub(in crate::accounts) async fn spend(
    app: &App,
    tx: &Tx<'_>,
    (user, key): (UserId, &DataKey),
    typed: &str,
) -> Result<bool, Error> {
    let now = app.clock.now();
    // Two that come together wait for each other here.
    let factor = store::lock_factor(tx, user).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(false);
    };
    let shown = typed.chars().filter(|c| !c.is_whitespace());
    if shown.count() > TOTP_DIGITS {
        let digest = recovery::digest(app, user, typed);
        return store::use_recovery_code(tx, user, &digest, now).await;
    }
    let secret = set_up::open(key, user, &factor)?;
    let Some(step) = secret.step_of(typed, now, factor.last_step) else {
        return Ok(false);
    };
    store::use_step(tx, user, step).await?;
    Ok(true)
}
