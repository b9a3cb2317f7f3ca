//! Activation: the code comes back, and what its sign-up asked for becomes the account.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use ticket_core::account::{AccountRefused, Activation, normalize_activation_code};
use ticket_core::ids::UserId;

use super::codes::store::Code;
use super::codes::{self, SignUpId};
use super::details::EmailAddress;
use super::device::Device;
use super::limits::Entering;
use super::session::{self, Opened};
use super::sign_up::{Profile, locked_data_key, seal_profile, takes_codes};
use super::store::{self, Account, AccountState};
use super::{forgotten, two_factors};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// How long a spent code is still recognised, to be called expired and not wrong.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// What proves that someone reads the mailbox.
pub(crate) struct Proof<'a> {
    pub email: &'a str,
    pub code: &'a str,
    /// Only codes of this sign-up count, when the page knows it.
    pub sign_up: Option<SignUpId>,
}

/// Activates and signs in. The inner refusal is committed: a wrong try counts.
///
/// # Errors
/// `rate_limited`, `proof_of_work_required`, or unavailable.
pub(super) async fn activate(
    app: &App,
    proof: &Proof<'_>,
    from: Entering<'_>,
) -> Result<Result<Opened, AccountRefused>, Error> {
    app.accounts.limits.activate(from).await?;
    let Ok(email) = EmailAddress::parse(proof.email) else {
        return Ok(Err(AccountRefused::CodeWrong));
    };
    let outcome = app
        .db
        .write("accounts.activate", async |tx| {
            attempt(app, tx, (&email, proof), from.device).await
        })
        .await?;
    Ok(outcome.map(|(user, opened)| {
        // Sessions from before a takeover are over.
        app.accounts.sessions.forget_user(user);
        opened
    }))
}

async fn attempt(
    app: &App,
    tx: &Tx<'_>,
    (email, proof): (&EmailAddress, &Proof<'_>),
    device: Device,
) -> Result<Result<(UserId, Opened), AccountRefused>, Error> {
    let now = app.clock.now();
    // The lock makes tries on one account wait for each other: five are five.
    let Some(account) = store::lock_by_email(tx, &app.email_index(email)).await? else {
        return Ok(Err(AccountRefused::CodeWrong));
    };
    let typed = normalize_activation_code(proof.code);
    let codes = codes::store::list_codes(tx, account.id, now - REMEMBERED).await?;
    let own = |code: &Code| proof.sign_up.is_none_or(|id| id.0 == code.sign_up);
    let mut matched = None;
    for code in codes.into_iter().filter(own) {
        let given = codes::digest(app, code.id, &typed)?;
        let as_if_live = Activation {
            tries: 0,
            sent_at: now,
            ..code.activation.clone()
        };
        if as_if_live.check(&given, now).is_ok() {
            matched = Some((code, given));
        }
    }
    let Some((code, given)) = matched else {
        codes::store::count_try(tx, account.id, now).await?;
        return Ok(Err(AccountRefused::CodeWrong));
    };
    let key = locked_data_key(app, tx, account.id).await?;
    let profile = codes::open_sign_up(&key, code.sign_up, &code.asked)?;
    if code.is_used || !takes_codes(tx, &account, profile.channel).await? {
        return Ok(Err(AccountRefused::CodeExpired));
    }
    if let Err(refused) = code.activation.check(&given, now) {
        return Ok(Err(refused));
    }
    let sealed = seal_profile(&key, account.id, &profile)?;
    store::replace_profile(tx, account.id, &sealed).await?;
    codes::store::mark_code_used(tx, code.id, now).await?;
    codes::store::delete_other_codes(tx, account.id, code.id).await?;
    let opened = enter(tx, (&account, device), &profile, now).await?;
    Ok(Ok((account.id, opened)))
}

/// The account becomes its owner's, for the first time or from whoever held it by telephone.
async fn enter(
    tx: &Tx<'_>,
    (account, device): (&Account, Device),
    profile: &Profile,
    now: Timestamp,
) -> Result<Opened, Error> {
    let user = account.id;
    let action = match account.state {
        AccountState::Pending => {
            store::mark_active(tx, (user, profile.channel), now).await?;
            "account.activated"
        }
        AccountState::Active | AccountState::Closed => {
            store::mark_proved_by_mail(tx, user).await?;
            session::store::revoke_sessions_of_user(tx, user, now).await?;
            two_factors::forget(tx, user).await?;
            forgotten::end(tx, user).await?;
            "account.taken_over"
        }
    };
    let entry = audit_log::Entry {
        actor: Some(user),
        action,
        subject: format!("user:{user}"),
        detail: json!({ "channel": profile.channel }),
    };
    audit_log::record(tx, &entry, now).await?;
    session::open(tx, (user, account.role), device, now).await
}
