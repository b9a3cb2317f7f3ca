//! Moving an account to another address: a code to the old one and a code to the new one, and
//! only both together move it. Nothing that is answered tells whether the new address has an
//! account already; its owner is told instead.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde_json::json;
use subtle::ConstantTimeEq;
use ticket_core::account::{AccountRefused, activation_code, normalize_activation_code};
use ticket_core::ids::UserId;
use ticket_core::limits::ACTIVATION_TRIES_MAX;
use uuid::Uuid;

use super::change::entry;
use super::store::{self, Pending};
use super::{accounts_store, confirm_password};
use crate::accounts::codes::CODE_TTL;
use crate::accounts::details::EmailAddress;
use crate::accounts::forgotten;
use crate::accounts::person::{data_key, person, place};
use crate::accounts::session::TokenHash;
use crate::accounts::sign_up::ALREADY_REGISTERED;
use crate::accounts::signed_in::sign_in_required;
use crate::app::App;
use crate::audit_log;
use crate::notifications::{self, Mail};
use crate::platform::db::{Tx, broken_constraint};
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job};
use crate::platform::page::Words;
use crate::platform::seal::{DataKey, Place};

pub(crate) const SEND_ADDRESS_CODES: &str = "accounts.send_address_codes";

/// Which mailbox a code goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// Begins a change, in the place of any other that was begun.
///
/// # Errors
/// `invalid` for what is no address; `sign_in_required` when the account closes meanwhile;
/// `rate_limited`; unavailable.
pub(super) async fn begin(
    app: &App,
    user: UserId,
    (email, password): (&str, SecretString),
) -> Result<Result<(), AccountRefused>, Error> {
    let email = EmailAddress::parse(email)?;
    if let Err(refused) = confirm_password(app, user, password).await? {
        return Ok(Err(refused));
    }
    app.accounts.limits.change_address(user).await?;
    let key = data_key(app, user).await?;
    app.db
        .write("accounts.begin_email_change", async |tx| {
            begin_in(app, tx, (user, &key), &email).await
        })
        .await?;
    app.wake.now();
    Ok(Ok(()))
}

async fn begin_in(
    app: &App,
    tx: &Tx<'_>,
    (user, key): (UserId, &DataKey),
    email: &EmailAddress,
) -> Result<(), Error> {
    let now = app.clock.now();
    // Closed since the password was asked: nothing of the person is written any more.
    if !store::lock_open(tx, user).await? {
        return Err(sign_in_required());
    }
    let id = Uuid::new_v4();
    let index = app.email_index(email);
    let codes = [Side::Old, Side::New].map(|side| (side, activation_code(&mut rand::rng())));
    let [old_hash, new_hash] =
        [&codes[0], &codes[1]].map(|(side, code)| digest(app, id, *side, code));
    let change = Pending {
        id,
        email: key.seal_text(email_place(id), email.as_typed())?,
        email_index: index.clone(),
        old_code_hash: old_hash,
        new_code_hash: new_hash,
        expires_at: now + CODE_TTL,
        tries: 0,
    };
    store::replace_change(tx, user, &change, now).await?;
    let owner = accounts_store::lock_by_email(tx, &index).await?;
    for (side, code) in &codes {
        if let (Side::New, Some(owner)) = (side, &owner) {
            if app.accounts.limits.may_notify(&index) {
                let payload = json!({ "user_id": owner.id });
                jobs::enqueue(tx, ALREADY_REGISTERED, &payload, (now, now)).await?;
            }
            continue;
        }
        let sealed = key.seal_text(code_place(id), code)?;
        let payload = json!({ "user_id": user, "change_id": id, "side": side.name(),
            "code": STANDARD.encode(sealed) });
        jobs::enqueue(tx, SEND_ADDRESS_CODES, &payload, (now, now)).await?;
    }
    audit_log::record(tx, &entry(user, "account.email_change_asked"), now).await
}

/// Ends a change with both codes. Every other session ends with it. The inner refusal is
/// committed: a wrong try counts.
///
/// # Errors
/// Unavailable.
pub(super) async fn confirm(
    app: &App,
    (user, session): (UserId, &TokenHash),
    (old_code, new_code): (&str, &str),
) -> Result<Result<(), AccountRefused>, Error> {
    let key = data_key(app, user).await?;
    let outcome = app
        .db
        .write("accounts.confirm_email_change", async |tx| {
            confirm_in(app, tx, (user, session, &key), (old_code, new_code)).await
        })
        .await;
    match outcome {
        // Somebody has signed up with the address meanwhile.
        Err(error) if broken_constraint(&error) == Some("users_email_index") => {
            Ok(Err(AccountRefused::CodeWrong))
        }
        Ok(Ok(())) => {
            app.accounts.sessions.forget_user(user);
            Ok(Ok(()))
        }
        other => other,
    }
}

