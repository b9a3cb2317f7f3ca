//! Staff accounts and roles, by command line. Every change is in the audit log.

use secrecy::SecretString;
use serde_json::{Value, json};
use ticket_core::access::Role;
use ticket_core::ids::UserId;
use uuid::Uuid;

use super::details::{EmailAddress, parse_name, parse_password};
use super::session;
use super::sign_up::{Channel, Profile, insert_account};
use super::store::{self, AccountState};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;

/// An account to be made without a code, by someone who holds the keys of the machine.
pub(crate) struct Declared {
    pub email: String,
    pub password: SecretString,
    pub role: Role,
    pub first_name: String,
    pub last_name: String,
}

/// Makes the account, or gives an existing one this role. The password of an existing account is
/// left alone: its owner may have changed it.
///
/// # Errors
/// `invalid`, or unavailable.
pub(crate) async fn declare(app: &App, declared: Declared) -> Result<Outcome, Error> {
    let email = EmailAddress::parse(&declared.email)?;
    let password = parse_password(declared.password)?;
    let index = app.email_index(&email);
    let known = store::find_by_email(&app.db.read().await?, &index).await?;
    if known.is_some_and(|account| {
        account.state == AccountState::Active && account.role == declared.role
    }) {
        return Ok(Outcome::Unchanged);
    }
    let profile = Profile {
        first_name: parse_name("first_name", &declared.first_name)?,
        last_name: parse_name("last_name", &declared.last_name)?,
        phone: None,
        locale: Locale::Fr,
        channel: Channel::Email,
        password_hash: app.accounts.hasher.hash(password).await?,
    };
    let outcome = app
        .db
        .write("accounts.declare", async |tx| {
            declare_in(app, tx, (&email, &profile), declared.role).await
        })
        .await?;
    Ok(outcome)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Made,
    Changed,
    Unchanged,
}

async fn declare_in(
    app: &App,
    tx: &Tx<'_>,
    (email, profile): (&EmailAddress, &Profile),
    role: Role,
) -> Result<Outcome, Error> {
    let now = app.clock.now();
    let fresh = UserId::from_uuid(Uuid::new_v4());
    let made = insert_account(app, tx, (fresh, email), profile).await?;
    let account = store::lock_by_email(tx, &app.email_index(email))
        .await?
        .ok_or_else(|| Error::bug("an address is neither new nor known"))?;
    if account.state == AccountState::Pending || account.by_phone_only {
        if !made {
            let key = super::sign_up::locked_data_key(app, tx, account.id).await?;
            let sealed = super::sign_up::seal_profile(&key, account.id, profile)?;
            store::replace_profile(tx, account.id, &sealed).await?;
        }
        if account.by_phone_only {
            store::mark_proved_by_mail(tx, account.id).await?;
            session::store::revoke_sessions_of_user(tx, account.id, now).await?;
        } else {
            store::mark_active(tx, (account.id, profile.channel), now).await?;
        }
    }
    change_role(tx, (account.id, account.role, role), now).await?;
    let action = "account.declared";
    record(tx, action, account.id, json!({ "role": role.name() }), now).await?;
    Ok(if made {
        Outcome::Made
    } else {
        Outcome::Changed
    })
}

/// Gives an account another role; its sessions end, so that the new one holds at once.
///
/// # Errors
/// `not_found` for an unknown address, `invalid` for one that nobody proved.
pub(crate) async fn set_role(app: &App, email: &str, role: Role) -> Result<Outcome, Error> {
    let index = app.email_index(&EmailAddress::parse(email)?);
    let now = app.clock.now();
    let (user, outcome) = app
        .db
        .write("accounts.set_role", async |tx| {
            let account = store::lock_by_email(tx, &index)
                .await?
                .ok_or_else(Error::not_found)?;
            if account.role == role {
                return Ok((account.id, Outcome::Unchanged));
            }
            if account.by_phone_only && role.is_staff() {
                return Err(address_not_proved());
            }
            change_role(tx, (account.id, account.role, role), now).await?;
            let detail = json!({ "from": account.role.name(), "to": role.name() });
            record(tx, "account.role_changed", account.id, detail, now).await?;
            Ok((account.id, Outcome::Changed))
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    Ok(outcome)
}

/// An active account and its role; `None` for an address that nobody proved.
///
/// # Errors
/// `invalid` for what is no address.
pub(crate) async fn find_staff(app: &App, email: &str) -> Result<Option<(UserId, Role)>, Error> {
    let index = app.email_index(&EmailAddress::parse(email)?);
    let account = store::find_by_email(&app.db.read().await?, &index).await?;
    let account =
        account.filter(|found| found.state == AccountState::Active && !found.by_phone_only);
    Ok(account.map(|found| (found.id, found.role)))
}

/// Hashes a gate agent's PIN as passwords are.
///
/// # Errors
/// Unavailable when too many wait already.
pub(crate) async fn hash_pin(app: &App, pin: SecretString) -> Result<String, Error> {
    app.accounts.hasher.hash(pin).await
}

/// Rights follow the address, and whoever holds this account has not shown that it is theirs.
fn address_not_proved() -> Error {
    Error::invalid(
        "email",
        "activated by text message only: sign up again by e-mail first",
    )
}

async fn change_role(
    tx: &Tx<'_>,
    (user, from, to): (UserId, Role, Role),
    now: jiff::Timestamp,
) -> Result<(), Error> {
    if from != to {
        store::set_role(tx, user, to).await?;
        session::store::revoke_sessions_of_user(tx, user, now).await?;
    }
    Ok(())
}

async fn record(
    tx: &Tx<'_>,
    action: &'static str,
    user: UserId,
    detail: Value,
    now: jiff::Timestamp,
) -> Result<(), Error> {
    let entry = audit_log::Entry {
        actor: None,
        action,
        subject: format!("user:{user}"),
        detail,
    };
    audit_log::record(tx, &entry, now).await
}
