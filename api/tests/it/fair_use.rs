//! Fair use: limits that all processes share, proofs of work when it is crowded, and a ceiling on
//! what text messages may cost.

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use test_support::{Answer, Client};

use crate::harness::{TestApp, redis_behind_proxy};
use crate::people::sign_up_of;

/// Limits as in production.
const NARROW: [&str; 2] = ["--rate-limit-factor", "1"];
/// The second sign-up within a minute is one too many.
const CROWDED: [&str; 4] = [
    "--rate-limit-factor",
    "1",
    "--crowded-above-per-minute",
    "1",
];

async fn resend(client: &Client, email: &str) -> Answer {
    let body = json!({ "email": email });
    client.post("/api/v1/accounts/resend-code", &body).await
}

async fn sign_up(client: &Client, email: &str, altcha: Option<&str>) -> Answer {
    let mut form = sign_up_of(email);
    form["altcha"] = json!(altcha);
    client.post("/api/v1/accounts", &form).await
}

/// Another process of the same service, on the same stores, with an address of its own.
fn second_process(app: &TestApp) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = api::commands::serve::server(app.twin(), vec![listener]).unwrap();
    actix_web::rt::spawn(server);
    Client::new(&url)
}

pub(crate) async fn challenge(client: &Client) -> Value {
    client.get("/api/v1/challenge").await.expect(200).json()
}

/// What a browser does: tries numbers until one fits.
pub(crate) fn solve(mut challenge: Value) -> Value {
    let salt = challenge["salt"].as_str().unwrap().to_owned();
    let wanted = challenge["challenge"].as_str().unwrap().to_owned();
    let number = (0..=challenge["maxnumber"].as_u64().unwrap())
        .find(|number| {
            let digest = Sha256::digest(format!("{salt}{number}"));
            let hex = digest.iter().map(|byte| format!("{byte:02x}"));
            hex.collect::<String>() == wanted
        })
        .unwrap();
    challenge["number"] = json!(number);
    challenge
}

pub(crate) fn altcha(solution: &Value) -> String {
    STANDARD.encode(solution.to_string())
}

#[actix_web::test]
async fn two_processes_share_one_limit() {
    let app = TestApp::start_with(&NARROW).await;
    let (one, two) = (app.client(), second_process(&app));
    let email = "zoe@example.org";
    resend(&one, email).await.expect(202);
    resend(&two, email).await.expect(202);
    resend(&one, email).await.expect(202);
    for client in [&two, &one] {
        let refused = resend(client, email).await.expect(429);
        assert_eq!(refused.code(), "rate_limited");
        let wait: u64 = refused.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        // One of three in ten minutes.
        assert!((190..=200).contains(&wait), "{wait}");
    }
    // Another account is another key.
    resend(&two, "max@example.org").await.expect(202);
}

#[actix_web::test]
async fn redis_shows_no_address_of_those_it_counts() {
    let app = TestApp::start_with(&NARROW).await;
    resend(&app.client(), "zoe@example.org").await.expect(202);
    let redis = redis::Client::open(test_support::redis_url()).unwrap();
    let mut redis = redis.get_multiplexed_async_connection().await.unwrap();
    let pattern = format!("{}lim:*", app.app.config.redis_prefix);
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg(&pattern)
        .query_async(&mut redis)
        .await
        .unwrap();
    // Everybody's, the caller's, the account's.
    assert_eq!(keys.len(), 3, "{keys:?}");
    for key in keys {
        assert!(!key.contains("127.0.0.1") && !key.contains("zoe"), "{key}");
        let lives: i64 = redis::cmd("PTTL")
            .arg(&key)
            .query_async(&mut redis)
            .await
            .unwrap();
        assert!((1..=600_000).contains(&lives), "{key} {lives}");
    }
}

#[actix_web::test]
async fn without_redis_each_process_goes_on_counting_by_itself() {
    let (proxy, through) = redis_behind_proxy().await;
    let app = TestApp::start_with(&["--rate-limit-factor", "1", "--redis-url", &through]).await;
    let (one, two) = (app.client(), second_process(&app));
    proxy.cut();
    for client in [&one, &two] {
        for _ in 0..3 {
            resend(client, "zoe@example.org").await.expect(202);
        }
        let refused = resend(client, "zoe@example.org").await.expect(429);
        assert_eq!(refused.code(), "rate_limited");
    }
}

