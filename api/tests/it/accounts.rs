//! Accounts: sign up, the code, signing in and out, sessions, and what must never be seen.

use reqwest::Method;
use serde_json::{Value, json};
use test_support::Client;
use tokio_postgres::SimpleQueryMessage;

use crate::harness::TestApp;
use crate::people::{PASSWORD, code_in, sign_up_of};

const EMAIL: &str = "zoe.martin@example.org";

async fn sign_up(client: &Client, email: &str) -> Value {
    let answer = client.post("/api/v1/accounts", &sign_up_of(email)).await;
    answer.expect(202).json()
}

async fn try_code(client: &Client, email: &str, code: &str) -> test_support::Answer {
    let body = json!({ "email": email, "code": code });
    client.post("/api/v1/accounts/activate", &body).await
}

async fn login(client: &Client, email: &str, password: &str) -> test_support::Answer {
    let body = json!({ "email": email, "password": password });
    client.post("/api/v1/login", &body).await
}

/// Six letters that are not the code.
fn wrong(code: &str) -> String {
    let first = if code.starts_with('A') { 'B' } else { 'A' };
    format!("{first}{}", &code[1..])
}

#[actix_web::test]
async fn the_code_from_the_mail_activates_and_signs_in() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    app.settle().await;
    let mail = app.messages_to(EMAIL).await.remove(0);
    assert_eq!(mail["channel"], "email");
    assert!(mail["text"].as_str().unwrap().contains("Bonjour Zoé"));
    let code = code_in(&mail);
    assert!(mail["html"].as_str().unwrap().contains(&code));

    // As people type it: in lower case, with a space.
    let typed = format!(" {} {}", code[..3].to_lowercase(), &code[3..]);
    let me = try_code(&client, "Zoe.Martin@EXAMPLE.org", &typed).await;
    let me = me.expect(200).json();
    assert_eq!(me["email"], EMAIL);
    assert_eq!(me["role"], "user");
    assert_eq!(me["permissions"], json!(["see_catalogue", "buy"]));
    let again = client.get("/api/v1/me").await.expect(200).json();
    assert_eq!(again, me);
}

#[actix_web::test]
async fn a_code_works_once() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    let code = app.code_sent_to(EMAIL).await;
    try_code(&client, EMAIL, &code).await.expect(200);
    let again = try_code(&app.client(), EMAIL, &code).await.expect(422);
    assert_eq!(again.code(), "code_expired");
}

#[actix_web::test]
async fn five_wrong_tries_kill_the_code_and_another_can_be_had() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    let code = app.code_sent_to(EMAIL).await;
    for _ in 0..5 {
        let answer = try_code(&client, EMAIL, &wrong(&code)).await.expect(422);
        assert_eq!(answer.code(), "code_wrong");
    }
    let answer = try_code(&client, EMAIL, &code).await.expect(422);
    assert_eq!(answer.code(), "code_expired");
    let body = json!({ "email": EMAIL });
    client
        .post("/api/v1/accounts/resend-code", &body)
        .await
        .expect(202);
    let fresh = app.code_sent_to(EMAIL).await;
    assert_ne!(fresh, code);
    try_code(&client, EMAIL, &fresh).await.expect(200);
}

#[actix_web::test]
async fn tries_at_the_same_moment_are_counted_one_by_one() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    let code = app.code_sent_to(EMAIL).await;
    let bad = wrong(&code);
    let tries = (0..20).map(|_| try_code(&client, EMAIL, &bad));
    for answer in futures_util::future::join_all(tries).await {
        assert_eq!(answer.code(), "code_wrong");
    }
    let row = app.database.owner().await;
    let tries: i32 = row
        .query_one("SELECT tries FROM activation_codes", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(tries, 20);
    let answer = try_code(&client, EMAIL, &code).await;
    assert_eq!(answer.code(), "code_expired");
}

#[actix_web::test]
async fn a_code_lives_ten_minutes() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    let code = app.code_sent_to(EMAIL).await;
    app.clock.advance_seconds(600);
    let answer = try_code(&client, EMAIL, &code).await.expect(422);
    assert_eq!(answer.code(), "code_expired");
}

