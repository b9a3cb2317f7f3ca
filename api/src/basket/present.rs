//! How a basket is shown: its lines with the names typed so far, what was lost, what is owed.

use std::collections::HashSet;

use ticket_core::account::parse_name;
use ticket_core::money::{Currency, Money};

use super::form::{Name, Typed};
use super::gather::Basket;
use super::views::{LineView, LostView, PlaceView, UnpaidView};
use crate::app::App;
use crate::catalogue::{Event, EventView, SeatView, Snapshot};
use crate::holds::{self, Hold, TimerView};
use crate::orders;
use crate::platform::error::Error;
use crate::platform::field::Field;
use crate::platform::page::Words;
use crate::platform::wording;

/// Who comes, as far as it is known.
pub(super) struct Names<'a> {
    pub(super) typed: Option<&'a Typed>,
    /// Whether what was typed is shown with what is wrong with it.
    pub(super) is_checked: bool,
    /// The account's.
    pub(super) own: Name,
}

pub(super) fn lines(
    words: Words,
    (basket, catalogue): (&Basket, &Snapshot),
    names: &Names<'_>,
) -> Result<Vec<LineView>, Error> {
    let mut seen = HashSet::new();
    let mut number = 0;
    // Told by the minute, as the timer's own moment is.
    let minute = |hold: &Hold| hold.state.ends_at().map(|end| end.as_second() / 60);
    let one_end = basket
        .lines
        .iter()
        .map(minute)
        .collect::<HashSet<_>>()
        .len()
        < 2;
    let line = |hold: &Hold| {
        let event = catalogue.event(hold.event).ok_or_else(Error::not_found)?;
        // The first ticket for an event is most often the buyer's own.
        let mut is_own = seen.insert(hold.event);
        let typed = names.typed.and_then(|typed| typed.names_of(hold.id));
        let place = |(at, seat)| {
            number += 1;
            let is_own = std::mem::take(&mut is_own);
            let (first_name, last_name) = match typed.map(|names| names.get(at)) {
                Some(name) => name.cloned().unwrap_or_default(),
                None if is_own => names.own.clone(),
                None => (String::new(), String::new()),
            };
            let checked = names.is_checked && typed.is_some();
            PlaceView {
                number,
                is_own,
                seat: SeatView::in_plan(event, &hold.category, seat),
                first_name: field(words, &first_name, checked),
                last_name: field(words, &last_name, checked),
            }
        };
        let each = hold.price_of_one().filter(|_| hold.seats.len() > 1);
        let end = hold.state.ends_at().filter(|_| !one_end);
        Ok(LineView {
            hold_id: hold.id.to_string(),
            formula_words: holds::formula_words(words, hold.formula, &hold.category),
            amount: wording::price(words, hold.amount),
            each: each.map(|each| words.with("basket-each", "price", wording::price(words, each))),
            kept_until: end.map(|end| {
                let local = wording::at_venue(end, event.utc_offset.seconds());
                words.with("basket-kept-until", "time", wording::time(words, local))
            }),
            places: hold.seats.iter().copied().enumerate().map(place).collect(),
            event: EventView::of(event, words),
        })
    };
    basket.lines.iter().map(line).collect()
}

fn field(words: Words, typed: &str, is_checked: bool) -> Field {
    let mut field = Field::required(typed);
    if is_checked && typed.trim().is_empty() {
        field.error = Some(words.t("field-error-required"));
    } else if is_checked && parse_name(typed).is_err() {
        field.error = Some(words.t("field-error-name"));
    }
    field
}

pub(super) fn lost(words: Words, basket: &Basket, catalogue: &Snapshot) -> Vec<LostView> {
    let title = |event: &Event| EventView::of(event, words).title;
    let ran_out = basket.ran_out.iter().filter_map(|lost| {
        let event = catalogue.event(lost.event)?;
        Some(LostView {
            title: title(event),
            formula_words: holds::formula_words(words, lost.formula, &lost.category),
            why: "ran-out",
            href: Some(format!("/events/{}", event.code)),
        })
    });
    let cancelled = basket.cancelled.iter().filter_map(|hold| {
        Some(LostView {
            title: title(catalogue.event(hold.event)?),
            formula_words: holds::formula_words(words, hold.formula, &hold.category),
            why: "cancelled",
            href: None,
        })
    });
    ran_out.chain(cancelled).collect()
}

pub(super) fn unpaid(words: Words, basket: &Basket, catalogue: &Snapshot) -> Vec<UnpaidView> {
    let view = |order: &orders::Order| {
        let event = catalogue.event(order.lines.first()?.event)?;
        let until = wording::at_venue(order.pay_before, event.utc_offset.seconds());
        let values = [
            ("number", order.number.to_string()),
            ("time", wording::time(words, until)),
        ];
        Some(UnpaidView {
            words: words.with_all("basket-unpaid", &values),
            href: format!("/orders/{}/pay", order.id),
        })
    };
    basket.unpaid.iter().filter_map(view).collect()
}

pub(super) fn total(words: Words, lines: &[Hold]) -> Result<String, Error> {
    let mut amounts = lines.iter().map(|hold| hold.amount);
    let sum = amounts.try_fold(Money::zero(Currency::Eur), Money::checked_add);
    Ok(wording::price(words, sum.map_err(Error::bug)?))
}

pub(super) fn timer(
    app: &App,
    words: Words,
    lines: &[Hold],
    catalogue: &Snapshot,
) -> Option<TimerView> {
    let ends = lines.iter().filter_map(|hold| {
        let event = catalogue.event(hold.event)?;
        Some((hold.state.ends_at()?, event))
    });
    let (end, event) = ends.min_by_key(|(end, _)| *end)?;
    let until = (end, event.as_ref());
    Some(TimerView::until(app, words, until, "/basket".to_owned()))
}