async fn confirm_in(
    app: &App,
    tx: &Tx<'_>,
    (user, session, key): (UserId, &TokenHash, &DataKey),
    (old_code, new_code): (&str, &str),
) -> Result<Result<(), AccountRefused>, Error> {
    let now = app.clock.now();
    let Some(change) = store::lock_change(tx, user).await? else {
        return Ok(Err(AccountRefused::CodeExpired));
    };
    let tries = u32::try_from(change.tries).unwrap_or(u32::MAX);
    if change.expires_at <= now || tries >= ACTIVATION_TRIES_MAX {
        return Ok(Err(AccountRefused::CodeExpired));
    }
    let holds = |side, code: &str, hash: &[u8]| {
        digest(app, change.id, side, &normalize_activation_code(code)).ct_eq(hash)
    };
    let both = holds(Side::Old, old_code, &change.old_code_hash)
        & holds(Side::New, new_code, &change.new_code_hash);
    if !bool::from(both) {
        store::count_change_try(tx, user).await?;
        return Ok(Err(AccountRefused::CodeWrong));
    }
    let email = key.open_text(email_place(change.id), &change.email)?;
    let sealed = key.seal_text(place("email", user), &email)?;
    store::set_email(tx, user, (&sealed, &change.email_index)).await?;
    store::delete_change(tx, user).await?;
    store::revoke_other_sessions(tx, (user, session), now).await?;
    // What went to the former mailbox opens nothing.
    forgotten::end(tx, user).await?;
    audit_log::record(tx, &entry(user, "account.email_changed"), now).await?;
    Ok(Ok(()))
}

/// The address that awaits its codes.
///
/// # Errors
/// Unavailable.
pub(super) async fn pending(app: &App, user: UserId) -> Result<Option<String>, Error> {
    let conn = app.db.read().await?;
    let change = store::find_change(&conn, user).await?;
    drop(conn);
    let Some(change) = change.filter(|change| change.expires_at > app.clock.now()) else {
        return Ok(None);
    };
    let key = data_key(app, user).await?;
    key.open_text(email_place(change.id), &change.email)
        .map(Some)
}

#[derive(Template)]
#[template(path = "mail/address.txt")]
struct CodeText<'a> {
    words: Words,
    first_name: &'a str,
    why: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "mail/address.html")]
struct CodeHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    why: &'a str,
    code: &'a str,
}

/// Sends one of both codes, unless the change is over or another was begun meanwhile.
pub(crate) async fn send_address_codes(app: &App, job: &Job) -> Result<(), Error> {
    let text = |field: &str| job.payload[field].as_str().unwrap_or_default();
    let user = UserId::from_uuid(Uuid::parse_str(text("user_id")).map_err(Error::bug)?);
    let id = Uuid::parse_str(text("change_id")).map_err(Error::bug)?;
    let conn = app.db.read().await?;
    let change = store::find_change(&conn, user).await?;
    drop(conn);
    let is_live = |change: &Pending| change.id == id && change.expires_at > app.clock.now();
    let Some(change) = change.filter(is_live) else {
        return Ok(());
    };
    let key = data_key(app, user).await?;
    let code = STANDARD.decode(text("code")).map_err(Error::bug)?;
    let code = key.open_text(code_place(id), &code)?;
    let owner = person(app, user).await?;
    let new = key.open_text(email_place(id), &change.email)?;
    let words = Words(owner.locale);
    let (to, why) = if text("side") == Side::Old.name() {
        (owner.email, words.with("mail-address-old", "address", &new))
    } else {
        (new, words.t("mail-address-new"))
    };
    let subject = words.with("mail-address-subject", "code", &code);
    let (first_name, why, code) = (owner.first_name.as_str(), why.as_str(), code.as_str());
    let plain = CodeText {
        words,
        first_name,
        why,
        code,
    };
    let html = CodeHtml {
        words,
        subject: &subject,
        first_name,
        why,
        code,
    };
    let mail = Mail {
        to,
        text: plain.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject,
        attachments: Vec::new(),
    };
    notifications::send_mail(app, &mail).await
}

/// Keyed, so that a copy of the database cannot be searched for the few possible codes.
fn digest(app: &App, id: Uuid, side: Side, code: &str) -> Vec<u8> {
    let text = format!("{id}|{}|{code}", side.name());
    app.keyring.blind_index("email_change", &text)
}

fn email_place(change: Uuid) -> Place {
    Place::new("email_changes", "email", change)
}

fn code_place(change: Uuid) -> Place {
    Place::new("outbox", "code", change)
}
