//! What people do with their own account: details, password, address, data, closing.

use std::time::Duration;

use actix_web::rt::time::sleep;
use futures_util::future::join;
use reqwest::Method;
use serde_json::json;
use test_support::{Answer, Client};
use uuid::Uuid;

use crate::harness::TestApp;
use crate::pages::{filled, page, submit};
use crate::people::{PASSWORD, Person, code_in, login, sign_up, wrong};
use crate::shop::Shop;

const SETTINGS: &str = "/account/settings";

/// Fills in one of the forms of the page and sends it.
async fn send(client: &Client, at: &str, action: &str, typed: &[(&str, &str)]) -> Answer {
    let html = page(client, at).await.expect(200).text();
    submit(client, action, &filled(&html, action, typed)).await
}

async fn change_person(client: &Client, names: [&str; 2], phone: &str, language: &str) -> Answer {
    let [first, last] = names;
    let typed = [
        ("first_name", first),
        ("last_name", last),
        ("phone", phone),
        ("language", language),
    ];
    send(client, SETTINGS, "/account/settings/person", &typed).await
}

async fn change_password(client: &Client, current: &str, new: &str) -> Answer {
    let typed = [("current", current), ("password", new)];
    send(client, SETTINGS, "/account/settings/password", &typed).await
}

async fn ask_for_address(client: &Client, email: &str, password: &str) -> Answer {
    let typed = [("email", email), ("password", password)];
    send(client, SETTINGS, "/account/settings/email", &typed).await
}

async fn confirm_address(client: &Client, old: &str, new: &str) -> Answer {
    let typed = [("old_code", old), ("new_code", new)];
    send(client, SETTINGS, "/account/settings/email/confirm", &typed).await
}

async fn close(client: &Client, password: &str) -> Answer {
    let typed = [("password", password)];
    send(client, "/account/close", "/account/close", &typed).await
}

fn done(answer: Answer) -> String {
    answer.expect(303).location()
}

/// Another browser of the same person.
async fn other_browser(app: &TestApp, person: &Person) -> Client {
    let client = app.client();
    login(&client, &person.email, PASSWORD).await.expect(200);
    client
}

async fn is_signed_in(client: &Client) -> bool {
    client.get("/api/v1/me").await.json()["signed_in"] == true
}

#[actix_web::test]
async fn details_are_corrected_and_what_is_wrong_is_said_in_its_place() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = &person.client;
    let answer = change_person(client, ["Zoé <i>", "Ōtani"], "+33 6 12 34 56 78", "fr").await;
    assert_eq!(done(answer), "/account/settings?done=person");
    let html = page(client, "/account/settings?done=person").await.text();
    assert!(
        html.contains("Zoé &#60;i&#62;") || html.contains("Zoé &lt;i&gt;"),
        "{html}"
    );
    assert!(html.contains("+33612345678") && html.contains("C’est enregistré."));
    for (names, phone, field) in [
        (["", "Ōtani"], "", "first_name"),
        (["Zoé", &"x".repeat(101)], "", "last_name"),
        (["Zoé", "Ōtani"], "0612", "phone"),
    ] {
        let answer = change_person(client, names, phone, "fr").await;
        let html = answer.expect(422).text();
        assert!(html.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    let stranger = page(&app.client(), SETTINGS).await;
    assert!(stranger.expect(303).location().starts_with("/sign-in"));
}

#[actix_web::test]
async fn a_new_password_ends_every_other_session() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let other = other_browser(&app, &person).await;
    let refused = change_password(&person.client, "not my password", "a calm grey heron").await;
    refused.expect(401);
    change_password(&person.client, PASSWORD, "short")
        .await
        .expect(422);
    assert!(is_signed_in(&other).await);
    let answer = change_password(&person.client, PASSWORD, "a calm grey heron").await;
    assert_eq!(done(answer), "/account/settings?done=password");
    assert!(is_signed_in(&person.client).await && !is_signed_in(&other).await);
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(401);
    let fresh = login(&app.client(), &person.email, "a calm grey heron").await;
    fresh.expect(200);
}

#[actix_web::test]
async fn other_sessions_end_when_their_owner_says_so() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let other = other_browser(&app, &person).await;
    let answer = send(&person.client, SETTINGS, "/account/settings/sessions", &[]).await;
    assert_eq!(done(answer), "/account/settings?done=sessions");
    assert!(is_signed_in(&person.client).await && !is_signed_in(&other).await);
}

