//! SQL of invoices and credit notes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use ticket_core::formula::Formula;
use ticket_core::ids::{EventId, OrderId, UserId};
use ticket_core::invoice::{PaperKind, PaperNumber};
use ticket_core::money::{Currency, Money};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::draft::Draft;
use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &GET_MARK,
    &MOVE_MARK,
    &LIST_ENDED,
    &LIST_SOLD,
    &MAKE_SERIES,
    &LOCK_SERIES,
    &SET_LAST_NO,
    &LIST_ISSUED,
    &INSERT_PAPER,
    &FIND_PAPER,
    &LIST_PAPERS,
    &FIND_NUMBER,
];

/// An order that was paid, and perhaps refunded since.
pub(super) struct Sold {
    pub(super) order: OrderId,
    pub(super) order_number: String,
    pub(super) user: UserId,
    pub(super) locale: Locale,
    pub(super) amount: Money,
    pub(super) paid_at: Option<Timestamp>,
    pub(super) refunded_at: Option<Timestamp>,
    pub(super) lines: Vec<SoldLine>,
}

/// What a paper needs of a line of `orders.lines`.
#[derive(Deserialize)]
pub(super) struct SoldLine {
    pub(super) event: EventId,
    pub(super) category: u8,
    pub(super) formula: Formula,
    pub(super) cents: i64,
}

impl SoldLine {
    /// Whether both are one line on paper.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let what = |it: &Self| (it.event, it.category, it.formula, it.cents);
        what(self) == what(other)
    }
}

fn sold(row: &Row) -> Result<Sold, Error> {
    let locale: String = row.get("locale");
    let is_refunded = row.get::<_, &str>("state") == "refunded";
    let refunded_at = is_refunded.then(|| row.get::<_, Option<Timestamp>>("closed_at"));
    Ok(Sold {
        order: OrderId::from_uuid(row.get("id")),
        order_number: row.get("number"),
        user: UserId::from_uuid(row.get("user_id")),
        locale: locale.parse().unwrap_or(Locale::Fr),
        amount: money(row, "amount_cents")?,
        paid_at: row.get("paid_at"),
        refunded_at: refunded_at.flatten(),
        lines: lines(row)?,
    })
}

fn lines<Line: DeserializeOwned>(row: &Row) -> Result<Vec<Line>, Error> {
    let lines = row.try_get::<_, Json<Vec<Line>>>("lines");
    // The cause may quote what the lines say.
    let unread = |_| Error::bug("the lines of an order do not parse");
    lines.map(|lines| lines.0).map_err(unread)
}

fn money(row: &Row, column: &str) -> Result<Money, Error> {
    let currency = Currency::parse(row.get("currency")).map_err(Error::bug)?;
    Money::new(row.get(column), currency).map_err(Error::bug)
}

/// How far the loop has come.
pub(super) type Mark = (Timestamp, Uuid);

const GET_MARK: Sql = sql!(
    "invoices.get_mark",
    "SELECT pay_before, order_id FROM invoice_marks"
);
pub(super) async fn get_mark(conn: &Conn) -> Result<Mark, Error> {
    let row = conn.query_one(&GET_MARK, &[]).await?;
    Ok((row.get("pay_before"), row.get("order_id")))
}

const MOVE_MARK: Sql = sql!(
    "invoices.move_mark",
    "UPDATE invoice_marks SET pay_before = $3, order_id = $4
     WHERE pay_before = $1 AND order_id = $2"
);
/// False when the mark is not where it was.
pub(super) async fn move_mark(tx: &Tx<'_>, from: Mark, to: Mark) -> Result<bool, Error> {
    let values: [Value<'_>; 4] = [&from.0, &from.1, &to.0, &to.1];
    Ok(tx.execute(&MOVE_MARK, &values).await? == 1)
}

/// An order whose time to pay is over.
pub(super) struct Ended {
    pub(super) mark: Mark,
    /// If it was paid. What does not parse fails alone.
    pub(super) sold: Option<Result<Sold, Error>>,
}

// The index is on `pay_before` alone: told twice, it is used.
const LIST_ENDED: Sql = sql!(
    "invoices.list_ended",
    "SELECT id, number, user_id, locale, amount_cents, currency, state, pay_before, paid_at,
         closed_at, lines
     FROM orders
     WHERE pay_before >= $1 AND (pay_before, id) > ($1, $2)
         AND pay_before < (SELECT ended_before FROM order_marks)
     ORDER BY pay_before, id LIMIT $3"
);
/// Orders after the mark, of those that nobody can pay in time any more.
pub(super) async fn list_ended(conn: &Conn, after: Mark, limit: i64) -> Result<Vec<Ended>, Error> {
    let rows = conn
        .query(&LIST_ENDED, &[&after.0, &after.1, &limit])
        .await?;
    let ended = |row: &Row| {
        let was_paid = matches!(row.get::<_, &str>("state"), "paid" | "refunded");
        Ended {
            mark: (row.get("pay_before"), row.get("id")),
            sold: was_paid.then(|| sold(row)),
        }
    };
    Ok(rows.iter().map(ended).collect())
}

const LIST_SOLD: Sql = sql!(
    "invoices.list_sold",
    "SELECT id, number, user_id, locale, amount_cents, currency, state, paid_at, closed_at, lines
     FROM orders WHERE id = ANY($1) AND state IN ('paid', 'refunded')
     ORDER BY paid_at, id LIMIT 1000"
);
pub(super) async fn list_sold(conn: &Conn, orders: &[OrderId]) -> Result<Vec<Sold>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let rows = conn.query(&LIST_SOLD, &[&ids]).await?;
    rows.iter().map(sold).collect()
}

