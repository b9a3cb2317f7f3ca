//! What happened to an order, first the oldest: ordered, paid, sent, corrected, used, ended.

use jiff::Timestamp;
use ticket_core::order::OrderState;

use super::Order;
use super::views::HistoryStep;
use crate::app::App;
use crate::catalogue::{Event, Snapshot};
use crate::orders::Holder;
use crate::platform::error::Error;
use crate::platform::page::Words;
use crate::platform::wording;
use crate::tickets::{self, Correction, Ticket};

/// The times are on the clock of the order's event.
pub(super) async fn history(
    app: &App,
    words: Words,
    (order, tickets): (&Order, &[Ticket]),
    (catalogue, event): (&Snapshot, &Event),
) -> Result<Vec<HistoryStep>, Error> {
    let corrections = tickets::corrections_of(app, (order.id, order.owner)).await?;
    let mut steps = of_order(words, order);
    for ticket in tickets {
        let event = catalogue.event(ticket.event).ok_or_else(Error::not_found)?;
        let number = ticket.number(event);
        steps.extend(of_ticket(words, ticket, &number));
        steps.extend(of_names(words, (ticket, &number), &corrections));
    }
    steps.sort_by_key(|(at, _)| *at);
    let step = |(at, words_of_it): (Timestamp, String)| HistoryStep {
        at: at.to_string(),
        at_words: wording::moment(words, wording::at_venue(at, event.utc_offset.seconds())),
        words: words_of_it,
    };
    Ok(steps.into_iter().map(step).collect())
}

fn of_order(words: Words, order: &Order) -> Vec<(Timestamp, String)> {
    let mut steps = vec![(order.created_at, words.t("history-ordered"))];
    let end = match &order.state {
        OrderState::AwaitingPayment { .. } => None,
        OrderState::Paid { paid_at, .. } => Some((*paid_at, "paid")),
        OrderState::Expired { at } => Some((*at, "expired")),
        OrderState::Cancelled { at } => Some((*at, "cancelled")),
        OrderState::Refunded { at, .. } => Some((*at, "refunded")),
    };
    steps.extend(end.map(|(at, state)| (at, words.pick("history-", state))));
    steps
}

fn of_ticket(words: Words, ticket: &Ticket, number: &str) -> Vec<(Timestamp, String)> {
    let steps = [
        ("history-sent", ticket.sent_at),
        ("history-scanned", ticket.scanned_at),
        ("history-deactivated", ticket.deactivated.map(|end| end.at)),
    ];
    let steps = steps.into_iter();
    steps
        .filter_map(|(key, at)| Some((at?, words.with(key, "ticket", number))))
        .collect()
}

/// Each correction with what came in the place of the former name.
fn of_names(
    words: Words,
    (ticket, number): (&Ticket, &str),
    corrections: &[Correction],
) -> Vec<(Timestamp, String)> {
    let own = corrections.iter().filter(|it| it.ticket == ticket.id);
    let own: Vec<&Correction> = own.collect();
    let later = own.iter().skip(1).map(|it| &it.former);
    let names = later.chain([&ticket.holder]);
    let name = |holder: &Holder| format!("{} {}", holder.first_name, holder.last_name);
    own.iter()
        .zip(names)
        .map(|(correction, after)| {
            let values = [
                ("ticket", number.to_owned()),
                ("former", name(&correction.former)),
                ("name", name(after)),
            ];
            (correction.at, words.with_all("history-name", &values))
        })
        .collect()
}
