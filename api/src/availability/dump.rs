//! What Redis says about one event: everything at one moment for the audit, or who has which seats
//! for the reconciler, read in small portions so that nobody's sale waits for it.

use std::collections::{BTreeSet, HashMap, HashSet};

use redis::{FromRedisValue, Value};
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::venue::SeatRef;
use uuid::Uuid;

use super::entry::{Stage, entries, look_again};
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
    pub(super) holdings: Holdings,
    /// People who will be looked at again, and the first moment at which one will.
    pub(super) awaited: HashSet<UserId>,
    pub(super) earliest_ms: Option<i64>,
    pub(super) categories: Vec<Category>,
}

/// Who has which seats.
#[derive(Debug, Clone, Default)]
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

type CategoryParts = (String, Vec<u8>, HashMap<u32, String>, Vec<BTreeSet<u32>>);

pub(super) async fn dump(app: &App, event: EventId) -> Result<Dump, Error> {
    let answer = ask(app, event, &scripts::DUMP, &[]).await?;
    let Value::Array(parts) = answer else {
        return Err(unreadable());
    };
    let mut parts = parts.into_iter().skip(1);
    let mut next = move || parts.next().unwrap_or(Value::Nil);
    let counters = read(next())?;
    let mut holdings = Holdings::default();
    for (owner, record) in read::<HashMap<Vec<u8>, Vec<u8>>>(next())? {
        holdings.add(event, &owner, &record)?;
    }
    let (mut awaited, mut earliest_ms) = (HashSet::new(), None);
    for entry in read_list::<Vec<u8>>(next())? {
        let (at_ms, owners) = look_again(&entry).ok_or_else(unreadable)?;
        awaited.extend(owners);
        earliest_ms = Some(earliest_ms.map_or(at_ms, |earliest: i64| earliest.min(at_ms)));
    }
    Ok(Dump {
        counters,
        holdings,
        awaited,
        earliest_ms,
        categories: categories(next())?,
    })
}

/// Whatever was there all the while is found; what comes or goes meanwhile may be or not.
pub(super) async fn holdings(app: &App, event: EventId) -> Result<Holdings, Error> {
    // Makes sure that the event is loaded, and frees what has expired.
    ask(app, event, &scripts::COUNT, &[]).await?;
    let key = keys::people(&app.redis, event);
    // A person may be told twice, as they were before and after a change.
    let mut people: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
    let mut cursor = String::from("0");
    loop {
        let (next, some): (String, HashMap<Vec<u8>, Vec<u8>>) = redis::cmd("HSCAN")
            .arg(&key)
            .arg(&cursor)
            .arg("COUNT")
            .arg(PORTION)
            .query_async(&mut app.redis.connection())
            .await?;
        people.extend(some);
        if next == "0" {
            break;
        }
        cursor = next;
    }
    let mut holdings = Holdings::default();
    for (owner, record) in &people {
        holdings.add(event, owner, record)?;
    }
    Ok(holdings)
}

impl Holdings {
    fn add(&mut self, event: EventId, owner: &[u8], record: &[u8]) -> Result<(), Error> {
        let owner = UserId::from_uuid(Uuid::from_slice(owner).map_err(Error::bug)?);
        for entry in entries(record).ok_or_else(unreadable)? {
            let order = match entry.stage {
                Stage::Held { .. } => None,
                Stage::Kept { order, .. } => Some(order),
                Stage::Sold { .. } | Stage::Ended { .. } => {
                    let sold = entry.sold(event, owner);
                    self.sold
                        .extend(sold.map(|(held, at_ms)| Sold { held, at_ms }));
                    continue;
                }
            };
            self.unpaid.push(Unpaid {
                hold: entry.hold,
                owner,
                order,
                category_no: entry.category_no,
                seats: entry.places.seats(),
            });
        }
        Ok(())
    }
}

fn unreadable() -> Error {
    Error::bug("the inventory's dump cannot be read")
}

fn read_list<T: FromRedisValue>(value: Value) -> Result<Vec<T>, Error> {
    let Value::Array(items) = value else {
        return Err(Error::bug("a part of the dump is no list"));
    };
    items.into_iter().map(read).collect()
}

fn categories(value: Value) -> Result<Vec<Category>, Error> {
    let category = |parts: Vec<Value>| {
        let mut parts = parts.into_iter();
        let mut next = move || parts.next().unwrap_or(Value::Nil);
        let (no, lengths, rows, fits): CategoryParts = (
            read(next())?,
            read(next())?,
            read(next())?,
            read_list(next())?,
        );
        Ok(Category {
            no: no.parse().map_err(Error::bug)?,
            lengths,
            rows,
            fits,
        })
    };
    read_list(value)?.into_iter().map(category).collect()
}
