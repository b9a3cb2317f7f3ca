//! The basket: several events in one order, by plain forms; what ran out, what was pressed twice,
//! what another tab or another device did meanwhile.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::hostile::form_of;
use crate::pages::{page, submit};
use crate::payments::pay_after_expiry;
use crate::shop::{Buyer, Shop, order_body};

pub(crate) type Fields = Vec<(String, String)>;

async fn two_events() -> Shop {
    two_events_of(20).await
}

/// A shop with a second event, called by another name; so many seats in the first.
async fn two_events_of(seats: u32) -> Shop {
    let shop = Shop::open(seats).await;
    shop.import("JUD002", 20, 4000).await;
    let title = r#"{"fr": "Le soir des finales", "en": "Evening of finals"}"#;
    shop.change(&format!(
        "UPDATE events SET title = '{title}', starts_at = starts_at + interval '1 hour'
         WHERE code = 'JUD002'"
    ))
    .await;
    shop
}

async fn basket(buyer: &Buyer<'_>) -> String {
    page(&buyer.client, "/basket").await.expect(200).text()
}

/// The form of the basket with a name for every ticket that has none.
pub(crate) fn named(html: &str) -> Fields {
    let mut fields = form_of(html, "/orders").fields;
    for (name, value) in &mut fields {
        if name.ends_with("_name") && value.is_empty() {
            "Ada".clone_into(value);
        }
    }
    fields
}

async fn order(buyer: &Buyer<'_>, fields: &Fields) -> test_support::Answer {
    submit(&buyer.client, "/orders", fields).await
}

#[actix_web::test]
async fn two_events_are_one_order_with_a_mail_for_each() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    assert!(basket(&buyer).await.contains("Your basket is empty"));
    let _ = buyer.hold("duo").await;
    let _ = buyer.hold_at("JUD002", "solo").await;
    let html = basket(&buyer).await;
    assert!(
        html.contains("€90") && html.contains("€25 a seat"),
        "{html}"
    );
    assert_eq!(html.matches("data-expires=").count(), 1, "one timer");
    assert_eq!(
        html.matches("value=\"Zoé\"").count(),
        2,
        "the buyer has the first ticket of each event"
    );
    assert!(html.contains("nav-count\">2<"), "beside the link");
    let pay = order(&buyer, &named(&html)).await.expect(303).location();
    let html = page(&buyer.client, &pay).await.expect(200).text();
    assert!(html.contains("Evening of finals") && html.contains("€90"));
    assert!(!html.contains("nav-count"), "nothing waits any more");
    let id = pay.split('/').nth(2).unwrap();
    let placed = buyer.order_now(&json!({ "id": id })).await;
    let _ = buyer.at_bank(&placed, &[("decision", "accept")]).await;
    shop.app.settle().await;
    assert_eq!(buyer.tickets().await.len(), 3);
    let html = page(&buyer.client, "/account").await.text();
    assert!(html.contains("and one other event"), "{html}");
    assert!(
        html.contains("Duo, Category A + Solo, Category A"),
        "{html}"
    );
    let html = page(&buyer.client, &format!("/account/orders/{id}")).await;
    assert_eq!(html.text().matches("scope=\"rowgroup\"").count(), 2);
    let mails = shop.mails(&buyer.email, "Your tickets").await;
    assert_eq!(mails.len(), 2);
    for mail in mails {
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains("other tickets of this order"), "{text}");
    }
    assert!(basket(&buyer).await.contains("Your basket is empty"));
}

#[actix_web::test]
async fn what_ran_out_is_named_and_the_rest_stays_with_its_names() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let _ = buyer.hold("duo").await;
    shop.app.clock.advance_seconds(300);
    let _ = buyer.hold_at("JUD002", "duo").await;
    let html = basket(&buyer).await;
    assert!(html.contains("Kept until"), "each line has its own end");
    let mut fields = named(&html);
    let last = fields.iter_mut().rfind(|(name, _)| name == "last_name");
    "Lovelace".clone_into(&mut last.unwrap().1);
    shop.app.clock.advance_seconds(301);
    let refused = order(&buyer, &fields).await.expect(410).text();
    assert!(
        refused.contains("these seats are on sale again"),
        "{refused}"
    );
    assert!(refused.contains("The rest still is"), "{refused}");
    assert!(
        refused.contains("value=\"Lovelace\""),
        "what was typed stays"
    );
    assert_eq!(refused.matches("name=\"hold_id\"").count(), 1);
    assert!(refused.contains("€80") && !refused.contains("€130"));
    shop.app.settle().await;
    assert_eq!(shop.counts().await, (20, 0, 0), "nobody keeps the others");
    assert!(
        basket(&buyer).await.contains("on sale again"),
        "swept or not"
    );
    let _ = order(&buyer, &named(&refused)).await.expect(303);
    shop.after_seconds(121).await;
    assert!(
        !basket(&buyer).await.contains("on sale again"),
        "for two minutes"
    );
}

