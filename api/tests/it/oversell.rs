//! The rush in small: 200 people, 50 seats, Duo and Family mixed, from hold to ticket.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use api::audit;
use serde_json::{Value, json};
use test_support::Answer;
use uuid::Uuid;

use crate::shop::{Buyer, Shop, order_body};

const BUYERS: usize = 200;
const SEATS: u32 = 50;
/// Accounts are opened so many at a time.
const TOGETHER: usize = 25;

/// Asks for seats and orders them; the order, `None` when nothing was left.
async fn try_to_order(buyer: &Buyer<'_>, formula: &str, seats: usize) -> Option<Value> {
    let (hold, order) = (Uuid::new_v4(), Uuid::new_v4());
    let wish = json!({ "event": buyer.shop.event, "category": "A", "formula": formula });
    let path = format!("/api/v1/holds/{hold}");
    let answer = patiently(async || buyer.client.put(&path, &wish).await).await;
    if answer.status == 409 {
        assert_eq!(answer.code(), "sold_out");
        return None;
    }
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    let body = order_body(&[hold], seats);
    let answer = patiently(async || buyer.put_order(order, &body).await).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    Some(answer.json())
}

/// A service that sheds load is asked again with the same id, as it says.
async fn patiently(ask: impl AsyncFn() -> Answer) -> Answer {
    for _ in 0..100 {
        let answer = ask().await;
        if answer.status != 503 {
            return answer;
        }
        actix_web::rt::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the service never came back");
}

/// Rows of seats by order, as the database has them.
async fn seats_by_order(shop: &Shop) -> BTreeMap<String, Vec<(i32, i16)>> {
    let owner = shop.app.database.owner().await;
    let sql = "SELECT order_id::text, row_no, seat_no FROM order_lines ORDER BY 1, 2, 3";
    let mut orders: BTreeMap<String, Vec<(i32, i16)>> = BTreeMap::new();
    for row in owner.query(sql, &[]).await.unwrap() {
        orders
            .entry(row.get(0))
            .or_default()
            .push((row.get(1), row.get(2)));
    }
    orders
}

#[actix_web::test]
async fn of_200_buyers_of_50_seats_nobody_gets_a_seat_of_another_and_parties_sit_together() {
    let shop = Shop::open(SEATS).await;
    let mut buyers = Vec::new();
    while buyers.len() < BUYERS {
        let group = (0..TOGETHER).map(|_| shop.spectator());
        buyers.extend(futures_util::future::join_all(group).await);
    }
    let tries = buyers
        .iter()
        .enumerate()
        .map(|(number, buyer)| match number % 3 {
            0 => try_to_order(buyer, "family", 4),
            _ => try_to_order(buyer, "duo", 2),
        });
    let orders = futures_util::future::join_all(tries).await;
    let mut sold = 0;
    for (buyer, order) in buyers.iter().zip(&orders) {
        if let Some(order) = order {
            let _ = buyer.at_bank(order, &[("decision", "accept")]).await;
            sold += order["lines"].as_array().unwrap().len();
        }
    }
    shop.app.settle().await;

    assert!(sold <= 50, "{sold} seats were sold");
    assert!(
        sold >= 48,
        "only {sold} of 50 were sold to 200 who wanted them"
    );
    let orders = seats_by_order(&shop).await;
    let all: Vec<_> = orders.values().flatten().collect();
    assert_eq!(all.len(), sold);
    assert_eq!(
        all.iter().collect::<HashSet<_>>().len(),
        sold,
        "every seat once"
    );
    for seats in orders.values() {
        let side_by_side =
            |pair: &[(i32, i16)]| pair[0].0 == pair[1].0 && pair[0].1 + 1 == pair[1].1;
        assert!(seats.windows(2).all(side_by_side), "{seats:?}");
    }
    let tickets = shop
        .ask("SELECT count(*)::text FROM tickets WHERE state = 'sent'")
        .await;
    assert_eq!(tickets, sold.to_string());
    let findings = audit::run(&shop.app.app).await.unwrap();
    let bad: Vec<Value> = findings
        .iter()
        .filter(|f| f.violations > 0)
        .map(|f| json!(f))
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[actix_web::test]
async fn many_who_race_for_few_seats_never_share_one() {
    let shop = Shop::open(6).await;
    let mut buyers = Vec::new();
    for _ in 0..8 {
        buyers.push(shop.spectator().await);
    }
    let tries = buyers.iter().map(|buyer| async {
        let id = Uuid::new_v4();
        let body = json!({ "event": shop.event, "category": "A", "formula": "duo" });
        let held = buyer
            .client
            .put(&format!("/api/v1/holds/{id}"), &body)
            .await;
        if held.status != 201 {
            assert_eq!(held.code(), "sold_out");
            return 0;
        }
        let order = Uuid::new_v4();
        let placed = buyer.put_order(order, &order_body(&[id], 2)).await;
        let order = placed.expect(201).json();
        let _ = buyer.at_bank(&order, &[("decision", "accept")]).await;
        1
    });
    let sold: i32 = futures_util::future::join_all(tries).await.iter().sum();
    shop.app.settle().await;
    assert_eq!(sold, 3);
    assert_eq!(shop.counts().await, (0, 0, 6));
    let sent = "SELECT count(*)::text FROM tickets WHERE state = 'sent'";
    assert_eq!(shop.ask(sent).await, "6");
    let series = "SELECT string_agg(serial::text, ' ' ORDER BY serial) FROM tickets";
    assert_eq!(shop.ask(series).await, "1 2 3 4 5 6");
}
