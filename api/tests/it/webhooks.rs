//! Webhooks that come together: those that pay are settled together, each of the others goes its
//! own way, and none suffers from its neighbour.

use futures_util::future::join_all;
use ring::hmac;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use test_support::{Answer, Proxy};

use crate::shop::{Buyer, Shop};

/// What the bank would tell of an order's payment: this amount was captured.
fn capture(shop: &Shop, order: &Value, amount_cents: i64) -> String {
    let id = order["id"].as_str().unwrap();
    let reference = format!("pay_{}", id.replace('-', ""));
    json!({
        "id": format!("evt_{id}"),
        "type": "payment.captured",
        "created_at": shop.app.clock.now(),
        "payment": {
            "ref": reference, "state": "captured", "amount_cents": amount_cents,
            "currency": "EUR", "payment_url": "", "refund_ref": null,
        },
    })
    .to_string()
}

/// As the bank signs what it tells.
fn sign(shop: &Shop, body: &str) -> String {
    let second = shop.app.clock.now().as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"sandbox-secret");
    let digest = hmac::sign(&key, format!("{second}.{body}").as_bytes());
    let hex = |hex: String, byte: &u8| hex + &format!("{byte:02x}");
    let hex = digest.as_ref().iter().fold(String::new(), hex);
    format!("t={second},v1={hex}")
}

async fn tell(shop: &Shop, body: &str) -> Answer {
    let signature = sign(shop, body);
    let client = shop.app.client();
    let request = client
        .request(reqwest::Method::POST, "/webhooks/sandbox")
        .header("Guichet-Bank-Signature", &signature)
        .body(body.to_owned());
    client.send(request).await
}

async fn count(shop: &Shop, table: &str, condition: &str) -> String {
    shop.ask(&format!(
        "SELECT count(*)::text FROM {table} WHERE {condition}"
    ))
    .await
}

/// The serials of each event run from 1 to the number of its tickets.
async fn assert_unbroken(shop: &Shop) {
    let broken = "SELECT count(*)::text FROM (SELECT event_id FROM tickets GROUP BY event_id
        HAVING max(serial) <> count(*) OR min(serial) <> 1) AS broken";
    assert_eq!(shop.ask(broken).await, "0");
}

async fn solos(buyers: &[Buyer<'_>], each: usize) -> Vec<Value> {
    let mut orders = Vec::new();
    for buyer in buyers {
        for _ in 0..each {
            orders.push(buyer.order("solo").await);
        }
    }
    orders
}

async fn spectators(shop: &Shop, number: usize) -> Vec<Buyer<'_>> {
    let mut buyers = Vec::new();
    for _ in 0..number {
        buyers.push(shop.spectator().await);
    }
    buyers
}

#[actix_web::test]
async fn fifty_webhooks_at_once_are_all_issued_in_one_unbroken_series() {
    let shop = Shop::open(60).await;
    let buyers = spectators(&shop, 10).await;
    let orders = solos(&buyers, 5).await;
    let bodies: Vec<_> = orders
        .iter()
        .map(|order| capture(&shop, order, 2500))
        .collect();
    // Half of them are told twice at the same moment.
    let doubled = bodies.iter().chain(bodies.iter().step_by(2));
    for answer in join_all(doubled.map(|body| tell(&shop, body))).await {
        let _ = answer.expect(200);
    }
    // Nothing else has run yet.
    assert_eq!(count(&shop, "tickets", "true").await, "50");
    assert_eq!(count(&shop, "orders", "state = 'paid'").await, "50");
    assert_unbroken(&shop).await;
    shop.app.settle().await;
    assert_eq!(count(&shop, "tickets", "state = 'sent'").await, "50");
    assert_eq!(count(&shop, "payment_inbox", "true").await, "50");
    assert_eq!(shop.counts().await, (10, 0, 50));
    for buyer in &buyers {
        assert_eq!(buyer.tickets().await.len(), 5);
        assert_eq!(shop.mails(&buyer.email, "Your tickets").await.len(), 5);
    }
}

