//! The mails that say that what opens an account was changed: somebody else may have done it.

use askama::Template;
use serde::Deserialize;
use ticket_core::ids::UserId;

use super::person::person;
use crate::app::App;
use crate::notifications::{Mail, send_mail};
use crate::platform::error::Error;
use crate::platform::jobs::Job;
use crate::platform::page::Words;

pub(crate) const TWO_FACTORS_CHANGED: &str = "accounts.two_factors_changed";
pub(crate) const PASSWORD_CHANGED: &str = "accounts.password_changed";

#[derive(Deserialize)]
struct Payload {
    user_id: UserId,
    #[serde(default)]
    is_on: bool,
    /// Switched off by staff, for somebody who has no code left.
    #[serde(default)]
    by_staff: bool,
}

#[derive(Template)]
#[template(path = "mail/security.txt")]
struct ChangedText<'a> {
    words: Words,
    first_name: &'a str,
    what: &'a str,
    not_you: &'a str,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/security.html")]
struct ChangedHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    what: &'a str,
    not_you: &'a str,
    url: &'a str,
}

/// The keys of a mail's texts, and where it sends those who did not do it.
struct Notice {
    subject: &'static str,
    what: &'static str,
    not_you: &'static str,
    path: &'static str,
}

/// The job [`TWO_FACTORS_CHANGED`].
pub(crate) async fn tell_of_change(app: &App, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let (subject, what) = match (payload.is_on, payload.by_staff) {
        (true, _) => ("mail-two-factors-on-subject", "mail-two-factors-on"),
        (false, false) => ("mail-two-factors-off-subject", "mail-two-factors-off"),
        (false, true) => (
            "mail-two-factors-off-subject",
            "mail-two-factors-off-by-staff",
        ),
    };
    let notice = Notice {
        subject,
        what,
        not_you: "mail-two-factors-not-you",
        path: "/account/settings",
    };
    send(app, payload.user_id, &notice).await
}

/// The job [`PASSWORD_CHANGED`].
pub(crate) async fn tell_of_password(app: &App, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let notice = Notice {
        subject: "mail-password-subject",
        what: "mail-password",
        not_you: "mail-password-not-you",
        path: "/forgotten-password",
    };
    send(app, payload.user_id, &notice).await
}

async fn send(app: &App, user: UserId, notice: &Notice) -> Result<(), Error> {
    let owner = match person(app, user).await {
        Ok(owner) => owner,
        // Closed meanwhile: there is nobody to tell.
        Err(error) if error.code() == "not_found" => return Ok(()),
        Err(error) => return Err(error),
    };
    let words = Words(owner.locale);
    let subject = words.t(notice.subject);
    let (what, not_you) = (words.t(notice.what), words.t(notice.not_you));
    let url = format!("{}{}", app.config.public_url, notice.path);
    let text = ChangedText {
        words,
        first_name: &owner.first_name,
        what: &what,
        not_you: &not_you,
        url: &url,
    };
    let html = ChangedHtml {
        words,
        subject: &subject,
        first_name: text.first_name,
        what: text.what,
        not_you: text.not_you,
        url: text.url,
    };
    let mail = Mail {
        to: owner.email.clone(),
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject,
        attachments: Vec::new(),
    };
    send_mail(app, &mail).await
}