#[actix_web::test]
async fn a_code_sent_late_is_not_sent_at_all() {
    let app = TestApp::start().await;
    sign_up(&app.client(), EMAIL).await;
    app.clock.advance_seconds(600);
    app.settle().await;
    assert!(app.messages_to(EMAIL).await.is_empty());
}

#[actix_web::test]
async fn known_and_unknown_addresses_get_the_same_answers() {
    let app = TestApp::start().await;
    let known = app.spectator().await;
    let client = app.client();
    let shape = |answer: Value| {
        let keys: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
        (answer["status"].clone(), keys)
    };
    let fresh = shape(sign_up(&client, "nobody@example.org").await);
    assert_eq!(shape(sign_up(&client, &known.email).await), fresh);

    // Only the owner learns that the address is taken, by mail.
    app.settle().await;
    let mail = &app.messages_to(&known.email).await[0];
    assert_eq!(mail["subject"], "Vous avez déjà un compte Guichet");
    login(&client, &known.email, PASSWORD).await.expect(200);

    for path in [
        "/api/v1/login",
        "/api/v1/accounts/activate",
        "/api/v1/accounts/resend-code",
    ] {
        let mut answers = Vec::new();
        for email in [known.email.as_str(), "unknown@example.org"] {
            let body = json!({ "email": email, "password": "wrong password", "code": "ABCDEF" });
            let answer = app.client().post(path, &body).await;
            answers.push((answer.status, answer.text()));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}

#[actix_web::test]
async fn codes_are_resent_three_times_in_ten_minutes_known_address_or_not() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    for email in [EMAIL, "unknown@example.org"] {
        let body = json!({ "email": email });
        for _ in 0..3 {
            client
                .post("/api/v1/accounts/resend-code", &body)
                .await
                .expect(202);
        }
        let answer = client.post("/api/v1/accounts/resend-code", &body).await;
        assert_eq!(answer.expect(429).code(), "rate_limited");
    }
    app.settle().await;
    assert_eq!(app.messages_to(EMAIL).await.len(), 4);
    assert!(app.messages_to("unknown@example.org").await.is_empty());
    // Signing up again and again is no way round.
    sign_up(&client, EMAIL).await;
    app.settle().await;
    assert_eq!(app.messages_to(EMAIL).await.len(), 4);
}

#[actix_web::test]
async fn whoever_signed_up_first_with_anothers_address_gets_nothing() {
    let app = TestApp::start().await;
    let (thief, owner) = (app.client(), app.client());
    let stolen = json!({ "email": EMAIL, "first_name": "T", "last_name": "T",
        "password": "thief's own password" });
    thief.post("/api/v1/accounts", &stolen).await.expect(202);
    let thiefs_code = app.code_sent_to(EMAIL).await;
    let own = sign_up(&owner, EMAIL).await;
    let owners_code = app.code_sent_to(EMAIL).await;
    assert_ne!(thiefs_code, owners_code);

    // The page knows its sign-up and refuses the code of the other one.
    let mut body = json!({ "email": EMAIL, "code": thiefs_code, "sign_up_id": own["sign_up_id"] });
    let refused = owner
        .post("/api/v1/accounts/activate", &body)
        .await
        .expect(422);
    assert_eq!(refused.code(), "code_wrong");
    body["code"] = json!(owners_code);
    let me = owner
        .post("/api/v1/accounts/activate", &body)
        .await
        .expect(200);
    assert_eq!(me.json()["first_name"], "Zoé");
    let answer = login(&thief, EMAIL, "thief's own password").await;
    assert_eq!(answer.expect(401).code(), "credentials_wrong");
    login(&owner, EMAIL, PASSWORD).await.expect(200);
    // The other sign-up's code died with the activation.
    assert_eq!(
        try_code(&thief, EMAIL, &thiefs_code).await.code(),
        "code_wrong"
    );
}

#[actix_web::test]
async fn a_pending_account_cannot_sign_in_but_gets_a_new_code() {
    let app = TestApp::start().await;
    let client = app.client();
    sign_up(&client, EMAIL).await;
    assert_eq!(
        login(&client, EMAIL, "wrong password").await.code(),
        "credentials_wrong"
    );
    app.settle().await;
    assert_eq!(app.messages_to(EMAIL).await.len(), 1);
    let answer = login(&client, EMAIL, PASSWORD).await.expect(403);
    assert_eq!(answer.code(), "account_not_active");
    let code = app.code_sent_to(EMAIL).await;
    assert_eq!(app.messages_to(EMAIL).await.len(), 2);
    try_code(&client, EMAIL, &code).await.expect(200);
}

#[actix_web::test]
async fn the_code_goes_by_text_message_when_asked() {
    let app = TestApp::start().await;
    let client = app.client();
    let mut form = sign_up_of(EMAIL);
    form["channel"] = json!("sms");
    let refused = client
        .post("/api/v1/accounts", &form)
        .await
        .expect(422)
        .json();
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("invalid"), &json!("phone"))
    );
    form["phone"] = json!("+33 6 12 34 56 78");
    client.post("/api/v1/accounts", &form).await.expect(202);
    let code = app.code_sent_to("+33612345678").await;
    assert_eq!(app.messages_to("+33612345678").await[0]["channel"], "sms");
    assert!(app.messages_to(EMAIL).await.is_empty());
    try_code(&client, EMAIL, &code).await.expect(200);
}

