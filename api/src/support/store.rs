//! SQL of cases, their messages and attachments.

use jiff::Timestamp;
use ticket_core::ids::{OrderId, TicketId, UserId};
use ticket_core::support::{Author, CaseNumber, CaseState, Subject};
use tokio_postgres::Row;
use uuid::Uuid;

use super::attachment::Kind;
use super::case::About;
use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::Wrapped;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_CASE,
    &FIND_CASE,
    &FIND_BY_NUMBER,
    &LIST_OF_USER,
    &LIST_WAITING,
    &LIST_LATEST,
    &LOCK_CASE,
    &SET_STATE,
    &LOCK_WRITER,
    &INSERT_OWN_KEY,
    &FIND_OWN_KEY,
    &INSERT_MESSAGE,
    &FIND_MESSAGE,
    &LIST_MESSAGES,
    &INSERT_FILE,
    &LIST_FILES,
    &FIND_FILE,
    &DELETE_FILES,
    &DELETE_MESSAGES,
    &DELETE_CASES,
];

/// A case with its address sealed.
pub(super) struct StoredCase {
    pub(super) id: Uuid,
    pub(super) number: CaseNumber,
    pub(super) user: Option<UserId>,
    pub(super) email: Option<Vec<u8>>,
    pub(super) locale: Locale,
    pub(super) subject: Subject,
    pub(super) about: Option<About>,
    pub(super) content_digest: Vec<u8>,
    pub(super) state: CaseState,
    pub(super) created_at: Timestamp,
    pub(super) changed_at: Timestamp,
}

fn case_of(row: &Row) -> Result<StoredCase, Error> {
    let unknown = |what: &str| Error::bug(format!("a case with an unknown {what}"));
    let order: Option<Uuid> = row.get("order_id");
    let ticket: Option<Uuid> = row.get("ticket_id");
    let of_order = order.map(|id| About::Order(OrderId::from_uuid(id)));
    Ok(StoredCase {
        id: row.get("id"),
        number: CaseNumber::parse(row.get("number")).ok_or_else(|| unknown("number"))?,
        user: row.get::<_, Option<Uuid>>("user_id").map(UserId::from_uuid),
        email: row.get("email"),
        locale: row
            .get::<_, &str>("locale")
            .parse()
            .map_err(|()| unknown("language"))?,
        subject: Subject::parse(row.get("subject")).ok_or_else(|| unknown("subject"))?,
        about: of_order.or_else(|| ticket.map(|id| About::Ticket(TicketId::from_uuid(id)))),
        content_digest: row.get("content_digest"),
        state: CaseState::parse(row.get("state")).ok_or_else(|| unknown("state"))?,
        created_at: row.get("created_at"),
        changed_at: row.get("changed_at"),
    })
}

const INSERT_CASE: Sql = sql!(
    "support.insert_case",
    "INSERT INTO support_cases (id, number, key_id, user_id, email, locale, subject, order_id,
         ticket_id, content_digest, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
     ON CONFLICT DO NOTHING"
);
/// False when there is a case with this id or this number.
pub(super) async fn insert_case(
    tx: &Tx<'_>,
    case: &StoredCase,
    number: &CaseNumber,
) -> Result<bool, Error> {
    let user = case.user.map(|user| user.as_uuid());
    let key_id = user.unwrap_or(case.id);
    let (order, ticket) = (
        case.about.and_then(About::order),
        case.about.and_then(About::ticket),
    );
    let values: [Value<'_>; 11] = [
        &case.id,
        &number.as_str(),
        &key_id,
        &user,
        &case.email,
        &case.locale.code(),
        &case.subject.name(),
        &order,
        &ticket,
        &case.content_digest,
        &case.created_at,
    ];
    Ok(tx.execute(&INSERT_CASE, &values).await? == 1)
}

