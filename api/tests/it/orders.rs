//! Placing orders: the seats become claims, all or none, whatever fails on the way.

use std::time::Duration;

use api::holds;
use serde_json::json;
use test_support::Proxy;
use ticket_core::ids::{HoldId, OrderId, UserId};
use uuid::Uuid;

use crate::shop::{Shop, order_body};

#[actix_web::test]
async fn a_duo_is_held_ordered_paid_issued_and_sent() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    assert_eq!(order["state"], "awaiting_payment");
    assert_eq!(order["amount_cents"], 5000);
    assert_eq!(order["currency"], "EUR");
    assert_eq!(order["lines"].as_array().unwrap().len(), 2);
    assert_eq!(order["lines"][1]["holder"]["first_name"], "Ada2");
    assert_eq!(shop.counts().await, (18, 2, 0));

    let page = buyer
        .client
        .get(order["payment_url"].as_str().unwrap())
        .await
        .expect(200);
    assert!(page.text().contains("€50"), "{}", page.text());
    let back = buyer.at_bank(&order, &[("decision", "accept")]).await;
    let id = order["id"].as_str().unwrap();
    assert!(
        back.location().ends_with(&format!("/orders/{id}/return")),
        "{}",
        back.location()
    );
    shop.app.settle().await;

    let paid = buyer.order_now(&order).await;
    assert_eq!(paid["state"], "paid");
    assert_eq!(paid["payment_url"], json!(null));
    assert_eq!(shop.counts().await, (18, 0, 2));
    let tickets = buyer.tickets().await;
    assert_eq!(tickets.len(), 2);
    for ticket in &tickets {
        assert_eq!(ticket["state"], "sent");
        assert_eq!(ticket["released"], true);
        assert_eq!(ticket["holder"]["last_name"], "Lovelace");
    }
    let mails = shop.mails(&buyer.email, "Your tickets").await;
    assert_eq!(mails.len(), 1);
    let attachments = mails[0]["attachments"].as_array().unwrap();
    assert_eq!(attachments.len(), 1);
    assert_eq!(attachments[0]["content_type"], "application/pdf");
    // %PDF- in base64.
    let pdf = attachments[0]["base64"].as_str().unwrap();
    assert!(pdf.starts_with("JVBERi"), "{}", &pdf[..20]);
    assert!(mails[0]["text"].as_str().unwrap().contains("Ada1 Lovelace"));
}

#[actix_web::test]
async fn the_same_order_again_is_the_same_order_and_other_content_is_refused() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let (id, hold) = (Uuid::new_v4(), buyer.hold("duo").await);
    let body = order_body(&[hold], 2);
    let first = buyer.put_order(id, &body).await.expect(201).json();
    let second = buyer.put_order(id, &body).await.expect(200).json();
    assert_eq!(first, second);

    let mut other = body.clone();
    other["holders"][0]["first_name"] = json!("Eve");
    let refused = buyer.put_order(id, &other).await.expect(409);
    assert_eq!(refused.code(), "id_reused");
    // Another id for a hold that is in an order already.
    let refused = buyer.put_order(Uuid::new_v4(), &body).await.expect(409);
    assert_eq!(refused.code(), "hold_ordered");
    let stranger = shop.spectator().await;
    let refused = stranger.put_order(id, &body).await.expect(409);
    assert_eq!(refused.code(), "id_reused");
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "1");
    // The order stands for its one payment, until something happens to that.
    assert_eq!(shop.ask("SELECT count(*)::text FROM payments").await, "0");
    for _ in 0..2 {
        let _ = buyer.pay_again(&first).await.expect(200);
        assert_eq!(shop.ask("SELECT count(*)::text FROM payments").await, "1");
    }
}

