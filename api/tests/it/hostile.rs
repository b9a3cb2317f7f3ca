//! Hostile input in every field of every form: shown harmless, or refused clearly; what was typed
//! is given back; never a failure of ours.

use reqwest::Method;
use test_support::{Answer, Client};

use crate::pages::{page, submit};
use crate::shop::Shop;
use crate::support::Multipart;

fn hostile() -> Vec<String> {
    let tags = "\"'></textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>";
    [
        tags.to_owned(),
        "x".repeat(10_000),
        "👨‍👩‍👧‍👦🏳️‍🌈".repeat(40),
        "\u{202e}gpj.exe\u{2066}\u{200f}ש".to_owned(),
        "=cmd|' /C calc'!A0".to_owned(),
        "'; DROP TABLE users; --".to_owned(),
        "a\u{0}b\u{1b}[2J\r\nSet-Cookie: a=b".to_owned(),
        "{{7*7}} ${7*7} %s %00 ../../etc/passwd".to_owned(),
        "\u{fffd}\u{feff}\u{200b}".to_owned(),
    ]
    .into()
}

/// What no answer may ever do.
fn check(answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {}", answer.text());
    let text = answer.text();
    for live in ["<script>alert", "<img src=x", "</textarea></title><script"] {
        assert!(!text.contains(live), "{what}: {live} is alive");
    }
    let cookies = answer.headers.get_all("set-cookie");
    let forged = cookies.iter().any(|it| it.as_bytes().starts_with(b"a=b"));
    assert!(!forged, "{what}: a header was slipped in");
}

/// One form on a page: its address and its fields with what stands in them.
pub(crate) struct Form {
    action: String,
    pub(crate) fields: Vec<(String, String)>,
    has_files: bool,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}

pub(crate) fn form_of(html: &str, action: &str) -> Form {
    let start = html.find(&format!("action=\"{action}\""));
    let start = start.unwrap_or_else(|| panic!("no form for {action}"));
    let form = &html[start..];
    let form = &form[..form.find("</form>").unwrap()];
    let mut fields = Vec::new();
    for kind in ["<input", "<textarea", "<select"] {
        for tag in form.split(kind).skip(1) {
            let tag = &tag[..tag.find('>').unwrap()];
            let name = attribute(tag, "name");
            if let Some(name) = name.filter(|_| attribute(tag, "type").as_deref() != Some("file")) {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        }
    }
    Form {
        action: action.to_owned(),
        fields,
        has_files: form.contains("multipart/form-data"),
    }
}

/// The addresses of the forms of a page that post, but for the masthead's.
fn actions_of(html: &str) -> Vec<String> {
    let main = &html[html.find("<main").unwrap()..];
    let tags = main
        .split("<form ")
        .skip(1)
        .map(|form| form.split('>').next().unwrap());
    let posting = tags.filter(|tag| tag.contains("method=\"post\""));
    posting
        .map(|tag| attribute(&format!(" {tag}"), "action").unwrap())
        .collect()
}

/// Each hostile value in each field of each form of a page, all others as they should be.
async fn attack(client: &Client, at: &str, right: &[(&str, &str)]) {
    let html = page(client, at).await.expect(200).text();
    let actions = actions_of(&html);
    assert!(!actions.is_empty(), "no form at {at}");
    for action in actions {
        for (field, _) in form_of(&html, &action).fields {
            for value in hostile() {
                attack_once(client, (at, &action), right, (&field, &value)).await;
            }
        }
    }
}

async fn attack_once(
    client: &Client,
    (at, action): (&str, &str),
    right: &[(&str, &str)],
    (name, value): (&str, &str),
) {
    // Read anew each time: sending it may have used up what it carries.
    let html = page(client, at).await.expect(200).text();
    if !html.contains(&format!("action=\"{action}\"")) {
        return;
    }
    let mut form = form_of(&html, action);
    fill(&mut form.fields, right, (name, value));
    let what = format!(
        "{action}, {name}, {}",
        value.chars().take(20).collect::<String>()
    );
    let answer = send(client, &form).await;
    check(&answer, &what);
    if answer.status == 303 {
        let seen = page(client, &answer.location()).await;
        check(&seen, &format!("after {what}"));
    }
}

fn fill(fields: &mut [(String, String)], right: &[(&str, &str)], (name, value): (&str, &str)) {
    for field in fields {
        if let Some((_, typed)) = right.iter().find(|(known, _)| *known == field.0) {
            (*typed).clone_into(&mut field.1);
        }
        if field.0 == name {
            value.clone_into(&mut field.1);
        }
    }
}

async fn send(client: &Client, form: &Form) -> Answer {
    if form.has_files {
        return Multipart::of(&form.fields).send(client, &form.action).await;
    }
    submit(client, &form.action, &form.fields).await
}

#[actix_web::test]
async fn forms_of_strangers_bear_hostile_input() {
    let shop = Shop::open(8).await;
    let client = shop.app.client();
    let person = [
        ("first_name", "Inès"),
        ("last_name", "Moreau"),
        ("email", "ines@mail.example"),
        ("password", "a calm grey heron"),
    ];
    attack(&client, "/sign-up", &person).await;
    attack(&client, "/sign-in", &person).await;
    let code = [("email", "ines@mail.example"), ("code", "ABCDEF")];
    attack(&client, "/activate", &code).await;
    let question = [
        ("subject", "claim"),
        ("email", "ines@mail.example"),
        ("text", "A question"),
    ];
    attack(&client, "/contact", &question).await;
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM users WHERE state = 'active'")
            .await,
        "0"
    );
}

