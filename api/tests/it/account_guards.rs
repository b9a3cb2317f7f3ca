//! What accounts never show, never break on, and keep to themselves.

use std::fmt::Write;

use reqwest::Method;
use serde_json::json;
use tokio_postgres::SimpleQueryMessage;

use crate::harness::TestApp;
use crate::people::{PASSWORD, login, sign_up, sign_up_of, try_code};

const EMAIL: &str = "zoe.martin@example.org";

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
        let dumped = dumped.to_lowercase();
        for secret in [
            "private",
            "unmistakable",
            "33698765432",
            "zoé",
            PASSWORD,
            &code,
        ] {
            let (lower, upper) = (secret.to_lowercase(), secret.to_uppercase());
            assert!(!dumped.contains(&format!("\"{lower}")), "{secret}");
            // bytea is dumped as hex: look for that form too.
            for hidden in [hex(secret), hex(&lower), hex(&upper)] {
                assert!(!dumped.contains(&hidden), "{secret} in hex");
            }
            // Six letters may turn up in base64 by chance.
            assert!(secret.len() <= 6 || !dumped.contains(&lower), "{secret}");
        }
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
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
async fn the_development_surface_is_not_there_in_production() {
    let production = [
        "--mode",
        "production",
        "--public-url",
        "https://guichet.example",
        "--sandbox-bank-secret",
        "",
        "--seller",
        "Guichet SA | Paris",
        "--seller-vat-number",
        "FR 12 345678901",
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
    let mut config = app.app.config.clone();
    assert_eq!(config.check(), Ok(()));
    let vat_number = config.seller_vat_number.replace(" ".to_owned());
    assert!(config.check().is_err(), "the seller has a VAT number");
    config.seller_vat_number = vat_number;
    config.seller = Some(String::new());
    assert!(config.check().is_err(), "the seller has a name");
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
async fn whose_session_cannot_be_read_is_not_taken_for_signed_out() {
    let app = TestApp::start_with(&["--database-url", "postgres://x@127.0.0.1:1/x"]).await;
    let client = app.client();
    let ask = |method: Method, path: &str| {
        let request = client.request(method, path).header("Accept", "text/html");
        request.header("Cookie", format!("guichet={}", "a".repeat(43)))
    };
    let form = [("csrf", "stale"), ("email", EMAIL), ("password", PASSWORD)];
    for asked in [
        ask(Method::GET, "/api/v1/me"),
        ask(Method::GET, "/account"),
        ask(Method::POST, "/sign-out").form(&form),
        ask(Method::POST, "/sign-in").form(&form),
    ] {
        let answer = client.send(asked).await.expect(503);
        assert!(answer.headers.contains_key("retry-after"));
    }
    // Public pages go on, and signed-out people are still told so.
    client.send(ask(Method::GET, "/terms")).await.expect(200);
    let account = client.request(Method::GET, "/account");
    let account = account.header("Accept", "text/html");
    let to = client.send(account).await.expect(303).location();
    assert_eq!(to, "/sign-in?next=/account");
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