#[actix_web::test]
async fn an_order_sent_twice_is_one_order() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let _ = buyer.hold("solo").await;
    let _ = buyer.hold_at("JUD002", "solo").await;
    let fields = named(&basket(&buyer).await);
    let (one, two) = tokio::join!(order(&buyer, &fields), order(&buyer, &fields));
    assert_eq!(one.expect(303).location(), two.expect(303).location());
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "1");
    let mut other = fields.clone();
    let name = other.iter_mut().rfind(|(name, _)| name == "last_name");
    "Byron".clone_into(&mut name.unwrap().1);
    let refused = order(&buyer, &other).await.expect(409).text();
    assert!(refused.contains("wait for their payment"), "{refused}");
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "1");
}

#[actix_web::test]
async fn two_tabs_order_what_each_of_them_showed() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let _ = buyer.hold("duo").await;
    let first = named(&basket(&buyer).await);
    let same = named(&basket(&buyer).await);
    let _ = buyer.hold_at("JUD002", "solo").await;
    let both = named(&basket(&buyer).await);
    let pay = order(&buyer, &first).await.expect(303).location();
    let html = page(&buyer.client, "/account").await.text();
    assert!(html.contains("nav-count\">1<"), "the other still waits");

    let refused = order(&buyer, &same).await.expect(409).text();
    assert!(refused.contains(&format!("href=\"{pay}\"")), "{refused}");
    let refused = order(&buyer, &both).await.expect(409).text();
    assert!(refused.contains(&format!("href=\"{pay}\"")), "{refused}");
    assert!(refused.contains("Evening of finals") && refused.contains("€40"));
    let rest = named(&refused);
    let other = order(&buyer, &rest).await.expect(303).location();
    assert_ne!(other, pay);
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM seat_claims").await,
        "3"
    );
}

#[actix_web::test]
async fn one_is_given_back_and_what_was_typed_for_the_others_stays() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let gone = buyer.hold("duo").await;
    let stays = buyer.hold_at("JUD002", "duo").await;
    let mut fields = named(&basket(&buyer).await);
    let last = fields.iter_mut().rfind(|(name, _)| name == "first_name");
    "Grace".clone_into(&mut last.unwrap().1);
    fields.push(("remove".to_owned(), gone.to_string()));
    for _ in 0..2 {
        let html = submit(&buyer.client, "/basket", &fields).await;
        let html = html.expect(200).text();
        assert!(html.contains("These seats are given back"), "{html}");
        assert!(html.contains(&stays.to_string()) && !html.contains(&gone.to_string()));
        assert!(html.contains("value=\"Grace\""), "{html}");
        assert!(!html.contains("on sale again"), "it did not run out");
    }
    assert_eq!(shop.counts().await, (20, 0, 0));
    // The other tab still shows it.
    let refused = order(&buyer, &fields).await.expect(410).text();
    assert!(refused.contains("has changed meanwhile"), "{refused}");
    let _ = order(&buyer, &named(&refused)).await.expect(303);
}

#[actix_web::test]
async fn the_basket_is_there_on_another_device_and_after_signing_in_again() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let hold = buyer.hold("family").await;
    let other = shop.app.client();
    let away = page(&other, "/basket").await.expect(303).location();
    assert_eq!(away, "/sign-in?next=/basket");
    let lost = submit(&other, "/orders", &named(&basket(&buyer).await)).await;
    assert_eq!(lost.expect(303).location(), away);
    let html = page(&other, &away).await.expect(200).text();
    let mut form = form_of(&html, "/sign-in").fields;
    for (name, value) in &mut form {
        match name.as_str() {
            "email" => value.clone_from(&buyer.email),
            "password" => "a long enough phrase".clone_into(value),
            _ => {}
        }
    }
    let entered = submit(&other, "/sign-in", &form).await.expect(303);
    assert_eq!(entered.location(), "/basket");
    let html = page(&other, "/").await.expect(200).text();
    assert!(
        html.contains("nav-count\">1<"),
        "the number comes with signing in"
    );
    let html = page(&other, "/basket").await.expect(200).text();
    assert!(html.contains(&hold.to_string()), "{html}");
    let out = form_of(&html, "/sign-out").fields;
    let _ = submit(&other, "/sign-out", &out).await.expect(303);
    let html = page(&other, "/").await.expect(200).text();
    assert!(!html.contains("nav-count"), "nothing is left behind");
}

