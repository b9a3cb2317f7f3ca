//! What Redis says about one event: everything at one moment for the audit, or who has which seats
//! for the reconciler, read in small portions so that nobody's sale waits for it.

use std::collections::{BTreeSet, HashMap};

use redis::{FromRedisValue, Value};
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::venue::SeatRef;

use super::epoch::ask;
use super::inventory::HeldSeats;
use super::keys;
use super::scripts::{self, read};
use crate::app::App;
use crate::platform::error::Error;

/// Entries per question to Redis: well under a millisecond of its time.
const PORTION: usize = 200;

#[derive(Debug, Clone)]
pub(super) struct Dump {
    /// The fields of `…:meta`.
    pub(super) counters: HashMap<String, String>,
    /// Owner → tickets.
    pub(super) own: HashMap<String, i64>,
    pub(super) unpaid: Vec<Unpaid>,
    pub(super) sold: Vec<Sold>,
    pub(super) categories: Vec<Category>,
}

/// Who has which seats.
#[derive(Debug, Clone)]
pub(super) struct Holdings {
    pub(super) unpaid: Vec<Unpaid>,
    pub(super) sold: Vec<Sold>,
}

/// A hold: held, or kept for an order.
#[derive(Debug, Clone)]
pub(super) struct Unpaid {
    pub(super) hold: HoldId,
    pub(super) owner: UserId,
    pub(super) order: Option<OrderId>,
    pub(super) category_no: u8,
    pub(super) seats: Vec<SeatRef>,
}