#[actix_web::test]
async fn one_session_ends_and_the_others_go_on() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let (phone, tablet) = (app.client(), app.client());
    for (client, agent) in [
        (&phone, "Android Firefox/145"),
        (&tablet, "iPad Safari/604"),
    ] {
        let body = json!({ "email": person.email, "password": PASSWORD });
        let request = client.request(Method::POST, "/api/v1/login").json(&body);
        client
            .send(request.header("User-Agent", agent))
            .await
            .expect(200);
    }
    let html = page(&person.client, SETTINGS).await.text();
    let at = html.find("Firefox sur Android").unwrap();
    assert!(html.contains("Safari sur iPad"));
    let action = "/account/settings/sessions/end";
    let form = filled(&html[at..], action, &[]);
    let answer = submit(&person.client, action, &form).await;
    assert_eq!(done(answer), "/account/settings?done=session");
    assert!(!is_signed_in(&phone).await && is_signed_in(&tablet).await);
    // A second click, and somebody else's session, do nothing.
    done(submit(&person.client, action, &form).await);
    let stranger = app.spectator().await;
    let own = page(&stranger.client, SETTINGS).await.text();
    let mut form = filled(&own, "/account/settings/email", &[]);
    let html = page(&person.client, SETTINGS).await.text();
    let theirs = filled(&html, action, &[]);
    form.extend(theirs.into_iter().filter(|(name, _)| name == "session"));
    done(submit(&stranger.client, action, &form).await);
    assert!(is_signed_in(&tablet).await);
}

#[actix_web::test]
async fn when_a_session_was_seen_is_kept_to_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let other = other_browser(&app, &person).await;
    app.clock.advance_seconds(20 * 60);
    assert!(is_signed_in(&other).await);
    let owner = app.database.owner().await;
    let sql = "SELECT count(*) FROM sessions WHERE user_id = $1
        AND seen_at > created_at + interval '15 minutes'";
    for _ in 0..250 {
        let seen: i64 = owner.query_one(sql, &[&person.id]).await.unwrap().get(0);
        if seen == 1 {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing was kept");
}

#[actix_web::test]
async fn an_account_moves_with_the_codes_of_both_addresses() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let other = other_browser(&app, &person).await;
    let client = &person.client;
    let new = format!("new-{}@example.org", Uuid::new_v4().simple());
    ask_for_address(client, &new, "not my password")
        .await
        .expect(401);
    ask_for_address(client, "no address", PASSWORD)
        .await
        .expect(422);
    let answer = ask_for_address(client, &new, PASSWORD).await;
    assert_eq!(done(answer), "/account/settings?done=codes-sent");
    let (old_code, new_code) = (
        app.code_sent_to(&person.email).await,
        app.code_sent_to(&new).await,
    );
    // One code is no half of the way, nor are both the wrong way round.
    confirm_address(client, &old_code, &wrong(&new_code))
        .await
        .expect(422);
    confirm_address(client, &new_code, &old_code)
        .await
        .expect(422);
    let answer = confirm_address(client, &old_code, &new_code).await;
    assert_eq!(done(answer), "/account/settings?done=email");
    assert!(is_signed_in(client).await && !is_signed_in(&other).await);
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(401);
    login(&app.client(), &new, PASSWORD).await.expect(200);
    let again = page(client, SETTINGS).await.text();
    assert!(again.contains(&new) && !again.contains("name=\"old_code\""));
}

#[actix_web::test]
async fn codes_of_an_address_end_after_five_wrong_tries_or_ten_minutes() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = &person.client;
    let new = format!("new-{}@example.org", Uuid::new_v4().simple());
    done(ask_for_address(client, &new, PASSWORD).await);
    let codes = (
        app.code_sent_to(&person.email).await,
        app.code_sent_to(&new).await,
    );
    for _ in 0..5 {
        confirm_address(client, &codes.0, &wrong(&codes.1))
            .await
            .expect(422);
    }
    confirm_address(client, &codes.0, &codes.1)
        .await
        .expect(422);
    assert!(page(client, SETTINGS).await.text().contains(&person.email));
    done(ask_for_address(client, &new, PASSWORD).await);
    let html = page(client, SETTINGS).await.text();
    let form = filled(&html, "/account/settings/email/confirm", &[]);
    app.clock.advance_seconds(601);
    submit(client, "/account/settings/email/confirm", &form)
        .await
        .expect(422);
}