const FIND_CASE: Sql = sql!(
    "support.find_case",
    "SELECT id, number, user_id, email, locale, subject, order_id, ticket_id, content_digest,
         state, created_at, changed_at
     FROM support_cases WHERE id = $1"
);
pub(super) async fn find_case(conn: &Conn, id: Uuid) -> Result<Option<StoredCase>, Error> {
    let row = conn.query_opt(&FIND_CASE, &[&id]).await?;
    row.as_ref().map(case_of).transpose()
}

pub(super) async fn find_case_in(tx: &Tx<'_>, id: Uuid) -> Result<Option<StoredCase>, Error> {
    let row = tx.query_opt(&FIND_CASE, &[&id]).await?;
    row.as_ref().map(case_of).transpose()
}

const FIND_BY_NUMBER: Sql = sql!(
    "support.find_by_number",
    "SELECT id, number, user_id, email, locale, subject, order_id, ticket_id, content_digest,
         state, created_at, changed_at
     FROM support_cases WHERE number = $1"
);
pub(super) async fn find_by_number(
    conn: &Conn,
    number: &CaseNumber,
) -> Result<Option<StoredCase>, Error> {
    let row = conn.query_opt(&FIND_BY_NUMBER, &[&number.as_str()]).await?;
    row.as_ref().map(case_of).transpose()
}

const LIST_OF_USER: Sql = sql!(
    "support.list_of_user",
    "SELECT id, number, user_id, email, locale, subject, order_id, ticket_id, content_digest,
         state, created_at, changed_at
     FROM support_cases WHERE user_id = $1 ORDER BY changed_at DESC LIMIT $2"
);
/// The latest first.
pub(super) async fn list_of_user(
    conn: &Conn,
    user: UserId,
    limit: i64,
) -> Result<Vec<StoredCase>, Error> {
    let rows = conn
        .query(&LIST_OF_USER, &[&user.as_uuid(), &limit])
        .await?;
    rows.iter().map(case_of).collect()
}

const LIST_WAITING: Sql = sql!(
    "support.list_waiting",
    "SELECT id, number, user_id, email, locale, subject, order_id, ticket_id, content_digest,
         state, created_at, changed_at
     FROM support_cases WHERE state <> 'closed' AND state = $1 ORDER BY changed_at LIMIT $2"
);
const LIST_LATEST: Sql = sql!(
    "support.list_latest",
    "SELECT id, number, user_id, email, locale, subject, order_id, ticket_id, content_digest,
         state, created_at, changed_at
     FROM support_cases WHERE state = $1 ORDER BY changed_at DESC LIMIT $2"
);
/// Who waits longest first; of closed ones the latest.
pub(super) async fn list_in_state(
    conn: &Conn,
    state: CaseState,
    limit: i64,
) -> Result<Vec<StoredCase>, Error> {
    let statement = match state {
        CaseState::Open | CaseState::Answered => &LIST_WAITING,
        CaseState::Closed => &LIST_LATEST,
    };
    let rows = conn.query(statement, &[&state.name(), &limit]).await?;
    rows.iter().map(case_of).collect()
}

/// What decides whether a case takes one more message.
pub(super) struct Locked {
    pub(super) state: CaseState,
    pub(super) messages: i64,
    pub(super) file_bytes: i64,
}

const LOCK_CASE: Sql = sql!(
    "support.lock_case",
    "SELECT state,
         (SELECT count(*) FROM support_messages m WHERE m.case_id = c.id) AS messages,
         (SELECT coalesce(sum(size_bytes), 0) FROM support_attachments a
          WHERE a.case_id = c.id) AS file_bytes
     FROM support_cases c WHERE id = $1 FOR UPDATE"
);
/// Messages of one case wait for each other.
pub(super) async fn lock_case(tx: &Tx<'_>, id: Uuid) -> Result<Locked, Error> {
    let row = tx.query_opt(&LOCK_CASE, &[&id]).await?;
    let row = row.ok_or_else(Error::not_found)?;
    let state = CaseState::parse(row.get("state"));
    Ok(Locked {
        state: state.ok_or_else(|| Error::bug("a case with an unknown state"))?,
        messages: row.get("messages"),
        file_bytes: row.get("file_bytes"),
    })
}

