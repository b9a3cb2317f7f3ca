//! Signing up: an account that waits for its code. A known address gets the same answer, in
//! about the same time, and a mail that says so.
//!
//! Anyone may type anyone's address. So each sign-up keeps what it asked for (names, password)
//! sealed beside its own codes, and only the code that comes back from the mailbox applies it:
//! signing up first, or last, with another's address gives nobody a password to their account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket_core::ids::UserId;
use uuid::Uuid;

use super::codes::{self, SignUpId};
use super::details::{EmailAddress, parse_name, parse_password, parse_phone};
use super::limits::Entering;
use super::person::{data_key_place, place};
use super::store::{self, Account, AccountState, NewAccount, SealedProfile};
use crate::app::App;
use crate::audit_log;
use crate::notifications::{self, Counted};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::jobs;
use crate::platform::seal::{DataKey, random_bytes};

pub(crate) const ALREADY_REGISTERED: &str = "accounts.send_already_registered";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    Email,
    Sms,
}

/// A sign-up as it was typed.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct SignUpForm {
    pub email: String,
    #[serde(default)]
    pub phone: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub password: String,
    #[serde(default)]
    pub locale: Option<String>,
    /// How the code is sent; `sms` needs a phone.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// A solved challenge, when `proof_of_work_required` was the answer.
    #[serde(default)]
    pub altcha: Option<String>,
}

/// What a sign-up asks the account to be. Kept sealed until its code comes back.
#[derive(Serialize, Deserialize)]
pub(super) struct Profile {
    pub first_name: String,
    pub last_name: String,
    pub phone: Option<String>,
    pub locale: Locale,
    pub password_hash: String,
    pub channel: Channel,
}

