//! Signing in and out: sessions, anti-forgery tokens, guessing.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use futures_util::future::join;
use reqwest::Method;
use serde_json::json;
use test_support::{Answer, Client};

use crate::harness::TestApp;
use crate::people::{PASSWORD, Person, login};
use crate::two_factors::switch_on;

#[actix_web::test]
async fn a_session_ends_with_signing_out() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let cookie = session_cookie(&app, &person.email).await;
    let me = |cookie: String| {
        let client = app.client();
        async move {
            let request = client.request(Method::GET, "/api/v1/me");
            client.send(request.header("Cookie", cookie)).await.json()
        }
    };
    let signed_in = me(cookie.clone()).await;
    assert_eq!(signed_in["signed_in"], true);
    let client = app.client();
    let logout = |token: &str| {
        let request = client.request(Method::POST, "/api/v1/logout");
        client.send(
            request
                .header("Cookie", &cookie)
                .header("X-CSRF-Token", token),
        )
    };
    assert_eq!(logout("forged").await.expect(403).code(), "csrf");
    assert_eq!(me(cookie.clone()).await["signed_in"], true);
    logout(signed_in["csrf_token"].as_str().unwrap())
        .await
        .expect(204);
    assert_eq!(me(cookie.clone()).await["signed_in"], false);
    // The other session of the same person goes on.
    assert_eq!(
        person.client.get("/api/v1/me").await.json()["signed_in"],
        true
    );
}

/// `name=value` of a fresh session.
async fn session_cookie(app: &TestApp, email: &str) -> String {
    let answer = login(&app.client(), email, PASSWORD).await.expect(200);
    let set = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    set.split(';').next().unwrap().to_owned()
}

#[actix_web::test]
async fn signing_in_again_ends_the_session_it_came_with() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let before = session_cookie(&app, &person.email).await;
    let client = app.client();
    let body = json!({ "email": person.email, "password": PASSWORD });
    let request = client.request(Method::POST, "/api/v1/login").json(&body);
    client
        .send(request.header("Cookie", &before))
        .await
        .expect(200);
    // Asked by another client: this one's new cookie must not answer for the old one.
    let other = app.client();
    let request = other.request(Method::GET, "/api/v1/me");
    let me = other.send(request.header("Cookie", &before)).await.json();
    assert_eq!(me["signed_in"], false);
}

#[actix_web::test]
async fn a_password_that_is_changed_while_it_is_verified_opens_no_session() {
    let app = TestApp::start().await;
    let (plain, careful) = (app.spectator().await, app.spectator().await);
    switch_on(&app, &careful).await;
    for person in [plain, careful] {
        refused_when_changed_meanwhile(&app, &person).await;
    }
}

