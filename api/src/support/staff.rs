//! The staff's side: what waits, a case with what was attached to it, an answer, the end. Every
//! look into a case is in the audit log, with who looked.

use jiff::Timestamp;
use ticket_core::access::{Permission, allows};
use ticket_core::ids::UserId;
use ticket_core::support::{Author, CaseNumber, CaseState, Subject, parse_text};
use uuid::Uuid;

use super::case::{About, Case, Message, Writer};
use super::write::{self, By, NewMessage};
use super::{read, store};
use crate::accounts::{self, Locked, Outcome};
use crate::app::App;
use crate::platform::error::Error;

const LINES_MAX: i64 = 500;

/// Somebody who may open the files of spectators.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StaffMember(UserId);

impl StaffMember {
    /// # Errors
    /// `invalid` for an address of nobody who may.
    pub(crate) async fn find(app: &App, email: &str) -> Result<Self, Error> {
        let found = accounts::find_staff(app, email).await?;
        found
            .filter(|(_, role)| allows(*role, Permission::SeeSpectators))
            .map(|(user, _)| Self(user))
            .ok_or_else(|| Error::invalid("by", "not an account that may open spectators' files"))
    }
}

/// One line a case, without anything personal.
///
/// # Errors
/// Unavailable.
pub(crate) async fn list_lines(app: &App, state: CaseState) -> Result<Vec<String>, Error> {
    let conn = app.db.read().await?;
    let cases = store::list_in_state(&conn, state, LINES_MAX).await?;
    let line = |case: &store::StoredCase| {
        let (state, subject) = (case.state.name(), case.subject.name());
        let changed = seconds(case.changed_at);
        format!("{}  {state:8}  {subject:13}  {changed}", case.number)
    };
    Ok(cases.iter().map(line).collect())
}

/// A file of a case, for whoever saves it.
pub(crate) struct SavedFile {
    pub(crate) name: String,
    pub(crate) bytes: zeroize::Zeroizing<Vec<u8>>,
}

/// The case in words, and its files under names of ours.
///
/// # Errors
/// `not_found`; unavailable.
pub(crate) async fn show(
    app: &App,
    number: &CaseNumber,
    by: StaffMember,
) -> Result<(Vec<String>, Vec<SavedFile>), Error> {
    let case = read::by_number(app, number).await?;
    let now = app.clock.now();
    app.db
        .write("support.show", async |tx| {
            write::record(tx, (&case, Some(by.0)), "support.case_shown", now).await
        })
        .await?;
    let messages = read::messages(app, &case).await?;
    let mut lines = head(app, &case).await?;
    let mut files = Vec::new();
    for message in &messages {
        lines.extend(told(message));
        for facts in &message.files {
            let content = read::content(app, &case, facts.id).await?;
            let name = format!("{number}-{}.{}", files.len() + 1, content.kind.extension());
            lines.push(format!("  [{name}: {}]", printable(&facts.name)));
            let bytes = content.bytes;
            files.push(SavedFile { name, bytes });
        }
    }
    Ok((lines, files))
}

async fn head(app: &App, case: &Case) -> Result<Vec<String>, Error> {
    let who = match &case.writer {
        Writer::Person(user) => {
            let person = accounts::person(app, *user).await?;
            let name = format!("{} {}", person.first_name, person.last_name);
            format!("{} <{}>", printable(&name), printable(&person.email))
        }
        Writer::Stranger { email } => format!("<{}>, not signed in", printable(email)),
    };
    let about = match case.about {
        Some(About::Order(id)) => format!("order {id}"),
        Some(About::Ticket(id)) => format!("ticket {id}"),
        None => "nothing bought".to_owned(),
    };
    let (subject, state) = (case.subject.name(), case.state.name());
    let mut lines = vec![
        format!(
            "{}  {subject}  {state}  {}",
            case.number,
            case.locale.code()
        ),
        format!("from {who}"),
        format!("about {about}"),
    ];
    lines.extend(to_be_checked(app, case).await?);
    Ok(lines)
}

/// Of who lost the second factor and cannot sign in: what their identity is checked against.
async fn to_be_checked(app: &App, case: &Case) -> Result<Option<String>, Error> {
    let (Subject::SecondFactor, Writer::Stranger { email }) = (case.subject, &case.writer) else {
        return Ok(None);
    };
    let Some((user, _)) = accounts::find_staff(app, email).await? else {
        return Ok(Some("no account has this address".to_owned()));
    };
    let person = accounts::person(app, user).await?;
    let name = format!("{} {}", person.first_name, person.last_name);
    let phone = person.phone.unwrap_or_else(|| "none".to_owned());
    let (name, phone) = (printable(&name), printable(&phone));
    Ok(Some(format!("account of {name}, telephone {phone}")))
}

fn told(message: &Message) -> Vec<String> {
    let author = match message.author {
        Author::Person => "they wrote",
        Author::Staff => "we answered",
    };
    let head = format!("-- {}, {author}", seconds(message.created_at));
    let text = message
        .text
        .lines()
        .map(|line| format!("  {}", printable(line)));
    std::iter::once(head).chain(text).collect()
}

/// # Errors
/// `invalid` for a text that is empty or too long; `not_found`; `case_full`; unavailable.
pub(crate) async fn answer(
    app: &App,
    (number, by): (&CaseNumber, StaffMember),
    text: &str,
) -> Result<(), Error> {
    let text = parse_text(text).map_err(|refused| Error::invalid("text", refused.to_string()))?;
    let case = read::by_number(app, number).await?;
    let message = NewMessage {
        id: Uuid::new_v4(),
        text,
        files: Vec::new(),
    };
    write::write(app, (&case, By::Staff(by.0)), message).await
}

/// # Errors
/// `not_found`; unavailable.
pub(crate) async fn close_as_staff(
    app: &App,
    number: &CaseNumber,
    by: StaffMember,
) -> Result<(), Error> {
    let case = read::by_number(app, number).await?;
    write::close(app, &case, By::Staff(by.0)).await
}

/// Switches two factors off for whoever wrote: the account of the address that the case is
/// answered at, and no other. Staff have checked who that is.
///
/// # Errors
/// `not_found` without such a case or account; `invalid` for a case of another kind, or one that
/// is closed; as [`accounts::switch_off_by_staff`].
pub(crate) async fn second_factor_off(
    app: &App,
    number: &CaseNumber,
    by: StaffMember,
) -> Result<Outcome, Error> {
    let case = read::by_number(app, number).await?;
    if case.subject != Subject::SecondFactor || case.state == CaseState::Closed {
        let why = "not an open case of somebody who lost the second factor";
        return Err(Error::invalid("number", why));
    }
    let locked = match &case.writer {
        Writer::Person(user) => Locked::User(*user),
        Writer::Stranger { email } => Locked::Email(email),
    };
    accounts::switch_off_by_staff(app, locked, (by.0, number.as_str())).await
}

fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// What a terminal cannot take for a command.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
