//! A ticket as its owner sees it on the web, in a list and on its own page.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::Timestamp;
use serde::Deserialize;
use ticket_core::ids::{TicketId, UserId};
use ticket_core::ticket::TicketState;

use super::views::{CodesView, StateStep, TicketPageView, TicketRow, TicketView};
use super::{Codes, Ticket, calendar_page, credential_digits, m_ticket_page, name_page, read};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue::{self, Event, EventView, SeatView};
use crate::gates;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Page, Words};
use crate::platform::wording;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    // Before the ticket, whose address would take its name for an id.
    routes
        .configure(m_ticket_page::routes)
        .configure(name_page::routes)
        .configure(calendar_page::routes)
        .service(show_ticket);
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

#[get("/account/tickets/{id}")]
async fn show_ticket(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<TicketId>,
    done: Query<Done>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let page = visitor.page(&request);
    let mut view = view_of(&app, page, (*id, owner.user_id)).await?;
    view.done = (done.done == "name").then(|| view.page.t("name-done"));
    html::page(&view)
}

/// The page as it stands in the database.
pub(super) async fn view_of(
    app: &App,
    page: Page,
    (id, owner): (TicketId, UserId),
) -> Result<TicketPageView, Error> {
    let ticket = read::find(app, id, owner).await?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue.event(ticket.event).ok_or_else(Error::not_found)?;
    let (naming, names_closed) = match name_page::form(app, page.words(), (&ticket, event)).await? {
        Ok(form) => (Some(form), None),
        Err(why) => (None, why),
    };
    Ok(TicketPageView {
        ticket: ticket_view(app, page.words(), (&ticket, event)).await?,
        done: None,
        naming,
        names_closed,
        page,
    })
}

async fn ticket_view(
    app: &App,
    words: Words,
    (ticket, event): (&Ticket, &Event),
) -> Result<TicketView, Error> {
    let now = app.clock.now();
    let released = read::check_released(ticket, event, now).is_ok();
    let is_used = matches!(ticket.state, TicketState::Scanned { .. });
    let opens_gates = released && !is_used;
    let live_only = gates::is_live_only(app, ticket.event).await?;
    let codes = if opens_gates && !live_only {
        Some(codes(ticket, &credential_digits(app, ticket, event).await?))
    } else {
        None
    };
    Ok(TicketView {
        number: ticket.number(event),
        order_number: ticket.order_number.to_string(),
        order_href: format!("/account/orders/{}", ticket.order),
        price: wording::price(words, ticket.price),
        codes,
        calendar_href: ticket
            .deactivated
            .is_none()
            .then(|| format!("/account/tickets/{}/calendar.ics", ticket.id)),
        m_href: opens_gates.then(|| m_ticket_page::href(ticket.id)),
        without_codes: if opens_gates {
            words.t("m-ticket-only")
        } else {
            without_codes(words, ticket, event, now)
        },
        timeline: timeline(words, ticket, event),
        row: row(words, ticket, event),
    })
}

/// A ticket in a list.
pub(crate) fn row(words: Words, ticket: &Ticket, event: &Event) -> TicketRow {
    let shown = EventView::of(event, words);
    let category = event.category_no(ticket.category_no);
    let code = category.map_or_else(String::new, |category| category.code.to_string());
    TicketRow {
        href: format!("/account/tickets/{}", ticket.id),
        plate: shown.plate,
        title: shown.title,
        date_long: shown.date_long,
        times: shown.times,
        venue: shown.venue,
        city: shown.city,
        holder: format!("{} {}", ticket.holder.first_name, ticket.holder.last_name),
        state: ticket.state.name(),
        is_over: is_over(ticket),
        seat: SeatView::of(&code, &ticket.label),
    }
}

pub(crate) fn is_over(ticket: &Ticket) -> bool {
    match ticket.state {
        TicketState::Scanned { .. } | TicketState::Deactivated { .. } => true,
        TicketState::Paid { .. } | TicketState::Sent { .. } => false,
    }
}

fn codes(ticket: &Ticket, codes: &Codes) -> CodesView {
    let address = |picture| format!("/api/v1/tickets/{}/{picture}", ticket.id);
    CodesView {
        qr_href: address("qr.svg"),
        code128_href: address("code128.svg"),
        pdf_href: address("e-ticket.pdf"),
        short_code: in_fours(codes.short.as_str()),
    }
}

/// As printed below a bar code: easier to read out.
pub(super) fn in_fours(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 5 / 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

fn without_codes(words: Words, ticket: &Ticket, event: &Event, now: Timestamp) -> String {
    match ticket.state {
        TicketState::Scanned { .. } => words.t("ticket-over-scanned"),
        TicketState::Deactivated { .. } => words.t("ticket-over-deactivated"),
        TicketState::Paid { .. } | TicketState::Sent { .. } => match event.releases_at() {
            Some(at) if at > now => {
                words.with("ticket-not-released", "date", local(words, event, at))
            }
            _ => words.t("ticket-soon"),
        },
    }
}

pub(super) fn local(words: Words, event: &Event, at: Timestamp) -> String {
    wording::moment(words, wording::at_venue(at, event.utc_offset.seconds()))
}

/// The four states in their order, with the moment of those that were reached.
fn timeline(words: Words, ticket: &Ticket, event: &Event) -> Vec<StateStep> {
    let at = |moment: Option<Timestamp>| moment.map(|at| local(words, event, at));
    let scanned = at(ticket.scanned_at).map(|date| match &ticket.scanned_gate {
        Some(gate) => words.with_all(
            "ticket-step-scanned-at",
            &[("date", date), ("gate", gate.clone())],
        ),
        None => date,
    });
    let steps = [
        ("paid", at(Some(ticket.paid_at))),
        ("sent", at(ticket.sent_at)),
        ("scanned", scanned),
        ("deactivated", at(ticket.deactivated.map(|end| end.at))),
    ];
    steps
        .into_iter()
        .map(|(state, reached)| StateStep {
            state,
            done: reached.is_some(),
            current: state == ticket.state.name(),
            words: reached.unwrap_or_else(|| words.t("ticket-step-later")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::in_fours;

    #[test]
    fn a_short_code_is_read_out_in_fours() {
        assert_eq!(
            in_fours("1234567890123456789012"),
            "1234 5678 9012 3456 7890 12"
        );
        assert_eq!(in_fours(""), "");
    }
}