#[actix_web::test]
async fn a_text_message_takes_the_way_of_the_outside_service() {
    let app = TestApp::start().await;
    let through = TestApp::start_with(&["--sms-url", &format!("{}/dev/sms", app.url)]).await;
    let mut form = sign_up_of(EMAIL);
    form["channel"] = json!("sms");
    form["phone"] = json!("+33612345678");
    through
        .client()
        .post("/api/v1/accounts", &form)
        .await
        .expect(202);
    through.settle().await;
    let kept = app.messages_to("+33612345678").await;
    try_code(&through.client(), EMAIL, &code_in(&kept[0]))
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_mail_takes_the_way_of_the_outside_server() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let (listen, url) = (
        format!("127.0.0.1:{port}"),
        format!("smtp://127.0.0.1:{port}"),
    );
    let settings = [
        "--mailbox-smtp-listen",
        listen.as_str(),
        "--smtp-url",
        url.as_str(),
    ];
    let app = TestApp::start_with(&settings).await;
    let client = app.client();
    let email = "zoé.example@müller.example".replace("zoé", "zoe");
    sign_up(&client, &email).await;
    let code = app.code_sent_to(&email).await;
    let mail = app.messages_to(&email).await.remove(0);
    assert_eq!(mail["to"], "zoe.example@xn--mller-kva.example");
    assert!(mail["subject"].as_str().unwrap().contains("Guichet"));
    assert!(mail["html"].as_str().unwrap().contains("Bonjour Zoé"));
    try_code(&client, &email, &code).await.expect(200);
}

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
async fn what_is_not_right_about_a_sign_up_is_named() {
    let app = TestApp::start().await;
    let client = app.client();
    let cases = [
        ("email", json!("not an address")),
        ("email", json!("a@b@c.example\r\nBcc: x@y.example")),
        ("first_name", json!("")),
        ("last_name", json!("a\u{0}b")),
        ("last_name", json!("x".repeat(101))),
        ("password", json!("too short")),
        ("password", json!("x".repeat(201))),
        ("phone", json!("0612345678")),
        ("locale", json!("tlh")),
    ];
    for (field, value) in cases {
        let mut form = sign_up_of(EMAIL);
        form[field] = value.clone();
        let problem = client
            .post("/api/v1/accounts", &form)
            .await
            .expect(422)
            .json();
        assert_eq!(problem["code"], "invalid", "{field} {value}");
        assert_eq!(problem["field"], field, "{value}");
    }
    app.settle().await;
    assert!(app.messages_to("").await.is_empty());
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_gets_a_clear_refusal() {
    let app = TestApp::start().await;
    let client = app.client();
    let json_type = "application/json";
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(300_000)).into_bytes();
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        (json_type, b"{".to_vec(), 400, "malformed"),
        (json_type, b"".to_vec(), 400, "malformed"),
        (
            json_type,
            b"{\"email\": \"\xff\xfe\", \"password\": \"x\"}".to_vec(),
            400,
            "malformed",
        ),
        (
            json_type,
            b"{\"email\": 7, \"password\": \"x\"}".to_vec(),
            422,
            "invalid",
        ),
        (
            json_type,
            b"{\"email\": \"a@b.example\"}".to_vec(),
            422,
            "invalid",
        ),
        (json_type, b"[]".to_vec(), 422, "invalid"),
        ("text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
        (json_type, large, 413, "too_large"),
    ];
    for (kind, body, status, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let request = client.request(Method::POST, "/api/v1/login");
        let answer = client
            .send(request.header("Content-Type", kind).body(body))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{shown}"
        );
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    let nothing = client.get("/api/v1/nothing").await.expect(404);
    assert_eq!(nothing.code(), "not_found");
    let method = client.delete("/api/v1/login").await.expect(405);
    assert_eq!(method.code(), "method_not_allowed");
}

