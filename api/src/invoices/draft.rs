//! What a paper will say, written out in the language of its order before it has a number.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use ticket_core::ids::{OrderId, UserId};
use ticket_core::invoice::{PaperKind, tax_within};
use ticket_core::money::Money;

use super::store::{PaperLine, Sold, SoldLine};
use crate::app::App;
use crate::catalogue::{self, Event, Snapshot};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::page::Words;
use crate::platform::seal::Place;
use crate::platform::wording;
use crate::{accounts, holds};

/// A paper without its number.
pub(super) struct Draft {
    pub(super) kind: PaperKind,
    pub(super) order: OrderId,
    pub(super) order_number: String,
    pub(super) user: UserId,
    pub(super) happened_at: Timestamp,
    pub(super) locale: Locale,
    pub(super) amount: Money,
    pub(super) vat: Money,
    pub(super) vat_basis_points: u16,
    pub(super) seller: Value,
    pub(super) buyer: Option<Vec<u8>>,
    pub(super) lines: Vec<PaperLine>,
}

/// The papers that each of these orders is due: none for what was not paid, or cost nothing. What
/// cannot be written fails alone.
pub(super) async fn drafts(
    app: &App,
    sold: &[Sold],
) -> Result<Vec<Result<Vec<Draft>, Error>>, Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let buyers: BTreeSet<UserId> = sold.iter().map(|order| order.user).collect();
    let buyers = accounts::named(app, &buyers).await?;
    let due = sold.iter().map(|order| {
        let buyer = match buyers.get(&order.user) {
            Some(Ok((name, key))) => Some(key.seal_text(buyer_place(order.order), name)?),
            Some(Err(error)) => return Err(Error::bug(format!("a buyer's name: {error}"))),
            // Whoever closed the account before has no name any more.
            None => None,
        };
        of_order(app, &catalogue, (order, buyer))
    });
    Ok(due.collect())
}

fn of_order(
    app: &App,
    catalogue: &Snapshot,
    (sold, buyer): (&Sold, Option<Vec<u8>>),
) -> Result<Vec<Draft>, Error> {
    let moments = [
        (PaperKind::Invoice, sold.paid_at),
        (PaperKind::CreditNote, sold.refunded_at),
    ];
    let due = moments.into_iter();
    let due: Vec<_> = due.filter_map(|(kind, at)| Some((kind, at?))).collect();
    if due.is_empty() || sold.amount.amount_cents() == 0 {
        return Ok(Vec::new());
    }
    let locale = in_print(sold.locale);
    let rate = app.config.vat_basis_points;
    let vat = tax_within(sold.amount, rate).map_err(Error::bug)?.vat;
    let lines = lines(Words(locale), catalogue, &sold.lines)?;
    let draft = |(kind, happened_at)| Draft {
        kind,
        order: sold.order,
        order_number: sold.order_number.clone(),
        user: sold.user,
        happened_at,
        locale,
        amount: sold.amount,
        vat,
        vat_basis_points: rate,
        seller: seller(app),
        buyer: buyer.clone(),
        lines: lines.clone(),
    };
    Ok(due.into_iter().map(draft).collect())
}

/// As the settings say it now.
fn seller(app: &App) -> Value {
    let lines: Vec<_> = app.config.seller().split('|').map(str::trim).collect();
    json!({ "lines": lines, "vat_number": app.config.seller_vat_number() })
}

pub(super) fn buyer_place(order: OrderId) -> Place {
    Place::new("invoices", "buyer", order.as_uuid())
}

/// The paper is laid out from left to right: readers of Arabic get it in English.
const fn in_print(locale: Locale) -> Locale {
    match locale {
        Locale::Ar => Locale::En,
        Locale::Fr | Locale::En | Locale::Es | Locale::De => locale,
    }
}

/// One line for each event, category, formula and price.
fn lines(words: Words, catalogue: &Snapshot, sold: &[SoldLine]) -> Result<Vec<PaperLine>, Error> {
    let mut first_seen: Vec<&SoldLine> = Vec::new();
    for line in sold {
        if !first_seen.iter().any(|seen| seen.is_like(line)) {
            first_seen.push(line);
        }
    }
    let paper_line = |line: &&SoldLine| {
        let event = catalogue
            .event(line.event)
            .ok_or_else(|| Error::bug("an order of no event"))?;
        let like = sold.iter().filter(|other| other.is_like(line)).count();
        let seats = i64::try_from(like).map_err(Error::bug)?;
        Ok(PaperLine {
            what: event.title.of(words.0).to_owned(),
            detail: detail(words, event, line),
            seats,
            price_cents: line.cents,
            cents: line.cents * seats,
        })
    };
    first_seen.iter().map(paper_line).collect()
}

fn detail(words: Words, event: &Event, line: &SoldLine) -> String {
    let formula = match event.category_no(line.category) {
        Some(category) => holds::formula_words(words, line.formula, &category.code),
        None => words.pick("formula-", line.formula.name()),
    };
    let local = |at| event.utc_offset.to_datetime(at);
    let when = wording::days(words, local(event.starts_at), local(event.ends_at));
    format!("{formula} · {when} · {}", event.venue.name)
}