#[actix_web::test]
async fn pages_for_everybody_know_nothing_of_baskets() {
    let shop = Shop::open(4).await;
    let client = shop.app.client();
    let request = client.request(Method::GET, "/events/JUD001");
    let cookie = "guichet_basket=9999999999";
    let answer = client.send(request.header("Cookie", cookie)).await;
    let answer = answer.expect(200);
    let cached = answer.headers.get("cache-control").unwrap().to_str();
    assert!(cached.unwrap().starts_with("public"));
    assert!(!answer.text().contains("nav-count"));
}

#[actix_web::test]
async fn a_cancelled_event_leaves_the_others_in_the_basket() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let _ = buyer.hold("solo").await;
    let _ = buyer.hold_at("JUD002", "solo").await;
    let fields = named(&basket(&buyer).await);
    shop.change(
        "UPDATE events SET state = 'cancelled', cancelled_at = now() WHERE code = 'JUD002'",
    )
    .await;
    let refused = order(&buyer, &fields).await.expect(409).text();
    assert!(refused.contains("This event is cancelled"), "{refused}");
    let _ = order(&buyer, &named(&refused)).await.expect(303);
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM seat_claims").await,
        "1"
    );
}

#[actix_web::test]
async fn more_than_one_order_takes_waits_for_the_next() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    for _ in 0..6 {
        let _ = buyer.hold("solo").await;
        let _ = buyer.hold_at("JUD002", "solo").await;
    }
    let html = basket(&buyer).await;
    assert_eq!(html.matches("name=\"hold_id\"").count(), 8);
    assert!(html.contains("4 more formulas wait"), "{html}");
    let _ = order(&buyer, &named(&html)).await.expect(303);
    let html = basket(&buyer).await;
    assert_eq!(html.matches("name=\"hold_id\"").count(), 4);
    assert!(html.contains("wait for their payment"), "{html}");
}

#[actix_web::test]
async fn a_hold_of_nobody_and_a_name_that_is_none_are_refused_on_the_page() {
    let shop = two_events().await;
    let buyer = shop.spectator().await;
    let _ = buyer.hold("solo").await;
    let mut fields = named(&basket(&buyer).await);
    let name = fields.iter_mut().find(|(name, _)| name == "first_name");
    name.unwrap().1 = "a\u{202e}b".to_owned();
    let refused = order(&buyer, &fields).await.expect(422).text();
    assert_eq!(refused.matches("aria-invalid=\"true\"").count(), 1);
    fields.push(("hold_id".to_owned(), Uuid::new_v4().to_string()));
    let refused = order(&buyer, &fields).await;
    assert!(matches!(refused.status, 404 | 422), "{}", refused.status);
    assert!(refused.text().contains("<!doctype html>"));
    assert_eq!(shop.counts().await, (19, 1, 0));
}

#[actix_web::test]
async fn a_message_of_a_refund_names_each_event_once() {
    let shop = two_events_of(2).await;
    let (late, quick) = (shop.spectator().await, shop.spectator().await);
    let first = late.hold("solo").await;
    let other = late.hold_at("JUD002", "solo").await;
    let again = late.hold("solo").await;
    let body = order_body(&[first, other, again], 3);
    let order = late.put_order(Uuid::new_v4(), &body).await.expect(201);
    pay_after_expiry(&late, &order.json()).await;
    let _ = quick.buy("duo").await;
    shop.after_seconds(21).await;
    let mails = shop.mails(&late.email, "Refund").await;
    let text = mails[0]["text"].as_str().unwrap();
    assert!(text.contains(" + Evening of finals"), "{text}");
    assert_eq!(text.matches(" + ").count(), 1, "{text}");
}
