//! Forgotten passwords: the same answers for every address, a code that works once and not for
//! long, and what ends with the old password.

use test_support::{Answer, Client};

use crate::harness::TestApp;
use crate::pages::{filled, page, submit};
use crate::people::{PASSWORD, Person, code_in, login, wrong};

const PATH: &str = "/forgotten-password";
const CODE_PATH: &str = "/forgotten-password/code";
const NEW: &str = "another horse battery";

/// Asks by the page, as a browser without JavaScript does.
async fn ask(client: &Client, email: &str) -> Answer {
    let html = page(client, "/forgotten-password?next=/account/settings").await;
    let form = filled(&html.expect(200).text(), PATH, &[("email", email)]);
    submit(client, PATH, &form).await
}

async fn answer(client: &Client, code: &str, password: &str) -> Answer {
    let html = page(client, "/forgotten-password/code?next=/account/settings").await;
    let typed = [("code", code), ("password", password)];
    let form = filled(&html.expect(200).text(), CODE_PATH, &typed);
    submit(client, CODE_PATH, &form).await
}

fn is_shown(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status);
    let html = answer.text();
    assert!(
        html.contains("role=\"alert\"") && html.contains(words),
        "{html}"
    );
}

const WRONG: &str = "This code is not right";
const EXPIRED: &str = "This code has expired";

async fn count(app: &TestApp, sql: &str) -> i64 {
    let owner = app.database.owner().await;
    owner.query_one(sql, &[]).await.unwrap().get(0)
}

#[actix_web::test]
async fn a_code_from_the_mailbox_sets_a_new_password_and_ends_every_session() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = app.client();
    let html = page(&client, "/sign-in?next=/account/settings")
        .await
        .expect(200)
        .text();
    assert!(html.contains("href=\"/forgotten-password?next=/account/settings\""));
    let asked = ask(&client, &person.email).await;
    let to = asked.expect(303).location();
    assert_eq!(to, "/forgotten-password/code?next=/account/settings");
    let code = app.code_sent_to(&person.email).await;
    let short = answer(&client, &code, "too short").await;
    assert_eq!(short.status, 422);
    let html = short.text();
    assert!(html.contains("id=\"password-error\"") && html.contains(&format!("value=\"{code}\"")));
    let done = answer(&client, &code.to_lowercase(), NEW).await;
    let to = done.expect(303).location();
    assert_eq!(to, "/sign-in?next=/account/settings&again=password");
    let html = page(&client, &to).await.expect(200).text();
    assert!(html.contains("notice-good"));
    app.clock.advance_seconds(6);
    let me = person.client.get("/api/v1/me").await.json();
    assert_eq!(me["signed_in"], false);
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(401);
    login(&app.client(), &person.email, NEW).await.expect(200);
    app.settle().await;
    let told = app.messages_to(&person.email).await;
    let text = told[0]["text"].as_str().unwrap();
    assert!(text.contains("mot de passe") && text.contains("/forgotten-password"));
    assert!(!text.contains(&code));
    let logged = "SELECT count(*) FROM audit_log WHERE action = 'account.password_reset'";
    assert_eq!(count(&app, logged).await, 1);
}

#[actix_web::test]
async fn an_address_without_an_account_gets_the_same_answers_and_no_mail() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let pending = "pending@example.org";
    crate::people::sign_up(&app.client(), pending).await;
    app.settle().await;
    let (known, client) = (app.client(), app.client());
    for (client, email) in [
        (&known, person.email.as_str()),
        (&client, "nobody@example.org"),
    ] {
        let asked = ask(client, email).await.expect(303);
        assert_eq!(
            asked.location(),
            "/forgotten-password/code?next=/account/settings"
        );
        let html = page(client, CODE_PATH).await.expect(200).text();
        assert!(html.contains(email));
        is_shown(&answer(client, "AAAAAA", NEW).await, 422, WRONG);
    }
    let third = app.client();
    ask(&third, pending).await.expect(303);
    app.settle().await;
    assert!(app.messages_to("nobody@example.org").await.is_empty());
    assert_eq!(app.messages_to(pending).await.len(), 1);
    // Neither after ten minutes, nor after five tries.
    app.clock.advance_seconds(600);
    for client in [&known, &client, &third] {
        is_shown(&answer(client, "AAAAAA", NEW).await, 422, EXPIRED);
    }
    let rows = "SELECT count(*) FROM password_resets";
    assert_eq!(count(&app, rows).await, 3);
}

#[actix_web::test]
async fn a_wrong_code_is_refused_and_after_five_the_right_one_too() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let (client, other) = (app.client(), app.client());
    ask(&client, &person.email).await.expect(303);
    let code = app.code_sent_to(&person.email).await;
    // In another browser it opens nothing, and what is tried there costs the owner nothing.
    ask(&other, "nobody@example.org").await.expect(303);
    is_shown(&answer(&other, &code, NEW).await, 422, WRONG);
    for _ in 0..5 {
        is_shown(&answer(&client, &wrong(&code), NEW).await, 422, WRONG);
    }
    is_shown(&answer(&client, &code, NEW).await, 422, EXPIRED);
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(200);
}

