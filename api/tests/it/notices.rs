//! Reminders, and what people are told when their event changes or is cancelled.

use reqwest::Method;
use serde_json::Value;
use test_support::Client;

use crate::pages::{filled, page, submit};
use crate::shop::Shop;

async fn wish(client: &Client, typed: &[(&str, &str)]) {
    let html = page(client, "/account/settings").await.expect(200).text();
    let action = "/account/settings/messages";
    submit(client, action, &filled(&html, action, typed))
        .await
        .expect(303);
}

/// The address under the reminder, without the host.
fn stop_path(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    let at = text.find("/reminders/stop?").unwrap();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

/// The event starts so many hours from now; nobody is told of that.
async fn starts_in(shop: &Shop, hours: i64) {
    let now = shop.app.clock.now();
    shop.change(&format!(
        "UPDATE events SET starts_at = '{now}'::timestamptz + interval '{hours} hours',
             ends_at = '{now}'::timestamptz + interval '{} hours'",
        hours + 2
    ))
    .await;
    shop.execute("UPDATE event_changes SET told_at = now()")
        .await;
}

#[actix_web::test]
async fn whoever_wishes_is_reminded_once_on_the_day_before() {
    let shop = Shop::open(20).await;
    let (buyer, silent) = (shop.spectator().await, shop.spectator().await);
    buyer.buy("duo").await;
    buyer.buy("solo").await;
    silent.buy("solo").await;
    wish(&silent.client, &[]).await;
    starts_in(&shop, 72).await;
    shop.app.settle().await;
    assert!(shop.mails(&buyer.email, "Tomorrow").await.is_empty());
    // Within a day of the start it is past ten of the day before, wherever the venue's clock is.
    shop.after_seconds(71 * 3600).await;
    shop.app.settle().await;
    let mails = shop.mails(&buyer.email, "Tomorrow").await;
    assert_eq!(mails.len(), 1);
    let text = mails[0]["text"].as_str().unwrap();
    assert_eq!(text.matches("Lovelace").count(), 3, "{text}");
    assert!(text.contains("Halle des Tests, Brest") && text.contains("Doors open"));
    assert!(
        mails[0]["html"]
            .as_str()
            .unwrap()
            .contains("/reminders/stop?")
    );
    assert!(shop.mails(&silent.email, "Tomorrow").await.is_empty());
    shop.after_seconds(600).await;
    assert_eq!(shop.mails(&buyer.email, "Tomorrow").await.len(), 1);
}

#[actix_web::test]
async fn a_reminder_can_be_stopped_from_the_mail_and_only_by_its_own_link() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    buyer.buy("solo").await;
    starts_in(&shop, 72).await;
    shop.after_seconds(71 * 3600).await;
    let path = stop_path(&shop.mails(&buyer.email, "Tomorrow").await[0]);
    let stranger = shop.app.client();
    let forged = format!("{}A", &path[..path.len() - 1]);
    page(&stranger, &forged).await.expect(404);
    // Machines that follow links stop nothing.
    let html = page(&stranger, &path).await.expect(200).text();
    assert!(html.contains("Stop reminders"));
    let wishes = "SELECT wants_reminders::text FROM users WHERE role = 'user'";
    assert_eq!(shop.ask(wishes).await, "true");
    // What a mail program posts, without cookies.
    let request = stranger.request(Method::POST, &path);
    let request = request.form(&[("List-Unsubscribe", "One-Click")]);
    stranger.send(request).await.expect(200);
    assert_eq!(shop.ask(wishes).await, "false");
    let html = page(&buyer.client, "/account/settings").await.text();
    assert!(!html.contains("value=\"yes\" checked"));
    wish(&buyer.client, &[("reminders", "yes")]).await;
    assert_eq!(shop.ask(wishes).await, "true");
}

#[actix_web::test]
async fn a_change_of_time_is_told_once_to_each_who_has_tickets() {
    let shop = Shop::open(20).await;
    let (buyer, other) = (shop.spectator().await, shop.spectator().await);
    buyer.buy("duo").await;
    buyer.buy("solo").await;
    shop.change("UPDATE events SET starts_at = starts_at + interval '1 hour'")
        .await;
    shop.change("UPDATE events SET starts_at = starts_at + interval '1 hour'")
        .await;
    shop.app.settle().await;
    let mails = shop.mails(&buyer.email, "Changed").await;
    assert_eq!(mails.len(), 1);
    let text = mails[0]["text"].as_str().unwrap();
    assert!(
        text.contains("Before: ") && text.contains("stay valid"),
        "{text}"
    );
    assert!(shop.mails(&other.email, "Changed").await.is_empty());
    // There and back again is no news.
    shop.change("UPDATE events SET starts_at = starts_at + interval '3 hours'")
        .await;
    shop.change("UPDATE events SET starts_at = starts_at - interval '3 hours'")
        .await;
    shop.change("UPDATE events SET title = '{\"fr\": \"Autre\", \"en\": \"Other\"}'")
        .await;
    shop.app.settle().await;
    assert_eq!(shop.mails(&buyer.email, "Changed").await.len(), 1);
}

#[actix_web::test]
async fn a_cancelled_event_is_told_also_to_those_who_wish_no_reminders() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    buyer.buy("solo").await;
    wish(&buyer.client, &[]).await;
    shop.change("UPDATE events SET state = 'cancelled', cancelled_at = now()")
        .await;
    shop.app.settle().await;
    shop.app.settle().await;
    let mails = shop.mails(&buyer.email, "Cancelled").await;
    assert_eq!(mails.len(), 1);
    let text = mails[0]["text"].as_str().unwrap();
    assert!(text.contains("will not take place") && !text.contains("/reminders/stop"));
}
