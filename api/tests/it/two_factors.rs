//! Two factors: setting up, signing in by page and by JSON, codes that work once, switching off.

use data_encoding::BASE32_NOPAD;
use ring::hmac;
use serde_json::json;
use test_support::{Answer, Client};

use crate::harness::TestApp;
use crate::pages::{filled, page, submit};
use crate::people::{PASSWORD, Person, login};

const PATH: &str = "/account/two-factors";

/// What a telephone would show.
fn code(app: &TestApp, secret: &[u8]) -> String {
    let step = app.clock.now().as_second() / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    let at = usize::from(digest[19] & 0x0f);
    let word = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// Six digits that no step around now has.
fn wrong_code(app: &TestApp, secret: &[u8]) -> String {
    let right = code(app, secret);
    let other = (right.parse::<u32>().unwrap() + 499_979) % 1_000_000;
    format!("{other:06}")
}

async fn send(client: &Client, form: &str, typed: &[(&str, &str)]) -> Answer {
    let html = page(client, PATH).await.expect(200).text();
    let action = format!("{PATH}/{form}");
    submit(client, &action, &filled(&html, &action, typed)).await
}

fn secret_in(html: &str) -> Vec<u8> {
    let (_, rest) = html.split_once("secret=").unwrap();
    let text = rest.split(|c: char| !c.is_ascii_alphanumeric()).next();
    BASE32_NOPAD.decode(text.unwrap().as_bytes()).unwrap()
}

fn codes_in(html: &str) -> Vec<String> {
    let list = html.split("class=\"recovery-codes\"").nth(1).unwrap();
    let items = list.split("</ol>").next().unwrap().split("<li>").skip(1);
    items
        .map(|item| item.split('<').next().unwrap().to_owned())
        .collect()
}

/// A telephone with the secret, and the codes that were kept.
pub(crate) struct Factor {
    secret: Vec<u8>,
    kept: Vec<String>,
}

pub(crate) async fn switch_on(app: &TestApp, person: &Person) -> Factor {
    let client = &person.client;
    let begun = send(client, "begin", &[("password", PASSWORD)]).await;
    assert_eq!(begun.expect(303).location(), PATH);
    let html = page(client, PATH).await.expect(200).text();
    assert!(html.contains("<svg") && html.contains("role=\"img\""));
    let secret = secret_in(&html);
    let typed = code(app, &secret);
    let html = send(client, "confirm", &[("code", &typed)]).await;
    let kept = codes_in(&html.expect(200).text());
    assert_eq!(kept.len(), 10);
    // The code that switched it on is used up: what follows needs the next one.
    app.clock.advance_seconds(30);
    Factor { secret, kept }
}

/// Types the password at the page of signing in; where it leads.
async fn type_password(client: &Client, email: &str) -> String {
    let html = page(client, "/sign-in?next=/account/settings").await;
    let typed = [("email", email), ("password", PASSWORD)];
    let form = filled(&html.expect(200).text(), "/sign-in", &typed);
    submit(client, "/sign-in", &form)
        .await
        .expect(303)
        .location()
}

async fn type_code(client: &Client, typed: &[(&str, &str)]) -> Answer {
    let html = page(client, "/sign-in/code?next=/account/settings").await;
    let form = filled(&html.expect(200).text(), "/sign-in/code", typed);
    submit(client, "/sign-in/code", &form).await
}

async fn is_signed_in(client: &Client) -> bool {
    client.get("/api/v1/me").await.json()["signed_in"] == true
}

#[actix_web::test]
async fn with_two_factors_a_password_alone_opens_nothing() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let factor = switch_on(&app, &person).await;
    let client = app.client();
    let to = type_password(&client, &person.email).await;
    assert_eq!(to, "/sign-in/code?next=/account/settings");
    assert!(!is_signed_in(&client).await);
    let typed = wrong_code(&app, &factor.secret);
    let html = type_code(&client, &[("code", &typed)]).await.expect(422);
    assert!(html.text().contains("role=\"alert\"") && !is_signed_in(&client).await);
    let typed = code(&app, &factor.secret);
    let answer = type_code(&client, &[("code", &typed)]).await;
    assert_eq!(answer.expect(303).location(), "/account/settings");
    assert!(is_signed_in(&client).await);
    // The same code again, for somebody who looked over the shoulder.
    let other = app.client();
    type_password(&other, &person.email).await;
    type_code(&other, &[("code", &typed)]).await.expect(422);
    assert!(!is_signed_in(&other).await);
}

#[actix_web::test]
async fn the_api_asks_for_the_code_too() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let factor = switch_on(&app, &person).await;
    let client = app.client();
    let refused = login(&client, &person.email, PASSWORD).await.expect(401);
    assert_eq!(refused.code(), "second_factor_required");
    assert!(!is_signed_in(&client).await);
    let email = person.email.as_str();
    let with =
        |password: &str, code: &str| json!({ "email": email, "password": password, "code": code });
    let right = code(&app, &factor.secret);
    let body = with("not my password", &right);
    let refused = client.post("/api/v1/login", &body).await.expect(401);
    assert_eq!(refused.code(), "credentials_wrong");
    let body = with(PASSWORD, &wrong_code(&app, &factor.secret));
    let refused = client.post("/api/v1/login", &body).await.expect(422);
    assert_eq!(refused.code(), "code_wrong");
    client
        .post("/api/v1/login", &with(PASSWORD, &right))
        .await
        .expect(200);
    assert!(is_signed_in(&client).await);
}