#[actix_web::test]
async fn whether_an_address_is_taken_is_told_to_its_owner_only() {
    let app = TestApp::start().await;
    let (person, owner) = (app.spectator().await, app.spectator().await);
    let answer = ask_for_address(&person.client, &owner.email, PASSWORD).await;
    assert_eq!(done(answer), "/account/settings?done=codes-sent");
    app.settle().await;
    let told = &app.messages_to(&owner.email).await[0];
    let subject = told["subject"].as_str().unwrap();
    assert!(!subject.chars().any(|c| c.is_ascii_digit()), "{subject}");
    let old_code = code_in(&app.messages_to(&person.email).await[0]);
    confirm_address(&person.client, &old_code, "AAAAAA")
        .await
        .expect(422);
    login(&app.client(), &owner.email, PASSWORD)
        .await
        .expect(200);
}

/// Until a statement of the service waits for a lock, or has had the time to pass it by.
async fn until_one_waits(app: &TestApp) {
    let service = app.database.app().await;
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..250 {
        let waiting: i64 = service.query_one(sql, &[]).await.unwrap().get(0);
        if waiting > 0 {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn an_account_that_closes_meanwhile_begins_no_change_of_address() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let mut owner = app.database.owner().await;
    let closing = owner.transaction().await.unwrap();
    let sql = "UPDATE users SET state = 'closed' WHERE id = $1";
    assert_eq!(closing.execute(sql, &[&person.id]).await.unwrap(), 1);
    // The password was right: it was an open account that asked.
    let asked = ask_for_address(&person.client, "new@example.org", PASSWORD);
    let closed = async {
        until_one_waits(&app).await;
        closing.commit().await.unwrap();
    };
    let (answer, ()) = join(asked, closed).await;
    assert!(answer.expect(303).location().starts_with("/sign-in"));
    let sql = "SELECT count(*) FROM email_changes WHERE user_id = $1";
    let begun = owner.query_one(sql, &[&person.id]).await.unwrap();
    assert_eq!(begun.get::<_, i64>(0), 0);
}

#[actix_web::test]
async fn data_are_taken_along_without_any_key() {
    let shop = Shop::open(8).await;
    let buyer = shop.spectator().await;
    let _ = buyer.buy("duo").await;
    let answer = buyer.client.get("/account/data.json").await.expect(200);
    let data = answer.json();
    assert_eq!(data["account"]["email"], buyer.email.as_str());
    assert_eq!(data["orders"].as_array().unwrap().len(), 1);
    assert_eq!(data["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(data["tickets"][0]["event"], shop.event.as_str());
    assert!(!data.to_string().contains("key"));
    shop.app
        .client()
        .get("/account/data.json")
        .await
        .expect(401);
}

#[actix_web::test]
async fn an_account_with_tickets_to_come_stays_open() {
    let shop = Shop::open(8).await;
    let buyer = shop.spectator().await;
    let _ = buyer.buy("solo").await;
    let html = close(&buyer.client, "a long enough phrase")
        .await
        .expect(409)
        .text();
    assert!(html.contains("tickets for events to come") || html.contains("rencontres à venir"));
    assert!(is_signed_in(&buyer.client).await);
}

#[actix_web::test]
async fn a_closed_account_leaves_nothing_readable_and_its_address_free() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let other = other_browser(&app, &person).await;
    close(&person.client, "not my password").await.expect(409);
    close(&person.client, PASSWORD).await.expect(200);
    assert!(!is_signed_in(&person.client).await && !is_signed_in(&other).await);
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(401);
    let owner = app.database.owner().await;
    let sql = "SELECT (SELECT count(*) FROM data_keys WHERE id = $1),
        (SELECT count(*) FROM users WHERE id = $1 AND state = 'closed')";
    let row = owner.query_one(sql, &[&person.id]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (0, 1));
    // Somebody else may begin there.
    sign_up(&app.client(), &person.email).await;
    assert!(!app.code_sent_to(&person.email).await.is_empty());
}

#[actix_web::test]
async fn staff_do_not_close_their_accounts_themselves() {
    let app = TestApp::start().await;
    let agent = app.staff("gate_agent").await;
    close(&agent.client, PASSWORD).await.expect(409);
    assert!(is_signed_in(&agent.client).await);
}
