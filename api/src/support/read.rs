//! Reading cases, opened: for their writer, for the staff, for what is to be mailed.

use ticket_core::ids::UserId;
use ticket_core::support::CaseNumber;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::attachment::Kind;
use super::case::{Case, FileFacts, Message, Writer};
use super::seal;
use super::store::{self, StoredCase, StoredFile};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;

/// As many as an account shows.
const CASES_MAX: i64 = 200;

/// The case of this person; a stranger's is as unknown as one that never was.
///
/// # Errors
/// `not_found`.
pub(super) async fn of_person(app: &App, id: Uuid, owner: UserId) -> Result<Case, Error> {
    let stored = store::find_case(&app.db.read().await?, id).await?;
    let own = stored.filter(|case| case.user == Some(owner));
    open(app, own.ok_or_else(Error::not_found)?).await
}

/// The case behind the link of a mail, of somebody who was not signed in.
///
/// # Errors
/// `not_found`.
pub(super) async fn by_link(app: &App, id: Uuid, token: &str) -> Result<Case, Error> {
    if !seal::link_holds(app, id, token) {
        return Err(Error::not_found());
    }
    let stored = store::find_case(&app.db.read().await?, id).await?;
    let of_nobody = stored.filter(|case| case.user.is_none());
    open(app, of_nobody.ok_or_else(Error::not_found)?).await
}

/// # Errors
/// `not_found`.
pub(super) async fn by_id(app: &App, id: Uuid) -> Result<Case, Error> {
    let stored = store::find_case(&app.db.read().await?, id).await?;
    open(app, stored.ok_or_else(Error::not_found)?).await
}

/// # Errors
/// `not_found`.
pub(super) async fn by_number(app: &App, number: &CaseNumber) -> Result<Case, Error> {
    let stored = store::find_by_number(&app.db.read().await?, number).await?;
    open(app, stored.ok_or_else(Error::not_found)?).await
}

/// The latest first.
///
/// # Errors
/// Unavailable.
pub(super) async fn list(app: &App, owner: UserId) -> Result<Vec<Case>, Error> {
    let stored = store::list_of_user(&app.db.read().await?, owner, CASES_MAX).await?;
    let of_owner = |case| without_address(case, owner);
    Ok(stored.into_iter().map(of_owner).collect())
}

/// All that this person wrote and was answered.
///
/// # Errors
/// Unavailable.
pub(crate) async fn all_of_user(
    app: &App,
    owner: UserId,
) -> Result<Vec<(Case, Vec<Message>)>, Error> {
    let mut all = Vec::new();
    for case in list(app, owner).await? {
        let messages = messages(app, &case).await?;
        all.push((case, messages));
    }
    Ok(all)
}

/// The first first.
///
/// # Errors
/// `not_found` when their key was destroyed meanwhile.
pub(super) async fn messages(app: &App, case: &Case) -> Result<Vec<Message>, Error> {
    let conn = app.db.read().await?;
    let stored = store::list_messages(&conn, case.id).await?;
    let mut files = store::list_files(&conn, case.id).await?;
    drop(conn);
    let key = seal::key_of(app, case).await?;
    let mut messages = Vec::with_capacity(stored.len());
    for message in stored {
        let (own, rest) = files
            .drain(..)
            .partition(|file: &StoredFile| file.message == message.id);
        files = rest;
        messages.push(Message {
            author: message.author,
            text: key.open_text(seal::body_place(message.id), &message.body)?,
            created_at: message.created_at,
            files: own
                .iter()
                .map(|file| facts(&key, file))
                .collect::<Result<_, _>>()?,
        });
    }
    Ok(messages)
}

fn facts(key: &DataKey, file: &StoredFile) -> Result<FileFacts, Error> {
    Ok(FileFacts {
        id: file.id,
        name: key.open_text(seal::name_place(file.id), &file.name)?,
        kind: file.kind,
        size_bytes: file.size_bytes,
    })
}

/// The content of an attachment.
pub(super) struct Content {
    pub(super) kind: Kind,
    /// From 1, within its message.
    pub(super) no: i16,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// # Errors
/// `not_found`.
pub(super) async fn content(app: &App, case: &Case, file: Uuid) -> Result<Content, Error> {
    let conn = app.db.read().await?;
    let found = store::find_file(&conn, (case.id, file)).await?;
    drop(conn);
    let (file, sealed) = found.ok_or_else(Error::not_found)?;
    let key = seal::key_of(app, case).await?;
    Ok(Content {
        kind: file.kind,
        no: file.no,
        bytes: key.open(seal::content_place(file.id), &sealed)?,
    })
}

async fn open(app: &App, stored: StoredCase) -> Result<Case, Error> {
    let (user, email) = (stored.user, stored.email.clone());
    match (user, email) {
        (Some(user), _) => Ok(without_address(stored, user)),
        (None, Some(sealed)) => {
            let key = seal::own_key(app, stored.id).await?;
            let email = key.open_text(seal::email_place(stored.id), &sealed)?;
            Ok(case_of(stored, Writer::Stranger { email }))
        }
        (None, None) => Err(Error::bug("a case of nobody")),
    }
}

fn without_address(stored: StoredCase, user: UserId) -> Case {
    case_of(stored, Writer::Person(user))
}

fn case_of(stored: StoredCase, writer: Writer) -> Case {
    Case {
        writer,
        id: stored.id,
        number: stored.number,
        locale: stored.locale,
        subject: stored.subject,
        about: stored.about,
        state: stored.state,
        created_at: stored.created_at,
        changed_at: stored.changed_at,
    }
}
