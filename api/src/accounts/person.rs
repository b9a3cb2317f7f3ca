//! The person behind an id: personal data and keys, opened with the person's data key.

use std::collections::{BTreeSet, HashMap};

use ticket_core::access::Role;
use ticket_core::credential::UserKey;
use ticket_core::ids::UserId;

use super::lookups;
use super::store::{self, SealedPerson};
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::{DataKey, Place};

/// Personal data in clear: keep it for the length of one answer or one mail.
#[derive(Clone)]
pub(crate) struct Person {
    pub email: String,
    pub phone: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub locale: Locale,
    pub role: Role,
}

/// # Errors
/// `not_found` for nobody, or for someone whose data key was destroyed.
pub(crate) async fn person(app: &App, user: UserId) -> Result<Person, Error> {
    let sealed = store::find_person(&app.db.read().await?, user)
        .await?
        .ok_or_else(Error::not_found)?;
    let key = app
        .keyring
        .data_key(data_key_place(user), &sealed.wrapped)?;
    open(&key, user, &sealed)
}

/// The key that seals what belongs to this person, in any table.
///
/// # Errors
/// `not_found` when there is none, or it was destroyed.
pub(crate) async fn data_key(app: &App, user: UserId) -> Result<DataKey, Error> {
    let wrapped = lookups::data_key(app, user)
        .await?
        .ok_or_else(Error::not_found)?;
    app.keyring.data_key(data_key_place(user), &wrapped)
}

/// The whole names of many people, each with its key; those whose key was destroyed are left out.
/// One that does not open fails alone.
pub(crate) async fn named(
    app: &App,
    users: &BTreeSet<UserId>,
) -> Result<HashMap<UserId, Result<(String, DataKey), Error>>, Error> {
    let ids: Vec<_> = users.iter().map(UserId::as_uuid).collect();
    let sealed = store::list_names(&app.db.read().await?, &ids).await?;
    let open = |name: &store::SealedName| {
        let user = name.user;
        let key = app.keyring.data_key(data_key_place(user), &name.wrapped)?;
        let first = key.open_text(place("first_name", user), &name.first_name)?;
        let last = key.open_text(place("last_name", user), &name.last_name)?;
        Ok((format!("{first} {last}"), key))
    };
    let opened = sealed.iter().map(|name| (name.user, open(name)));
    Ok(opened.collect())
}

/// The keys of many people; those whose key was destroyed are left out. What this process knows is
/// not read again, unless some key was destroyed since.
pub(crate) async fn data_keys(
    app: &App,
    tx: &Tx<'_>,
    users: &BTreeSet<UserId>,
) -> Result<HashMap<UserId, DataKey>, Error> {
    let memory = &app.accounts.keys;
    // How many were destroyed comes first: what is read after it is at least as new.
    let destroyed = store::count_destroyed_keys(tx).await?;
    let mut wrapped = memory.recall(destroyed, users);
    let unknown = users.iter().filter(|user| !wrapped.contains_key(*user));
    let ids: Vec<_> = unknown.map(UserId::as_uuid).collect();
    let read = store::list_data_keys_in(tx, &ids).await?;
    memory.remember(destroyed, &read);
    wrapped.extend(read);
    let open = |(user, wrapped)| {
        let key = app.keyring.data_key(data_key_place(user), &wrapped)?;
        Ok((user, key))
    };
    wrapped.into_iter().map(open).collect()
}

/// The permanent secret that goes into this person's credentials.
///
/// # Errors
/// `not_found` when there is none, or its data key was destroyed.
pub(crate) async fn user_key(app: &App, user: UserId) -> Result<UserKey, Error> {
    let (wrapped, sealed) = store::find_user_key(&app.db.read().await?, user)
        .await?
        .ok_or_else(Error::not_found)?;
    let key = app.keyring.data_key(data_key_place(user), &wrapped)?;
    let bytes = key.open(place("user_key", user), &sealed)?;
    UserKey::from_slice(&bytes).ok_or_else(|| Error::bug("a user key has the wrong length"))
}

pub(super) fn data_key_place(user: UserId) -> Place {
    Place::new("data_keys", "wrapped", user.as_uuid())
}

pub(super) fn place(column: &'static str, user: UserId) -> Place {
    Place::new("users", column, user.as_uuid())
}

fn open(key: &DataKey, user: UserId, sealed: &SealedPerson) -> Result<Person, Error> {
    let text = |column, bytes: &[u8]| key.open_text(place(column, user), bytes);
    Ok(Person {
        email: text("email", &sealed.email)?,
        phone: sealed
            .phone
            .as_deref()
            .map(|phone| text("phone", phone))
            .transpose()?,
        first_name: text("first_name", &sealed.first_name)?,
        last_name: text("last_name", &sealed.last_name)?,
        locale: sealed.locale,
        role: sealed.role,
    })
}