#[actix_web::test]
async fn one_connection_is_enough_for_all_that_a_buyer_does() {
    // Who keeps one while asking for another would find none.
    let shop = Shop::open_with(20, &["--database-connections-max", "1"]).await;
    let buyer = shop.spectator().await;
    let (id, hold) = (Uuid::new_v4(), buyer.hold("duo").await);
    let body = order_body(&[hold], 2);
    let order = buyer.put_order(id, &body).await.expect(201).json();
    let _ = buyer.put_order(id, &body).await.expect(200);
    let other = order_body(&[buyer.hold("solo").await], 1);
    let _ = buyer.put_order(id, &other).await.expect(409);
    let _ = buyer.pay_again(&order).await.expect(200);
    let cancel = format!("/api/v1/orders/{id}/cancel");
    let _ = buyer.client.post(&cancel, &json!({})).await.expect(200);
    shop.app.settle().await;
    assert_eq!(shop.counts().await, (20, 0, 0));
}

#[actix_web::test]
async fn an_id_that_is_used_keeps_no_hold_that_its_order_does_not_have() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let (id, ordered) = (Uuid::new_v4(), buyer.hold("duo").await);
    let body = order_body(&[ordered], 2);
    let _ = buyer.put_order(id, &body).await.expect(201);
    let other = order_body(&[buyer.hold("solo").await], 1);
    let refused = buyer.put_order(id, &other).await.expect(409);
    assert_eq!(refused.code(), "id_reused");
    assert_eq!(shop.counts().await, (18, 2, 0), "only the order's are kept");
    // A stranger's order has no hold of this person either.
    let stranger = shop.spectator().await;
    let body = order_body(&[stranger.hold("solo").await], 1);
    let refused = stranger.put_order(id, &body).await.expect(409);
    assert_eq!(refused.code(), "id_reused");
    assert_eq!(shop.counts().await, (18, 2, 0));
    let again = order_body(&[buyer.hold("solo").await, ordered], 3);
    let refused = buyer.put_order(id, &again).await.expect(409);
    assert_eq!(refused.code(), "id_reused");
    assert_eq!(shop.counts().await, (18, 2, 0), "the order keeps its own");
}

#[actix_web::test]
async fn an_order_refused_for_one_hold_leaves_the_others_as_they_were() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let (first, second) = (buyer.hold("duo").await, buyer.hold("duo").await);
    let ordered = order_body(&[first], 2);
    let _ = buyer.put_order(Uuid::new_v4(), &ordered).await.expect(201);
    let both = order_body(&[second, first], 4);
    let refused = buyer.put_order(Uuid::new_v4(), &both).await.expect(409);
    assert_eq!(refused.code(), "hold_ordered");
    // The second is neither lost nor kept: it is ordered by itself, or ends when it would have.
    assert_eq!(shop.counts().await, (16, 4, 0));
    let body = order_body(&[second], 2);
    let _ = buyer.put_order(Uuid::new_v4(), &body).await.expect(201);
}

#[actix_web::test]
async fn a_wrong_number_of_names_loses_none_of_several_holds() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let holds = [buyer.hold("duo").await, buyer.hold("solo").await];
    let order = Uuid::new_v4();
    for names in [2, 4] {
        let body = order_body(&holds, names);
        let refused = buyer.put_order(order, &body).await.expect(422);
        assert_eq!(refused.code(), "holder_count");
    }
    assert_eq!(shop.counts().await, (17, 3, 0));
    let _ = buyer
        .put_order(order, &order_body(&holds, 3))
        .await
        .expect(201);
}

