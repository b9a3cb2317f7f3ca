//! Sending: the tickets of one order for one event, in one mail with one PDF. A ticket is *sent*
//! once the mail server has accepted the mail; until then no gate admits it.

use askama::Template;
use serde::Deserialize;
use serde_json::json;
use ticket_core::ids::{EventId, OrderId};
use ticket_core::ticket::TicketState;

use super::ticket::Ticket;
use super::{SEND_TICKETS, credential, read, sheet, store};
use crate::accounts;
use crate::app::App;
use crate::catalogue::{self, Event, EventState};
use crate::notifications::{Attachment, Mail, send_mail};
use crate::orders::{self, Order};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::jobs::{self, Job};
use crate::platform::page::Words;
use crate::platform::wording;

#[derive(Deserialize)]
struct Payload {
    order: OrderId,
    event: EventId,
}

#[derive(Template)]
#[template(path = "mail/tickets.html")]
struct HtmlMail<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    event_title: &'a str,
    event_when: &'a str,
    event_where: &'a str,
    tickets: &'a [TicketLine],
    order_number: &'a str,
    amount: &'a str,
    account_url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/tickets.txt")]
struct TextMail<'a> {
    words: Words,
    first_name: &'a str,
    event_title: &'a str,
    event_when: &'a str,
    event_where: &'a str,
    tickets: &'a [TicketLine],
    order_number: &'a str,
    amount: &'a str,
    account_url: &'a str,
}

struct TicketLine {
    holder: String,
    seat: String,
}

/// The job [`SEND_TICKETS`]. Done twice, it finds nothing left to send.
pub(crate) async fn send(app: &App, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let catalogue = catalogue::refresh(app).await?;
    let event = catalogue
        .event(payload.event)
        .ok_or_else(|| Error::bug("tickets of no event"))?;
    if matches!(event.state, EventState::Cancelled { .. }) {
        return Ok(());
    }
    if is_put_off(app, event, &payload).await? {
        return Ok(());
    }
    let mut tickets = read::of_order(app, payload.order).await?;
    tickets.retain(|ticket| {
        ticket.event == payload.event && matches!(ticket.state, TicketState::Paid { .. })
    });
    if tickets.is_empty() {
        return Ok(());
    }
    let order = orders::load(app, payload.order).await?;
    send_mail(app, &compose(app, &order, event, &tickets).await?).await?;
    let ids: Vec<_> = tickets.iter().map(|ticket| ticket.id).collect();
    let now = app.clock.now();
    app.db
        .write("tickets.sent", async |tx| {
            store::mark_sent(tx, &ids, now).await
        })
        .await
}

/// The event's rule may have changed since the order was paid: then the job waits once more.
async fn is_put_off(app: &App, event: &Event, payload: &Payload) -> Result<bool, Error> {
    let now = app.clock.now();
    let Some(at) = event.releases_at().filter(|at| now < *at) else {
        return Ok(false);
    };
    let again = json!({ "order": payload.order, "event": payload.event });
    app.db
        .write("tickets.put_off", async |tx| {
            jobs::enqueue(tx, SEND_TICKETS, &again, (now, at)).await
        })
        .await?;
    Ok(true)
}

async fn compose(
    app: &App,
    order: &Order,
    event: &Event,
    tickets: &[Ticket],
) -> Result<Mail, Error> {
    let buyer = accounts::person(app, order.owner).await?;
    let locale = order.locale;
    let words = Words(locale);
    let lines = ticket_lines(tickets, words);
    let subject = words.with("mail-tickets-subject", "event", event.title.of(locale));
    let event_when = sheet::event_when(event, words);
    let event_where = format!("{}, {}", event.venue.name, event.venue.city);
    let amount = wording::money(
        words,
        order.amount.amount_cents(),
        order.amount.currency().code(),
    );
    let account_url = format!("{}/account", app.config.public_url);
    let text = TextMail {
        words,
        first_name: &buyer.first_name,
        event_title: event.title.of(locale),
        event_when: &event_when,
        event_where: &event_where,
        tickets: &lines,
        order_number: order.number.as_str(),
        amount: &amount,
        account_url: &account_url,
    };
    let html = HtmlMail {
        words,
        subject: &subject,
        first_name: text.first_name,
        event_title: text.event_title,
        event_when: text.event_when,
        event_where: text.event_where,
        tickets: text.tickets,
        order_number: text.order_number,
        amount: text.amount,
        account_url: text.account_url,
    };
    Ok(Mail {
        to: buyer.email,
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        attachments: vec![attachment(app, order, event, tickets, locale).await?],
        subject,
    })
}

async fn attachment(
    app: &App,
    order: &Order,
    event: &Event,
    tickets: &[Ticket],
    locale: Locale,
) -> Result<Attachment, Error> {
    let mut sheets = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        let codes = credential::credential_digits(app, ticket, event).await?;
        sheets.push(sheet::sheet(ticket, event, &codes, locale));
    }
    Ok(Attachment {
        name: format!("guichet-{}-{}.pdf", event.code, order.number),
        content_type: "application/pdf".to_owned(),
        bytes: sheet::pdf(sheets, &order.number, locale).await?,
    })
}

fn ticket_lines(tickets: &[Ticket], words: Words) -> Vec<TicketLine> {
    tickets
        .iter()
        .map(|ticket| TicketLine {
            holder: format!("{} {}", ticket.holder.first_name, ticket.holder.last_name),
            seat: sheet::seat_text(&ticket.label, words),
        })
        .collect()
}
