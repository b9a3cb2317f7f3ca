//! Payments: whatever the bank and its webhooks do, every capture ends in one paid order or in
//! one refund.

use std::fmt::Write;

use ring::hmac;
use serde_json::{Value, json};

use crate::shop::{Buyer, Shop};

const ACCEPT: (&str, &str) = ("decision", "accept");
const LOST: (&str, &str) = ("webhook", "lost");

async fn count(shop: &Shop, table: &str, condition: &str) -> String {
    let sql = format!("SELECT count(*)::text FROM {table} WHERE {condition}");
    shop.ask(&sql).await
}

/// One paid order with its tickets and one captured payment, and nothing to give back.
async fn assert_paid_once(buyer: &Buyer<'_>, order: &Value, seats: usize) {
    assert_eq!(buyer.order_now(order).await["state"], "paid");
    assert_eq!(buyer.tickets().await.len(), seats);
    let shop = buyer.shop;
    assert_eq!(count(shop, "payments", "state = 'captured'").await, "1");
    let refunds = "state IN ('refund_due', 'refunded')";
    assert_eq!(count(shop, "payments", refunds).await, "0");
    assert_eq!(shop.mails(&buyer.email, "Your tickets").await.len(), 1);
}

#[actix_web::test]
async fn the_bank_believes_a_link_that_the_shop_signed_and_no_other() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let url = order["payment_url"].as_str().unwrap();
    let another = buyer.order("solo").await;
    let (_, borrowed) = another["payment_url"]
        .as_str()
        .unwrap()
        .split_once('?')
        .unwrap();
    let (page, _) = url.split_once('?').unwrap();
    for wrong in [
        url.replace("amount_cents=5000", "amount_cents=50"),
        url.replace("return_url=http", "return_url=https"),
        format!("{page}?{borrowed}"),
        format!("{page}?signature=00"),
        format!("{page}?order=x"),
    ] {
        let refused = buyer.client.get(&wrong).await.expect(400);
        assert_eq!(refused.code(), "link_invalid");
        let _ = buyer.client.form(&wrong, &[ACCEPT]).await.expect(400);
    }
    assert_eq!(count(&shop, "sandbox_bank_payments", "true").await, "0");
    let _ = buyer.at_bank(&order, &[ACCEPT]).await;
    shop.app.settle().await;
    assert_paid_once(&buyer, &order, 2).await;
}

#[actix_web::test]
async fn a_payment_closed_before_its_payer_arrives_is_refused_at_the_bank() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let url = order["payment_url"].as_str().unwrap();
    let (page, _) = url.split_once('?').unwrap();
    shop.after_seconds(901).await;
    assert_eq!(buyer.order_now(&order).await["state"], "expired");
    let _ = buyer.client.get(page).await.expect(404);
    let back = buyer.at_bank(&order, &[ACCEPT]).await;
    assert!(back.location().ends_with("/return"), "{}", back.location());
    shop.after_seconds(700).await;
    assert_eq!(buyer.order_now(&order).await["state"], "expired");
    let expired = "state = 'expired'";
    assert_eq!(count(&shop, "sandbox_bank_payments", expired).await, "1");
    assert_eq!(count(&shop, "payments", "state = 'abandoned'").await, "1");
}

#[actix_web::test]
async fn a_refused_payment_can_be_tried_again_while_the_seats_are_kept() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let _ = buyer.at_bank(&order, &[("decision", "refuse")]).await;
    shop.app.settle().await;
    let refused = buyer.order_now(&order).await;
    assert_eq!(refused["state"], "awaiting_payment");
    assert_eq!(refused["payment"]["state"], "refused");
    assert_eq!(refused["payment_url"], json!(null));

    let again = buyer.pay_again(&order).await.expect(200).json();
    assert_ne!(again["payment_url"], order["payment_url"]);
    // Asked once more, it is the same attempt.
    let same = buyer.pay_again(&order).await.expect(200).json();
    assert_eq!(same["payment_url"], again["payment_url"]);
    let _ = buyer.at_bank(&again, &[ACCEPT]).await;
    shop.app.settle().await;
    assert_paid_once(&buyer, &order, 2).await;
    let refused = buyer.pay_again(&order).await.expect(409);
    assert_eq!(refused.code(), "already_paid");
    shop.after_seconds(3600).await;
    assert_paid_once(&buyer, &order, 2).await;
}