#[actix_web::test]
async fn a_hold_kept_for_an_order_that_was_never_written_is_named_again_as_that_order() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let hold = buyer.hold("duo").await;
    let order = Uuid::new_v4();
    let owner = shop.ask("SELECT id::text FROM users").await;
    let owner = UserId::from_uuid(owner.parse().unwrap());
    let kept = holds::find(&shop.app.app, HoldId::from_uuid(hold), owner).await;
    let until = shop.app.clock.now() + jiff::SignedDuration::from_mins(15);
    let id = OrderId::from_uuid(order);
    let done = holds::keep_until(&shop.app.app, &(&kept.unwrap()).into(), id, until).await;
    done.unwrap();
    let page = buyer.client.get("/basket").await.expect(200);
    assert!(page.text().contains(&order.to_string()), "{}", page.text());
    let body = order_body(&[hold], 2);
    let _ = buyer.put_order(order, &body).await.expect(201);
    let page = buyer.client.get("/basket").await.expect(200).text();
    assert!(
        page.contains(&format!("href=\"/orders/{order}/pay\"")),
        "{page}"
    );
}

#[actix_web::test]
async fn an_order_that_breaks_a_rule_is_refused_with_its_code() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let hold = buyer.hold("duo").await;
    let good = order_body(&[hold], 2);
    let refused = |answer: test_support::Answer, status: u16| answer.expect(status).code();

    let mut body = good.clone();
    body["accept_terms"] = json!(false);
    let answer = buyer.put_order(Uuid::new_v4(), &body).await;
    assert_eq!(refused(answer, 422), "terms_not_accepted");

    let answer = buyer
        .put_order(Uuid::new_v4(), &order_body(&[hold], 1))
        .await;
    assert_eq!(refused(answer, 422), "holder_count");

    let answer = buyer.put_order(Uuid::new_v4(), &order_body(&[], 0)).await;
    assert_eq!(refused(answer, 422), "hold_count");

    let answer = buyer
        .put_order(Uuid::new_v4(), &order_body(&[hold, hold], 4))
        .await;
    assert_eq!(refused(answer, 422), "invalid");

    let mut body = good.clone();
    body["holders"][1]["last_name"] = json!("  ");
    let answer = buyer.put_order(Uuid::new_v4(), &body).await;
    assert_eq!(refused(answer, 422), "invalid");

    let answer = buyer
        .put_order(Uuid::new_v4(), &order_body(&[Uuid::new_v4()], 2))
        .await;
    assert_eq!(refused(answer, 404), "unknown_hold");

    // Somebody else's hold.
    let stranger = shop.spectator().await;
    let answer = stranger.put_order(Uuid::new_v4(), &good).await;
    assert_eq!(refused(answer, 404), "unknown_hold");

    shop.app.clock.advance_seconds(601);
    let answer = buyer.put_order(Uuid::new_v4(), &good).await;
    assert_eq!(refused(answer, 410), "hold_expired");
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "0");

    let signed_out = shop.app.client();
    let path = format!("/api/v1/orders/{}", Uuid::new_v4());
    let answer = signed_out.put(&path, &good).await;
    assert_eq!(refused(answer, 401), "sign_in_required");
}

#[actix_web::test]
async fn a_seat_that_another_order_claimed_is_refused_whatever_the_inventory_says() {
    let shop = Shop::open(20).await;
    let (first, second) = (shop.spectator().await, shop.spectator().await);
    let order = first.order("duo").await;
    let hold = second.hold("duo").await;
    // As if Redis had lost the first order: its claim stands on a seat of the second's hold.
    let id = order["id"].as_str().unwrap();
    shop.execute(&format!(
        "INSERT INTO seat_claims SELECT event_id, category_no, row_no, seat_no + 2, order_id, now(),
             hold_id
         FROM order_lines WHERE order_id = '{id}' AND line_no = 1"
    ))
    .await;
    let body = order_body(&[hold], 2);
    let refused = second.put_order(Uuid::new_v4(), &body).await.expect(409);
    assert_eq!(refused.code(), "seats_taken");
    let orders = "SELECT count(*)::text FROM orders";
    assert_eq!(shop.ask(orders).await, "1");
    let payments = "SELECT count(first_provider)::text FROM orders";
    assert_eq!(shop.ask(payments).await, "1");
    let claims = "SELECT count(DISTINCT order_id)::text FROM seat_claims";
    assert_eq!(shop.ask(claims).await, "1");
}

