//! What a code proves: the mailbox it was read in, or only a telephone.

use serde_json::{Value, json};
use test_support::Client;
use uuid::Uuid;

use crate::harness::TestApp;
use crate::people::{PASSWORD, Person, code_in, login, sign_up, sign_up_of, try_code};

const EMAIL: &str = "zoe.martin@example.org";
const PHONE: &str = "+33612345678";
const SQUATTERS: &str = "a password of somebody else";

fn by_text(email: &str) -> Value {
    let mut form = sign_up_of(email);
    form["channel"] = json!("sms");
    form["phone"] = json!(PHONE);
    form["password"] = json!(SQUATTERS);
    form
}

/// Someone who activated an account under another's address, with their own telephone.
async fn squatter(app: &TestApp) -> Person {
    let client = app.client();
    client
        .post("/api/v1/accounts", &by_text(EMAIL))
        .await
        .expect(202);
    let code = app.code_sent_to(PHONE).await;
    let me = try_code(&client, EMAIL, &code).await.expect(200).json();
    client.refresh_csrf().await;
    Person {
        client,
        email: EMAIL.to_owned(),
        id: me["id"].as_str().unwrap().parse().unwrap(),
    }
}

async fn is_signed_in(client: &Client) -> bool {
    client.get("/api/v1/me").await.expect(200).json()["signed_in"] == true
}

/// An order in this state, as far as accounts look at it.
async fn order(app: &TestApp, user: Uuid, state: &str) {
    let sql = "INSERT INTO orders (id, number, user_id, content_digest, locale, lines, seats,
             amount_cents, currency, state, created_at, terms_accepted_at, pay_before, paid_at)
         VALUES ($1, $2, $3, '', 'fr', '[]', 1, 0, 'EUR', $4, now(), now(),
             now() + interval '1 hour', now())";
    let id = Uuid::new_v4();
    let owner = app.database.owner().await;
    owner
        .execute(sql, &[&id, &id.to_string(), &user, &state])
        .await
        .unwrap();
}

#[actix_web::test]
async fn the_mailboxs_reader_takes_over_an_account_that_was_proved_by_telephone_only() {
    let app = TestApp::start().await;
    let squatter = squatter(&app).await;
    order(&app, squatter.id, "expired").await;
    assert!(is_signed_in(&squatter.client).await);

    let owner = app.client();
    sign_up(&owner, EMAIL).await;
    let first = app.code_sent_to(EMAIL).await;
    // Asking alone changes nothing, and the code can be asked for again.
    assert!(is_signed_in(&squatter.client).await);
    let again = json!({ "email": EMAIL });
    let answer = owner.post("/api/v1/accounts/resend-code", &again).await;
    answer.expect(202);
    let code = app.code_sent_to(EMAIL).await;
    assert_ne!(first, code);
    let me = try_code(&owner, EMAIL, &code).await.expect(200).json();
    assert_eq!(
        (&me["first_name"], &me["phone"]),
        (&json!("Zoé"), &Value::Null)
    );

    assert!(is_signed_in(&owner).await);
    assert!(!is_signed_in(&squatter.client).await);
    let client = app.client();
    login(&client, EMAIL, SQUATTERS).await.expect(401);
    login(&client, EMAIL, PASSWORD).await.expect(200);
    // From now on the account is the mailbox's, and the telephone opens nothing.
    client
        .post("/api/v1/accounts", &by_text(EMAIL))
        .await
        .expect(202);
    app.settle().await;
    assert_eq!(app.messages_to(PHONE).await.len(), 1);
}

#[actix_web::test]
async fn an_account_with_an_order_changes_hands_by_no_code() {
    for state in ["awaiting_payment", "paid", "refunded"] {
        let app = TestApp::start().await;
        let buyer = squatter(&app).await;
        let client = app.client();
        // Bought after the code was sent: what counts is the moment of activation.
        sign_up(&client, EMAIL).await;
        let code = app.code_sent_to(EMAIL).await;
        order(&app, buyer.id, state).await;
        let refused = try_code(&client, EMAIL, &code).await.expect(422);
        assert_eq!(refused.code(), "code_expired");
        login(&client, EMAIL, SQUATTERS).await.expect(200);
        // The owner of the address hears of it, without a code.
        sign_up(&client, EMAIL).await;
        app.settle().await;
        let newest = app.messages_to(EMAIL).await[0].clone();
        assert!(newest["text"].as_str().unwrap().contains("/sign-in"));
    }
}

#[actix_web::test]
async fn a_telephone_gets_six_codes_an_hour_whoever_asks() {
    let app = TestApp::start().await;
    let client = app.client();
    for n in 0..6 {
        let form = by_text(&format!("zoe-{n}@example.org"));
        client.post("/api/v1/accounts", &form).await.expect(202);
    }
    let form = by_text("zoe-7@example.org");
    let refused = client.post("/api/v1/accounts", &form).await.expect(429);
    assert_eq!(refused.code(), "rate_limited");
    // Neither does asking again, nor signing in before activation, ring once more.
    let again = json!({ "email": "zoe-1@example.org" });
    let answer = client.post("/api/v1/accounts/resend-code", &again).await;
    answer.expect(202);
    login(&client, "zoe-2@example.org", SQUATTERS)
        .await
        .expect(403);
    app.settle().await;
    let messages = app.messages_to(PHONE).await;
    assert_eq!(messages.len(), 6);
    assert_eq!(code_in(&messages[0]).len(), 6);
    // Mail is still there for everyone.
    sign_up(&client, "zoe-7@example.org").await;
}

#[actix_web::test]
async fn whoever_proved_only_a_telephone_is_never_made_staff() {
    let app = TestApp::start().await;
    let squatter = squatter(&app).await;
    let staff = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_api"))
            .arg("staff")
            .args(arguments)
            .env_clear()
            .envs(app.environment())
            .env("ADMIN_EMAIL", EMAIL)
            .env("ADMIN_PASSWORD", PASSWORD)
            .status()
            .unwrap()
            .success()
    };
    assert!(!staff(&["set-role", "--email", EMAIL, "--role", "manager"]));
    // Declared by whoever holds the machine's keys, the account gets the password declared.
    assert!(staff(&["demo"]));
    app.clock.advance_seconds(6);
    assert!(!is_signed_in(&squatter.client).await);
    let client = app.client();
    login(&client, EMAIL, SQUATTERS).await.expect(401);
    let me = login(&client, EMAIL, PASSWORD).await.expect(200).json();
    assert_eq!(me["role"], "administrator");
}