#[actix_web::test]
async fn who_shares_an_address_with_many_is_asked_for_a_proof_and_not_shut_out() {
    let app = TestApp::start_with(&NARROW).await;
    let client = app.client();
    for pupil in 0..100 {
        resend(&client, &format!("pupil-{pupil}@example.org"))
            .await
            .expect(202);
    }
    let asked = resend(&client, "zoe@example.org").await.expect(428);
    assert_eq!(asked.code(), "proof_of_work_required");
    let problem = asked.json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("/api/v1/challenge"), "{detail}");
    for pupil in 100..110 {
        let solution = altcha(&solve(challenge(&client).await));
        let body = json!({ "email": format!("pupil-{pupil}@example.org"), "altcha": solution });
        let answer = client.post("/api/v1/accounts/resend-code", &body).await;
        answer.expect(202);
    }
}

#[actix_web::test]
async fn in_a_crowd_a_solution_lets_one_request_through() {
    let app = TestApp::start_with(&CROWDED).await;
    let (client, other) = (app.client(), second_process(&app));
    sign_up(&client, "first@example.org", None)
        .await
        .expect(202);
    let asked = sign_up(&client, "second@example.org", None).await;
    assert_eq!(asked.expect(428).code(), "proof_of_work_required");
    let solution = altcha(&solve(challenge(&client).await));
    sign_up(&client, "second@example.org", Some(&solution))
        .await
        .expect(202);
    // Once, in whichever process.
    for again in [&client, &other] {
        let refused = sign_up(again, "third@example.org", Some(&solution)).await;
        assert_eq!(refused.expect(422).code(), "proof_of_work_wrong");
    }
}

#[actix_web::test]
async fn what_is_no_solution_opens_nothing() {
    let app = TestApp::start_with(&CROWDED).await;
    let client = app.client();
    sign_up(&client, "first@example.org", None)
        .await
        .expect(202);
    let right = solve(challenge(&client).await);
    let with = |field: &str, value: Value| {
        let mut wrong = right.clone();
        wrong[field] = value;
        altcha(&wrong)
    };
    let number = right["number"].as_u64().unwrap();
    let salt = right["salt"].as_str().unwrap();
    // A later expiry, borrowed from the digits of the number.
    let digits = number.to_string();
    let mut spliced = right.clone();
    spliced["salt"] = json!(format!("{salt}{}", &digits[..1]));
    spliced["number"] = json!(digits[1..].parse::<u64>().unwrap_or(0));
    let late = salt.replace("expires=", "expires=9");
    let invented = {
        let mut invented = right.clone();
        let digest = Sha256::digest(format!("{late}7"));
        let hex = digest.iter().map(|byte| format!("{byte:02x}"));
        invented["challenge"] = json!(hex.collect::<String>());
        invented["salt"] = json!(late);
        invented["number"] = json!(7);
        altcha(&invented)
    };
    let cases = [
        String::new(),
        "not base64 !".to_owned(),
        STANDARD.encode("{}"),
        "A".repeat(5_000),
        with("number", json!(number + 1)),
        with("number", json!(-1)),
        with("algorithm", json!("SHA-1")),
        with("signature", json!("00")),
        with("signature", json!("éé")),
        with("salt", json!(late)),
        altcha(&spliced),
        invented,
    ];
    for case in cases {
        let refused = sign_up(&client, "second@example.org", Some(&case)).await;
        assert_eq!(refused.expect(422).code(), "proof_of_work_wrong", "{case}");
    }
    app.clock.advance_seconds(601);
    let refused = sign_up(&client, "second@example.org", Some(&altcha(&right))).await;
    assert_eq!(refused.expect(422).code(), "proof_of_work_wrong");
    let fresh = altcha(&solve(challenge(&client).await));
    sign_up(&client, "second@example.org", Some(&fresh))
        .await
        .expect(202);
}