const MAKE_SERIES: Sql = sql!(
    "invoices.make_series",
    "INSERT INTO invoice_series (kind, year) VALUES ($1, $2) ON CONFLICT DO NOTHING"
);
const LOCK_SERIES: Sql = sql!(
    "invoices.lock_series",
    "SELECT last_no FROM invoice_series WHERE kind = $1 AND year = $2 FOR UPDATE"
);
/// The last number given; nobody else gives one until the transaction ends.
pub(super) async fn lock_series(tx: &Tx<'_>, kind: PaperKind, year: i16) -> Result<u32, Error> {
    tx.execute(&MAKE_SERIES, &[&kind.name(), &year]).await?;
    let row = tx.query_one(&LOCK_SERIES, &[&kind.name(), &year]).await?;
    u32::try_from(row.get::<_, i32>("last_no")).map_err(Error::bug)
}

const SET_LAST_NO: Sql = sql!(
    "invoices.set_last_no",
    "UPDATE invoice_series SET last_no = $3 WHERE kind = $1 AND year = $2"
);
pub(super) async fn set_last_no(
    tx: &Tx<'_>,
    (kind, year): (PaperKind, i16),
    no: u32,
) -> Result<(), Error> {
    let no = i32::try_from(no).map_err(Error::bug)?;
    tx.execute_one(&SET_LAST_NO, &[&kind.name(), &year, &no])
        .await
}

const LIST_ISSUED: Sql = sql!(
    "invoices.list_issued",
    "SELECT order_id FROM invoices WHERE kind = $1 AND order_id = ANY($2) LIMIT 1000"
);
/// Those of the orders that have such a paper.
pub(super) async fn list_issued(
    tx: &Tx<'_>,
    kind: PaperKind,
    orders: &[Uuid],
) -> Result<BTreeSet<OrderId>, Error> {
    let rows = tx.query(&LIST_ISSUED, &[&kind.name(), &orders]).await?;
    let order = |row: &Row| OrderId::from_uuid(row.get("order_id"));
    Ok(rows.iter().map(order).collect())
}

/// A line as papers keep it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PaperLine {
    pub(super) what: String,
    pub(super) detail: String,
    pub(super) seats: i64,
    pub(super) price_cents: i64,
    pub(super) cents: i64,
}

const INSERT_PAPER: Sql = sql!(
    "invoices.insert",
    "INSERT INTO invoices (kind, year, no, order_id, order_number, user_id, issued_at, happened_at,
         locale, amount_cents, vat_cents, vat_basis_points, currency, seller, buyer, lines)
     SELECT $1::text, $2::smallint, $3::integer, $4::uuid, $5, $6,
         greatest($7::timestamptz, before.issued_at), $8, coalesce(taken.locale, $9), $10,
         coalesce(taken.vat_cents, $11), coalesce(taken.vat_basis_points, $12), $13,
         coalesce(taken.seller, $14), $15, coalesce(taken.lines, $16)
     FROM (SELECT) one
     LEFT JOIN invoices taken
         ON $1 = 'credit_note' AND taken.kind = 'invoice' AND taken.order_id = $4
     LEFT JOIN invoices before ON before.kind = $1 AND before.year = $2 AND before.no = $3 - 1"
);
/// A credit note says what the invoice said that it takes back. The dates of a series do not go
/// back, though a clock does.
pub(super) async fn insert_paper(
    tx: &Tx<'_>,
    number: PaperNumber,
    draft: &Draft,
    now: Timestamp,
) -> Result<(), Error> {
    let no = i32::try_from(number.no).map_err(Error::bug)?;
    let values: [Value<'_>; 16] = [
        &number.kind.name(),
        &number.year,
        &no,
        &draft.order.as_uuid(),
        &draft.order_number,
        &draft.user.as_uuid(),
        &now,
        &draft.happened_at,
        &draft.locale.code(),
        &draft.amount.amount_cents(),
        &draft.vat.amount_cents(),
        &i32::from(draft.vat_basis_points),
        &draft.amount.currency().code(),
        &draft.seller,
        &draft.buyer,
        &Json(&draft.lines),
    ];
    tx.execute_one(&INSERT_PAPER, &values).await
}

