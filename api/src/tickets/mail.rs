//! The mails about tickets: with the tickets of one order for one event, or, while the event does
//! not release them yet, that they will come.

use std::collections::BTreeSet;

use askama::Template;
use jiff::Timestamp;

use super::ticket::Ticket;
use super::{Codes, credential_digits, sheet};
use crate::accounts;
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::notifications::{Attachment, Mail};
use crate::orders::Order;
use crate::platform::error::Error;
use crate::platform::page::Words;
use crate::platform::wording;

#[derive(Template)]
#[template(path = "mail/tickets.html")]
struct TicketsHtml<'a> {
    words: Words,
    subject: &'a str,
    mail: &'a Content,
}

#[derive(Template)]
#[template(path = "mail/tickets.txt")]
struct TicketsText<'a> {
    words: Words,
    mail: &'a Content,
}

#[derive(Template)]
#[template(path = "mail/confirmed.html")]
struct ConfirmedHtml<'a> {
    words: Words,
    subject: &'a str,
    mail: &'a Content,
    released_on: &'a str,
}

#[derive(Template)]
#[template(path = "mail/confirmed.txt")]
struct ConfirmedText<'a> {
    words: Words,
    mail: &'a Content,
    released_on: &'a str,
}

#[derive(Template)]
#[template(path = "mail/corrected.html")]
struct CorrectedHtml<'a> {
    words: Words,
    subject: &'a str,
    mail: &'a Content,
    is_out: bool,
}

#[derive(Template)]
#[template(path = "mail/corrected.txt")]
struct CorrectedText<'a> {
    words: Words,
    mail: &'a Content,
    is_out: bool,
}

struct TicketLine {
    holder: String,
    seat: String,
}

/// What both mails say.
struct Content {
    to: String,
    first_name: String,
    event_title: String,
    event_when: String,
    event_where: String,
    tickets: Vec<TicketLine>,
    /// The other events of the order, whose tickets come in mails of their own.
    others: Option<String>,
    order_number: String,
    amount: String,
    account_url: String,
}

impl Content {
    async fn of(
        app: &App,
        order: &Order,
        event: &Event,
        tickets: &[Ticket],
    ) -> Result<Self, Error> {
        let buyer = accounts::person(app, order.owner).await?;
        let words = Words(order.locale);
        let line = |ticket: &Ticket| TicketLine {
            holder: format!("{} {}", ticket.holder.first_name, ticket.holder.last_name),
            seat: sheet::seat_text(&ticket.label, words),
        };
        Ok(Self {
            to: buyer.email,
            first_name: buyer.first_name,
            event_title: event.title.of(order.locale).to_owned(),
            event_when: sheet::event_when(event, words),
            event_where: format!(
                "{}{} {}",
                event.venue.name,
                words.t("comma"),
                event.venue.city
            ),
            tickets: tickets.iter().map(line).collect(),
            others: other_events(app, order, event).await?,
            order_number: order.number.to_string(),
            amount: wording::money(
                words,
                order.amount.amount_cents(),
                order.amount.currency().code(),
            ),
            account_url: format!("{}/account", app.config.public_url),
        })
    }
}

async fn other_events(app: &App, order: &Order, event: &Event) -> Result<Option<String>, Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let others: BTreeSet<_> = order.lines.iter().map(|line| line.event).collect();
    let titles: Vec<&str> = others
        .into_iter()
        .filter(|other| *other != event.id)
        .filter_map(|other| Some(catalogue.event(other)?.title.of(order.locale)))
        .collect();
    let told = Some(titles.join(" + ")).filter(|titles| !titles.is_empty());
    Ok(told.map(|titles| Words(order.locale).with("mail-tickets-others", "events", titles)))
}

/// The tickets themselves, in one PDF.
pub(super) async fn with_tickets(
    app: &App,
    (order, event): (&Order, &Event),
    tickets: &[Ticket],
    codes: &[Codes],
) -> Result<Mail, Error> {
    let mail = Content::of(app, order, event, tickets).await?;
    let words = Words(order.locale);
    let subject = words.with("mail-tickets-subject", "event", &mail.event_title);
    let html = TicketsHtml {
        words,
        subject: &subject,
        mail: &mail,
    };
    let text = TicketsText { words, mail: &mail };
    Ok(Mail {
        html: Some(html.render().map_err(Error::bug)?),
        text: text.render().map_err(Error::bug)?,
        attachments: vec![attachment((order, event), tickets, codes).await?],
        to: mail.to,
        subject,
    })
}

/// That the seats are theirs, and when the tickets come.
pub(super) async fn without_tickets(
    app: &App,
    order: &Order,
    event: &Event,
    (tickets, released_at): (&[Ticket], Timestamp),
) -> Result<Mail, Error> {
    let mail = Content::of(app, order, event, tickets).await?;
    let words = Words(order.locale);
    let subject = words.with("mail-confirmed-subject", "event", &mail.event_title);
    let released_on = wording::moment(words, event.utc_offset.to_datetime(released_at));
    let html = ConfirmedHtml {
        words,
        subject: &subject,
        mail: &mail,
        released_on: &released_on,
    };
    let text = ConfirmedText {
        words,
        mail: &mail,
        released_on: &released_on,
    };
    Ok(Mail {
        html: Some(html.render().map_err(Error::bug)?),
        text: text.render().map_err(Error::bug)?,
        attachments: Vec::new(),
        to: mail.to,
        subject,
    })
}

/// A ticket with its new name; without the ticket itself while it is not out.
pub(super) async fn corrected(
    app: &App,
    (order, event): (&Order, &Event),
    ticket: &Ticket,
    is_out: bool,
) -> Result<Mail, Error> {
    let tickets = std::slice::from_ref(ticket);
    let mail = Content::of(app, order, event, tickets).await?;
    let words = Words(order.locale);
    let subject = words.with("mail-corrected-subject", "event", &mail.event_title);
    let html = CorrectedHtml {
        words,
        subject: &subject,
        mail: &mail,
        is_out,
    };
    let text = CorrectedText {
        words,
        mail: &mail,
        is_out,
    };
    let mut attachments = Vec::new();
    if is_out {
        let codes = [credential_digits(app, ticket, event).await?];
        attachments.push(attachment((order, event), tickets, &codes).await?);
    }
    Ok(Mail {
        html: Some(html.render().map_err(Error::bug)?),
        text: text.render().map_err(Error::bug)?,
        attachments,
        to: mail.to,
        subject,
    })
}

async fn attachment(
    (order, event): (&Order, &Event),
    tickets: &[Ticket],
    codes: &[Codes],
) -> Result<Attachment, Error> {
    let tickets = tickets.iter().zip(codes);
    let sheets = tickets.map(|(ticket, codes)| sheet::sheet(ticket, event, codes, order.locale));
    Ok(Attachment {
        name: format!("guichet-{}-{}.pdf", event.code, order.number),
        content_type: "application/pdf".to_owned(),
        bytes: sheet::pdf(sheets.collect(), &order.number, order.locale).await?,
    })
}