async fn refused_when_changed_meanwhile(app: &TestApp, person: &Person) {
    let owner = app.database.owner().await;
    owner.batch_execute("BEGIN").await.unwrap();
    let sql = "UPDATE users SET password_hash = password_hash || 'x' WHERE id = $1";
    owner.execute(sql, &[&person.id]).await.unwrap();
    // The old password is still the one that others read; the change commits once they wait.
    let change = async {
        let waiting = "SELECT count(*) FROM pg_locks
            WHERE NOT granted AND transactionid = pg_current_xact_id()::xid";
        for _ in 0..100 {
            let waits: i64 = owner.query_one(waiting, &[]).await.unwrap().get(0);
            if waits > 0 {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        owner.batch_execute("COMMIT").await.unwrap();
    };
    let client = app.client();
    let (answer, ()) = join(login(&client, &person.email, PASSWORD), change).await;
    answer.expect(401);
    assert_eq!(client.get("/api/v1/me").await.json()["signed_in"], false);
}

/// What the browser is told to forget of what pages kept.
fn cleared(answer: &Answer) -> Option<&str> {
    let header = answer.headers.get("clear-site-data");
    header.map(|value| value.to_str().unwrap())
}

#[actix_web::test]
async fn what_pages_kept_on_a_phone_is_not_left_to_the_next_person() {
    let app = TestApp::start().await;
    let (person, next) = (app.spectator().await, app.spectator().await);
    let client = app.client();
    let enters = async |email: &str| login(&client, email, PASSWORD).await.expect(200);
    // Whose session ended here without a word is not known.
    let storage = Some("\"storage\"");
    assert_eq!(cleared(&enters(&person.email).await), storage);
    assert_eq!(cleared(&enters(&person.email).await), None);
    assert_eq!(cleared(&enters(&next.email).await), storage);
    app.clock.advance_seconds(7 * 24 * 3600);
    assert_eq!(cleared(&enters(&next.email).await), storage);
    client.refresh_csrf().await;
    let out = client.post("/api/v1/logout", &json!({})).await.expect(204);
    assert_eq!(cleared(&out), Some("\"cache\", \"storage\""));

    let token = form_token(&client.get("/sign-in").await.expect(200).text());
    let typed = [
        ("csrf", token.as_str()),
        ("email", &person.email),
        ("password", PASSWORD),
    ];
    let entered = client.form("/sign-in", &typed).await.expect(303);
    assert_eq!(cleared(&entered), storage);

    // Another site's form comes without the session's cookie.
    let forged = app.client().post("/api/v1/logout", &json!({})).await;
    assert_eq!(cleared(&forged.expect(204)), None);
}

#[actix_web::test]
async fn a_session_expires() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    app.clock.advance_seconds(7 * 24 * 3600);
    let me = person.client.get("/api/v1/me").await.json();
    assert_eq!(me["signed_in"], false);
}

#[actix_web::test]
async fn calls_that_change_something_need_the_token_of_their_session() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let id = uuid::Uuid::new_v4();
    let path = format!("/api/v1/holds/{id}");
    let body = json!({ "event": "ARC001", "category": "A", "formula": "solo" });
    let stranger = app.client().put(&path, &body).await.expect(401);
    assert_eq!(stranger.code(), "sign_in_required");
    let cookie = session_cookie(&app, &person.email).await;
    for token in ["", "forged", person.csrf().await.as_str()] {
        let client = app.client();
        let request = client.request(Method::PUT, &path).json(&body);
        let request = request
            .header("Cookie", &cookie)
            .header("X-CSRF-Token", token);
        let answer = client.send(request).await.expect(403);
        assert_eq!(answer.code(), "csrf", "{token}");
    }
}