#[actix_web::test]
async fn a_challenge_is_passed_with_its_code_and_failed_with_another() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("solo").await;
    let step = buyer.at_bank(&order, &[("decision", "challenge")]).await;
    assert!(step.location().ends_with("/challenge"));
    let code_of = |page: &str| {
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        let mut words = page.split(|c: char| !c.is_ascii_alphanumeric());
        words.find(digits).unwrap().to_owned()
    };
    let page = buyer.client.get(&step.location()).await.expect(200).text();
    let code = code_of(&page);
    let wrong = if code == "123456" { "654321" } else { "123456" };
    let challenge = json!({ "payment_url": step.location() });
    let back = buyer.at_bank(&challenge, &[("code", wrong)]).await;
    assert!(back.location().ends_with("/return"));
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["payment"]["state"], "refused");

    let again = buyer.pay_again(&order).await.expect(200).json();
    let step = buyer.at_bank(&again, &[("decision", "challenge")]).await;
    let page = buyer.client.get(&step.location()).await.expect(200).text();
    let challenge = json!({ "payment_url": step.location() });
    let _ = buyer
        .at_bank(&challenge, &[("code", &code_of(&page))])
        .await;
    shop.app.settle().await;
    assert_paid_once(&buyer, &order, 1).await;
}

#[actix_web::test]
async fn a_lost_webhook_loses_nothing() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let _ = buyer.at_bank(&order, &[ACCEPT, LOST]).await;
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "awaiting_payment");
    shop.after_seconds(11).await;
    assert_paid_once(&buyer, &order, 2).await;
    assert_eq!(count(&shop, "payment_inbox", "true").await, "0");
}

#[actix_web::test]
async fn a_doubled_webhook_is_one_payment() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let _ = buyer
        .at_bank(&order, &[ACCEPT, ("webhook", "doubled")])
        .await;
    shop.after_seconds(11).await;
    assert_paid_once(&buyer, &order, 2).await;
    let delivered = "done_at IS NOT NULL";
    assert_eq!(count(&shop, "sandbox_bank_webhooks", delivered).await, "2");
    assert_eq!(count(&shop, "payment_inbox", "true").await, "1");
}

#[actix_web::test]
async fn older_news_after_the_capture_changes_nothing() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let _ = buyer
        .at_bank(&order, &[ACCEPT, ("webhook", "reordered")])
        .await;
    shop.after_seconds(11).await;
    assert_paid_once(&buyer, &order, 2).await;
    assert_eq!(count(&shop, "payment_inbox", "outcome = 'paid'").await, "1");
    let unchanged = "outcome = 'unchanged'";
    assert_eq!(count(&shop, "payment_inbox", unchanged).await, "1");
}

/// A payment that the bank took although it had said that the page was closed.
pub(crate) async fn pay_after_expiry(buyer: &Buyer<'_>, order: &Value) {
    let shop = buyer.shop;
    shop.bank_faults(json!({ "ignores_expiry": true })).await;
    shop.after_seconds(901).await;
    assert_eq!(buyer.order_now(order).await["state"], "expired");
    let delayed = [ACCEPT, ("webhook", "delayed"), ("delay_seconds", "20")];
    let _ = buyer.at_bank(order, &delayed).await;
}

#[actix_web::test]
async fn who_pays_too_late_gets_the_seats_again_while_they_are_free() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    pay_after_expiry(&buyer, &order).await;
    shop.app.settle().await;
    assert_eq!(shop.counts().await, (20, 0, 0));
    shop.after_seconds(21).await;
    assert_paid_once(&buyer, &order, 2).await;
    assert_eq!(shop.counts().await, (18, 0, 2));
    assert_eq!(count(&shop, "seat_claims", "true").await, "2");
}

#[actix_web::test]
async fn who_pays_too_late_for_seats_that_are_gone_gets_the_money_back_and_a_message() {
    let shop = Shop::open(2).await;
    let (late, quick) = (shop.spectator().await, shop.spectator().await);
    let order = late.order("duo").await;
    pay_after_expiry(&late, &order).await;
    let bought = quick.buy("duo").await;
    assert_eq!(bought["state"], "paid");
    shop.after_seconds(21).await;

    let refunded = late.order_now(&order).await;
    assert_eq!(refunded["state"], "expired");
    assert_eq!(refunded["payment"]["state"], "refunded");
    assert_eq!(refunded["payment"]["refund_cause"], "seats_gone");
    assert_eq!(late.tickets().await.len(), 0);
    assert_eq!(shop.mails(&late.email, "Refund").await.len(), 1);
    let at_bank = "state = 'refunded'";
    assert_eq!(count(&shop, "sandbox_bank_payments", at_bank).await, "1");
    assert_eq!(shop.counts().await, (0, 0, 2));
    // All of it once more: one refund, one message.
    shop.execute("UPDATE payment_inbox SET processed_at = NULL")
        .await;
    shop.after_seconds(3600).await;
    assert_eq!(shop.mails(&late.email, "Refund").await.len(), 1);
    assert_eq!(late.order_now(&order).await, refunded);
}