#[actix_web::test]
async fn forms_of_an_account_bear_hostile_input() {
    let shop = Shop::open(8).await;
    let buyer = shop.spectator().await;
    let client = &buyer.client;
    let settings = "/account/settings";
    let typed = [
        ("first_name", "Inès"),
        ("last_name", "Moreau"),
        ("language", "fr"),
        ("email", "new@mail.example"),
        ("current", "not mine at all"),
    ];
    attack(client, settings, &typed).await;
    attack(client, "/account/close", &[]).await;
    let question = [("subject", "claim"), ("text", "A question")];
    attack(client, "/contact", &question).await;
    check(
        &page(client, "/account/cases").await.expect(200),
        "the list",
    );
    let data = client.get("/account/data.json").await.expect(200);
    assert!(data.status == 200 && !data.json()["account"]["email"].is_null());
}

#[actix_web::test]
async fn a_purchase_bears_hostile_input() {
    let shop = Shop::open(40).await;
    let right = [
        ("first_name", "Inès"),
        ("last_name", "Moreau"),
        ("accept_terms", "yes"),
    ];
    let mut buyer = shop.spectator().await;
    let at = "/basket";
    let _ = buyer.hold("solo").await;
    let html = page(&buyer.client, at).await.expect(200).text();
    for (name, _) in form_of(&html, "/orders").fields {
        for value in hostile() {
            let html = page(&buyer.client, at).await.expect(200).text();
            let mut form = form_of(&html, "/orders");
            fill(&mut form.fields, &right, (&name, &value));
            let answer = send(&buyer.client, &form).await;
            check(&answer, &format!("/orders, {name}"));
            if answer.status == 303 {
                check(
                    &page(&buyer.client, "/account").await.expect(200),
                    "the account",
                );
                buyer = shop.spectator().await;
                let _ = buyer.hold("solo").await;
            }
        }
    }
}

#[actix_web::test]
async fn addresses_bear_hostile_queries() {
    let shop = Shop::open(8).await;
    let client = shop.app.client();
    for value in hostile() {
        let value: String = value.chars().take(2_000).collect();
        for (path, name) in [
            ("/", "q"),
            ("/", "sport"),
            ("/", "venue"),
            ("/", "city"),
            ("/", "from"),
            ("/", "page"),
            ("/", "sort"),
            ("/", "max_price"),
            ("/", "view"),
            ("/sign-in", "next"),
            ("/sign-up", "next"),
            ("/activate", "next"),
            ("/contact", "subject"),
            ("/contact", "about"),
            ("/contact/sent", "number"),
            ("/language/fr", "to"),
            ("/events/JUD001/seats", "block"),
            ("/api/v1/events", "q"),
        ] {
            let escaped = api::platform::page::percent(&value);
            let request = client.request(Method::GET, &format!("{path}?{name}={escaped}"));
            let answer = client.send(request.header("Accept", "text/html")).await;
            check(&answer, &format!("{path}?{name}"));
            assert!(
                !answer.location().starts_with("//"),
                "{}",
                answer.location()
            );
        }
    }
}