#[actix_web::test]
async fn an_order_needs_no_answer_from_the_bank_and_is_paid_when_it_is_back() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let (id, hold) = (Uuid::new_v4(), buyer.hold("duo").await);
    let body = order_body(&[hold], 2);
    shop.bank_faults(json!({ "down_for_seconds": 60 })).await;
    let placed = buyer.put_order(id, &body).await.expect(201).json();
    assert_eq!(placed["state"], "awaiting_payment");
    assert!(placed["payment_url"].is_string(), "{placed}");

    shop.bank_faults(json!({})).await;
    let order = buyer.put_order(id, &body).await.expect(200).json();
    assert_eq!(order["payment_url"], placed["payment_url"]);
    let _ = buyer.at_bank(&order, &[("decision", "accept")]).await;
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
    assert_eq!(buyer.tickets().await.len(), 2);
}

#[actix_web::test]
async fn an_unpaid_order_expires_and_gives_its_seats_back() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("family").await;
    let back = buyer.at_bank(&order, &[("decision", "abandon")]).await;
    assert!(back.location().contains("/return"));
    shop.app.settle().await;
    // Walking away decides nothing: the page is still there.
    assert_eq!(
        buyer.order_now(&order).await["payment_url"],
        order["payment_url"]
    );
    shop.after_seconds(899).await;
    assert_eq!(shop.counts().await, (16, 4, 0));
    shop.after_seconds(1).await;
    let expired = buyer.order_now(&order).await;
    assert_eq!(expired["state"], "expired");
    assert_eq!(expired["payment"]["state"], "abandoned");
    assert_eq!(shop.counts().await, (20, 0, 0));
    let claims = shop.ask("SELECT count(*)::text FROM seat_claims").await;
    assert_eq!(claims, "0");
    let refused = buyer.pay_again(&order).await.expect(409);
    assert_eq!(refused.code(), "order_expired");
    // Everything once more changes nothing.
    shop.after_seconds(700).await;
    assert_eq!(shop.counts().await, (20, 0, 0));
    assert_eq!(buyer.order_now(&order).await, expired);
}

#[actix_web::test]
async fn an_order_expires_without_the_bank_too_when_patience_ends() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    shop.bank_faults(json!({ "down_for_seconds": 3600 })).await;
    shop.after_seconds(901).await;
    let state = buyer.order_now(&order).await["state"].clone();
    assert_eq!(state, "awaiting_payment");
    shop.after_seconds(300).await;
    assert_eq!(buyer.order_now(&order).await["state"], "expired");
    assert_eq!(shop.counts().await, (20, 0, 0));
}

#[actix_web::test]
async fn a_cancelled_order_gives_its_seats_back_at_once_and_cannot_be_paid() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let path = format!("/api/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    for _ in 0..2 {
        let cancelled = buyer.client.post(&path, &json!({})).await.expect(200);
        assert_eq!(cancelled.json()["state"], "cancelled");
    }
    shop.app.settle().await;
    assert_eq!(shop.counts().await, (20, 0, 0));
    let _ = buyer.at_bank(&order, &[("decision", "accept")]).await;
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "cancelled");

    let paid = buyer.buy("duo").await;
    let path = format!("/api/v1/orders/{}/cancel", paid["id"].as_str().unwrap());
    let refused = buyer.client.post(&path, &json!({})).await.expect(409);
    assert_eq!(refused.code(), "already_paid");
}

