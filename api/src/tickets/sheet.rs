//! What is printed of a ticket: everything written out in the reader's language, then drawn as
//! PDF away from the threads that answer requests.

use actix_web::rt;
use e_ticket::{Language, Place, Rgb, Sheet};
use ticket_core::ids::OrderNumber;
use ticket_core::venue::SeatLabel;

use super::credential::Codes;
use super::ticket::Ticket;
use crate::catalogue::Event;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::page::Words;
use crate::platform::wording;

const CONDITIONS: [&str; 5] = [
    "sheet-condition-person",
    "sheet-condition-once",
    "sheet-condition-resale",
    "sheet-condition-refund",
    "sheet-condition-leave",
];

/// The language of paper.
pub(crate) fn on_paper(locale: Locale) -> Language {
    match locale {
        Locale::Fr => Language::Fr,
        Locale::En => Language::En,
        Locale::Es => Language::Es,
        Locale::De => Language::De,
        Locale::Ar => Language::Ar,
    }
}

/// One ticket, ready to be drawn.
pub(super) fn sheet(ticket: &Ticket, event: &Event, codes: &Codes, locale: Locale) -> Sheet {
    let words = Words(locale);
    let local = |at| event.utc_offset.to_datetime(at);
    let category = event
        .category_no(ticket.category_no)
        .map(|category| category.code.to_string());
    let sport = event.sport.name.of(locale);
    Sheet {
        language: on_paper(locale),
        event_title: event.title.of(locale).to_owned(),
        sport: sport.to_owned(),
        venue: event.venue.name.clone(),
        city: event.venue.city.clone(),
        starts_at_text: event_when(event, words),
        doors_text: wording::time(words, local(event.admission().opens_at)),
        category: category.unwrap_or_default(),
        formula: words.pick("formula-", ticket.formula.name()),
        place: place(&ticket.label),
        holder_first_name: ticket.holder.first_name.clone(),
        holder_last_name: ticket.holder.last_name.clone(),
        price_text: price_text(ticket, words),
        order_number: ticket.order_number.to_string(),
        ticket_number: ticket.number(event),
        sold_at_text: wording::moment(words, local(ticket.paid_at)),
        sold_place: words.t("sheet-sold-place"),
        seller: words.t("sheet-seller"),
        conditions: CONDITIONS.iter().map(|key| words.t(key)).collect(),
        qr_digits: codes.credential.as_str().to_owned(),
        short_digits: codes.short.as_str().to_owned(),
        accent: Rgb::of_sport(sport),
    }
}

/// Day and hour on the venue's clock.
pub(super) fn event_when(event: &Event, words: Words) -> String {
    let start = event.utc_offset.to_datetime(event.starts_at);
    format!(
        "{}{} {}",
        wording::date_long(words, start),
        words.t("comma"),
        wording::time(words, start)
    )
}

/// The place in words, as a mail says it.
pub(crate) fn seat_text(label: &SeatLabel, words: Words) -> String {
    let mut values = vec![
        ("section", label.section.clone()),
        ("seat", label.seat.to_string()),
    ];
    match &label.row {
        Some(row) => {
            values.push(("row", row.clone()));
            words.with_all("seat-label", &values)
        }
        None => words.with_all("seat-label-standing", &values),
    }
}

/// Draws a document of one page per sheet.
///
/// # Errors
/// A bug: whatever was sold can be printed.
pub(super) async fn pdf(
    sheets: Vec<Sheet>,
    order: &OrderNumber,
    locale: Locale,
) -> Result<Vec<u8>, Error> {
    let title = Words(locale).with("sheet-document-title", "number", order);
    rt::task::spawn_blocking(move || e_ticket::render(&sheets, &title))
        .await
        .map_err(Error::bug)?
        .map_err(Error::bug)
}

fn place(label: &SeatLabel) -> Place {
    match &label.row {
        Some(row) => Place::Seat {
            section: label.section.clone(),
            row: row.clone(),
            seat: label.seat.to_string(),
        },
        None => Place::Standing {
            area: format!("{} · {}", label.section, label.seat),
        },
    }
}

fn price_text(ticket: &Ticket, words: Words) -> String {
    let price = ticket.price;
    wording::money(words, price.amount_cents(), price.currency().code())
}