/// The value of a hidden field of a page.
pub(crate) fn hidden(html: &str, name: &str) -> String {
    let (_, rest) = html
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no field {name} in {html}"));
    rest.split_once('"').unwrap().0.to_owned()
}

#[actix_web::test]
async fn without_scripts_a_form_waits_and_is_let_through_once() {
    let app = TestApp::start_with(&CROWDED).await;
    let client = app.client();
    let quiet = client.get("/sign-up").await.expect(200).text();
    assert!(!quiet.contains("proof.js") && !quiet.contains("name=\"waited\""));
    sign_up(&client, "first@example.org", None)
        .await
        .expect(202);
    let page = client.get("/sign-up").await.expect(200).text();
    assert!(page.contains("proof.js"));
    let (csrf, waited) = (hidden(&page, "csrf"), hidden(&page, "waited"));
    let send = async |email: &str, waited: &str| {
        let form = [
            ("csrf", csrf.as_str()),
            ("waited", waited),
            ("email", email),
            ("first_name", "Zoé"),
            ("last_name", "Martin"),
            ("password", "correct horse battery"),
        ];
        let request = client.request(Method::POST, "/sign-up").form(&form);
        client.send(request.header("Accept", "text/html")).await
    };
    let nothing = send("second@example.org", "").await.expect(428).text();
    assert!(nothing.contains("name=\"waited\""));
    send("second@example.org", "1.2.3").await.expect(422);
    let early = send("second@example.org", &waited).await.expect(429);
    let wait = early.headers["retry-after"].to_str().unwrap().to_owned();
    assert!(wait.parse::<u64>().unwrap() <= 20, "{wait}");
    // Who was too early goes on waiting.
    assert_eq!(hidden(&early.text(), "waited"), waited);
    app.clock.advance_seconds(20);
    send("second@example.org", &waited).await.expect(303);
    send("third@example.org", &waited).await.expect(422);
}

fn by_text(email: &str, phone: &str) -> Value {
    let mut form = sign_up_of(email);
    form["channel"] = json!("sms");
    form["phone"] = json!(phone);
    form
}

#[actix_web::test]
async fn text_messages_to_a_country_end_at_its_ceiling_until_the_hour_is_over() {
    let app = TestApp::start_with(&["--sms-ceilings", "+33:2,*:1"]).await;
    let client = app.client();
    // To the beginning of an hour, so that none ends meanwhile.
    let second = app.clock.now().as_second();
    app.clock.advance_seconds(3600 - second % 3600);
    let ask = async |n: u32, phone: &str| {
        let form = by_text(&format!("zoe-{n}@example.org"), phone);
        client.post("/api/v1/accounts", &form).await
    };
    ask(1, "+33612345671").await.expect(202);
    ask(2, "+33612345672").await.expect(202);
    let refused = ask(3, "+33612345673").await.expect(429);
    assert_eq!(refused.code(), "sms_ceiling");
    assert!(refused.headers.contains_key("retry-after"));
    ask(4, "+33612345674").await.expect(429);
    // Sending again to those who have an account is silent, and beyond the ceiling too.
    resend(&client, "zoe-1@example.org").await.expect(202);
    // Countries without a ceiling of their own share one.
    ask(5, "+4915112345678").await.expect(202);
    let elsewhere = ask(6, "+447400123456").await.expect(429);
    assert_eq!(elsewhere.code(), "sms_ceiling");
    // Mail costs nothing.
    sign_up(&client, "zoe-3@example.org", None)
        .await
        .expect(202);
    app.settle().await;
    assert_eq!(app.messages_to("+33612345671").await.len(), 1);
    assert!(app.messages_to("+33612345673").await.is_empty());

    let owner = app.database.owner().await;
    let counts = async |prefix: &str| {
        let sql = "SELECT max(asked), count(told_at) FROM sms_counts WHERE prefix = $1";
        let row = owner.query_one(sql, &[&prefix]).await.unwrap();
        (row.get::<_, i64>(0), row.get::<_, i64>(1))
    };
    assert_eq!(counts("+33").await, (2, 1));
    assert_eq!(counts("*").await, (1, 1));
    app.clock.advance_seconds(3600);
    ask(7, "+33612345677").await.expect(202);
}
