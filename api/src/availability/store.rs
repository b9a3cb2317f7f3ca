//! The durable side of the inventory: epochs, seat plans, claims.

use ticket_core::ids::EventId;
use ticket_core::venue::{SeatPlan, SeatRef};
use tokio_postgres::Row;
use uuid::Uuid;

use super::inventory::HeldSeats;
use crate::platform::db::{Conn, Db, Sql};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &FIND_EPOCH,
    &NEXT_EPOCH,
    &GET_PLAN,
    &LIST_CLAIMS,
    &LIST_EVENTS,
];

const FIND_EPOCH: Sql = sql!(
    "availability.find_epoch",
    "SELECT inventory_epoch FROM events WHERE id = $1"
);

const GET_PLAN: Sql = sql!(
    "availability.get_plan",
    "SELECT e.inventory_epoch, p.plan FROM events e JOIN seat_plans p ON p.id = e.seat_plan_id
     WHERE e.id = $1"
);

const NEXT_EPOCH: Sql = sql!(
    "availability.next_epoch",
    "UPDATE events SET inventory_epoch = $2 + 1 WHERE id = $1 AND inventory_epoch = $2"
);

const LIST_CLAIMS: Sql = sql!(
    "availability.list_claims",
    "SELECT c.hold_id, c.order_id, o.user_id, c.category_no, c.row_no,
            array_agg(c.seat_no ORDER BY c.seat_no) AS seat_nos, o.state = 'paid' AS is_paid
     FROM seat_claims c
     JOIN orders o ON o.id = c.order_id
     WHERE c.event_id = $1
     GROUP BY 1, 2, 3, 4, 5, o.state"
);

const LIST_EVENTS: Sql = sql!(
    "availability.list_events",
    "SELECT id FROM events WHERE inventory_epoch > 0 AND ($1::uuid IS NULL OR id > $1)
     ORDER BY id LIMIT $2"
);

/// The seats one hold has claimed.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) held: HeldSeats,
    pub(super) is_paid: bool,
}

pub(super) async fn find_epoch(conn: &Conn, event: EventId) -> Result<Option<i64>, Error> {
    let row = conn.query_opt(&FIND_EPOCH, &[&event.as_uuid()]).await?;
    Ok(row.map(|row| row.get("inventory_epoch")))
}

/// Counts the epoch up and reads the plan; `None` when another load did so at the same time.
pub(super) async fn next_epoch(db: &Db, event: EventId) -> Result<Option<(i64, SeatPlan)>, Error> {
    let id = event.as_uuid();
    db.write("availability.next_epoch", async |tx| {
        let row = tx.query_opt(&GET_PLAN, &[&id]).await?;
        let row = row.ok_or_else(Error::not_found)?;
        let epoch: i64 = row.get("inventory_epoch");
        let plan = serde_json::from_value(row.get("plan")).map_err(Error::bug)?;
        let counted = tx.execute(&NEXT_EPOCH, &[&id, &epoch]).await? == 1;
        Ok(counted.then_some((epoch + 1, plan)))
    })
    .await
}

pub(super) async fn list_claims(conn: &Conn, event: EventId) -> Result<Vec<Claim>, Error> {
    let rows = conn.query(&LIST_CLAIMS, &[&event.as_uuid()]).await?;
    rows.iter().map(|row| claim(event, row)).collect()
}

fn claim(event: EventId, row: &Row) -> Result<Claim, Error> {
    let row_no = u32::try_from(row.get::<_, i32>("row_no")).map_err(Error::bug)?;
    let seats: Result<Vec<SeatRef>, Error> = row
        .get::<_, Vec<i16>>("seat_nos")
        .into_iter()
        .map(|position| {
            let position = u16::try_from(position).map_err(Error::bug)?;
            Ok(SeatRef {
                row: row_no,
                position,
            })
        })
        .collect();
    Ok(Claim {
        held: HeldSeats {
            hold: row.get::<_, Uuid>("hold_id").into(),
            order: row.get::<_, Uuid>("order_id").into(),
            owner: row.get::<_, Uuid>("user_id").into(),
            event,
            category_no: u8::try_from(row.get::<_, i16>("category_no")).map_err(Error::bug)?,
            seats: seats?,
        },
        is_paid: row.get("is_paid"),
    })
}

/// Loaded events after this one, by id: the reconciler goes round them.
pub(super) async fn list_events(
    conn: &Conn,
    after: Option<EventId>,
    limit: i64,
) -> Result<Vec<EventId>, Error> {
    let after = after.map(|event| event.as_uuid());
    let rows = conn.query(&LIST_EVENTS, &[&after, &limit]).await?;
    Ok(rows
        .iter()
        .map(|row| row.get::<_, Uuid>("id").into())
        .collect())
}
