//! Signing in: the same time and the same words for a wrong password and an unknown address.

use secrecy::SecretString;
use serde_json::json;
use ticket_core::account::AccountRefused;
use ticket_core::limits::PASSWORD_CHARS_MAX;

use super::details::EmailAddress;
use super::device::Device;
use super::limits::Entering;
use super::person::data_key;
use super::session::{self, Opened, Token};
use super::store::{self, Account, AccountState};
use super::{resend, two_factors};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Where a right password leads.
pub(super) enum Entered {
    Opened(Opened),
    /// The person has two factors: this token may be handed back with a code.
    AwaitsCode(Token),
}

/// # Errors
/// `rate_limited`, `proof_of_work_required`, or unavailable.
pub(super) async fn sign_in(
    app: &App,
    (email, password): (&str, SecretString),
    previous: Option<Token>,
    from: Entering<'_>,
) -> Result<Result<Entered, AccountRefused>, Error> {
    let email = EmailAddress::parse(email).ok();
    let index = email.as_ref().map(|email| app.email_index(email));
    let limited = index.as_deref().unwrap_or_default();
    app.accounts.limits.sign_in(from, limited).await?;
    let account = match &index {
        Some(index) => store::find_by_email(&app.db.read().await?, index).await?,
        None => None,
    };
    let open_to = account.filter(|account| account.state != AccountState::Closed);
    let hash = open_to
        .as_ref()
        .map(|account| account.password_hash.clone());
    if !app.accounts.hasher.verify(clip(password), hash).await? {
        return Ok(Err(AccountRefused::SignInWrong));
    }
    let Some(account) = open_to else {
        return Ok(Err(AccountRefused::SignInWrong));
    };
    if account.state == AccountState::Pending {
        send_code_again(app, &account).await?;
        return Ok(Err(AccountRefused::NotActive));
    }
    if two_factors::asks(app, account.id).await? {
        let token = two_factors::await_code(app, &account).await?;
        return Ok(token.map(Entered::AwaitsCode));
    }
    let opened = rotate(app, &account, previous, from.device).await?;
    Ok(opened.map(Entered::Opened))
}

/// The account as it was when its password was verified: a password that was changed since opens
/// nothing, or a session would outlive the change that ends them all. Locked until `tx` ends.
pub(super) async fn check_unchanged(
    tx: &Tx<'_>,
    verified: &Account,
) -> Result<Result<(), AccountRefused>, Error> {
    let account = store::get_account(tx, verified.id).await?;
    let is_same =
        account.state == AccountState::Active && account.password_hash == verified.password_hash;
    Ok(is_same.then_some(()).ok_or(AccountRefused::SignInWrong))
}

/// The second step. The inner refusal is committed: a wrong try counts.
///
/// # Errors
/// `rate_limited`, or unavailable.
pub(super) async fn finish(
    app: &App,
    (token, typed): (&Token, &str),
    previous: Option<Token>,
    device: Device,
) -> Result<Result<Opened, AccountRefused>, Error> {
    let Some(awaited) = two_factors::find_awaited(app, token).await? else {
        return Ok(Err(AccountRefused::CodeExpired));
    };
    app.accounts.limits.second_factor(awaited.user).await?;
    let key = data_key(app, awaited.user).await?;
    let is_own_browser = session::is_of(app, previous.as_ref(), awaited.user).await?;
    let outcome = app
        .db
        .write("accounts.finish_sign_in", async |tx| {
            let account = store::get_account(tx, awaited.user).await?;
            match two_factors::take_try(app, tx, (&awaited, &key), typed).await? {
                Some(true) if account.state == AccountState::Active => {
                    open(app, tx, (&account, device)).await.map(Ok)
                }
                Some(false) => Ok(Err(AccountRefused::CodeWrong)),
                Some(true) | None => Ok(Err(AccountRefused::CodeExpired)),
            }
        })
        .await?;
    if let (Ok(_), Some(token)) = (&outcome, previous) {
        session::revoke(app, &token).await?;
    }
    Ok(outcome.map(|opened| Opened {
        is_own_browser,
        ..opened
    }))
}

/// What is longer than any password is none; it is not hashed at length.
fn clip(password: SecretString) -> SecretString {
    use secrecy::ExposeSecret;
    if password.expose_secret().chars().count() > PASSWORD_CHARS_MAX {
        return String::new().into();
    }
    password
}

/// A fresh session; the one the request came with ends, so that nobody else's goes on.
async fn rotate(
    app: &App,
    account: &Account,
    previous: Option<Token>,
    device: Device,
) -> Result<Result<Opened, AccountRefused>, Error> {
    let is_own_browser = session::is_of(app, previous.as_ref(), account.id).await?;
    let outcome = app
        .db
        .write("accounts.sign_in", async |tx| {
            if let Err(refused) = check_unchanged(tx, account).await? {
                return Ok(Err(refused));
            }
            open(app, tx, (account, device)).await.map(Ok)
        })
        .await?;
    if let (Ok(_), Some(token)) = (&outcome, previous) {
        session::revoke(app, &token).await?;
    }
    Ok(outcome.map(|opened| Opened {
        is_own_browser,
        ..opened
    }))
}

async fn open(
    app: &App,
    tx: &Tx<'_>,
    (account, device): (&Account, Device),
) -> Result<Opened, Error> {
    let now = app.clock.now();
    let entry = audit_log::Entry {
        actor: Some(account.id),
        action: "account.signed_in",
        subject: format!("user:{}", account.id),
        detail: json!({}),
    };
    audit_log::record(tx, &entry, now).await?;
    session::open(tx, (account.id, account.role), device, now).await
}

async fn send_code_again(app: &App, account: &Account) -> Result<(), Error> {
    app.db
        .write("accounts.send_code_again", async |tx| {
            let account = store::get_account(tx, account.id).await?;
            resend::again(app, tx, &account, None).await
        })
        .await?;
    app.wake.now();
    Ok(())
}
