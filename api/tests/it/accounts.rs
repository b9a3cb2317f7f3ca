//! Accounts: signing up, the code, and who gets to use it.

use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::people::{PASSWORD, code_in, login, sign_up, sign_up_of, try_code, wrong};

const EMAIL: &str = "zoe.martin@example.org";

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
