//! `api audit` finds nothing wrong in a shop that sells, and finds each sabotage.

use api::audit;

use crate::shop::Shop;

/// What is violated, as `invariant: what`.
async fn violated(shop: &Shop) -> Vec<String> {
    let findings = audit::run(&shop.app.app).await.unwrap();
    assert!(findings.len() >= 25, "every question is asked");
    let bad = findings
        .into_iter()
        .filter(|finding| finding.violations > 0);
    bad.map(|finding| format!("{}: {}", finding.invariant, finding.what))
        .collect()
}

/// A shop with one paid and sent Duo.
async fn shop_that_sold() -> Shop {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    buyer.buy("duo").await;
    drop(buyer);
    assert_eq!(violated(&shop).await, Vec::<String>::new());
    shop
}

/// Every sabotage goes round triggers and constraints, as only the owner of the database can.
#[actix_web::test]
async fn each_sabotage_is_found() {
    let sabotages = [
        (
            "DELETE FROM seat_claims",
            "I1: every seat of an open or paid order is claimed by it",
        ),
        (
            "ALTER TABLE seat_claims DROP CONSTRAINT seat_claims_seat;
             INSERT INTO seat_claims SELECT * FROM seat_claims",
            "I1: no seat is claimed twice",
        ),
        (
            "UPDATE orders SET lines = (
                 SELECT json_agg(line::jsonb || jsonb_build_object('row', 0, 'seat', 0))
                 FROM json_array_elements(lines) AS line)",
            "I1: no seat has two live tickets",
        ),
        (
            "UPDATE orders SET state = 'cancelled'",
            "I1: every claim belongs to an open or paid order",
        ),
        (
            "UPDATE categories SET capacity = 1",
            "I2: no category has more claims than places",
        ),
        (
            "UPDATE orders SET state = 'expired'",
            "I3: every captured payment has its paid order",
        ),
        (
            "DELETE FROM payments",
            "I3: every paid order has one captured payment",
        ),
        (
            "DELETE FROM payments",
            "I3: every first payment of an order that moved on is known",
        ),
        (
            "UPDATE payments SET amount_cents = amount_cents + 1",
            "I3: orders, lines and payments agree on the amount",
        ),
        (
            "UPDATE payments SET state = 'refund_due', ask_at = NULL",
            "I3: every refund due is done or under way",
        ),
        (
            "DELETE FROM tickets WHERE serial = 1",
            "I4: every seat of a paid order has its ticket",
        ),
        (
            "UPDATE tickets SET sent_at = NULL",
            "I4: every ticket passed its states in order",
        ),
        (
            "UPDATE outbox SET failed_at = now()",
            "I6: no work that must follow a commit is set aside",
        ),
        (
            "UPDATE orders SET state = 'awaiting_payment', pay_before = 'epoch';
             UPDATE order_marks SET ended_before = now()",
            "I6: no order waits that counts as ended",
        ),
        (
            "UPDATE orders SET user_id = gen_random_uuid()",
            "I6: every order has its buyer",
        ),
        (
            "INSERT INTO orders (id, number, user_id, content_digest, locale, lines, seats,
                 event_id, amount_cents, currency, state, created_at, terms_accepted_at, pay_before)
             SELECT gen_random_uuid(), number, user_id, content_digest, locale, lines, seats,
                 event_id, amount_cents, currency, 'cancelled', created_at, terms_accepted_at,
                 pay_before
             FROM orders",
            "I6: no two orders have one number",
        ),
        (
            "DELETE FROM categories",
            "I6: every order line has its category",
        ),
        (
            "UPDATE orders SET lines = '[]'",
            "I6: every order has its lines",
        ),
        (
            "UPDATE orders SET seats = 3",
            "I6: every order has its lines",
        ),
        (
            "UPDATE orders SET event_id = NULL",
            "I6: every order has its lines",
        ),
        (
            "DELETE FROM orders",
            "I1: every claim belongs to an open or paid order",
        ),
        ("DELETE FROM orders", "I6: every payment has its order"),
        (
            "DELETE FROM orders",
            "I6: every ticket has its order line, its event and its buyer",
        ),
        (
            "UPDATE tickets SET user_id = gen_random_uuid()",
            "I6: every ticket has its order line, its event and its buyer",
        ),
        (
            "UPDATE tickets SET event_id = gen_random_uuid()",
            "I6: every ticket has its order line, its event and its buyer",
        ),
        (
            "UPDATE events SET next_serial = 9",
            "I4: ticket serials have no gap",
        ),
        (
            "INSERT INTO invoice_series (kind, year, last_no) VALUES ('invoice', 2024, 1)",
            "I6: numbers of invoices go on without a gap",
        ),
        (
            "UPDATE invoice_marks SET pay_before = (SELECT max(pay_before) FROM orders),
                 order_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'",
            "I6: every sale that is over has its papers",
        ),
        (
            "UPDATE orders SET paid_at = now() - interval '61 minutes'",
            "I6: every sale of more than an hour ago has its invoice",
        ),
        (
            "UPDATE tickets SET state = 'scanned', scanned_at = now(), scanned_gate = 'X'",
            "I7: every scanned ticket has its admission",
        ),
    ];
    for (sabotage, found) in sabotages {
        let shop = shop_that_sold().await;
        let relaxed = "ALTER TABLE tickets DROP CONSTRAINT tickets_times;
                       SET session_replication_role = replica";
        shop.execute(&format!("{relaxed}; {sabotage}")).await;
        let violated = violated(&shop).await;
        assert!(
            violated.iter().any(|what| what == found),
            "{sabotage}: {violated:?}"
        );
    }
}

#[actix_web::test]
async fn an_inventory_that_does_not_add_up_is_found() {
    let shop = shop_that_sold().await;
    let event = shop.ask("SELECT id::text FROM events").await;
    let redis = &shop.app.app.redis;
    let _: i64 = redis::cmd("HINCRBY")
        .arg(redis.key(&format!("{{e:{event}}}:meta")))
        .arg("free:0")
        .arg(1)
        .query_async(&mut redis.connection())
        .await
        .unwrap();
    let violated = violated(&shop).await;
    let found = "I2: every inventory adds up and agrees with the claims";
    assert!(violated.iter().any(|what| what == found), "{violated:?}");
}