#[actix_web::test]
async fn the_database_shows_no_address_name_phone_code_or_password() {
    let app = TestApp::start().await;
    let client = app.client();
    let mut form = sign_up_of("Very.Private@example.org");
    form["phone"] = json!("+33698765432");
    form["last_name"] = json!("Unmistakable");
    client.post("/api/v1/accounts", &form).await.expect(202);
    let before = dump(&app).await;
    let code = app.code_sent_to("very.private@example.org").await;
    try_code(&client, "very.private@example.org", &code)
        .await
        .expect(200);
    client.post("/api/v1/accounts", &form).await.expect(202);
    app.settle().await;
    for dumped in [before, dump(&app).await] {
        assert!(dumped.contains("$argon2id$"));
        // bytea is dumped as hex: look for that form too.
        for secret in [
            "private",
            "unmistakable",
            "33698765432",
            "zoé",
            PASSWORD,
            &code,
        ] {
            let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            let upper: String = secret
                .to_uppercase()
                .bytes()
                .map(|b| format!("{b:02x}"))
                .collect();
            let lower = dumped.to_lowercase();
            assert!(
                !lower.contains(&format!("\"{}", secret.to_lowercase())),
                "{secret}"
            );
            for form in [hex, upper] {
                assert!(!lower.contains(&form), "{secret} in hex");
            }
            if secret.len() > 6 {
                assert!(!lower.contains(&secret.to_lowercase()), "{secret}");
            }
        }
    }
}

/// Every row of every table as text.
async fn dump(app: &TestApp) -> String {
    let owner = app.database.owner().await;
    let mut text = String::new();
    for table in [
        "users",
        "data_keys",
        "activation_codes",
        "sessions",
        "outbox",
        "audit_log",
    ] {
        let rows = owner
            .simple_query(&format!("SELECT row_to_json(t)::text FROM {table} t"))
            .await
            .unwrap();
        for row in rows {
            if let SimpleQueryMessage::Row(row) = row {
                text.push_str(row.get(0).unwrap());
                text.push('\n');
            }
        }
    }
    text
}

#[actix_web::test]
async fn an_account_keeps_the_user_key_it_was_made_with() {
    let app = TestApp::start().await;
    let owner = app.database.owner().await;
    let key = || async {
        let row = owner
            .query_one("SELECT user_key FROM users", &[])
            .await
            .unwrap();
        row.get::<_, Vec<u8>>(0)
    };
    sign_up(&app.client(), EMAIL).await;
    let made = key().await;
    // 12 of nonce, 16 of key, 16 of tag.
    assert_eq!(made.len(), 44);
    sign_up(&app.client(), EMAIL).await;
    let code = app.code_sent_to(EMAIL).await;
    try_code(&app.client(), EMAIL, &code).await.expect(200);
    assert_eq!(key().await, made);
    let refused = owner
        .execute("UPDATE users SET user_key = decode('00', 'hex')", &[])
        .await
        .unwrap_err();
    let constraint = refused.as_db_error().unwrap().constraint();
    assert_eq!(constraint, Some("users_key_is_permanent"));
}