#[actix_web::test]
async fn two_captures_of_one_order_are_one_order_and_one_refund() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    // The bank says that the first attempt is closed, and takes its money all the same.
    shop.bank_faults(json!({ "ignores_expiry": true })).await;
    shop.execute(
        "INSERT INTO payments (id, order_id, provider, provider_ref, amount_cents, currency, state,
             created_at, closed_at)
         SELECT id, id, 'sandbox', 'pay_' || replace(id::text, '-', ''), amount_cents, currency,
             'refused', created_at, now() FROM orders",
    )
    .await;
    let again = buyer.pay_again(&order).await.expect(200).json();
    let _ = buyer.at_bank(&order, &[ACCEPT]).await;
    let _ = buyer.at_bank(&again, &[ACCEPT]).await;
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
    assert_eq!(buyer.tickets().await.len(), 2);
    assert_eq!(count(&shop, "payments", "state = 'captured'").await, "1");
    let refunded = "state = 'refunded' AND refund_cause = 'paid_twice'";
    assert_eq!(count(&shop, "payments", refunded).await, "1");
    let mails = shop.mails(&buyer.email, "Refund").await;
    assert_eq!(mails.len(), 1);
    let text = mails[0]["text"].as_str().unwrap();
    assert!(
        text.contains("paid twice") && text.contains("€50"),
        "{text}"
    );
    let at_bank = "state = 'refunded'";
    assert_eq!(count(&shop, "sandbox_bank_payments", at_bank).await, "1");
}

#[actix_web::test]
async fn another_amount_than_asked_is_given_back_and_pays_nothing() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let page = order["payment_url"].as_str().unwrap();
    let _ = buyer.client.get(page).await.expect(200);
    shop.execute("UPDATE sandbox_bank_payments SET amount_cents = 1")
        .await;
    let _ = buyer.at_bank(&order, &[ACCEPT]).await;
    shop.app.settle().await;
    let now = buyer.order_now(&order).await;
    assert_eq!(now["state"], "awaiting_payment");
    assert_eq!(now["payment"]["state"], "refunded");
    assert_eq!(now["payment"]["refund_cause"], "wrong_amount");
    assert_eq!(buyer.tickets().await.len(), 0);
    let again = buyer.pay_again(&order).await.expect(200).json();
    let _ = buyer.at_bank(&again, &[ACCEPT]).await;
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
}

#[actix_web::test]
async fn a_payment_in_the_last_second_is_not_lost_to_the_expiry() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    shop.app.clock.advance_seconds(899);
    let _ = buyer.at_bank(&order, &[ACCEPT, LOST]).await;
    shop.after_seconds(10).await;
    assert_paid_once(&buyer, &order, 2).await;
}

#[actix_web::test]
async fn the_settling_of_a_payment_may_be_repeated_at_every_step() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("duo").await;
    let before = shop
        .ask("SELECT string_agg(t::text, '' ORDER BY id) FROM tickets t")
        .await;
    shop.execute(
        "UPDATE payment_inbox SET processed_at = NULL, outcome = NULL;
         UPDATE sandbox_bank_webhooks SET done_at = NULL, send_at = now();
         UPDATE outbox SET done_at = NULL, run_at = now(), locked_until = NULL;
         UPDATE payments SET ask_at = now()",
    )
    .await;
    shop.after_seconds(3600).await;
    let after = shop
        .ask("SELECT string_agg(t::text, '' ORDER BY id) FROM tickets t")
        .await;
    assert_eq!(before, after);
    assert_paid_once(&buyer, &order, 2).await;
    assert_eq!(shop.counts().await, (18, 0, 2));
}

#[actix_web::test]
async fn two_workers_that_settle_at_once_settle_once() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let _ = buyer
        .at_bank(&order, &[ACCEPT, ("webhook", "doubled")])
        .await;
    shop.app.clock.advance_seconds(11);
    let (config, clock) = (shop.app.app.config.clone(), shop.app.clock.clone());
    let twin = api::app::App::new(config, clock).unwrap();
    for _ in 0..3 {
        let (one, two) = futures_util::future::join(
            api::workers::run_once(&shop.app.app),
            api::workers::run_once(&twin),
        )
        .await;
        one.unwrap();
        two.unwrap();
    }
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
    assert_eq!(count(&shop, "payments", "state = 'captured'").await, "1");
    assert_eq!(count(&shop, "tickets", "state = 'sent'").await, "2");
    let jobs = "kind = 'tickets.send' AND done_at IS NOT NULL";
    assert_eq!(count(&shop, "outbox", jobs).await, "1");
}

