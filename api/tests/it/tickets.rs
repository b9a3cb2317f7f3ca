//! Tickets: their codes are shown to their owner only, once released; the database itself
//! refuses to change a key or to skip a state.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ticket_core::credential::{Presented, classify, open};
use uuid::Uuid;

use crate::shop::{Buyer, Shop};

async fn picture(buyer: &Buyer<'_>, ticket: &Value, name: &str) -> test_support::Answer {
    let id = ticket["id"].as_str().unwrap();
    buyer
        .client
        .get(&format!("/api/v1/tickets/{id}/{name}"))
        .await
}

#[actix_web::test]
async fn the_owner_sees_the_codes_of_a_ticket_and_nobody_else_does() {
    let shop = Shop::open(20).await;
    let (buyer, stranger) = (shop.spectator().await, shop.spectator().await);
    let _ = buyer.buy("duo").await;
    let ticket = buyer.tickets().await[0].clone();
    assert_eq!(ticket["number"], "JUD001-000001");
    assert_eq!(ticket["event"]["code"], "JUD001");
    assert!(ticket["paid_at"].is_string() && ticket["sent_at"].is_string());
    assert_eq!(ticket["scanned_at"], json!(null));

    let qr = picture(&buyer, &ticket, "qr.svg").await.expect(200);
    assert!(qr.text().starts_with("<svg") || qr.text().starts_with("<?xml"));
    let again = picture(&buyer, &ticket, "qr.svg").await.expect(200);
    assert_eq!(qr.body, again.body);
    let _ = picture(&buyer, &ticket, "code128.svg").await.expect(200);
    let pdf = picture(&buyer, &ticket, "e-ticket.pdf").await.expect(200);
    assert!(pdf.body.starts_with(b"%PDF-"));
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    assert_eq!(pdf.headers["cache-control"], "private, no-store");

    for name in ["qr.svg", "code128.svg", "e-ticket.pdf"] {
        let answer = picture(&stranger, &ticket, name).await.expect(404);
        assert_eq!(answer.code(), "unknown_ticket");
        let path = format!("/api/v1/tickets/{}/{name}", ticket["id"].as_str().unwrap());
        let _ = shop.app.client().get(&path).await.expect(401);
    }
    assert_eq!(stranger.tickets().await.len(), 0);
}

/// What `zbarimg` reads from the pages of a PDF.
pub(crate) fn read_codes(pdf: &[u8]) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("guichet-{}", Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let paper = folder.join("tickets.pdf");
    std::fs::write(&paper, pdf).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&folder)
            .output()
            .unwrap_or_else(|error| {
                panic!("{program}: {error}; Debian: poppler-utils, zbar-tools")
            });
        assert!(output.status.success(), "{program}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run("pdftoppm", &["-r", "200", "-png", "tickets.pdf", "page"]);
    let mut pages: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("page"))
        .collect();
    pages.sort();
    let codes = pages
        .iter()
        .flat_map(|page| {
            let read = run("zbarimg", &["--quiet", "--raw", page]);
            read.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    std::fs::remove_dir_all(&folder).unwrap();
    codes
}

#[actix_web::test]
async fn the_mailed_pdf_carries_credentials_that_open_with_the_keys_of_the_event() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let _ = buyer.buy("duo").await;
    let mails = shop.mails(&buyer.email, "Your tickets").await;
    let pdf = mails[0]["attachments"][0]["base64"].as_str().unwrap();
    let codes = read_codes(&STANDARD.decode(pdf).unwrap());
    let mut lengths: Vec<usize> = codes.iter().map(String::len).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [22, 22, 253, 253]);

    let catalogue = api::catalogue::snapshot(&shop.app.app).await.unwrap();
    let event = catalogue
        .event_by_code(&shop.event.parse().unwrap())
        .unwrap();
    let keys = api::catalogue::event_keys(&shop.app.app, event.id)
        .await
        .unwrap();
    let mut serials = Vec::new();
    for code in codes {
        match classify(&code).unwrap() {
            Presented::Full(digits) => {
                let opened = open(&digits, |number| {
                    (number == event.number).then_some(&keys.gate)
                });
                serials.push(opened.unwrap().numbers.serial.0);
            }
            Presented::Short(_) => {}
            Presented::Live(..) => panic!("a live code on paper"),
        }
    }
    serials.sort_unstable();
    assert_eq!(serials, [1, 2]);
}

#[actix_web::test]
async fn with_late_release_tickets_are_sent_and_shown_from_that_hour_only() {
    let shop = Shop::open(20).await;
    shop.change("UPDATE events SET release_hours = 48").await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("solo").await;
    assert_eq!(order["state"], "paid");
    let ticket = buyer.tickets().await[0].clone();
    assert_eq!(ticket["state"], "paid");
    assert_eq!(ticket["released"], false);
    let refused = picture(&buyer, &ticket, "qr.svg").await.expect(409);
    assert_eq!(refused.code(), "not_released");
    assert_eq!(shop.mails(&buyer.email, "Your tickets").await.len(), 0);
    assert_eq!(shop.mails(&buyer.email, "confirmed").await.len(), 1);
    let at: jiff::Timestamp = ticket["releases_at"].as_str().unwrap().parse().unwrap();
    let wait = at.duration_since(shop.app.clock.now()).as_secs();
    shop.after_seconds(wait - 5).await;
    assert_eq!(shop.ask("SELECT state FROM tickets").await, "paid");
    shop.after_seconds(10).await;
    assert_eq!(shop.mails(&buyer.email, "Your tickets").await.len(), 1);
    assert_eq!(shop.ask("SELECT state FROM tickets").await, "sent");
}

