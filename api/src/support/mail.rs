//! The mails of a case: its number once it is opened, and each answer of the staff.

use askama::Template;
use ticket_core::support::Author;
use uuid::Uuid;

use super::case::{Case, Writer};
use super::{read, seal, store};
use crate::accounts;
use crate::app::App;
use crate::notifications::{self, MAIL_REFUSED, Mail};
use crate::platform::error::Error;
use crate::platform::jobs::Job;
use crate::platform::page::Words;

#[derive(Template)]
#[template(path = "mail/case.txt")]
struct CaseText<'a> {
    words: Words,
    mail: &'a Content,
}

#[derive(Template)]
#[template(path = "mail/case.html")]
struct CaseHtml<'a> {
    words: Words,
    subject: &'a str,
    mail: &'a Content,
}

struct Content {
    to: String,
    /// Of whoever has an account.
    first_name: Option<String>,
    lead: String,
    number: String,
    about: String,
    /// What the staff wrote.
    answer: Option<String>,
    url: String,
}

/// Nothing is sent of what has gone meanwhile.
pub(crate) async fn send_case_mail(app: &App, job: &Job) -> Result<(), Error> {
    let id = |field: &str| {
        let text = job.payload[field].as_str().unwrap_or_default();
        Uuid::parse_str(text).map_err(Error::bug)
    };
    let mail = match compose(app, (id("case_id")?, id("message_id")?)).await {
        Err(Error::Refused(refused)) if refused.code == "not_found" => return Ok(()),
        other => other?,
    };
    match notifications::send_mail(app, &mail).await {
        // The address was typed by hand: the case stands all the same.
        Err(Error::Refused(refused)) if refused.code == MAIL_REFUSED => Ok(()),
        other => other,
    }
}

async fn compose(app: &App, (case, message): (Uuid, Uuid)) -> Result<Mail, Error> {
    let case = read::by_id(app, case).await?;
    let conn = app.db.read().await?;
    let message = store::find_message(&conn, (case.id, message)).await?;
    drop(conn);
    let message = message.ok_or_else(Error::not_found)?;
    let answer = match message.author {
        Author::Person => None,
        Author::Staff => {
            let key = seal::key_of(app, &case).await?;
            Some(key.open_text(seal::body_place(message.id), &message.body)?)
        }
    };
    let content = content_of(app, &case, answer).await?;
    let words = Words(case.locale);
    let family = if content.answer.is_some() {
        "mail-case-subject-answered"
    } else {
        "mail-case-subject-opened"
    };
    let subject = words.with(family, "number", &content.number);
    let text = CaseText {
        words,
        mail: &content,
    };
    let html = CaseHtml {
        words,
        subject: &subject,
        mail: &content,
    };
    Ok(Mail {
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        attachments: Vec::new(),
        to: content.to,
        subject,
    })
}

async fn content_of(app: &App, case: &Case, answer: Option<String>) -> Result<Content, Error> {
    let words = Words(case.locale);
    let shop = &app.config.public_url;
    let (to, first_name, url) = match &case.writer {
        Writer::Person(user) => {
            let person = accounts::person(app, *user).await?;
            let url = format!("{shop}/account/cases/{}", case.id);
            (person.email, Some(person.first_name), url)
        }
        Writer::Stranger { email } => {
            let token = seal::link_token(app, case.id);
            let url = format!("{shop}/contact/cases/{}/{token}", case.id);
            (email.clone(), None, url)
        }
    };
    let lead = if answer.is_some() {
        "mail-case-answered"
    } else {
        "mail-case-opened"
    };
    Ok(Content {
        to,
        first_name,
        lead: words.t(lead),
        number: case.number.to_string(),
        about: words.pick("support-subject-", case.subject.name()),
        answer,
        url,
    })
}