const SET_STATE: Sql = sql!(
    "support.set_state",
    "UPDATE support_cases SET state = $2, changed_at = $3 WHERE id = $1"
);
pub(super) async fn set_state(
    tx: &Tx<'_>,
    id: Uuid,
    state: CaseState,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&SET_STATE, &[&id, &state.name(), &now])
        .await
}

const LOCK_WRITER: Sql = sql!(
    "support.lock_writer",
    "SELECT id FROM users WHERE id = $1 AND state = 'active' FOR SHARE"
);
/// Whether the account is open; then nobody closes it until the transaction ends.
pub(super) async fn lock_writer(tx: &Tx<'_>, user: UserId) -> Result<bool, Error> {
    let row = tx.query_opt(&LOCK_WRITER, &[&user.as_uuid()]).await?;
    Ok(row.is_some())
}

const INSERT_OWN_KEY: Sql = sql!(
    "support.insert_own_key",
    "INSERT INTO data_keys (id, kek_id, wrapped) VALUES ($1, $2, $3)"
);
pub(super) async fn insert_own_key(
    tx: &Tx<'_>,
    case: Uuid,
    wrapped: &Wrapped,
) -> Result<(), Error> {
    let values: [Value<'_>; 3] = [&case, &wrapped.kek_id, &wrapped.bytes];
    tx.execute_one(&INSERT_OWN_KEY, &values).await
}

const FIND_OWN_KEY: Sql = sql!(
    "support.find_own_key",
    "SELECT kek_id, wrapped FROM data_keys WHERE id = $1"
);
pub(super) async fn find_own_key(conn: &Conn, case: Uuid) -> Result<Option<Wrapped>, Error> {
    let row = conn.query_opt(&FIND_OWN_KEY, &[&case]).await?;
    Ok(row.map(|row| Wrapped {
        kek_id: row.get("kek_id"),
        bytes: row.get("wrapped"),
    }))
}

pub(super) struct StoredMessage {
    pub(super) id: Uuid,
    pub(super) author: Author,
    pub(super) body: Vec<u8>,
    pub(super) created_at: Timestamp,
}

const INSERT_MESSAGE: Sql = sql!(
    "support.insert_message",
    "INSERT INTO support_messages (id, case_id, author, staff_id, body, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING"
);
/// False when there is a message with this id.
pub(super) async fn insert_message(
    tx: &Tx<'_>,
    (case, staff): (Uuid, Option<UserId>),
    message: &StoredMessage,
) -> Result<bool, Error> {
    let staff = staff.map(|user| user.as_uuid());
    let values: [Value<'_>; 6] = [
        &message.id,
        &case,
        &message.author.name(),
        &staff,
        &message.body,
        &message.created_at,
    ];
    Ok(tx.execute(&INSERT_MESSAGE, &values).await? == 1)
}

const FIND_MESSAGE: Sql = sql!(
    "support.find_message",
    "SELECT id, author, body, created_at FROM support_messages WHERE id = $1 AND case_id = $2"
);
pub(super) async fn find_message(
    conn: &Conn,
    (case, id): (Uuid, Uuid),
) -> Result<Option<StoredMessage>, Error> {
    let row = conn.query_opt(&FIND_MESSAGE, &[&id, &case]).await?;
    row.as_ref().map(message_of).transpose()
}

pub(super) async fn find_message_in(
    tx: &Tx<'_>,
    (case, id): (Uuid, Uuid),
) -> Result<Option<StoredMessage>, Error> {
    let row = tx.query_opt(&FIND_MESSAGE, &[&id, &case]).await?;
    row.as_ref().map(message_of).transpose()
}

const LIST_MESSAGES: Sql = sql!(
    "support.list_messages",
    "SELECT id, author, body, created_at FROM support_messages
     WHERE case_id = $1 ORDER BY created_at, id LIMIT 500"
);
/// The first first.
pub(super) async fn list_messages(conn: &Conn, case: Uuid) -> Result<Vec<StoredMessage>, Error> {
    let rows = conn.query(&LIST_MESSAGES, &[&case]).await?;
    rows.iter().map(message_of).collect()
}

fn message_of(row: &Row) -> Result<StoredMessage, Error> {
    let author = Author::parse(row.get("author"));
    Ok(StoredMessage {
        id: row.get("id"),
        author: author.ok_or_else(|| Error::bug("a message with an unknown author"))?,
        body: row.get("body"),
        created_at: row.get("created_at"),
    })
}

/// An attachment without its content.
pub(super) struct StoredFile {
    pub(super) id: Uuid,
    pub(super) message: Uuid,
    /// From 1, within the message.
    pub(super) no: i16,
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) size_bytes: i32,
}