#[actix_web::test]
async fn an_expired_code_and_a_used_one_set_nothing() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = app.client();
    ask(&client, &person.email).await.expect(303);
    let code = app.code_sent_to(&person.email).await;
    app.clock.advance_seconds(600);
    is_shown(&answer(&client, &code, NEW).await, 422, EXPIRED);
    ask(&client, &person.email).await.expect(303);
    let code = app.code_sent_to(&person.email).await;
    let html = page(&client, CODE_PATH).await.expect(200).text();
    let typed = [("code", code.as_str()), ("password", NEW)];
    let form = filled(&html, CODE_PATH, &typed);
    submit(&client, CODE_PATH, &form).await.expect(303);
    // The same form twice is one change; with another password it is a code used again.
    submit(&client, CODE_PATH, &form).await.expect(303);
    let typed = [
        ("code", code.as_str()),
        ("password", "a third horse battery"),
    ];
    let form = filled(&html, CODE_PATH, &typed);
    is_shown(&submit(&client, CODE_PATH, &form).await, 422, EXPIRED);
    app.settle().await;
    login(&app.client(), &person.email, NEW).await.expect(200);
    let told = app.messages_to(&person.email).await;
    let notices = told
        .iter()
        .filter(|it| it["text"].as_str().unwrap().contains(PATH));
    assert_eq!(notices.count(), 1);
}

#[actix_web::test]
async fn a_password_that_was_changed_meanwhile_ends_the_codes_under_way() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = app.client();
    ask(&client, &person.email).await.expect(303);
    let code = app.code_sent_to(&person.email).await;
    let action = "/account/settings/password";
    let html = page(&person.client, "/account/settings")
        .await
        .expect(200)
        .text();
    let typed = [("current", PASSWORD), ("password", NEW)];
    submit(&person.client, action, &filled(&html, action, &typed))
        .await
        .expect(303);
    is_shown(
        &answer(&client, &code, "a third horse battery").await,
        422,
        EXPIRED,
    );
    login(&app.client(), &person.email, NEW).await.expect(200);
}

#[actix_web::test]
async fn the_same_form_sent_twice_is_one_code() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = app.client();
    let html = page(&client, PATH).await.expect(200).text();
    let form = filled(&html, PATH, &[("email", &person.email)]);
    submit(&client, PATH, &form).await.expect(303);
    let code = app.code_sent_to(&person.email).await;
    submit(&client, PATH, &form).await.expect(303);
    app.settle().await;
    let sent = app.messages_to(&person.email).await;
    // The one that activated, and one.
    assert_eq!(sent.len(), 2);
    answer(&client, &code, NEW).await.expect(303);
}

#[actix_web::test]
async fn nobody_is_flooded_with_codes() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    for email in [person.email.as_str(), "nobody@example.org"] {
        let client = app.client();
        for _ in 0..3 {
            ask(&client, email).await.expect(303);
        }
        assert_eq!(ask(&client, email).await.status, 429, "{email}");
    }
    app.settle().await;
    let sent = app.messages_to(&person.email).await;
    let codes = sent
        .iter()
        .filter(|it| it["subject"].as_str().unwrap().contains(&code_in(it)));
    // The one that activated, and three.
    assert_eq!(codes.count(), 4);
}

/// By the page of settings.
async fn change_phone(person: &Person, phone: &str, password: &str) -> Answer {
    let action = "/account/settings/person";
    let html = page(&person.client, "/account/settings")
        .await
        .expect(200)
        .text();
    let typed = [
        ("first_name", "Zoé"),
        ("last_name", "Martin"),
        ("language", "fr"),
        ("phone", phone),
        ("password", password),
    ];
    submit(&person.client, action, &filled(&html, action, &typed)).await
}

const PHONE: &str = "+33612345678";

/// Somebody whose mailbox was never shown to be theirs.
async fn by_phone_only(app: &TestApp) -> Person {
    let person = app.spectator().await;
    change_phone(&person, PHONE, "").await.expect(303);
    let owner = app.database.owner().await;
    let sql = "UPDATE users SET by_phone_only = true WHERE id = $1";
    owner.execute(sql, &[&person.id]).await.unwrap();
    person
}

#[actix_web::test]
async fn who_only_showed_a_telephone_gets_the_code_there() {
    let app = TestApp::start().await;
    let person = by_phone_only(&app).await;
    let before = app.messages_to(&person.email).await.len();
    let client = app.client();
    ask(&client, &person.email).await.expect(303);
    let code = app.code_sent_to(PHONE).await;
    assert_eq!(app.messages_to(&person.email).await.len(), before);
    answer(&client, &code, NEW).await.expect(303);
    login(&app.client(), &person.email, NEW).await.expect(200);
}

#[actix_web::test]
async fn a_session_alone_does_not_move_the_telephone_that_gets_the_codes() {
    let app = TestApp::start().await;
    let person = by_phone_only(&app).await;
    let client = app.client();
    ask(&client, &person.email).await.expect(303);
    let code = app.code_sent_to(PHONE).await;
    for password in ["", "not my password"] {
        let refused = change_phone(&person, "+33687654321", password).await;
        is_shown(&refused, 401, "pas votre mot de passe");
        change_phone(&person, "", password).await.expect(401);
    }
    // What stays as it is needs no password.
    change_phone(&person, "+33 6 12 34 56 78", "")
        .await
        .expect(303);
    let live = "SELECT count(*) FROM password_resets WHERE used_at IS NULL";
    assert_eq!(count(&app, live).await, 1);
    change_phone(&person, "+33687654321", PASSWORD)
        .await
        .expect(303);
    is_shown(&answer(&client, &code, NEW).await, 422, EXPIRED);
    let html = page(&person.client, "/account/settings").await.text();
    assert!(html.contains("+33687654321"));
}

#[actix_web::test]
async fn a_code_for_a_telephone_that_is_gone_goes_nowhere() {
    let app = TestApp::start().await;
    let person = by_phone_only(&app).await;
    let before = app.messages_to(&person.email).await.len();
    ask(&app.client(), &person.email).await.expect(303);
    let owner = app.database.owner().await;
    let sql = "UPDATE users SET phone = NULL WHERE id = $1";
    owner.execute(sql, &[&person.id]).await.unwrap();
    app.settle().await;
    assert!(app.messages_to(PHONE).await.is_empty());
    assert_eq!(app.messages_to(&person.email).await.len(), before);
}