/// Seats taken for an order.
#[derive(Debug, Clone)]
pub(super) struct Sold {
    pub(super) held: HeldSeats,
    pub(super) at_ms: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Category {
    pub(super) no: u8,
    /// Length of each row.
    pub(super) lengths: Vec<u8>,
    /// Opened rows: a string of 0 and 1 each.
    pub(super) rows: HashMap<u32, String>,
    /// The rows in each index of free runs.
    pub(super) fits: Vec<BTreeSet<u32>>,
}

type Parts = (
    String,
    HashMap<String, String>,
    HashMap<String, i64>,
    Vec<Vec<String>>,
    HashMap<String, String>,
    Vec<CategoryParts>,
);
type CategoryParts = (String, Vec<u8>, HashMap<u32, String>, Vec<BTreeSet<u32>>);

pub(super) async fn dump(app: &App, event: EventId) -> Result<Dump, Error> {
    let answer = ask(app, event, &scripts::DUMP, &[]).await?;
    let parts = tuple(answer)?;
    parse(event, parts).ok_or_else(|| Error::bug("the inventory's dump cannot be read"))
}

/// Whatever was there all the while is found; what comes or goes meanwhile may be or not.
pub(super) async fn holdings(app: &App, event: EventId) -> Result<Holdings, Error> {
    // Makes sure that the event is loaded, and frees what has expired.
    ask(app, event, &scripts::COUNT, &[]).await?;
    let unreadable = || Error::bug("the inventory's holds cannot be read");
    let mut sold = Vec::new();
    for (id, entry) in scan(app, "HSCAN", &keys::sold(&app.redis, event)).await? {
        sold.push(parse_sold(event, &id, &entry).ok_or_else(unreadable)?);
    }
    let due = scan(app, "ZSCAN", &keys::expiries(&app.redis, event)).await?;
    let ids: Vec<&String> = due.keys().collect();
    let mut unpaid = Vec::new();
    for batch in ids.chunks(PORTION) {
        let mut asked = redis::pipe();
        for id in batch {
            asked.cmd("HMGET").arg(keys::hold(&app.redis, event, id));
            asked.arg(&["s", "o", "c", "r", "f", "k", "or"]);
        }
        let connection = &mut app.redis.connection();
        let lines: Vec<Vec<Option<String>>> = asked.query_async(connection).await?;
        for (id, fields) in batch.iter().zip(lines) {
            // Gone meanwhile.
            if fields.first().is_none_or(Option::is_none) {
                continue;
            }
            let fields = fields.into_iter().map(Option::unwrap_or_default);
            let line: Vec<String> = std::iter::once((*id).clone()).chain(fields).collect();
            unpaid.extend(parse_unpaid(&line));
        }
    }
    Ok(Holdings { unpaid, sold })
}

/// A hash or a sorted set, some entries at a time.
async fn scan(app: &App, command: &str, key: &str) -> Result<HashMap<String, String>, Error> {
    let mut all = HashMap::new();
    let mut cursor = String::from("0");
    loop {
        let (next, entries): (String, HashMap<String, String>) = redis::cmd(command)
            .arg(key)
            .arg(&cursor)
            .arg("COUNT")
            .arg(PORTION)
            .query_async(&mut app.redis.connection())
            .await?;
        all.extend(entries);
        if next == "0" {
            return Ok(all);
        }
        cursor = next;
    }
}

/// Six parts; the tuple of the client would take a list as one part only.
fn tuple(answer: Value) -> Result<Parts, Error> {
    let Value::Array(parts) = answer else {
        return Err(Error::bug("a dump is a list"));
    };
    let mut parts = parts.into_iter();
    let mut next = move || parts.next().unwrap_or(Value::Nil);
    Ok((
        read(next())?,
        read(next())?,
        read(next())?,
        read_list(next())?,
        read(next())?,
        category_parts(next())?,
    ))
}

fn read_list<T: FromRedisValue>(value: Value) -> Result<Vec<T>, Error> {
    let Value::Array(items) = value else {
        return Err(Error::bug("a part of the dump is no list"));
    };
    items.into_iter().map(read).collect()
}

fn category_parts(value: Value) -> Result<Vec<CategoryParts>, Error> {
    let categories: Vec<Vec<Value>> = read_list(value)?;
    categories
        .into_iter()
        .map(|parts| {
            let mut parts = parts.into_iter();
            let mut next = move || parts.next().unwrap_or(Value::Nil);
            Ok((
                read(next())?,
                read(next())?,
                read(next())?,
                read_list(next())?,
            ))
        })
        .collect()
}

fn parse(event: EventId, parts: Parts) -> Option<Dump> {
    let (_, counters, own, unpaid, sold, categories) = parts;
    let unpaid = unpaid.iter().map(|line| parse_unpaid(line));
    let sold = sold.iter().map(|(id, entry)| parse_sold(event, id, entry));
    let categories = categories.into_iter().map(|(no, lengths, rows, fits)| {
        Some(Category {
            no: no.parse().ok()?,
            lengths,
            rows,
            fits,
        })
    });
    Some(Dump {
        counters,
        own,
        unpaid: unpaid.collect::<Option<_>>()?,
        sold: sold.collect::<Option<_>>()?,
        categories: categories.collect::<Option<_>>()?,
    })
}

/// `{id, s, o, c, r, f, k, or}`
fn parse_unpaid(line: &[String]) -> Option<Unpaid> {
    let [id, _, owner, c, row, first, k, order] = line else {
        return None;
    };
    let first: u16 = first.parse().ok()?;
    Some(Unpaid {
        hold: id.parse().ok()?,
        owner: owner.parse().ok()?,
        order: order.parse().ok(),
        category_no: c.parse().ok()?,
        seats: seats(row.parse().ok()?, first, &"1".repeat(k.parse().ok()?)),
    })
}

/// `category row first mask owner order at`
fn parse_sold(event: EventId, id: &str, entry: &str) -> Option<Sold> {
    let words: Vec<&str> = entry.split(' ').collect();
    let [c, row, first, mask, owner, order, at] = *words.as_slice() else {
        return None;
    };
    Some(Sold {
        held: HeldSeats {
            hold: id.parse().ok()?,
            order: order.parse().ok()?,
            owner: owner.parse().ok()?,
            event,
            category_no: c.parse().ok()?,
            seats: seats(row.parse().ok()?, first.parse().ok()?, mask),
        },
        at_ms: at.parse().ok()?,
    })
}

fn seats(row: u32, first: u16, mask: &str) -> Vec<SeatRef> {
    (first..)
        .zip(mask.bytes())
        .filter(|(_, bit)| *bit == b'1')
        .map(|(position, _)| SeatRef { row, position })
        .collect()
}