const INSERT_FILE: Sql = sql!(
    "support.insert_attachment",
    "INSERT INTO support_attachments (id, case_id, message_id, no, name, content_type, size_bytes,
         content)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
pub(super) async fn insert_file(
    tx: &Tx<'_>,
    case: Uuid,
    file: &StoredFile,
    content: &[u8],
) -> Result<(), Error> {
    let values: [Value<'_>; 8] = [
        &file.id,
        &case,
        &file.message,
        &file.no,
        &file.name,
        &file.kind.content_type(),
        &file.size_bytes,
        &content,
    ];
    tx.execute_one(&INSERT_FILE, &values).await
}

const LIST_FILES: Sql = sql!(
    "support.list_attachments",
    "SELECT id, message_id, no, name, content_type, size_bytes FROM support_attachments
     WHERE case_id = $1 ORDER BY message_id, no LIMIT 1000"
);
pub(super) async fn list_files(conn: &Conn, case: Uuid) -> Result<Vec<StoredFile>, Error> {
    let rows = conn.query(&LIST_FILES, &[&case]).await?;
    rows.iter().map(file_of).collect()
}

const FIND_FILE: Sql = sql!(
    "support.find_attachment",
    "SELECT id, message_id, no, name, content_type, size_bytes, content
     FROM support_attachments WHERE id = $1 AND case_id = $2"
);
/// With its sealed content.
pub(super) async fn find_file(
    conn: &Conn,
    (case, id): (Uuid, Uuid),
) -> Result<Option<(StoredFile, Vec<u8>)>, Error> {
    let row = conn.query_opt(&FIND_FILE, &[&id, &case]).await?;
    let with_content = |row: &Row| Ok((file_of(row)?, row.get("content")));
    row.as_ref().map(with_content).transpose()
}

fn file_of(row: &Row) -> Result<StoredFile, Error> {
    let kind = Kind::parse(row.get("content_type"));
    Ok(StoredFile {
        id: row.get("id"),
        message: row.get("message_id"),
        no: row.get("no"),
        name: row.get("name"),
        kind: kind.ok_or_else(|| Error::bug("an attachment of an unknown kind"))?,
        size_bytes: row.get("size_bytes"),
    })
}

const DELETE_FILES: Sql = sql!(
    "support.delete_attachments_of_user",
    "DELETE FROM support_attachments a USING support_cases c
     WHERE a.case_id = c.id AND c.user_id = $1"
);
const DELETE_MESSAGES: Sql = sql!(
    "support.delete_messages_of_user",
    "DELETE FROM support_messages m USING support_cases c
     WHERE m.case_id = c.id AND c.user_id = $1"
);
const DELETE_CASES: Sql = sql!(
    "support.delete_cases_of_user",
    "DELETE FROM support_cases WHERE user_id = $1"
);
/// Everything that this person wrote or was answered.
pub(crate) async fn erase_of_user(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    for statement in [&DELETE_FILES, &DELETE_MESSAGES, &DELETE_CASES] {
        tx.execute(statement, &[&user.as_uuid()]).await?;
    }
    Ok(())
}