#[actix_web::test]
async fn two_sign_ups_at_the_same_moment_make_one_account() {
    let app = TestApp::start().await;
    let client = app.client();
    let both = (0..4).map(|_| sign_up(&client, EMAIL));
    futures_util::future::join_all(both).await;
    let owner = app.database.owner().await;
    for (table, wanted) in [("users", 1_i64), ("data_keys", 1), ("activation_codes", 4)] {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = owner.query_one(&sql, &[]).await.unwrap().get(0);
        assert_eq!(count, wanted, "{table}");
    }
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
async fn the_development_surface_is_not_there_in_production() {
    let production = [
        "--mode",
        "production",
        "--public-url",
        "https://guichet.example",
        "--sandbox-bank-secret",
        "",
    ];
    let app = TestApp::start_with(&production).await;
    let client = app.client();
    let paths = [
        "/dev/mailbox",
        "/dev/mailbox.json",
        "/dev/mailbox.json?to=a@b.example",
    ];
    for path in paths {
        client.get(path).await.expect(404);
    }
    let sms = client.form(
        "/dev/sms/2010-04-01/Accounts/x/Messages.json",
        &[("To", "+33612345678"), ("From", "x"), ("Body", "x")],
    );
    sms.await.expect(404);
    let me = client.get("/api/v1/me").await.expect(200);
    let cookie = me.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-guichet_visitor="), "{cookie}");
    assert!(
        cookie.contains("Secure") && cookie.contains("Path=/"),
        "{cookie}"
    );
}

#[actix_web::test]
async fn without_a_database_accounts_are_unavailable_and_nothing_breaks() {
    let app = TestApp::start_with(&["--database-url", "postgres://x@127.0.0.1:1/x"]).await;
    let client = app.client();
    let answer = login(&client, EMAIL, PASSWORD).await.expect(503);
    assert_eq!(answer.code(), "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    let sign_up = client
        .post("/api/v1/accounts", &sign_up_of(EMAIL))
        .await
        .expect(503);
    assert_eq!(sign_up.code(), "unavailable");
    assert_eq!(
        client.get("/api/v1/me").await.expect(200).json()["signed_in"],
        false
    );
}

#[actix_web::test]
async fn staff_accounts_are_made_by_command_and_what_they_may_follows_their_role() {
    let app = TestApp::start().await;
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_api"))
            .args(arguments)
            .env_clear()
            .envs(app.environment())
            .env("ADMIN_EMAIL", "admin@guichet.example")
            .env("ADMIN_PASSWORD", PASSWORD)
            .env("AGENT_EMAIL", "agent@guichet.example")
            .env("AGENT_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{log}");
        assert!(
            !log.contains(PASSWORD) && !log.contains("@guichet"),
            "{log}"
        );
        log
    };
    assert_eq!(run(&["staff", "demo"]).matches("made").count(), 2);
    assert_eq!(run(&["staff", "demo"]).matches("unchanged").count(), 2);
    let admin = login(&app.client(), "admin@guichet.example", PASSWORD).await;
    let admin = admin.expect(200).json();
    assert_eq!(admin["role"], "administrator");
    assert_eq!(admin["permissions"].as_array().unwrap().len(), 16);

    let agent = app.client();
    login(&agent, "agent@guichet.example", PASSWORD)
        .await
        .expect(200);
    run(&[
        "staff",
        "set-role",
        "--email",
        "agent@guichet.example",
        "--role",
        "editor",
    ]);
    app.clock.advance_seconds(6);
    // The old role's sessions are over.
    assert_eq!(agent.get("/api/v1/me").await.json()["signed_in"], false);
    let editor = login(&agent, "agent@guichet.example", PASSWORD).await;
    assert_eq!(editor.expect(200).json()["role"], "editor");

    let owner = app.database.owner().await;
    let sql = "SELECT count(*) FROM audit_log WHERE action IN
        ('account.declared', 'account.role_changed')";
    let entries: i64 = owner.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(entries, 3);
}