/// The token inside a page's first form.
fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_form_is_taken_from_our_own_pages_only() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let client = app.client();
    let token = form_token(&client.get("/sign-in").await.expect(200).text());
    let send = async |client: &Client, token: &str, headers: &[(&str, &str)]| {
        let fields = [
            ("csrf", token),
            ("email", &person.email),
            ("password", PASSWORD),
        ];
        let mut request = client.request(Method::POST, "/sign-in").form(&fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        client.send(request).await
    };
    // Another visitor's token, and none.
    send(&app.client(), &token, &[]).await.expect(403);
    send(&client, "", &[]).await.expect(403);
    // The right token, but the browser says that another site sent the form.
    send(&client, &token, &[("Origin", "https://evil.example")])
        .await
        .expect(403);
    send(&client, &token, &[("Origin", "null")])
        .await
        .expect(403);
    send(&client, &token, &[("Sec-Fetch-Site", "cross-site")])
        .await
        .expect(403);
    assert_eq!(client.get("/api/v1/me").await.json()["signed_in"], false);
    let ours = [
        ("Origin", app.url.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    send(&client, &token, &ours).await.expect(303);
    assert_eq!(client.get("/api/v1/me").await.json()["signed_in"], true);
    // The token of the signed-out visitor is worth nothing in the session.
    let sign_out = client.form("/sign-out", &[("csrf", &token)]).await;
    assert_eq!(sign_out.status, 403);
}

#[actix_web::test]
async fn guessing_a_password_is_slowed_for_the_account() {
    let app = TestApp::start_with(&["--rate-limit-factor", "1"]).await;
    let person = app.spectator().await;
    let client = app.client();
    for _ in 0..10 {
        login(&client, &person.email, "wrong password")
            .await
            .expect(401);
    }
    let answer = login(&client, &person.email, PASSWORD).await.expect(429);
    assert_eq!(answer.code(), "rate_limited");
    assert!(answer.headers.contains_key("retry-after"));
    // Others from the same network are not held up.
    login(&client, "someone@example.org", "wrong password")
        .await
        .expect(401);
}

#[actix_web::test]
async fn a_new_role_holds_within_seconds_in_a_session_that_is_open() {
    let app = TestApp::start().await;
    let manager = app.staff("manager").await;
    let me = manager.client.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["role"], "manager");
    let may = me["permissions"].as_array().unwrap();
    assert!(may.contains(&json!("follow_sales")) && !may.contains(&json!("manage_system")));
}

/// Whether the session opens anything.
async fn is_open(person: &Person) -> bool {
    let hold = uuid::Uuid::new_v4();
    let answer = person.client.get(&format!("/api/v1/holds/{hold}")).await;
    match answer.status {
        404 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

/// Sooner than a session is forgotten of which nothing is heard.
async fn soon(condition: impl AsyncFn() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(4) {
        if condition().await {
            return true;
        }
        sleep(Duration::from_millis(50)).await;
    }
    false
}

#[actix_web::test]
async fn a_session_that_is_known_is_not_read_again_for_minutes() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    assert!(is_open(&person).await);
    let owner = app.database.owner().await;
    // Nothing is told of this one: whoever reads the session finds it ended.
    let silently = "ALTER TABLE sessions DISABLE TRIGGER sessions_changed;
        UPDATE sessions SET revoked_at = now()";
    owner.batch_execute(silently).await.unwrap();
    app.clock.advance_seconds(300);
    assert!(soon(async || is_open(&person).await).await);
    app.clock.advance_seconds(300);
    assert!(!is_open(&person).await);
}

#[actix_web::test]
async fn what_ends_or_changes_a_session_elsewhere_is_heard_of() {
    let app = TestApp::start().await;
    let owner = app.database.owner().await;
    for change in [
        "UPDATE sessions SET revoked_at = now() WHERE user_id = $1",
        "UPDATE users SET state = 'closed' WHERE id = $1",
        "DELETE FROM sessions WHERE user_id = $1",
    ] {
        let person = app.spectator().await;
        // Forgotten, and read anew now: nothing but a word ends it within four seconds.
        app.clock.advance_seconds(600);
        assert!(is_open(&person).await);
        owner.execute(change, &[&person.id]).await.unwrap();
        assert!(soon(async || !is_open(&person).await).await, "{change}");
    }
    let person = app.spectator().await;
    let has_role = async |role: &str| {
        let me = person.client.get("/api/v1/me").await.expect(200).json();
        me["role"] == role
    };
    app.clock.advance_seconds(600);
    assert!(has_role("user").await);
    let promote = "UPDATE users SET role = 'editor' WHERE id = $1";
    owner.execute(promote, &[&person.id]).await.unwrap();
    assert!(soon(async || has_role("editor").await).await);
}

#[actix_web::test]
async fn who_cannot_hear_trusts_nothing_for_more_than_five_seconds() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    assert!(is_open(&person).await);
    let owner = app.database.owner().await;
    let deaf = "REVOKE SELECT ON session_changes FROM guichet_app;
        UPDATE sessions SET revoked_at = now()";
    owner.batch_execute(deaf).await.unwrap();
    app.clock.advance_seconds(5);
    assert!(!is_open(&person).await);
}

#[actix_web::test]
async fn nobody_tells_of_sessions_but_their_triggers() {
    let app = TestApp::start().await;
    let client = app.database.app().await;
    let forged = "INSERT INTO session_changes (user_id) VALUES (gen_random_uuid())";
    let refused = client.batch_execute(forged).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "42501");
    let owner = app.database.owner().await;
    for table in ["sessions", "session_changes"] {
        let erased = owner.batch_execute(&format!("TRUNCATE {table}")).await;
        assert!(erased.is_err(), "{table}");
    }
}

#[actix_web::test]
async fn what_changed_of_sessions_is_kept_for_hours() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let owner = app.database.owner().await;
    let revoke = "UPDATE sessions SET revoked_at = now() WHERE user_id = $1";
    owner.execute(revoke, &[&person.id]).await.unwrap();
    let kept = async || -> i64 {
        app.settle().await;
        let count = "SELECT count(*) FROM session_changes WHERE user_id = $1";
        owner.query_one(count, &[&person.id]).await.unwrap().get(0)
    };
    assert_eq!(kept().await, 1);
    app.clock.advance_seconds(6 * 3_600 + 60);
    assert_eq!(kept().await, 0);
}