#[actix_web::test]
async fn a_kept_code_opens_once_and_five_wrong_ones_ask_for_the_password_again() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let factor = switch_on(&app, &person).await;
    let kept = factor.kept[3].to_lowercase();
    let client = app.client();
    type_password(&client, &person.email).await;
    let answer = type_code(&client, &[("recovery", &kept)]).await;
    answer.expect(303);
    assert!(is_signed_in(&client).await);
    let html = page(&client, PATH).await.text();
    assert!(html.contains("Il reste 9 codes de secours"), "{html}");
    let other = app.client();
    type_password(&other, &person.email).await;
    for _ in 0..5 {
        let answer = type_code(&other, &[("recovery", &kept)]).await;
        answer.expect(422);
    }
    let gone = page(&other, "/sign-in/code").await.expect(303).location();
    assert_eq!(gone, "/sign-in?again=code");
    let html = page(&other, &gone).await.expect(200).text();
    assert!(html.contains("role=\"alert\""));
}

#[actix_web::test]
async fn guesses_are_few_however_often_the_password_is_typed() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let factor = switch_on(&app, &person).await;
    let mut refusals = Vec::new();
    for _ in 0..11 {
        let body = json!({ "email": person.email, "password": PASSWORD,
            "code": wrong_code(&app, &factor.secret) });
        let client = app.client();
        refusals.push(client.post("/api/v1/login", &body).await.status);
    }
    assert!(refusals.contains(&429), "{refusals:?}");
    assert!(refusals.iter().filter(|status| **status == 422).count() <= 10);
}

#[actix_web::test]
async fn a_code_is_awaited_for_ten_minutes_and_while_the_password_stays() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let factor = switch_on(&app, &person).await;
    let client = app.client();
    type_password(&client, &person.email).await;
    page(&client, "/sign-in/code").await.expect(200);
    app.clock.advance_seconds(601);
    page(&client, "/sign-in/code").await.expect(303);
    type_password(&client, &person.email).await;
    let settings = page(&person.client, "/account/settings").await.text();
    let action = "/account/settings/password";
    let typed = [("current", PASSWORD), ("password", "a calm grey heron")];
    let form = filled(&settings, action, &typed);
    submit(&person.client, action, &form).await.expect(303);
    page(&client, "/sign-in/code").await.expect(303);
    assert!(!factor.kept.is_empty());
}

#[actix_web::test]
async fn switching_on_and_off_ends_other_sessions_asks_for_proof_and_is_told() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    let other = app.client();
    login(&other, &person.email, PASSWORD).await.expect(200);
    let client = &person.client;
    let refused = send(client, "begin", &[("password", "not my password")]).await;
    refused.expect(401);
    let factor = switch_on(&app, &person).await;
    assert!(is_signed_in(client).await && !is_signed_in(&other).await);
    app.settle().await;
    let told = &app.messages_to(&person.email).await[0];
    assert!(
        told["subject"].as_str().unwrap().contains("activée"),
        "{told}"
    );
    let data = client.get("/account/data.json").await.expect(200).json();
    assert!(data["account"]["two_factors_since"].is_string());
    assert!(
        !data
            .to_string()
            .contains(&BASE32_NOPAD.encode(&factor.secret))
    );

    let right = code(&app, &factor.secret);
    for (password, typed, status) in [
        ("not my password", right.as_str(), 401),
        (PASSWORD, wrong_code(&app, &factor.secret).as_str(), 422),
    ] {
        let typed = [("password", password), ("code", typed)];
        send(client, "off", &typed).await.expect(status);
    }
    let typed = [("password", PASSWORD), ("code", right.as_str())];
    let html = send(client, "codes", &typed).await.expect(200).text();
    let fresh = codes_in(&html);
    let typed = [("password", PASSWORD), ("code", factor.kept[0].as_str())];
    send(client, "off", &typed).await.expect(422);
    let typed = [("password", PASSWORD), ("code", fresh[0].as_str())];
    send(client, "off", &typed).await.expect(303);
    app.settle().await;
    let told = &app.messages_to(&person.email).await[0];
    assert!(told["subject"].as_str().unwrap().contains("désactivée"));
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_set_up_that_is_not_confirmed_asks_nothing_and_its_secret_is_sealed() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    send(&person.client, "begin", &[("password", PASSWORD)])
        .await
        .expect(303);
    let html = page(&person.client, PATH).await.text();
    let secret = secret_in(&html);
    let owner = app.database.owner().await;
    let sql = "SELECT secret FROM second_factors WHERE user_id = $1";
    let stored: Vec<u8> = owner.query_one(sql, &[&person.id]).await.unwrap().get(0);
    assert!(!stored.windows(8).any(|part| secret[..8] == *part));
    login(&app.client(), &person.email, PASSWORD)
        .await
        .expect(200);
    app.clock.advance_seconds(3601);
    let html = page(&person.client, PATH).await.text();
    assert!(!html.contains("otpauth"));
}

#[actix_web::test]
async fn a_forgotten_password_does_not_go_round_the_second_factor() {
    let app = TestApp::start().await;
    let person = app.spectator().await;
    switch_on(&app, &person).await;
    app.settle().await;
    let client = app.client();
    let path = "/forgotten-password";
    let html = page(&client, path).await.expect(200).text();
    submit(
        &client,
        path,
        &filled(&html, path, &[("email", &person.email)]),
    )
    .await
    .expect(303);
    let code = app.code_sent_to(&person.email).await;
    let path = "/forgotten-password/code";
    let html = page(&client, path).await.expect(200).text();
    let typed = [
        ("code", code.as_str()),
        ("password", "another horse battery"),
    ];
    submit(&client, path, &filled(&html, path, &typed))
        .await
        .expect(303);
    assert!(!is_signed_in(&client).await);
    let refused = login(&client, &person.email, "another horse battery")
        .await
        .expect(401);
    assert_eq!(refused.code(), "second_factor_required");
}