#[actix_web::test]
async fn orders_of_several_holds_and_events_are_one_payment() {
    let shop = Shop::open(20).await;
    shop.import("JUD002", 20, 1000).await;
    let buyer = shop.spectator().await;
    let holds = [
        buyer.hold("duo").await,
        buyer.hold_at("JUD002", "solo").await,
    ];
    let order = buyer
        .put_order(Uuid::new_v4(), &order_body(&holds, 3))
        .await
        .expect(201)
        .json();
    assert_eq!(order["amount_cents"], 6000);
    let _ = buyer.at_bank(&order, &[("decision", "accept")]).await;
    shop.app.settle().await;
    let tickets = buyer.tickets().await;
    assert_eq!(tickets.len(), 3);
    // One mail per event, since each has its own release.
    assert_eq!(shop.mails(&buyer.email, "Your tickets").await.len(), 2);
    let serials = "SELECT string_agg(e.code || t.serial, ' ' ORDER BY e.code, t.serial)
         FROM tickets t JOIN events e ON e.id = t.event_id";
    assert_eq!(shop.ask(serials).await, "JUD0011 JUD0012 JUD0021");
}

#[actix_web::test]
async fn what_costs_nothing_needs_no_bank() {
    let shop = Shop::open(20).await;
    shop.change("UPDATE categories SET price_cents = 0").await;
    let buyer = shop.spectator().await;
    let order = buyer.order("solo").await;
    assert_eq!(order["state"], "paid");
    assert_eq!(order["payment_url"], json!(null));
    shop.app.settle().await;
    assert_eq!(buyer.tickets().await[0]["state"], "sent");
    assert_eq!(shop.counts().await, (19, 0, 1));
}

#[actix_web::test]
async fn an_order_is_unknown_to_strangers() {
    let shop = Shop::open(20).await;
    let (buyer, stranger) = (shop.spectator().await, shop.spectator().await);
    let order = buyer.order("solo").await;
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    let answer = stranger.client.get(&path).await.expect(404);
    assert_eq!(answer.code(), "unknown_order");
    for verb in ["cancel", "pay"] {
        let path = format!("{path}/{verb}");
        let _ = stranger.client.post(&path, &json!({})).await.expect(404);
    }
    let list = |answer: test_support::Answer| {
        let orders = answer.expect(200).json()["orders"].clone();
        orders.as_array().unwrap().len()
    };
    assert_eq!(list(buyer.client.get("/api/v1/orders").await), 1);
    assert_eq!(list(stranger.client.get("/api/v1/orders").await), 0);
    let _ = buyer
        .client
        .get("/api/v1/orders/nonsense")
        .await
        .expect(400);
}

#[actix_web::test]
async fn without_redis_nothing_is_ordered_and_what_is_paid_is_issued_all_the_same() {
    let url = test_support::redis_url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (address, database) = rest.rsplit_once('/').unwrap_or((rest, ""));
    let (secret, address) = match address.rsplit_once('@') {
        Some((secret, address)) => (format!("{secret}@"), address),
        None => (String::new(), address),
    };
    let proxy = Proxy::to(address.to_owned()).await;
    let through = format!("{scheme}://{secret}{}/{database}", proxy.address);
    let shop = Shop::open_with(20, &["--redis-url", &through]).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let (id, hold) = (Uuid::new_v4(), buyer.hold("solo").await);
    let body = order_body(&[hold], 1);

    proxy.cut();
    let _ = buyer.put_order(id, &body).await.expect(503);
    let _ = buyer.at_bank(&order, &[("decision", "accept")]).await;
    // The inventory cannot be told, and says so; the buyer has the tickets.
    for _ in 0..3 {
        let _ = api::workers::run_once(&shop.app.app).await;
    }
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
    let states = "SELECT string_agg(state, ' ') FROM tickets";
    for _ in 0..50 {
        if shop.ask(states).await == "sent sent" {
            break;
        }
        let _ = api::workers::run_once(&shop.app.app).await;
    }
    assert_eq!(shop.ask(states).await, "sent sent");

    proxy.mend();
    let mut placed = buyer.put_order(id, &body).await;
    for _ in 0..50 {
        if placed.status != 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        placed = buyer.put_order(id, &body).await;
    }
    let _ = placed.expect(201);
    // The jobs that could not be done are due again.
    shop.after_seconds(60).await;
    assert_eq!(shop.counts().await, (17, 1, 2));
}