#[actix_web::test]
async fn what_is_not_the_plain_case_goes_its_own_way_and_harms_no_neighbour() {
    let shop = Shop::open(40).await;
    let buyers = spectators(&shop, 4).await;
    let good = solos(&buyers, 4).await;
    let lost = [("decision", "accept"), ("webhook", "lost")];
    let odd = shop.spectator().await;

    let cheap = odd.order("solo").await;
    let page = cheap["payment_url"].as_str().unwrap();
    let _ = odd.client.get(page).await.expect(200);
    shop.execute("UPDATE sandbox_bank_payments SET amount_cents = 1")
        .await;
    let _ = odd.at_bank(&cheap, &lost).await;

    shop.bank_faults(json!({ "ignores_expiry": true })).await;
    let cancelled = odd.order("solo").await;
    let path = format!(
        "/api/v1/orders/{}/cancel",
        cancelled["id"].as_str().unwrap()
    );
    let _ = odd.client.post(&path, &json!({})).await.expect(200);
    let _ = odd.at_bank(&cancelled, &lost).await;

    let mut bodies: Vec<_> = good
        .iter()
        .map(|order| capture(&shop, order, 2500))
        .collect();
    bodies.insert(3, capture(&shop, &cheap, 1));
    bodies.insert(9, capture(&shop, &cancelled, 2500));
    let unknown = json!({ "id": "evt_of_another_kind", "news": "nothing" });
    bodies.insert(12, unknown.to_string());
    for answer in join_all(bodies.iter().map(|body| tell(&shop, body))).await {
        let _ = answer.expect(200);
    }
    assert_eq!(count(&shop, "tickets", "true").await, "16");
    assert_unbroken(&shop).await;
    shop.app.settle().await;
    assert_eq!(count(&shop, "tickets", "state = 'sent'").await, "16");
    for (order, cause) in [(&cheap, "wrong_amount"), (&cancelled, "order_cancelled")] {
        let now = odd.order_now(order).await;
        assert_eq!(now["payment"]["state"], "refunded");
        assert_eq!(now["payment"]["refund_cause"], cause);
    }
    assert_eq!(odd.tickets().await.len(), 0);
    let waiting = "processed_at IS NULL";
    assert_eq!(count(&shop, "payment_inbox", waiting).await, "1");
}

#[actix_web::test]
async fn a_batch_that_cannot_be_written_is_kept_and_each_of_it_goes_its_own_way() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let orders = solos(std::slice::from_ref(&buyer), 3).await;
    let spoilt = orders[1]["id"].as_str().unwrap();
    // A name that no longer opens.
    let spoil = format!(
        "SET session_replication_role = replica;
         UPDATE orders SET lines = (
             SELECT json_agg(line::jsonb || jsonb_build_object('first', line->'last'))
             FROM json_array_elements(lines) AS line)
         WHERE id = '{spoilt}'"
    );
    shop.execute(&spoil).await;
    let bodies: Vec<_> = orders
        .iter()
        .map(|order| capture(&shop, order, 2500))
        .collect();
    for answer in join_all(bodies.iter().map(|body| tell(&shop, body))).await {
        let _ = answer.expect(200);
    }
    shop.app.settle().await;
    assert_eq!(count(&shop, "orders", "state = 'paid'").await, "2");
    assert_eq!(count(&shop, "tickets", "true").await, "2");
    assert_unbroken(&shop).await;
    let waiting = "processed_at IS NULL";
    assert_eq!(count(&shop, "payment_inbox", waiting).await, "1");
}

#[actix_web::test]
async fn without_postgresql_the_webhook_is_refused_for_now_and_its_repetition_pays() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let body = capture(&shop, &order, 5000);

    let url = shop.app.app.config.database_url.expose_secret();
    let (before, rest) = url.split_once('@').unwrap();
    let (address, database) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(address.to_owned()).await;
    let through = format!("{before}@{}/{database}", proxy.address);
    let mut config = shop.app.app.config.clone();
    config.database_url = through.into();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let app = api::app::App::new(config, shop.app.clock.clone()).unwrap();
    let server = api::commands::serve::server(app, vec![listener]).unwrap();
    actix_web::rt::spawn(server);

    let signature = sign(&shop, &body);
    let client = test_support::Client::new(&format!("http://{address}"));
    let tell = async || {
        let request = client
            .request(reqwest::Method::POST, "/webhooks/sandbox")
            .header("Guichet-Bank-Signature", &signature)
            .body(body.clone());
        client.send(request).await
    };
    proxy.cut();
    let refused = tell().await.expect(503);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(count(&shop, "tickets", "true").await, "0");
    proxy.mend();
    let _ = tell().await.expect(200);
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
    shop.app.settle().await;
    assert_eq!(count(&shop, "tickets", "state = 'sent'").await, "2");
    assert_eq!(shop.counts().await, (18, 0, 2));
}