#[actix_web::test]
async fn a_deactivated_ticket_shows_no_code() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let _ = buyer.buy("solo").await;
    shop.execute(
        "UPDATE tickets SET state = 'deactivated', deactivated_at = now(),
             deactivated_reason = 'revoked'",
    )
    .await;
    let ticket = buyer.tickets().await[0].clone();
    assert_eq!(ticket["state"], "deactivated");
    assert_eq!(ticket["deactivated_reason"], "revoked");
    for name in ["qr.svg", "code128.svg", "e-ticket.pdf"] {
        let refused = picture(&buyer, &ticket, name).await.expect(409);
        assert_eq!(refused.code(), "deactivated");
    }
}

#[actix_web::test]
async fn the_keys_at_rest_are_sealed_and_differ() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let _ = buyer.buy("family").await;
    let distinct = "SELECT count(DISTINCT ticket_key)::text FROM tickets";
    assert_eq!(shop.ask(distinct).await, "4");
    // Nonce, 16 bytes, tag.
    let lengths = "SELECT string_agg(DISTINCT octet_length(ticket_key)::text, ' ') FROM tickets";
    assert_eq!(shop.ask(lengths).await, "44");
    let names = "SELECT count(*)::text FROM tickets
         WHERE position('Lovelace'::bytea IN holder_last_name) > 0";
    assert_eq!(shop.ask(names).await, "0");
}

/// Statements that no one may succeed with, and the constraint that says so.
const FORBIDDEN: [(&str, &str); 21] = [
    (
        "UPDATE tickets SET keys_digest = sha256('other') WHERE keys_digest IS NOT NULL",
        "tickets_key_is_permanent",
    ),
    (
        "UPDATE tickets SET ticket_key = '\\x00'",
        "tickets_key_is_permanent",
    ),
    (
        "UPDATE users SET user_key = '\\x00'",
        "users_key_is_permanent",
    ),
    (
        "UPDATE tickets SET serial = serial + 100",
        "tickets_key_is_permanent",
    ),
    ("UPDATE tickets SET state = 'paid'", "tickets_state_order"),
    (
        "UPDATE tickets SET state = 'scanned', scanned_at = now(), scanned_gate = 'N'
         WHERE serial = 2",
        "tickets_state_order",
    ),
    (
        "UPDATE tickets SET state = 'sent', sent_at = now() WHERE serial = 3",
        "tickets_state_order",
    ),
    ("DELETE FROM tickets", "tickets_are_kept"),
    ("TRUNCATE tickets CASCADE", "tickets_are_kept"),
    // What tickets and orders refer to without a foreign key.
    ("DELETE FROM orders", "orders_are_kept"),
    ("TRUNCATE orders", "orders_are_kept"),
    ("UPDATE orders SET lines = '[]'", "orders_lines_are_kept"),
    ("UPDATE orders SET seats = 1", "orders_lines_are_kept"),
    ("DELETE FROM payments", "payments_are_kept"),
    ("TRUNCATE payments", "payments_are_kept"),
    ("DELETE FROM users", "users_are_kept"),
    ("TRUNCATE users CASCADE", "users_are_kept"),
    ("DELETE FROM events", "events_are_kept"),
    ("TRUNCATE events CASCADE", "events_are_kept"),
    ("DELETE FROM categories", "categories_ordered_are_kept"),
    (
        "UPDATE categories SET category_no = category_no + 8",
        "categories_ordered_are_kept",
    ),
];

#[actix_web::test]
async fn hand_written_sql_that_changes_a_key_or_skips_a_state_is_refused() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let _ = buyer.buy("solo").await;
    shop.change("UPDATE events SET release_hours = 1").await;
    // Serial 1 is sent; 2 is paid only; 3 is deactivated.
    let _ = buyer.buy("duo").await;
    shop.execute(
        "UPDATE tickets SET state = 'deactivated', deactivated_at = now(),
             deactivated_reason = 'revoked' WHERE serial = 3",
    )
    .await;
    let rows = "SELECT string_agg(t::text, ' ' ORDER BY serial) FROM tickets t";
    let before = shop.ask(rows).await;
    let (owner, service) = (
        shop.app.database.owner().await,
        shop.app.database.app().await,
    );
    for (sql, constraint) in FORBIDDEN {
        let error = owner.batch_execute(sql).await.unwrap_err();
        let named = error.as_db_error().and_then(|error| error.constraint());
        assert_eq!(named, Some(constraint), "{sql}: {error:?}");
        assert!(service.batch_execute(sql).await.is_err(), "{sql}");
    }
    assert_eq!(shop.ask(rows).await, before);
}
