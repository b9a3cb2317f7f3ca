//! An event on sale with rows of a given length, straight into the tables, loaded in Redis; and
//! claims as an order would make them.

use std::fmt::Write;

use api::availability::{self, HeldSeats};
use serde_json::json;
use ticket_core::formula::Formula;
use ticket_core::hold::{Hold, HoldRequest};
use ticket_core::ids::{CategoryCode, EventId, HoldId, OrderId, UserId};
use ticket_core::venue::SeatRef;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::harness::TestApp;

pub(crate) struct Hall {
    pub(crate) event: EventId,
    pub(crate) code: String,
}

impl Hall {
    /// One category, `A`, at 25 euros.
    pub(crate) async fn open(app: &TestApp, rows: &[u16]) -> Self {
        let event = Uuid::new_v4();
        let code = format!("T{}", &event.simple().to_string()[..8].to_uppercase());
        let row =
            |(no, seats): (usize, &u16)| json!({ "row": (no + 1).to_string(), "seats": seats });
        let rows: Vec<_> = rows.iter().enumerate().map(row).collect();
        let capacity: i64 = rows.iter().filter_map(|row| row["seats"].as_i64()).sum();
        let plan = json!({
            "categories": [{ "code": "A", "sections": [{ "name": "S", "seated": rows }] }]
        });
        let text = json!({ "fr": "Essai", "en": "Test" });
        let owner = app.database.owner().await;
        let sql = format!(
            "INSERT INTO sports (code, name) VALUES ('TST', '{text}') ON CONFLICT DO NOTHING;
             INSERT INTO venues (id, code, name, city, capacity)
                 VALUES ('{event}', '{code}', 'Hall', 'Paris', {capacity});
             INSERT INTO seat_plans (id, digest, plan) VALUES ('{event}', '{code}', '{plan}');
             INSERT INTO events (id, code, sport_code, venue_id, seat_plan_id, title, programme,
                     starts_at, ends_at, utc_offset_seconds, sale_opens_at, sale_closes_at,
                     capacity, updated_at)
                 VALUES ('{event}', '{code}', 'TST', '{event}', '{event}', '{text}', '{text}',
                     now() + interval '9 days', now() + interval '10 days', 7200,
                     now() - interval '1 day', now() + interval '9 days', {capacity}, now());
             INSERT INTO categories (event_id, category_no, code, capacity, price_cents)
                 VALUES ('{event}', 0, 'A', {capacity}, 2500)"
        );
        owner.batch_execute(&sql).await.unwrap();
        api::catalogue::refresh(&app.app).await.unwrap();
        let event = EventId::from_uuid(event);
        availability::load(&app.app, event).await.unwrap();
        Self { event, code }
    }

    /// A request of a person of their own.
    pub(crate) fn request(&self, formula: Formula) -> HoldRequest {
        HoldRequest {
            id: HoldId::from_uuid(Uuid::new_v4()),
            owner: UserId::from_uuid(Uuid::new_v4()),
            event: self.event,
            category: CategoryCode::parse("A").unwrap(),
            formula,
            seats: None,
        }
    }

    /// Free, held, taken.
    pub(crate) async fn counts(&self, app: &TestApp) -> (u32, u32, u32) {
        let counts = availability::of_event(&app.app, self.event).await.unwrap();
        let count = counts.first().unwrap();
        assert_eq!(count.free + count.held + count.taken, count.capacity);
        (count.free, count.held, count.taken)
    }

    pub(crate) async fn assert_clean(&self, app: &TestApp) {
        let found = availability::audit(&app.app, self.event).await.unwrap();
        assert_eq!(found, Vec::<String>::new());
    }
}

/// What an order of this hold remembers.
pub(crate) fn held_seats(hold: &Hold) -> HeldSeats {
    HeldSeats {
        hold: hold.id,
        order: OrderId::from_uuid(Uuid::new_v4()),
        owner: hold.owner,
        event: hold.event,
        category_no: 0,
        seats: hold.seats.clone(),
    }
}

/// Writes the paid order and its claims, without the people and payments around them.
pub(crate) async fn claim_in_postgresql(owner: &Client, held: &HeldSeats) {
    let HeldSeats {
        hold,
        order,
        owner: user,
        event,
        category_no,
        seats,
    } = held;
    let line = |(no, seat): (usize, &SeatRef)| {
        json!({
            "no": no + 1, "hold": hold, "event": event, "category": category_no, "row": seat.row,
            "seat": seat.position, "formula": "duo", "label": {}, "cents": 1, "first": "",
            "last": "",
        })
    };
    let lines: Vec<_> = seats.iter().enumerate().map(line).collect();
    let (lines, count) = (json!(lines), seats.len());
    let mut sql = format!(
        "SET session_replication_role = replica;
         INSERT INTO orders (id, number, user_id, content_digest, locale, lines, seats, event_id,
                 amount_cents, currency, state, created_at, terms_accepted_at, pay_before, paid_at)
             VALUES ('{order}', '{order}', '{user}', '', 'en', '{lines}', {count}, '{event}', 1,
                 'EUR', 'paid', now(), now(), now(), now());"
    );
    for seat in seats {
        let (row, position) = (seat.row, seat.position);
        let _ = write!(
            sql,
            "INSERT INTO seat_claims VALUES
                 ('{event}', {category_no}, {row}, {position}, '{order}', now(), '{hold}');"
        );
    }
    owner.batch_execute(&sql).await.unwrap();
}
