//! The messages, in the reader's language: to whom, about which tickets, and what they say.

use askama::Template;
use ticket_core::ids::UserId;

use super::change::Former;
use crate::accounts::{self, Person};
use crate::app::App;
use crate::catalogue::Event;
use crate::notifications::Mail;
use crate::platform::error::Error;
use crate::platform::page::Words;
use crate::platform::wording;
use crate::tickets;

/// Somebody with live tickets for an event.
pub(super) struct Told {
    person: Person,
    /// Holder and seat.
    tickets: Vec<(String, String)>,
    account_url: String,
}

impl Told {
    /// None for somebody without live tickets, or without an account by now.
    pub(super) async fn find(
        app: &App,
        user: UserId,
        event: &Event,
    ) -> Result<Option<Self>, Error> {
        let person = match accounts::person(app, user).await {
            Ok(person) => person,
            Err(error) if error.code() == "not_found" => return Ok(None),
            Err(error) => return Err(error),
        };
        let words = Words(person.locale);
        let tickets = tickets::of_user(app, user).await?;
        let live = tickets.iter().filter(|it| it.event == event.id);
        let live = live.filter(|it| !tickets::is_over(it));
        let tickets: Vec<_> = live
            .map(|ticket| {
                let holder = &ticket.holder;
                let name = format!("{} {}", holder.first_name, holder.last_name);
                (name, tickets::seat_text(&ticket.label, words))
            })
            .collect();
        Ok((!tickets.is_empty()).then(|| Self {
            account_url: format!("{}/account", app.config.public_url),
            person,
            tickets,
        }))
    }

    fn words(&self) -> Words {
        Words(self.person.locale)
    }
}

/// What every one of them says.
struct Content<'a> {
    words: Words,
    subject: String,
    first_name: &'a str,
    /// One sentence: what it is about.
    lead: String,
    title: &'a str,
    when: String,
    place: String,
    /// How it was before, struck out.
    former: Vec<String>,
    tickets: &'a [(String, String)],
    /// Further sentences, in their order.
    notes: Vec<String>,
    account_url: &'a str,
    /// Where reminders are switched off; only on those.
    stop_url: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "mail/event.txt")]
struct EventText<'a> {
    mail: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "mail/event.html")]
struct EventHtml<'a> {
    words: Words,
    subject: &'a str,
    mail: &'a Content<'a>,
}

fn content<'a>(told: &'a Told, event: &'a Event, kind: &str) -> Content<'a> {
    let words = told.words();
    let title = event.title.of(words.0);
    Content {
        subject: words.with(&format!("mail-{kind}-subject"), "event", title),
        lead: words.t(&format!("mail-{kind}-text")),
        first_name: &told.person.first_name,
        title,
        when: when(words, event, event.starts_at),
        place: format!("{}, {}", event.venue.name, event.venue.city),
        former: Vec::new(),
        tickets: &told.tickets,
        notes: Vec::new(),
        account_url: &told.account_url,
        stop_url: None,
        words,
    }
}

fn when(words: Words, event: &Event, at: jiff::Timestamp) -> String {
    let at = event.utc_offset.to_datetime(at);
    format!(
        "{}, {}",
        wording::date_long(words, at),
        wording::time(words, at)
    )
}

/// The day before: when to be there, how to get in, what to bring.
pub(super) fn reminder(told: &Told, event: &Event, stop_url: &str) -> Result<Mail, Error> {
    let mut content = content(told, event, "reminder");
    let words = content.words;
    let doors = event.utc_offset.to_datetime(event.admission().opens_at);
    let doors = wording::time(words, doors);
    content
        .notes
        .push(words.with("calendar-doors", "time", doors));
    let access = event.venue.access.as_ref();
    content
        .notes
        .extend(access.map(|access| access.of(words.0).to_owned()));
    content.notes.push(words.t("calendar-bring"));
    content.stop_url = Some(stop_url);
    mail(told, &content)
}

pub(super) fn changed(told: &Told, event: &Event, former: &Former) -> Result<Mail, Error> {
    let mut content = content(told, event, "changed");
    let words = content.words;
    if former.starts_at != event.starts_at {
        content.former.push(when(words, event, former.starts_at));
    }
    if former.venue != content.place {
        content.former.push(former.venue.clone());
    }
    content.notes.push(words.t("mail-changed-tickets"));
    content.notes.push(words.t("mail-changed-calendar"));
    mail(told, &content)
}

pub(super) fn cancelled(told: &Told, event: &Event) -> Result<Mail, Error> {
    let mut content = content(told, event, "cancelled");
    content.notes.push(content.words.t("mail-cancelled-money"));
    mail(told, &content)
}

fn mail(told: &Told, content: &Content<'_>) -> Result<Mail, Error> {
    let text = EventText { mail: content };
    let html = EventHtml {
        words: content.words,
        subject: &content.subject,
        mail: content,
    };
    Ok(Mail {
        to: told.person.email.clone(),
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject: content.subject.clone(),
        attachments: Vec::new(),
    })
}
