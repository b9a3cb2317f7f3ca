//! The rush in small: 200 people, 50 seats, Duo and Family mixed, from hold to ticket.

use std::collections::{BTreeMap, HashSet};

use api::audit;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shop::{Buyer, Shop, order_body};

const BUYERS: usize = 200;
const SEATS: u32 = 50;
/// Accounts are opened so many at a time.
const TOGETHER: usize = 25;

/// Tries to buy; seats it got, 0 when nothing was left.
async fn try_to_buy(buyer: &Buyer<'_>, formula: &str, seats: usize) -> usize {
    let hold = Uuid::new_v4();
    let wish = json!({ "event": buyer.shop.event, "category": "A", "formula": formula });
    let path = format!("/api/v1/holds/{hold}");
    let answer = buyer.client.put(&path, &wish).await;
    if answer.status != 201 {
        assert_eq!((answer.status, answer.code()), (409, "sold_out".to_owned()));
        return 0;
    }
    let order = place_patiently(buyer, &order_body(&[hold], seats)).await;
    let _ = buyer.at_bank(&order, &[("decision", "accept")]).await;
    seats
}

/// Places an order; a service that sheds load is asked again with the same id, as it says.
async fn place_patiently(buyer: &Buyer<'_>, body: &Value) -> Value {
    let order = Uuid::new_v4();
    for _ in 0..50 {
        let placed = buyer.put_order(order, body).await;
        if placed.status != 503 {
            assert!([200, 201].contains(&placed.status), "{}", placed.text());
            return placed.json();
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(200)).await;
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
            0 => try_to_buy(buyer, "family", 4),
            _ => try_to_buy(buyer, "duo", 2),
        });
    let sold: usize = futures_util::future::join_all(tries).await.iter().sum();
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
