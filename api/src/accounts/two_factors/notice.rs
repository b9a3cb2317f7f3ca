//! The mail that says that two factors were switched on or off.

use askama::Template;
use serde::Deserialize;
use ticket_core::ids::UserId;

use crate::accounts::person::person;
use crate::app::App;
use crate::notifications::{Mail, send_mail};
use crate::platform::error::Error;
use crate::platform::jobs::Job;
use crate::platform::page::Words;

pub(crate) const TWO_FACTORS_CHANGED: &str = "accounts.two_factors_changed";

#[derive(Deserialize)]
struct Payload {
    user_id: UserId,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "mail/two_factors.txt")]
struct ChangedText<'a> {
    words: Words,
    first_name: &'a str,
    what: &'a str,
    settings_url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/two_factors.html")]
struct ChangedHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    what: &'a str,
    settings_url: &'a str,
}

/// The job [`TWO_FACTORS_CHANGED`].
pub(crate) async fn tell_of_change(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { user_id, is_on } =
        serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let owner = person(app, user_id).await?;
    let words = Words(owner.locale);
    let change = if is_on { "on" } else { "off" };
    let subject = words.t(&format!("mail-two-factors-{change}-subject"));
    let what = words.pick("mail-two-factors-", change);
    let settings_url = format!("{}/account/settings", app.config.public_url);
    let text = ChangedText {
        words,
        first_name: &owner.first_name,
        what: &what,
        settings_url: &settings_url,
    };
    let html = ChangedHtml {
        words,
        subject: &subject,
        first_name: text.first_name,
        what: text.what,
        settings_url: text.settings_url,
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
