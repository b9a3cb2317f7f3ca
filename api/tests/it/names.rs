//! Correcting the names on tickets: until a deadline, a few times, told to the buyer and the gate.

use serde_json::Value;
use test_support::{Answer, Client};

use crate::gates::{manifest, set_device};
use crate::pages::{filled, page, submit};
use crate::shop::{Buyer, Shop};

const GATE: &str = "a-token-of-the-gate-for-names";

fn path_of(ticket: &Value) -> String {
    format!("/account/tickets/{}", ticket["id"].as_str().unwrap())
}

async fn correct(client: &Client, ticket: &Value, names: [&str; 2]) -> Answer {
    let path = path_of(ticket);
    let html = page(client, &path).await.expect(200).text();
    let action = format!("{path}/name");
    let typed = [("first_name", names[0]), ("last_name", names[1])];
    submit(client, &action, &filled(&html, &action, &typed)).await
}

async fn holder(buyer: &Buyer<'_>, place: usize) -> String {
    let holder = buyer.tickets().await[place]["holder"].clone();
    let name = |field: &str| holder[field].as_str().unwrap().to_owned();
    format!("{} {}", name("first_name"), name("last_name"))
}

#[actix_web::test]
async fn a_corrected_name_reaches_the_buyer_the_gate_and_the_history() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let order = buyer.buy("duo").await;
    set_device(&shop, "Gate names", "JUD001", GATE);
    let before = manifest(&shop, GATE, None).await;
    let ticket = buyer.tickets().await[0].clone();
    let keys = "SELECT string_agg(encode(ticket_key, 'hex'), ',' ORDER BY id) FROM tickets";
    let keys_before = shop.ask(keys).await;

    let answer = correct(&buyer.client, &ticket, ["  Grace ", "Hopper <b>"]).await;
    let to = answer.expect(303).location();
    assert_eq!(to, format!("{}?done=name", path_of(&ticket)));
    let html = page(&buyer.client, &to).await.text();
    assert!(html.contains("The name is corrected") && html.contains("Hopper &#60;b&#62;"));
    assert_eq!(holder(&buyer, 0).await, "Grace Hopper <b>");
    assert_eq!(holder(&buyer, 1).await, "Ada2 Lovelace");
    assert_eq!(shop.ask(keys).await, keys_before);

    shop.app.settle().await;
    let mail = &shop.mails(&buyer.email, "with its new name").await[0];
    assert!(mail["text"].as_str().unwrap().contains("Grace Hopper"));
    assert_eq!(mail["attachments"][0]["content_type"], "application/pdf");

    // Both tickets of the party: each says with whom it comes.
    let changes = manifest(&shop, GATE, Some(before.cursor)).await;
    let changed = &changes.events[0].tickets;
    assert_eq!(changed.len(), 2);
    for (was, is) in before.events[0].tickets.iter().zip(changed) {
        assert_eq!(was.keys_digest, is.keys_digest);
        assert_eq!(was.short_digest, is.short_digest);
    }

    let path = format!("/account/orders/{}", order["id"].as_str().unwrap());
    let html = page(&buyer.client, &path).await.expect(200).text();
    assert!(
        html.contains("Grace Hopper &#60;b&#62;, before Ada1 Lovelace"),
        "{html}"
    );
    let sealed = shop
        .ask("SELECT count(*)::text FROM name_corrections WHERE former_first_name = 'Ada1'")
        .await;
    assert_eq!(sealed, "0");
}

#[actix_web::test]
async fn a_name_is_corrected_three_times_and_a_name_that_stays_counts_for_nothing() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    buyer.buy("solo").await;
    let ticket = buyer.tickets().await[0].clone();
    correct(&buyer.client, &ticket, ["", "Hopper"])
        .await
        .expect(422);
    for first_name in ["Ada1", "Ada", "Grace", "Grace", "Ida"] {
        let last_name = if first_name == "Ada1" {
            "Lovelace"
        } else {
            "Noether"
        };
        correct(&buyer.client, &ticket, [first_name, last_name])
            .await
            .expect(303);
    }
    let html = page(&buyer.client, &path_of(&ticket)).await.text();
    assert!(html.contains("as often as it may be") && !html.contains("name=\"first_name\""));
    assert_eq!(holder(&buyer, 0).await, "Ida Noether");
}

