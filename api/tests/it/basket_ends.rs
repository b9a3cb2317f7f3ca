//! Where a basket comes to an end of its own: ids that are used, orders that were never written,
//! more events than are looked at, a Redis that does not answer, addresses of before.

use std::time::{Duration, Instant};

use api::holds;
use test_support::Answer;
use ticket_core::ids::{HoldId, OrderId, UserId};
use uuid::Uuid;

use crate::basket::{Fields, named};
use crate::harness::redis_behind_proxy;
use crate::hostile::form_of;
use crate::pages::{page, submit};
use crate::shop::{Buyer, Shop};

async fn form_of_basket(buyer: &Buyer<'_>) -> Fields {
    let html = page(&buyer.client, "/basket").await.expect(200).text();
    named(&html)
}

async fn give_back(buyer: &Buyer<'_>, fields: &Fields, hold: Uuid) -> Answer {
    let mut fields = fields.clone();
    fields.push(("remove".to_owned(), hold.to_string()));
    submit(&buyer.client, "/basket", &fields).await
}

#[actix_web::test]
async fn a_form_that_was_ordered_already_is_shown_again_with_another_id() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let _ = buyer.hold("solo").await;
    let fields = form_of_basket(&buyer).await;
    let first = submit(&buyer.client, "/orders", &fields).await;
    let first = first.expect(303).location();
    let _ = buyer.hold("solo").await;
    // Another tab shows the first form still, and its timer ends.
    let html = submit(&buyer.client, "/basket", &fields).await;
    let rest = named(&html.expect(200).text());
    let second = submit(&buyer.client, "/orders", &rest).await;
    assert_ne!(second.expect(303).location(), first);
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "2");
}

#[actix_web::test]
async fn a_hold_kept_for_an_order_that_was_never_written_can_be_given_back() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let hold = buyer.hold("duo").await;
    let owner = shop.ask("SELECT id::text FROM users").await;
    let owner = UserId::from_uuid(owner.parse().unwrap());
    let app = &shop.app.app;
    let found = holds::find(app, HoldId::from_uuid(hold), owner).await;
    let until = shop.app.clock.now() + jiff::SignedDuration::from_mins(15);
    let order = OrderId::from_uuid(Uuid::new_v4());
    let kept = holds::keep_until(app, &(&found.unwrap()).into(), order, until).await;
    kept.unwrap();
    let fields = form_of_basket(&buyer).await;
    let html = give_back(&buyer, &fields, hold).await.expect(200).text();
    assert!(html.contains("These seats are given back"), "{html}");
    assert!(html.contains("Your basket is empty"), "{html}");
    assert_eq!(shop.counts().await, (20, 0, 0));
}

#[actix_web::test]
async fn what_an_order_has_is_not_given_back_and_that_is_said() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let hold = buyer.hold("solo").await;
    let fields = form_of_basket(&buyer).await;
    let ordered = submit(&buyer.client, "/orders", &fields).await;
    let _ = ordered.expect(303);
    let html = give_back(&buyer, &fields, hold).await.expect(200).text();
    assert!(html.contains("are in an order already"), "{html}");
    assert!(!html.contains("These seats are given back"), "{html}");
    assert_eq!(shop.counts().await, (19, 1, 0));
}

#[actix_web::test]
async fn of_many_noted_events_the_last_stay_noted() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let owner = shop.ask("SELECT id::text FROM users").await;
    let owner: Uuid = owner.parse().unwrap();
    let redis = &shop.app.app.redis;
    let period = shop.app.clock.now().as_second() / 1800;
    let key = redis.key(&format!("hold:{{notes}}:{period}"));
    // So many holds were refused in events that are gone.
    let noted: Vec<u8> = (0..40)
        .flat_map(|at| [0xFF, 0xFF, at, 1, 2, 3, at])
        .collect();
    let mut note = redis::cmd("HSET");
    note.arg(&key).arg(owner.as_bytes()).arg(&noted);
    let _: u32 = note.query_async(&mut redis.connection()).await.unwrap();
    let hold = buyer.hold("solo").await;
    let mut read = redis::cmd("HGET");
    read.arg(&key).arg(owner.as_bytes());
    let note: Vec<u8> = read.query_async(&mut redis.connection()).await.unwrap();
    assert_eq!(note.len(), 32 * 7);
    assert!(
        note.starts_with(&noted[9 * 7..10 * 7]),
        "the oldest went first"
    );
    let html = page(&buyer.client, "/basket").await.expect(200).text();
    assert!(html.contains(&hold.to_string()), "{html}");
}

#[actix_web::test]
async fn who_signs_in_waits_for_no_number_that_redis_does_not_tell() {
    let (proxy, through) = redis_behind_proxy().await;
    let shop = Shop::open_with(4, &["--redis-url", &through]).await;
    let buyer = shop.spectator().await;
    let browser = shop.app.client();
    let html = page(&browser, "/sign-in").await.expect(200).text();
    let mut form = form_of(&html, "/sign-in").fields;
    for (name, value) in &mut form {
        match name.as_str() {
            "email" => value.clone_from(&buyer.email),
            "password" => "a long enough phrase".clone_into(value),
            _ => {}
        }
    }
    proxy.stall();
    let since = Instant::now();
    let _ = submit(&browser, "/sign-in", &form).await.expect(303);
    let took = since.elapsed();
    // For an answer of Redis itself 2 s are waited.
    assert!(took < Duration::from_millis(1900), "{took:?}");
    proxy.mend();
    let me = browser.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["signed_in"], true);
}

#[actix_web::test]
async fn the_address_that_a_hold_had_leads_to_the_basket() {
    let shop = Shop::open(4).await;
    let path = format!("/holds/{}", Uuid::new_v4());
    let away = page(&shop.app.client(), &path).await.expect(303);
    assert_eq!(away.location(), "/basket");
}
