//! Opening a case. The page makes its id: the same form sent twice is one case, and the same id
//! with other words is refused, so that nothing is taken for sent that was not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};
use ticket_core::support::{Author, CaseNumber, CaseState, Subject};
use uuid::Uuid;

use super::attachment::{Attachment, Upload};
use super::case::{About, Writer};
use super::store::{self, StoredCase, StoredMessage};
use super::{CASE_MAIL, seal, write};
use crate::accounts;
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::jobs;
use crate::platform::seal::{DataKey, Place, Wrapped, random_bytes};

/// Two cases with one number out of a thousand million: a third try was never needed.
const NUMBER_TRIES: usize = 5;

/// What was written, found to be in order.
pub(super) struct Draft {
    pub(super) id: Uuid,
    pub(super) writer: Writer,
    pub(super) locale: Locale,
    pub(super) subject: Subject,
    pub(super) about: Option<About>,
    pub(super) text: String,
}

/// The number of the case, if this very form was sent before.
///
/// # Errors
/// `id_reused` for another content under the same id.
pub(super) async fn find_sent(
    app: &App,
    id: Uuid,
    digest: &[u8],
) -> Result<Option<CaseNumber>, Error> {
    let found = store::find_case(&app.db.read().await?, id).await?;
    found.map(|case| same_or_refused(&case, digest)).transpose()
}

/// # Errors
/// `id_reused`; `sign_in_required` when the account closes meanwhile; unavailable.
pub(super) async fn open(
    app: &App,
    draft: &Draft,
    (files, digest): (Vec<Attachment>, Vec<u8>),
) -> Result<CaseNumber, Error> {
    let (key, own_key) = key_for(app, draft).await?;
    let email = match &draft.writer {
        Writer::Person(_) => None,
        Writer::Stranger { email } => Some(key.seal_text(seal::email_place(draft.id), email)?),
    };
    let now = app.clock.now();
    let message = StoredMessage {
        id: draft.id,
        author: Author::Person,
        body: key.seal_text(seal::body_place(draft.id), &draft.text)?,
        created_at: now,
    };
    let files = write::seal_files(&key, draft.id, files)?;
    let case = StoredCase {
        id: draft.id,
        number: draw_number()?,
        user: draft.writer.user(),
        email,
        locale: draft.locale,
        subject: draft.subject,
        about: draft.about,
        content_digest: digest,
        state: CaseState::Open,
        created_at: now,
        changed_at: now,
    };
    let number = app
        .db
        .write("support.open_case", async |tx| {
            let number = match insert(tx, &case).await? {
                Inserted::Now(number) => number,
                Inserted::Before(number) => return Ok(number),
            };
            if let Some(wrapped) = &own_key {
                store::insert_own_key(tx, case.id, wrapped).await?;
            }
            store::insert_message(tx, (case.id, None), &message).await?;
            for (file, content) in &files {
                store::insert_file(tx, case.id, file, content).await?;
            }
            record(tx, &case, now).await?;
            let payload = json!({ "case_id": case.id, "message_id": message.id });
            jobs::enqueue(tx, CASE_MAIL, &payload, (now, now)).await?;
            Ok(number)
        })
        .await?;
    app.wake.now();
    Ok(number)
}

enum Inserted {
    Now(CaseNumber),
    Before(CaseNumber),
}

async fn insert(tx: &Tx<'_>, case: &StoredCase) -> Result<Inserted, Error> {
    if let Some(user) = case.user
        && !store::lock_writer(tx, user).await?
    {
        return Err(accounts::sign_in_required());
    }
    let mut number = case.number.clone();
    for _ in 0..NUMBER_TRIES {
        if store::insert_case(tx, case, &number).await? {
            return Ok(Inserted::Now(number));
        }
        if let Some(before) = store::find_case_in(tx, case.id).await? {
            return same_or_refused(&before, &case.content_digest).map(Inserted::Before);
        }
        number = draw_number()?;
    }
    Err(Error::unavailable("a number for a case"))
}

fn draw_number() -> Result<CaseNumber, Error> {
    Ok(CaseNumber::of_random(u32::from_be_bytes(random_bytes()?)))
}

fn same_or_refused(before: &StoredCase, digest: &[u8]) -> Result<CaseNumber, Error> {
    if before.content_digest == digest {
        return Ok(before.number.clone());
    }
    Err(write::id_reused())
}

async fn key_for(app: &App, draft: &Draft) -> Result<(DataKey, Option<Wrapped>), Error> {
    if let Some(user) = draft.writer.user() {
        return Ok((accounts::data_key(app, user).await?, None));
    }
    let (key, wrapped) = app.keyring.make_data_key(Place::data_key(draft.id))?;
    Ok((key, Some(wrapped)))
}

/// Keyed: nobody who reads the database can tell what was written by trying.
pub(super) fn digest(app: &App, draft: &Draft, files: &[Upload]) -> Vec<u8> {
    let mut hash = Sha256::new();
    let writer = match &draft.writer {
        Writer::Person(user) => user.to_string(),
        Writer::Stranger { email } => email.clone(),
    };
    let about = draft.about.map(|about| format!("{about:?}"));
    let about = about.unwrap_or_default();
    for part in [&writer, draft.subject.name(), &about, &draft.text] {
        hash.update(Sha256::digest(part.as_bytes()));
    }
    for file in files {
        hash.update(Sha256::digest(&file.bytes));
    }
    let text = STANDARD.encode(hash.finalize());
    app.keyring.blind_index("support_case", &text)
}

async fn record(tx: &Tx<'_>, case: &StoredCase, now: jiff::Timestamp) -> Result<(), Error> {
    let entry = audit_log::Entry {
        actor: case.user,
        action: "support.case_opened",
        subject: format!("support_case:{}", case.id),
        detail: json!({ "subject": case.subject.name() }),
    };
    audit_log::record(tx, &entry, now).await
}
