//! Invoices and credit notes: who gets them, what they say, and numbers without a gap.

use std::process::Command;

use futures_util::future::join_all;
use serde_json::Value;
use test_support::Client;
use uuid::Uuid;

use crate::pages::page;
use crate::payments::pay_after_expiry;
use crate::shop::Shop;

/// Lets the time to pay pass, and the loop come. How far the loop of expiry was is bound by
/// PostgreSQL's own clock, which does not move with ours.
async fn sweep(shop: &Shop) {
    shop.after_seconds(2 * 3600).await;
    pass_marks(shop).await;
    shop.app.settle().await;
}

async fn pass_marks(shop: &Shop) {
    shop.execute(
        "UPDATE order_marks
         SET ended_before = (SELECT max(pay_before) + interval '1 second' FROM orders)",
    )
    .await;
}

fn path(order: &Value, file: &str) -> String {
    format!(
        "/account/orders/{}/{file}.pdf",
        order["id"].as_str().unwrap()
    )
}

/// The text of a PDF, in its layout; poppler reads it.
async fn text_of(client: &Client, path: &str) -> String {
    let answer = client.get(path).await.expect(200);
    assert_eq!(answer.headers["content-type"], "application/pdf");
    let file = std::env::temp_dir().join(format!("guichet-{}.pdf", Uuid::new_v4()));
    std::fs::write(&file, answer.body).unwrap();
    let mut read = Command::new("pdftotext");
    let read = read.arg("-layout").arg(&file).arg("-").output();
    let output = read.expect("pdftotext: Debian's poppler-utils");
    std::fs::remove_file(&file).unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

async fn numbers(shop: &Shop, kind: &str) -> Vec<i32> {
    let owner = shop.app.database.owner().await;
    let sql = "SELECT no FROM invoices WHERE kind = $1 ORDER BY no";
    let rows = owner.query(sql, &[&kind]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// As staff would who grant a refund: no page does that yet.
async fn refund(shop: &Shop, order: &Value) {
    let id = order["id"].as_str().unwrap();
    shop.execute(&format!(
        "UPDATE orders SET state = 'refunded', closed_at = now() WHERE id = '{id}';
         UPDATE tickets SET state = 'deactivated', deactivated_at = now(),
             deactivated_reason = 'refunded' WHERE order_id = '{id}';
         DELETE FROM seat_claims WHERE order_id = '{id}';
         UPDATE payments SET state = 'refunded', refund_cause = 'granted', refunded_at = now()
             WHERE order_id = '{id}'"
    ))
    .await;
}

#[actix_web::test]
async fn a_paid_order_has_an_invoice_that_says_what_the_law_wants() {
    let shop = Shop::open_with(
        20,
        &[
            "--seller",
            "Guichet SA | 1, rue du Stade | 29200 Brest | RCS Brest 123 456 789",
        ],
    )
    .await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("duo").await;
    let id = order["id"].as_str().unwrap();
    let html = page(&buyer.client, &format!("/account/orders/{id}"))
        .await
        .expect(200)
        .text();
    assert!(html.contains(&path(&order, "invoice")) && !html.contains("credit-note.pdf"));
    let text = text_of(&buyer.client, &path(&order, "invoice")).await;
    let year = shop.app.clock.now().strftime("%Y").to_string();
    for said in [
        format!("Invoice F-{year}-000001").as_str(),
        order["number"].as_str().unwrap(),
        "Guichet SA",
        "29200 Brest",
        "RCS Brest 123 456 789",
        "VAT number FR 00 000000000",
        "Zoé Κώστας",
        "Judo",
        "Duo",
        "€25.00",
        "€50.00",
        "€47.39",
        "VAT 5.5%",
        "€2.61",
    ] {
        assert!(text.contains(said), "{said} is not in:\n{text}");
    }
    // Once more it is the same paper.
    assert_eq!(text_of(&buyer.client, &path(&order, "invoice")).await, text);
    assert_eq!(numbers(&shop, "invoice").await, [1]);
    let missing = buyer.client.get(&path(&order, "credit-note")).await;
    assert_eq!(missing.status, 404);
}

#[actix_web::test]
async fn a_stranger_and_an_unpaid_order_get_none() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let unpaid = buyer.order("solo").await;
    buyer
        .client
        .get(&path(&unpaid, "invoice"))
        .await
        .expect(404);
    let order = buyer.buy("solo").await;
    let stranger = shop.spectator().await;
    for file in ["invoice", "credit-note"] {
        stranger.client.get(&path(&order, file)).await.expect(404);
        let answer = shop.app.client().get(&path(&order, file)).await;
        assert!(
            answer.status == 401 || answer.status == 303,
            "{}",
            answer.status
        );
    }
    assert_eq!(numbers(&shop, "invoice").await, Vec::<i32>::new());
}

#[actix_web::test]
async fn papers_asked_for_at_once_have_numbers_without_a_gap() {
    let shop = Shop::open(40).await;
    let buyer = shop.spectator().await;
    let mut orders = Vec::new();
    for _ in 0..6 {
        orders.push(buyer.buy("solo").await);
    }
    let asked = orders.iter().cycle().take(18);
    let asked = asked.map(|order| async {
        let answer = buyer.client.get(&path(order, "invoice")).await;
        assert!(
            answer.status == 200 || answer.status == 503,
            "{}",
            answer.status
        );
    });
    futures_util::future::join(join_all(asked), sweep(&shop)).await;
    sweep(&shop).await;
    assert_eq!(numbers(&shop, "invoice").await, [1, 2, 3, 4, 5, 6]);
    let broken = shop
        .ask("SELECT (last_no - 6)::text FROM invoice_series WHERE kind = 'invoice'")
        .await;
    assert_eq!(broken, "0");
}

#[actix_web::test]
async fn the_loop_numbers_what_was_paid_in_that_order_and_nothing_else() {
    let shop = Shop::open(40).await;
    let buyer = shop.spectator().await;
    let mut paid = Vec::new();
    for formula in ["solo", "duo", "solo"] {
        buyer.order("solo").await;
        paid.push(
            buyer.buy(formula).await["number"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
        shop.app.clock.advance_seconds(1);
    }
    assert_eq!(numbers(&shop, "invoice").await, Vec::<i32>::new());
    sweep(&shop).await;
    let listed = "SELECT string_agg(order_number, ' ' ORDER BY no) FROM invoices";
    assert_eq!(shop.ask(listed).await, paid.join(" "));
    let audited = api::audit::run(&shop.app.app).await.unwrap();
    assert!(audited.iter().all(|line| line.violations == 0));
}

#[actix_web::test]
async fn an_order_that_cannot_be_read_holds_up_no_other() {
    let shop = Shop::open(20).await;
    let (buyer, nameless) = (shop.spectator().await, shop.spectator().await);
    let garbled = buyer.buy("solo").await["id"].as_str().unwrap().to_owned();
    let unopened = nameless.buy("solo").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    buyer.buy("duo").await;
    let formula = |formula: &str| {
        format!(
            "SET session_replication_role = replica;
             UPDATE orders SET lines = (
                 SELECT json_agg(line::jsonb || jsonb_build_object('formula', '{formula}'))
                 FROM json_array_elements(lines) AS line) WHERE id = '{garbled}';"
        )
    };
    let name = |bytes: &str| {
        format!(
            "UPDATE users SET first_name = {bytes}
             WHERE id = (SELECT user_id FROM orders WHERE id = '{unopened}')"
        )
    };
    shop.execute(&(formula("crowd") + &name("first_name || '\\x00'")))
        .await;
    sweep(&shop).await;
    assert_eq!(numbers(&shop, "invoice").await, [1]);
    let waiting = "SELECT count(*)::text FROM outbox
        WHERE kind = 'invoices.issue' AND done_at IS NULL";
    assert_eq!(shop.ask(waiting).await, "2");
    // Once they are mended, the jobs write theirs too.
    let whole = "substring(first_name FROM 1 FOR length(first_name) - 1)";
    shop.execute(&(formula("solo") + &name(whole))).await;
    shop.after_seconds(60).await;
    assert_eq!(numbers(&shop, "invoice").await, [1, 2, 3]);
    assert_eq!(shop.ask(waiting).await, "0");
}

#[actix_web::test]
async fn a_refunded_order_has_a_credit_note_with_a_series_of_its_own() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let first = buyer.buy("solo").await;
    let order = buyer.buy("duo").await;
    buyer.client.get(&path(&first, "invoice")).await.expect(200);
    refund(&shop, &order).await;
    let text = text_of(&buyer.client, &path(&order, "credit-note")).await;
    let year = shop.app.clock.now().strftime("%Y").to_string();
    for said in [
        format!("Credit note A-{year}-000001"),
        format!("This credit note cancels invoice F-{year}-000002."),
        "Total refunded, with VAT".to_owned(),
        "€50.00".to_owned(),
    ] {
        assert!(text.contains(&said), "{said} is not in:\n{text}");
    }
    let id = order["id"].as_str().unwrap();
    let html = page(&buyer.client, &format!("/account/orders/{id}"))
        .await
        .expect(200)
        .text();
    assert!(html.contains("invoice.pdf") && html.contains("credit-note.pdf"));
    assert_eq!(numbers(&shop, "invoice").await, [1, 2]);
    assert_eq!(numbers(&shop, "credit_note").await, [1]);
}

#[actix_web::test]
async fn a_credit_note_says_what_its_invoice_said() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("duo").await;
    buyer.client.get(&path(&order, "invoice")).await.expect(200);
    let id = order["id"].as_str().unwrap();
    shop.execute(&format!(
        "UPDATE orders SET locale = 'de' WHERE id = '{id}'"
    ))
    .await;
    refund(&shop, &order).await;
    let text = text_of(&buyer.client, &path(&order, "credit-note")).await;
    assert!(text.contains("Credit note A-"), "{text}");
    let same = "SELECT (count(DISTINCT (locale, seller::text, lines::text, vat_cents)) = 1)::text
         FROM invoices";
    assert_eq!(shop.ask(same).await, "true");
}

#[actix_web::test]
async fn dates_of_a_series_do_not_go_back_though_the_clock_does() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let (first, second) = (buyer.buy("solo").await, buyer.buy("solo").await);
    buyer.client.get(&path(&first, "invoice")).await.expect(200);
    // Written by a process whose clock was a day ahead.
    shop.execute(
        "INSERT INTO invoices (kind, order_id, year, no, user_id, order_number, issued_at,
             happened_at, locale, amount_cents, vat_cents, vat_basis_points, currency, seller,
             lines)
         SELECT kind, gen_random_uuid(), year, 2, user_id, 'ahead', issued_at + interval '1 day',
             happened_at, locale, amount_cents, vat_cents, vat_basis_points, currency, seller, lines
         FROM invoices;
         UPDATE invoice_series SET last_no = 2",
    )
    .await;
    buyer
        .client
        .get(&path(&second, "invoice"))
        .await
        .expect(200);
    let in_order = "SELECT (array_agg(no ORDER BY issued_at, no) = '{1,2,3}')::text FROM invoices";
    assert_eq!(shop.ask(in_order).await, "true");
}

