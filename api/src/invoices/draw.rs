//! A paper as PDF, in the language in which it was written. Drawn each time: what it says is kept.

use actix_web::rt;
use e_ticket::{Invoice, Party, Row};
use jiff::Timestamp;
use jiff::tz::Offset;
use ticket_core::invoice::PaperKind;
use ticket_core::money::Money;

use super::draft::buyer_place;
use super::store::{self, Paper, PaperLine};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::page::Words;
use crate::platform::wording;
use crate::{accounts, tickets};

/// # Errors
/// Unavailable; a bug when it cannot be drawn.
pub(super) async fn pdf(app: &App, paper: Paper) -> Result<Vec<u8>, Error> {
    let buyer = match &paper.buyer {
        Some(sealed) => {
            let key = accounts::data_key(app, paper.user).await?;
            Some(key.open_text(buyer_place(paper.order), sealed)?)
        }
        None => None,
    };
    let invoice = match paper.number.kind {
        PaperKind::Invoice => None,
        PaperKind::CreditNote => {
            let conn = app.db.read().await?;
            store::find_number(&conn, paper.order, PaperKind::Invoice).await?
        }
    };
    let invoice = invoice.map(|number| number.to_string());
    let drawn = on_paper(&paper, buyer, invoice);
    rt::task::spawn_blocking(move || e_ticket::render_invoice(&drawn))
        .await
        .map_err(Error::bug)?
        .map_err(Error::bug)
}

/// Everything written out. `invoice` is the number of the one that a credit note takes back.
fn on_paper(paper: &Paper, buyer: Option<String>, invoice: Option<String>) -> Invoice {
    let language = tickets::on_paper(paper.locale);
    let words = Words(paper.locale);
    let is_credit_note = paper.number.kind == PaperKind::CreditNote;
    let kind = if is_credit_note {
        "credit-note"
    } else {
        "invoice"
    };
    let mut facts = vec![
        (words.t("invoice-issued"), day(words, paper.issued_at)),
        (
            words.t(&format!("{kind}-happened")),
            day(words, paper.happened_at),
        ),
        (words.t("invoice-order"), paper.order_number.clone()),
    ];
    let mut notes = vec![words.t(&format!("{kind}-note"))];
    if let Some(invoice) = invoice {
        notes.insert(0, words.with("credit-note-takes-back", "number", &invoice));
        facts.push((words.t("credit-note-of"), invoice));
    }
    Invoice {
        language,
        title: words.with(&format!("{kind}-title"), "number", paper.number),
        facts,
        seller: seller(words, paper),
        buyer: buyer.map(|name| Party {
            label: words.t("invoice-buyer"),
            lines: vec![name],
        }),
        columns: [
            "invoice-what",
            "invoice-seats",
            "invoice-price",
            "invoice-amount",
        ]
        .map(|key| words.t(key)),
        rows: paper
            .lines
            .iter()
            .map(|line| row(words, paper, line))
            .collect(),
        sums: sums(words, paper, kind),
        notes,
    }
}

fn seller(words: Words, paper: &Paper) -> Party {
    let lines = paper.seller["lines"].as_array().into_iter().flatten();
    let mut lines: Vec<String> = lines
        .filter_map(|line| line.as_str().map(str::to_owned))
        .collect();
    if let Some(number) = paper.seller["vat_number"].as_str() {
        lines.push(words.with("invoice-vat-number", "number", number));
    }
    Party {
        label: words.t("invoice-seller"),
        lines,
    }
}

fn row(words: Words, paper: &Paper, line: &PaperLine) -> Row {
    let amount = |cents| wording::money_in_full(words, cents, paper.amount.currency().code());
    Row {
        what: line.what.clone(),
        detail: line.detail.clone(),
        count: line.seats.to_string(),
        price: amount(line.price_cents),
        amount: amount(line.cents),
    }
}

fn sums(words: Words, paper: &Paper, kind: &str) -> Vec<(String, String)> {
    let amount = |cents| wording::money_in_full(words, cents, paper.amount.currency().code());
    let (gross, vat) = (cents(paper.amount), cents(paper.vat));
    let rate = rate(words, paper.vat_basis_points);
    vec![
        (words.t("invoice-net"), amount(gross - vat)),
        (words.with("invoice-vat", "rate", rate), amount(vat)),
        (words.t(&format!("{kind}-gross")), amount(gross)),
    ]
}

const fn cents(money: Money) -> i64 {
    money.amount_cents()
}

/// `5.5`, `20`, as the language writes it.
fn rate(words: Words, basis_points: i32) -> String {
    let parts = (basis_points / 100, basis_points % 100);
    let mark = words.t("decimal-mark");
    match parts {
        (whole, 0) => whole.to_string(),
        (whole, part) if part % 10 == 0 => format!("{whole}{mark}{}", part / 10),
        (whole, part) => format!("{whole}{mark}{part:02}"),
    }
}

/// On the clock of UTC, so that the dates of a series go on as its numbers do.
fn day(words: Words, at: Timestamp) -> String {
    wording::date(words, Offset::UTC.to_datetime(at))
}
