//! Accounts in bulk for load tests: active, sealed as real ones, each with a session. They share
//! one password, so that hashing is done once; who made them is told it, nobody else.

mod bulk;
pub(crate) mod store;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use uuid::Uuid;

use self::bulk::{Bulk, NewAccount};
use super::details::EmailAddress;
use super::session::{SPECTATOR_TTL_SECONDS, Token};
use super::sign_up::seal_profile;
use super::sign_up::{Channel, Profile};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::{Place, random_bytes};
use ticket_core::ids::UserId;

/// Rows of one statement.
const BATCH: usize = 4_000;

/// What a client needs to act as one of them.
pub(crate) struct Rehearsed {
    pub id: UserId,
    /// The session cookie's value.
    pub cookie: String,
    /// What `GET /api/v1/me` would tell.
    pub csrf: String,
    pub email: String,
    pub password: String,
}

/// Makes so many accounts.
///
/// # Errors
/// Outside development, or when the database does not answer.
pub(crate) async fn rehearse(app: &App, count: usize) -> Result<Vec<Rehearsed>, Error> {
    if !app.config.is_development() {
        return Err(Error::bug("rehearsals are for development only"));
    }
    let password = URL_SAFE_NO_PAD.encode(random_bytes::<24>()?);
    let hash = app
        .accounts
        .hasher
        .hash(SecretString::from(password.clone()))
        .await?;
    let profile = Profile {
        first_name: "Camille".to_owned(),
        last_name: "Martin".to_owned(),
        phone: None,
        locale: Locale::Fr,
        channel: Channel::Email,
        password_hash: hash,
    };
    let mut made = Vec::with_capacity(count);
    while made.len() < count {
        let size = BATCH.min(count - made.len());
        made.extend(make_batch(app, (&profile, &password), size).await?);
    }
    Ok(made)
}

async fn make_batch(
    app: &App,
    (profile, password): (&Profile, &str),
    size: usize,
) -> Result<Vec<Rehearsed>, Error> {
    let now = app.clock.now();
    let mut bulk = Bulk::default();
    let mut made = Vec::with_capacity(size);
    for _ in 0..size {
        let (account, token) = new_account(app, profile)?;
        made.push(Rehearsed {
            id: UserId::from_uuid(account.id),
            csrf: app.csrf.token(token.as_str()),
            cookie: token.as_str().to_owned(),
            email: address(account.id),
            password: password.to_owned(),
        });
        bulk.add(account, &token.hash());
    }
    let (bulk, ends) = (&bulk, session_end(now));
    app.db
        .write("accounts.rehearse", async |tx| {
            store::insert_accounts(tx, bulk, (&profile.password_hash, profile.locale), now).await?;
            store::insert_sessions(tx, bulk, now, ends).await
        })
        .await?;
    Ok(made)
}

fn address(account: Uuid) -> String {
    format!("load-{}@guichet.example", account.simple())
}

fn session_end(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_secs(SPECTATOR_TTL_SECONDS)
}

fn new_account(app: &App, profile: &Profile) -> Result<(NewAccount, Token), Error> {
    let id = Uuid::new_v4();
    let (key, wrapped) = app.keyring.make_data_key(Place::data_key(id))?;
    let email = EmailAddress::parse(&address(id))?;
    let user_key = zeroize::Zeroizing::new(random_bytes::<16>()?);
    let account = NewAccount {
        id,
        email_index: app.email_index(&email),
        email: key.seal_text(Place::new("users", "email", id), email.as_typed())?,
        profile: seal_profile(&key, UserId::from_uuid(id), profile)?,
        user_key: key.seal(Place::new("users", "user_key", id), &*user_key)?,
        wrapped,
    };
    Ok((account, Token::make()?))
}