#[actix_web::test]
async fn money_given_back_without_a_sale_makes_no_paper() {
    let shop = Shop::open(1).await;
    let (late, quick) = (shop.spectator().await, shop.spectator().await);
    let order = late.order("solo").await;
    pay_after_expiry(&late, &order).await;
    quick.buy("solo").await;
    shop.after_seconds(21).await;
    assert_eq!(late.order_now(&order).await["payment"]["state"], "refunded");
    sweep(&shop).await;
    late.client.get(&path(&order, "invoice")).await.expect(404);
    late.client
        .get(&path(&order, "credit-note"))
        .await
        .expect(404);
    assert_eq!(numbers(&shop, "invoice").await, [1]);
    assert_eq!(numbers(&shop, "credit_note").await, Vec::<i32>::new());
}

#[actix_web::test]
async fn who_pays_after_the_loop_has_passed_has_an_invoice_too() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.order("duo").await;
    pay_after_expiry(&buyer, &order).await;
    pass_marks(&shop).await;
    shop.app.settle().await;
    let passed = "SELECT count(*)::text FROM invoice_marks WHERE pay_before > 'epoch'";
    assert_eq!(shop.ask(passed).await, "1");
    assert_eq!(numbers(&shop, "invoice").await, Vec::<i32>::new());
    shop.after_seconds(21).await;
    assert_eq!(buyer.order_now(&order).await["state"], "paid");
    assert_eq!(numbers(&shop, "invoice").await, [1]);
}