/// A paper as it was written.
pub(super) struct Paper {
    pub(super) number: PaperNumber,
    pub(super) order: OrderId,
    pub(super) order_number: String,
    pub(super) user: UserId,
    pub(super) issued_at: Timestamp,
    pub(super) happened_at: Timestamp,
    pub(super) locale: Locale,
    pub(super) amount: Money,
    pub(super) vat: Money,
    pub(super) vat_basis_points: i32,
    pub(super) seller: JsonValue,
    pub(super) buyer: Option<Vec<u8>>,
    pub(super) lines: Vec<PaperLine>,
}

const FIND_PAPER: Sql = sql!(
    "invoices.find",
    "SELECT kind, year, no, order_id, order_number, user_id, issued_at, happened_at, locale,
         amount_cents, vat_cents, vat_basis_points, currency, seller, buyer, lines
     FROM invoices WHERE order_id = $1 AND kind = $2"
);
pub(super) async fn find_paper(
    conn: &Conn,
    order: OrderId,
    kind: PaperKind,
) -> Result<Option<Paper>, Error> {
    let row = conn
        .query_opt(&FIND_PAPER, &[&order.as_uuid(), &kind.name()])
        .await?;
    row.as_ref().map(paper).transpose()
}

fn paper(row: &Row) -> Result<Paper, Error> {
    let locale: String = row.get("locale");
    Ok(Paper {
        number: number(row)?,
        order: OrderId::from_uuid(row.get("order_id")),
        order_number: row.get("order_number"),
        user: UserId::from_uuid(row.get("user_id")),
        issued_at: row.get("issued_at"),
        happened_at: row.get("happened_at"),
        locale: locale
            .parse()
            .map_err(|()| Error::bug("a language in the database is unknown"))?,
        amount: money(row, "amount_cents")?,
        vat: money(row, "vat_cents")?,
        vat_basis_points: row.get("vat_basis_points"),
        seller: row.get("seller"),
        buyer: row.get("buyer"),
        lines: lines(row)?,
    })
}

/// What tells a paper from all others.
pub(crate) struct PaperFacts {
    pub(crate) order: OrderId,
    pub(crate) number: PaperNumber,
    pub(crate) issued_at: Timestamp,
}

const LIST_PAPERS: Sql = sql!(
    "invoices.list",
    "SELECT order_id, kind, year, no, issued_at FROM invoices WHERE order_id = ANY($1)
     ORDER BY issued_at, order_id LIMIT 2000"
);
pub(super) async fn list_papers(conn: &Conn, orders: &[OrderId]) -> Result<Vec<PaperFacts>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let rows = conn.query(&LIST_PAPERS, &[&ids]).await?;
    let facts = |row: &Row| {
        Ok(PaperFacts {
            order: OrderId::from_uuid(row.get("order_id")),
            number: number(row)?,
            issued_at: row.get("issued_at"),
        })
    };
    rows.iter().map(facts).collect()
}

const FIND_NUMBER: Sql = sql!(
    "invoices.find_number",
    "SELECT kind, year, no FROM invoices WHERE order_id = $1 AND kind = $2"
);
pub(super) async fn find_number(
    conn: &Conn,
    order: OrderId,
    kind: PaperKind,
) -> Result<Option<PaperNumber>, Error> {
    let row = conn
        .query_opt(&FIND_NUMBER, &[&order.as_uuid(), &kind.name()])
        .await?;
    row.as_ref().map(number).transpose()
}

fn number(row: &Row) -> Result<PaperNumber, Error> {
    let kind = PaperKind::parse(row.get("kind"));
    Ok(PaperNumber {
        kind: kind.ok_or_else(|| Error::bug("a kind of paper is unknown"))?,
        year: row.get("year"),
        no: u32::try_from(row.get::<_, i32>("no")).map_err(Error::bug)?,
    })
}