/// A webhook as the bank would sign it at this second.
fn signed(secret: &str, second: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let digest = hmac::sign(&key, format!("{second}.{body}").as_bytes());
    let hex = digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    format!("t={second},v1={hex}")
}

#[actix_web::test]
async fn a_forged_stale_or_oversized_webhook_is_refused_and_changes_nothing() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    let reference = shop
        .ask("SELECT 'pay_' || replace(id::text, '-', '') FROM orders")
        .await;
    let body = json!({
        "id": "evt_forged",
        "type": "payment.captured",
        "created_at": shop.app.clock.now(),
        "payment": {
            "ref": reference, "state": "captured", "amount_cents": 5000, "currency": "EUR",
            "payment_url": "", "refund_ref": null,
        },
    })
    .to_string();
    let now = shop.app.clock.now().as_second();
    let client = shop.app.client();
    let send = async |header: Option<String>, body: String| {
        let mut request = client.request(reqwest::Method::POST, "/webhooks/sandbox");
        if let Some(header) = header {
            request = request.header("Guichet-Bank-Signature", header);
        }
        client.send(request.body(body)).await
    };
    let forged = [
        None,
        Some("t=1,v1=00".to_owned()),
        Some(signed("another secret", now, &body)),
        Some(signed("sandbox-secret", now - 301, &body)),
        Some(signed("sandbox-secret", now, "{}")),
    ];
    for header in forged {
        let answer = send(header, body.clone()).await.expect(400);
        assert_eq!(answer.code(), "signature_invalid");
    }
    let long = "x".repeat(65 * 1024);
    let answer = send(Some(signed("sandbox-secret", now, &long)), long).await;
    assert_eq!(answer.expect(413).code(), "body_too_large");
    let nonsense = "\u{0}not json".to_owned();
    let header = signed("sandbox-secret", now, &nonsense);
    let answer = send(Some(header), nonsense).await.expect(400);
    assert_eq!(answer.code(), "signature_invalid");
    let unknown = client.post("/webhooks/nobody", &json!({})).await;
    assert_eq!(unknown.expect(404).code(), "not_found");
    shop.app.settle().await;
    assert_eq!(buyer.order_now(&order).await["state"], "awaiting_payment");
    assert_eq!(count(&shop, "payment_inbox", "true").await, "0");

    // Well signed, it is believed, and told three times it is one event.
    for _ in 0..3 {
        let header = signed("sandbox-secret", now, &body);
        let _ = send(Some(header), body.clone()).await.expect(200);
    }
    shop.app.settle().await;
    assert_paid_once(&buyer, &order, 2).await;
    assert_eq!(count(&shop, "payment_inbox", "true").await, "1");
}

#[actix_web::test]
async fn news_of_an_unknown_payment_is_kept_and_does_nothing() {
    let shop = Shop::open(20).await;
    let body = json!({
        "id": "evt_unknown",
        "type": "payment.captured",
        "created_at": shop.app.clock.now(),
        "payment": {
            "ref": "pay_unknown", "state": "captured", "amount_cents": 1, "currency": "EUR",
            "payment_url": "", "refund_ref": null,
        },
    })
    .to_string();
    let client = shop.app.client();
    let header = signed("sandbox-secret", shop.app.clock.now().as_second(), &body);
    let request = client
        .request(reqwest::Method::POST, "/webhooks/sandbox")
        .header("Guichet-Bank-Signature", header)
        .body(body);
    let _ = client.send(request).await.expect(200);
    shop.app.settle().await;
    let unknown = "outcome = 'unknown_payment'";
    assert_eq!(count(&shop, "payment_inbox", unknown).await, "1");
}

#[actix_web::test]
async fn a_bank_that_is_down_delays_a_refund_and_does_not_lose_it() {
    let shop = Shop::open(2).await;
    let (late, quick) = (shop.spectator().await, shop.spectator().await);
    let order = late.order("duo").await;
    pay_after_expiry(&late, &order).await;
    let _ = quick.buy("duo").await;
    shop.bank_faults(json!({ "down_for_seconds": 120 })).await;
    shop.after_seconds(21).await;
    let due = late.order_now(&order).await;
    assert_eq!(due["payment"]["state"], "refund_due");
    shop.after_seconds(121).await;
    let done = late.order_now(&order).await;
    assert_eq!(done["payment"]["state"], "refunded");
}

#[actix_web::test]
async fn production_knows_no_sandbox_bank() {
    let refused = std::panic::AssertUnwindSafe(crate::harness::TestApp::start_with(&[
        "--mode",
        "production",
    ]));
    let outcome = futures_util::FutureExt::catch_unwind(refused).await;
    assert!(outcome.is_err(), "it started");
}