/// Answers with the id of this sign-up, whether or not the address was known: a page that hands
/// it back on activation accepts only its own codes.
///
/// # Errors
/// `invalid` with the field, `proof_of_work_required`, `rate_limited`, `sms_ceiling`, unavailable.
pub(crate) async fn sign_up(
    app: &App,
    form: SignUpForm,
    (from, reader): (Entering<'_>, Locale),
) -> Result<SignUpId, Error> {
    let email = EmailAddress::parse(&form.email)?;
    let password = parse_password(form.password.into())?;
    let mut profile = Profile {
        first_name: parse_name("first_name", &form.first_name)?,
        last_name: parse_name("last_name", &form.last_name)?,
        phone: parse_phone(form.phone.as_deref().unwrap_or_default())?,
        locale: parse_locale(form.locale.as_deref(), reader)?,
        channel: form.channel.unwrap_or(Channel::Email),
        password_hash: String::new(),
    };
    check_channel(app, &profile)?;
    app.accounts.limits.sign_up(from).await?;
    check_texts(app, &profile).await?;
    profile.password_hash = app.accounts.hasher.hash(password).await?;

    let sign_up = SignUpId(Uuid::new_v4());
    app.db
        .write("accounts.sign_up", async |tx| {
            register(app, tx, (&email, &profile), sign_up).await
        })
        .await?;
    app.wake.now();
    Ok(sign_up)
}

async fn register(
    app: &App,
    tx: &Tx<'_>,
    (email, profile): (&EmailAddress, &Profile),
    sign_up: SignUpId,
) -> Result<(), Error> {
    let now = app.clock.now();
    let index = app.email_index(email);
    let account = match store::lock_by_email(tx, &index).await? {
        Some(account) => account,
        None => match create(app, tx, (email, profile), now).await? {
            Some(account) => account,
            // Another sign-up for this address committed in between.
            None => store::lock_by_email(tx, &index)
                .await?
                .ok_or_else(|| Error::bug("an address is neither new nor known"))?,
        },
    };
    if takes_codes(tx, &account, profile.channel).await? {
        let key = locked_data_key(app, tx, account.id).await?;
        if account.state == AccountState::Pending {
            // The row of a pending account shows its latest sign-up; it opens nothing yet.
            let sealed = seal_profile(&key, account.id, profile)?;
            store::replace_profile(tx, account.id, &sealed).await?;
        }
        let asked = codes::seal_sign_up(&key, sign_up, profile)?;
        return codes::issue(app, tx, (account.id, &key), (sign_up, &asked)).await;
    }
    if account.state == AccountState::Active && app.accounts.limits.may_notify(&index) {
        let payload = json!({ "user_id": account.id });
        jobs::enqueue(tx, ALREADY_REGISTERED, &payload, (now, now)).await?;
    }
    Ok(())
}

/// Whether a code that comes back this way may decide what the account is. A code by text message
/// shows whose telephone it is, not whose address: until something is bought, whoever reads the
/// mailbox takes such an account over.
pub(super) async fn takes_codes(
    tx: &Tx<'_>,
    account: &Account,
    channel: Channel,
) -> Result<bool, Error> {
    match account.state {
        AccountState::Pending => Ok(true),
        AccountState::Active if account.by_phone_only && channel == Channel::Email => {
            Ok(!account.role.is_staff() && !store::has_bought(tx, account.id).await?)
        }
        AccountState::Active | AccountState::Closed => Ok(false),
    }
}

/// `None` when the address was taken by another transaction.
async fn create(
    app: &App,
    tx: &Tx<'_>,
    (email, profile): (&EmailAddress, &Profile),
    now: Timestamp,
) -> Result<Option<Account>, Error> {
    let id = UserId::from_uuid(Uuid::new_v4());
    let made = insert_account(app, tx, (id, email), profile).await?;
    if !made {
        return Ok(None);
    }
    let entry = audit_log::Entry {
        actor: None,
        action: "account.signed_up",
        subject: format!("user:{id}"),
        detail: json!({}),
    };
    audit_log::record(tx, &entry, now).await?;
    store::get_account(tx, id).await.map(Some)
}

/// A pending account with its data key and its permanent user key. False: the address is taken.
pub(super) async fn insert_account(
    app: &App,
    tx: &Tx<'_>,
    (id, email): (UserId, &EmailAddress),
    profile: &Profile,
) -> Result<bool, Error> {
    let (key, wrapped) = app.keyring.make_data_key(data_key_place(id))?;
    let user_key = zeroize::Zeroizing::new(random_bytes::<16>()?);
    let account = NewAccount {
        id,
        email_index: app.email_index(email),
        email: key.seal_text(place("email", id), email.as_typed())?,
        profile: seal_profile(&key, id, profile)?,
        user_key: key.seal(place("user_key", id), &*user_key)?,
        wrapped,
    };
    store::insert_account(tx, &account, app.clock.now()).await
}

pub(super) async fn locked_data_key(
    app: &App,
    tx: &Tx<'_>,
    user: UserId,
) -> Result<DataKey, Error> {
    let wrapped = store::get_data_key(tx, user).await?;
    app.keyring.data_key(data_key_place(user), &wrapped)
}

pub(super) fn seal_profile(
    key: &DataKey,
    user: UserId,
    profile: &Profile,
) -> Result<SealedProfile, Error> {
    let seal = |column, text: &str| key.seal_text(place(column, user), text);
    Ok(SealedProfile {
        phone: profile
            .phone
            .as_deref()
            .map(|phone| seal("phone", phone))
            .transpose()?,
        first_name: seal("first_name", &profile.first_name)?,
        last_name: seal("last_name", &profile.last_name)?,
        password_hash: profile.password_hash.clone(),
        locale: profile.locale,
    })
}

fn parse_locale(text: Option<&str>, reader: Locale) -> Result<Locale, Error> {
    match text {
        None | Some("") => Ok(reader),
        Some(text) => text
            .parse()
            .map_err(|()| Error::invalid("locale", "one of: fr, en")),
    }
}

/// Counts the text message that this profile's code takes. Known addresses count alike.
///
/// # Errors
/// `rate_limited` when the telephone got enough of them; `sms_ceiling` when its country did.
async fn check_texts(app: &App, profile: &Profile) -> Result<(), Error> {
    let Some(phone) = texted(profile) else {
        return Ok(());
    };
    let index = app.keyring.blind_index("phone", phone);
    app.accounts.limits.text(&index).await?;
    let counted = async |tx: &Tx<'_>| notifications::count_sms(app, tx, phone).await;
    match app.db.write("accounts.count_sms", counted).await? {
        Counted::Within => Ok(()),
        Counted::Beyond { for_seconds } => Err(Error::too_many(
            "sms_ceiling",
            "no more text messages to this country for now: take the code by e-mail",
            for_seconds,
        )),
    }
}

/// Where the code of this profile goes, if by text message.
pub(super) fn texted(profile: &Profile) -> Option<&str> {
    match profile.channel {
        Channel::Sms => profile.phone.as_deref(),
        Channel::Email => None,
    }
}

fn check_channel(app: &App, profile: &Profile) -> Result<(), Error> {
    match profile.channel {
        Channel::Sms if profile.phone.is_none() => {
            Err(Error::invalid("phone", "a code by SMS needs a phone"))
        }
        Channel::Sms if !notifications::can_send_sms(app) => {
            Err(Error::invalid("channel", "SMS are not sent here"))
        }
        Channel::Email | Channel::Sms => Ok(()),
    }
}

impl App {
    /// The blind index under which an address is found.
    pub(super) fn email_index(&self, email: &EmailAddress) -> Vec<u8> {
        self.keyring.blind_index("email", email.normalised())
    }
}