#[actix_web::test]
async fn what_was_written_never_changes() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("solo").await;
    buyer.client.get(&path(&order, "invoice")).await.expect(200);
    let owner = shop.app.database.owner().await;
    for sql in [
        "UPDATE invoices SET amount_cents = 1",
        "DELETE FROM invoices",
        "TRUNCATE invoices",
        "UPDATE invoice_series SET last_no = 0",
        "DELETE FROM invoice_series",
    ] {
        assert!(owner.batch_execute(sql).await.is_err(), "{sql}");
    }
    let service = shop.app.database.app().await;
    for sql in ["UPDATE invoices SET no = 7", "DELETE FROM invoice_marks"] {
        assert!(service.batch_execute(sql).await.is_err(), "{sql}");
    }
}

#[actix_web::test]
async fn an_invoice_is_in_the_language_of_its_order() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("solo").await;
    let id = order["id"].as_str().unwrap();
    for (language, said) in [
        ("fr", "Facture F-"),
        ("de", "Rechnung F-"),
        ("es", "Factura F-"),
    ] {
        let next = buyer.buy("solo").await;
        let next_id = next["id"].as_str().unwrap();
        let sql = format!("UPDATE orders SET locale = '{language}' WHERE id = '{next_id}'");
        shop.execute(&sql).await;
        let text = text_of(&buyer.client, &path(&next, "invoice")).await;
        assert!(text.contains(said), "{language}:\n{text}");
    }
    shop.execute(&format!(
        "UPDATE orders SET locale = 'ar' WHERE id = '{id}'"
    ))
    .await;
    let text = text_of(&buyer.client, &path(&order, "invoice")).await;
    assert!(text.contains("Invoice F-"), "{text}");
}
