//! Jobs that write to people about their account, in their language.

use askama::Template;
use serde_json::Value;
use ticket_core::ids::UserId;
use uuid::Uuid;

use super::codes;
use super::person::{data_key, person};
use super::sign_up::{Channel, Profile};
use crate::app::App;
use crate::notifications::{self, Mail};
use crate::platform::error::Error;
use crate::platform::jobs::Job;
use crate::platform::page::Words;

#[derive(Template)]
#[template(path = "mail/activation.txt")]
struct CodeText<'a> {
    words: Words,
    first_name: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "mail/activation.html")]
struct CodeHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "mail/account_exists.txt")]
struct ExistsText<'a> {
    words: Words,
    first_name: &'a str,
    sign_in_url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/account_exists.html")]
struct ExistsHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    sign_in_url: &'a str,
}

/// Sends a code, unless it was used or expired meanwhile.
pub(crate) async fn send_code(app: &App, job: &Job) -> Result<(), Error> {
    let (user, id) = (
        id_of(&job.payload, "user_id")?,
        id_of(&job.payload, "code_id")?,
    );
    let user = UserId::from_uuid(user);
    let conn = app.db.read().await?;
    let Some((sign_up, asked)) = codes::store::find_live_code(&conn, id, app.clock.now()).await?
    else {
        return Ok(());
    };
    drop(conn);
    let key = data_key(app, user).await?;
    let profile = codes::open_sign_up(&key, sign_up, &asked)?;
    let code = codes::open(&key, id, &job.payload)?;
    match (&profile.channel, &profile.phone) {
        (Channel::Sms, Some(phone)) => {
            let text = Words(profile.locale).with("sms-activation", "code", &code);
            notifications::send_sms(app, phone, &text).await
        }
        (Channel::Sms | Channel::Email, _) => {
            let to = person(app, user).await?.email;
            notifications::send_mail(app, &code_mail(to, &profile, &code)?).await
        }
    }
}

fn code_mail(to: String, profile: &Profile, code: &str) -> Result<Mail, Error> {
    let (words, first_name) = (Words(profile.locale), profile.first_name.as_str());
    let subject = words.with("mail-activation-subject", "code", code);
    let text = CodeText {
        words,
        first_name,
        code,
    };
    let html = CodeHtml {
        words,
        subject: &subject,
        first_name,
        code,
    };
    Ok(Mail {
        to,
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject,
        attachments: Vec::new(),
    })
}

/// Tells an account's owner that someone tried to sign up with their address.
pub(crate) async fn send_already_registered(app: &App, job: &Job) -> Result<(), Error> {
    let user = UserId::from_uuid(id_of(&job.payload, "user_id")?);
    let owner = person(app, user).await?;
    let words = Words(owner.locale);
    let subject = words.t("mail-exists-subject");
    let first_name = owner.first_name.as_str();
    let sign_in_url = &format!("{}/sign-in", app.config.public_url);
    let text = ExistsText {
        words,
        first_name,
        sign_in_url,
    };
    let html = ExistsHtml {
        words,
        subject: &subject,
        first_name,
        sign_in_url,
    };
    let mail = Mail {
        to: owner.email.clone(),
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject,
        attachments: Vec::new(),
    };
    notifications::send_mail(app, &mail).await
}

fn id_of(payload: &Value, field: &str) -> Result<Uuid, Error> {
    let text = payload[field].as_str().unwrap_or_default();
    Uuid::parse_str(text).map_err(Error::bug)
}
