//! The page of one order, and its row in My account.

use std::collections::HashSet;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use ticket_core::ids::OrderId;
use ticket_core::invoice::PaperKind;
use ticket_core::order::OrderState;

use super::outcome_page::Kind;
use super::views::{LineView, OrderPageView, OrderView, OrderedEvent, PaperLink};
use super::{Holder, Line, Order, find, history};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue::{self, Event, EventView, Snapshot, seat_words};
use crate::holds;
use crate::invoices;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Words;
use crate::platform::wording;
use crate::tickets::{self, Ticket};

#[get("/account/orders/{id}")]
pub(super) async fn show_order(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let order = find(&app, *id, owner.user_id).await?;
    let tickets = tickets::of_order(&app, order.id).await?;
    let page = visitor.page(&request);
    let words = page.words();
    let catalogue = catalogue::snapshot(&app).await?;
    let events = events_of(&order, &catalogue);
    let first = *events.first().ok_or_else(Error::not_found)?;
    let rows = tickets.iter().filter_map(|ticket| {
        let event = catalogue.event(ticket.event)?;
        Some(tickets::row(words, ticket, event))
    });
    let awaits = matches!(order.state, OrderState::AwaitingPayment { .. });
    let amount = wording::price(words, order.amount);
    html::page(&OrderPageView {
        id: order.id,
        events: ordered_events(words, (&order, &tickets), &events),
        formula_words: formula_words(words, &order, &catalogue),
        calendar_href: calendar_href(&order, &tickets),
        papers: papers(words, &order),
        history: history::history(&app, words, (&order, &tickets), (&catalogue, first)).await?,
        tickets: rows.collect(),
        pay_action: awaits.then(|| format!("/orders/{}/pay", order.id)),
        cancel_action: awaits.then(|| format!("/orders/{}/cancel", order.id)),
        refund: (Kind::of(&order) == Kind::Refunded)
            .then(|| words.with("order-refund", "amount", amount)),
        order: order_view(words, &order, &catalogue).ok_or_else(Error::not_found)?,
        page,
    })
}

/// The invoice, and the credit note of what was given back.
fn papers(words: Words, order: &Order) -> Vec<PaperLink> {
    let link = |(kind, href): (PaperKind, String)| PaperLink {
        href,
        words: words.t(match kind {
            PaperKind::Invoice => "invoice-go",
            PaperKind::CreditNote => "credit-note-go",
        }),
    };
    invoices::hrefs(order).into_iter().map(link).collect()
}

/// While a ticket is worth something.
fn calendar_href(order: &Order, tickets: &[Ticket]) -> Option<String> {
    let has_any = tickets.iter().any(|ticket| ticket.deactivated.is_none());
    has_any.then(|| format!("/account/orders/{}/calendar.ics", order.id))
}

/// The events of an order, each once, as they were ordered.
pub(super) fn events_of<'a>(order: &Order, catalogue: &'a Snapshot) -> Vec<&'a Event> {
    let mut seen = HashSet::new();
    let lines = order.lines.iter();
    lines
        .filter(|line| seen.insert(line.event))
        .filter_map(|line| catalogue.event(line.event).map(AsRef::as_ref))
        .collect()
}

/// The seats by event, with the names that their tickets have by now.
fn ordered_events(
    words: Words,
    (order, tickets): (&Order, &[Ticket]),
    events: &[&Event],
) -> Vec<OrderedEvent> {
    let named = tickets.iter().map(|ticket| Some(&ticket.holder));
    let holders = named.chain(std::iter::repeat(None));
    let lines: Vec<_> = order.lines.iter().zip(holders).collect();
    let ordered = events.iter().map(|event| OrderedEvent {
        event: EventView::of(event, words),
        lines: lines
            .iter()
            .filter(|(line, _)| line.event == event.id)
            .map(|(line, holder)| line_view(words, line, holder.unwrap_or(&line.holder)))
            .collect(),
    });
    ordered.collect()
}

fn line_view(words: Words, line: &Line, holder: &Holder) -> LineView {
    LineView {
        seat: seat_words(words, &line.label),
        holder: format!("{} {}", holder.first_name, holder.last_name),
        price: wording::price(words, line.price),
    }
}

/// An order in a list.
pub(crate) fn order_view(words: Words, order: &Order, catalogue: &Snapshot) -> Option<OrderView> {
    let events = events_of(order, catalogue);
    let (event, others) = events.split_first()?;
    let others = Some(others.len()).filter(|count| *count > 0);
    let placed = wording::at_venue(order.created_at, event.utc_offset.seconds());
    Some(OrderView {
        href: format!("/account/orders/{}", order.id),
        number: order.number.to_string(),
        title: EventView::of(event, words).title,
        others: others.map(|count| words.count_shown("order-and-others", count)),
        formula_words: formula_words(words, order, catalogue),
        placed: wording::moment(words, placed),
        amount: wording::price(words, order.amount),
        state: order.state.name(),
        tone: match order.state {
            OrderState::Paid { .. } => "good",
            OrderState::AwaitingPayment { .. } => "heed",
            OrderState::Expired { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Refunded { .. } => "alarm",
        },
    })
}

/// `Duo, Category B`; of several formulas each.
pub(super) fn formula_words(words: Words, order: &Order, catalogue: &Snapshot) -> String {
    let mut seen = HashSet::new();
    let formulas = order.lines.iter().filter(|line| seen.insert(line.hold));
    let each = formulas.map(|line| {
        let event = catalogue.event(line.event);
        match event.and_then(|event| event.category_no(line.category_no)) {
            Some(category) => holds::formula_words(words, line.formula, &category.code),
            None => words.pick("formula-", line.formula.name()),
        }
    });
    each.collect::<Vec<_>>().join(" + ")
}
