//! Going on in a case: a further message, an answer, closing it.

use actix_web::http::StatusCode;
use jiff::Timestamp;
use serde_json::json;
use ticket_core::ids::UserId;
use ticket_core::limits::{CASE_BYTES_MAX, CASE_MESSAGES_MAX};
use ticket_core::support::{Author, CaseState, FileRefused};
use uuid::Uuid;

use super::attachment::{self, Attachment, Upload};
use super::case::Case;
use super::store::{self, Locked, StoredFile, StoredMessage};
use super::{CASE_MAIL, seal};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::platform::seal::DataKey;

/// A file that was not taken, by the name it came with.
#[derive(Debug, Clone)]
pub(super) struct BadFile {
    pub(super) name: String,
    pub(super) refused: FileRefused,
}

/// Who writes: the person, or this member of staff.
#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    Person,
    Staff(UserId),
}

impl By {
    const fn author(self) -> Author {
        match self {
            Self::Person => Author::Person,
            Self::Staff(_) => Author::Staff,
        }
    }
}

/// A message in order, and the id that its page made.
pub(super) struct NewMessage {
    pub(super) id: Uuid,
    pub(super) text: String,
    pub(super) files: Vec<Attachment>,
}

/// Opens the case again if it was closed. The same id again changes nothing.
///
/// # Errors
/// `case_full`; `id_reused`; `not_found` when the case goes meanwhile; unavailable.
pub(super) async fn write(
    app: &App,
    (case, by): (&Case, By),
    message: NewMessage,
) -> Result<(), Error> {
    let key = seal::key_of(app, case).await?;
    let now = app.clock.now();
    let stored = StoredMessage {
        id: message.id,
        author: by.author(),
        body: key.seal_text(seal::body_place(message.id), &message.text)?,
        created_at: now,
    };
    let files = seal_files(&key, message.id, message.files)?;
    app.db
        .write("support.write", async |tx| {
            if write_in(tx, (case, by), (&stored, &files), now).await? {
                return Ok(());
            }
            let before = store::find_message_in(tx, (case.id, stored.id)).await?;
            let text = |it: StoredMessage| key.open_text(seal::body_place(it.id), &it.body);
            match before.map(text).transpose()? {
                Some(before) if before == message.text => Ok(()),
                Some(_) | None => Err(id_reused()),
            }
        })
        .await?;
    app.wake.now();
    Ok(())
}

type SealedFile = (StoredFile, Vec<u8>);

/// False when there is a message with this id.
async fn write_in(
    tx: &Tx<'_>,
    (case, by): (&Case, By),
    (message, files): (&StoredMessage, &[SealedFile]),
    now: Timestamp,
) -> Result<bool, Error> {
    let locked = store::lock_case(tx, case.id).await?;
    let staff = match by {
        By::Person => None,
        By::Staff(user) => Some(user),
    };
    if !store::insert_message(tx, (case.id, staff), message).await? {
        return Ok(false);
    }
    check_room(&locked, files)?;
    for (file, content) in files {
        store::insert_file(tx, case.id, file, content).await?;
    }
    store::set_state(tx, case.id, by.author().then(), now).await?;
    if staff.is_some() {
        record(tx, (case, staff), "support.case_answered", now).await?;
        let payload = json!({ "case_id": case.id, "message_id": message.id });
        jobs::enqueue(tx, CASE_MAIL, &payload, (now, now)).await?;
    }
    Ok(true)
}

fn check_room(locked: &Locked, files: &[SealedFile]) -> Result<(), Error> {
    let more: i64 = files
        .iter()
        .map(|(file, _)| i64::from(file.size_bytes))
        .sum();
    let full = usize::try_from(locked.messages).is_ok_and(|count| count >= CASE_MESSAGES_MAX)
        || (more > 0 && locked.file_bytes + more > CASE_BYTES_MAX);
    if !full {
        return Ok(());
    }
    let detail = "this case holds as much as it may: open another";
    Err(Error::refused(StatusCode::CONFLICT, "case_full", detail))
}

/// # Errors
/// `not_found`; unavailable.
pub(super) async fn close(app: &App, case: &Case, by: By) -> Result<(), Error> {
    let now = app.clock.now();
    let actor = match by {
        By::Person => case.writer.user(),
        By::Staff(user) => Some(user),
    };
    app.db
        .write("support.close", async |tx| {
            let locked = store::lock_case(tx, case.id).await?;
            if locked.state == CaseState::Closed {
                return Ok(());
            }
            store::set_state(tx, case.id, CaseState::Closed, now).await?;
            record(tx, (case, actor), "support.case_closed", now).await
        })
        .await
}

pub(super) async fn record(
    tx: &Tx<'_>,
    (case, actor): (&Case, Option<UserId>),
    action: &'static str,
    now: Timestamp,
) -> Result<(), Error> {
    let entry = audit_log::Entry {
        actor,
        action,
        subject: format!("support_case:{}", case.id),
        detail: json!({}),
    };
    audit_log::record(tx, &entry, now).await
}

pub(super) fn id_reused() -> Error {
    let detail = "this id was used for something else";
    Error::refused(StatusCode::CONFLICT, "id_reused", detail)
}

/// Looks through the files, off the threads that answer.
///
/// # Errors
/// The inner one names the first that is not taken.
pub(super) async fn check_files(
    app: &App,
    uploads: Vec<Upload>,
) -> Result<Result<Vec<Attachment>, BadFile>, Error> {
    let mut taken = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let _turn = app.support.checks.acquire().await.map_err(Error::bug)?;
        let name = upload.name.clone();
        let checked = tokio::task::spawn_blocking(move || attachment::check(upload)).await;
        // A decoder that gives up on a file says the same as one that refuses it.
        match checked.unwrap_or(Err(FileRefused::Broken)) {
            Ok(file) => taken.push(file),
            Err(refused) => return Ok(Err(BadFile { name, refused })),
        }
    }
    Ok(Ok(taken))
}

pub(super) fn seal_files(
    key: &DataKey,
    message: Uuid,
    files: Vec<Attachment>,
) -> Result<Vec<SealedFile>, Error> {
    let seal_one = |(no, file): (i16, Attachment)| {
        let id = Uuid::new_v4();
        let stored = StoredFile {
            id,
            message,
            no,
            name: key.seal_text(seal::name_place(id), &file.name)?,
            kind: file.kind,
            size_bytes: i32::try_from(file.bytes.len()).map_err(Error::bug)?,
        };
        Ok((stored, key.seal(seal::content_place(id), &file.bytes)?))
    };
    (1..).zip(files).map(seal_one).collect()
}