#[actix_web::test]
async fn names_close_a_day_before_the_doors_and_once_a_ticket_was_used() {
    let shop = Shop::open(20).await;
    let (buyer, stranger) = (shop.spectator().await, shop.spectator().await);
    buyer.buy("duo").await;
    let tickets = buyer.tickets().await;
    let path = path_of(&tickets[0]);
    let html = page(&buyer.client, &path).await.text();
    let action = format!("{path}/name");
    let form = filled(
        &html,
        &action,
        &[("first_name", "Grace"), ("last_name", "Hopper")],
    );
    // Somebody else's ticket is as unknown as one that never was.
    let own = page(&stranger.client, "/account/settings").await.text();
    let mut theirs = filled(&own, "/account/settings/email", &[]);
    theirs.extend(form.iter().skip(1).cloned());
    submit(&stranger.client, &action, &theirs).await.expect(404);

    shop.execute(
        "UPDATE tickets SET state = 'scanned', scanned_at = now(), scanned_gate = 'A'
         WHERE serial = 1",
    )
    .await;
    let html = submit(&buyer.client, &action, &form).await.expect(409);
    assert!(html.text().contains("its name stays as it is"));

    // Doors open three hours before the start.
    shop.change("UPDATE events SET starts_at = now() + interval '26 hours'")
        .await;
    let html = page(&buyer.client, &path_of(&tickets[1])).await.text();
    assert!(html.contains("The time to correct the name is over"));
    shop.change("UPDATE events SET names_until_hours = 2").await;
    correct(&buyer.client, &tickets[1], ["Grace", "Hopper"])
        .await
        .expect(303);
    assert_eq!(holder(&buyer, 1).await, "Grace Hopper");
}

#[actix_web::test]
async fn a_name_corrected_before_the_release_comes_with_the_ticket() {
    let shop = Shop::open(20).await;
    shop.change("UPDATE events SET release_hours = 48").await;
    let buyer = shop.spectator().await;
    buyer.buy("solo").await;
    let ticket = buyer.tickets().await[0].clone();
    correct(&buyer.client, &ticket, ["Grace", "Hopper"])
        .await
        .expect(303);
    shop.app.settle().await;
    let mail = &shop.mails(&buyer.email, "with its new name").await[0];
    assert_eq!(mail["attachments"].as_array().unwrap().len(), 0);
}

#[actix_web::test]
async fn a_calendar_file_says_when_where_and_who_and_follows_what_changes() {
    let shop = Shop::open(20).await;
    let (buyer, stranger) = (shop.spectator().await, shop.spectator().await);
    let order = buyer.buy("duo").await;
    let ticket = buyer.tickets().await[0].clone();
    let order_path = format!(
        "/account/orders/{}/calendar.ics",
        order["id"].as_str().unwrap()
    );
    let paths = [format!("{}/calendar.ics", path_of(&ticket)), order_path];
    let mut uids = Vec::new();
    for path in &paths {
        let answer = buyer.client.get(path).await.expect(200);
        assert_eq!(
            answer.headers["content-type"],
            "text/calendar; charset=utf-8"
        );
        let file = answer.text();
        assert!(file.lines().all(|line| line.len() <= 75));
        let whole = file.replace("\r\n ", "");
        for part in [
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
            "SEQUENCE:0\r\n",
            "LOCATION:Halle des Tests\\, Brest\r\n",
            "Ada1 Lovelace",
            "Ada2 Lovelace",
            "STATUS:CONFIRMED\r\n",
        ] {
            assert!(whole.contains(part), "{part}: {whole}");
        }
        uids.push(
            whole
                .lines()
                .find(|line| line.starts_with("UID:"))
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(uids[0], uids[1]);
    shop.change("UPDATE events SET starts_at = starts_at + interval '1 hour'")
        .await;
    shop.change("UPDATE events SET state = 'cancelled', cancelled_at = now()")
        .await;
    let whole = buyer
        .client
        .get(&paths[1])
        .await
        .text()
        .replace("\r\n ", "");
    assert!(whole.contains("SEQUENCE:2\r\n") && whole.contains("STATUS:CANCELLED\r\n"));
    stranger.client.get(&paths[0]).await.expect(404);
    stranger.client.get(&paths[1]).await.expect(404);
}
