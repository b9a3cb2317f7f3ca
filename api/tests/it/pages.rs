//! Pages as a browser without scripts meets them: forms, redirects, languages, failures.

use actix_web::http::header;
use reqwest::Method;
use test_support::{Answer, Client};
use uuid::Uuid;

use crate::shop::Shop;

const HTML: (&str, &str) = ("Accept", "text/html,application/xhtml+xml");

pub(crate) async fn page(client: &Client, path: &str) -> Answer {
    let request = client.request(Method::GET, path).header(HTML.0, HTML.1);
    client.send(request.header("Accept-Language", "en")).await
}

/// Sends a form as a browser does.
pub(crate) async fn submit(client: &Client, path: &str, fields: &[(String, String)]) -> Answer {
    let request = client.request(Method::POST, path).header(HTML.0, HTML.1);
    let request = request.header("Accept-Language", "en");
    client.send(request.form(fields)).await
}

/// The hidden fields of the form that is sent to `action`, and what else is filled in.
pub(crate) fn filled(html: &str, action: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let start = html
        .find(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form for {action} in {html}"));
    let form = &html[start..];
    let form = &form[..form.find("</form>").unwrap()];
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1);
    let fields = hidden.map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        let (value, _) = rest.split_once('"').unwrap();
        (name.to_owned(), value.to_owned())
    });
    let typed = typed
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
    fields.chain(typed).collect()
}

/// Signs in by the page's own form, as the shop's buyers do by JSON.
async fn hold_by_page(client: &Client, event: &str, offer: &str) -> Answer {
    let html = page(client, &format!("/events/{event}"))
        .await
        .expect(200)
        .text();
    let action = format!("/events/{event}/hold");
    if html.contains(&format!("<form method=\"get\" action=\"{action}\"")) {
        return page(client, &format!("{action}?offer={offer}")).await;
    }
    submit(
        client,
        &action,
        &filled(&html, &action, &[("offer", offer)]),
    )
    .await
}

#[actix_web::test]
async fn a_duo_is_bought_by_plain_forms_from_sign_up_to_ticket() {
    let shop = Shop::open(20).await;
    let client = shop.app.client();
    let away = hold_by_page(&client, &shop.event, "A:duo")
        .await
        .expect(303);
    assert!(
        away.location().starts_with("/sign-in?next=/events/"),
        "{}",
        away.location()
    );

    let html = page(&client, "/sign-up?next=/events/JUD001")
        .await
        .expect(200)
        .text();
    let email = "ines@mail.example";
    let person = [
        ("first_name", "Inès"),
        ("last_name", "O’Brien <b>"),
        ("email", email),
        ("phone", ""),
        ("password", "a calm grey heron"),
    ];
    let answer = submit(&client, "/sign-up", &filled(&html, "/sign-up", &person)).await;
    let activate = answer.expect(303).location();
    assert!(
        activate.starts_with("/activate") && !activate.contains("ines"),
        "{activate}"
    );
    let code = shop.app.code_sent_to(email).await;
    let html = page(&client, &activate).await.expect(200).text();
    let proof = [("email", email), ("code", code.as_str())];
    let answer = submit(&client, "/activate", &filled(&html, "/activate", &proof)).await;
    assert_eq!(answer.expect(303).location(), "/events/JUD001");

    let held = hold_by_page(&client, &shop.event, "A:duo")
        .await
        .expect(303)
        .location();
    let html = page(&client, &held).await.expect(200).text();
    assert!(
        html.contains("data-expires=\"") && html.contains("€50"),
        "{html}"
    );
    assert!(
        html.contains("O’Brien &#60;b&#62;"),
        "names are text, never markup"
    );
    let names = [
        ("first_name", "Inès"),
        ("last_name", "O’Brien"),
        ("first_name", "Дмитрий"),
        ("last_name", "Соколов"),
        ("accept_terms", "yes"),
    ];
    let answer = submit(&client, "/orders", &filled(&html, "/orders", &names)).await;
    let pay = answer.expect(303).location();
    let html = page(&client, &pay).await.expect(200).text();
    let (_, rest) = html
        .split_once("content=\"0; url=")
        .expect("the way to the bank");
    let shown = rest.split('"').next().unwrap();
    let bank = shown.replace("&#38;", "&");
    let html = page(&client, &bank).await.expect(200).text();
    let action = shown.strip_prefix(&shop.app.url).unwrap();
    let action = action.split('?').next().unwrap();
    let back = submit(
        &client,
        action,
        &filled(&html, action, &[("decision", "accept")]),
    )
    .await;
    let back = back.expect(303).location();
    let html = page(&client, &back).await.expect(200).text();
    assert!(html.contains("See you there"), "{html}");

    shop.app.settle().await;
    let html = page(&client, "/account").await.expect(200).text();
    assert_eq!(html.matches("badge-sent").count(), 2, "{html}");
    assert!(html.contains("Дмитрий Соколов"));
    let ticket = html.split("href=\"/account/tickets/").nth(1).unwrap();
    let ticket = format!("/account/tickets/{}", ticket.split('"').next().unwrap());
    let html = page(&client, &ticket).await.expect(200).text();
    assert!(html.contains("/qr.svg") && html.contains("/e-ticket.pdf"));

    let stranger = shop.spectator().await.client;
    let _ = page(&stranger, &ticket).await.expect(404);
    let html = page(&stranger, &held).await.expect(200).text();
    assert!(html.contains("Your basket is empty"), "{html}");
    let _ = page(&stranger, &back).await.expect(404);
}

#[actix_web::test]
async fn missing_names_and_terms_are_asked_for_again_and_what_was_typed_stays() {
    let shop = Shop::open(4).await;
    let buyer = shop.spectator().await;
    let held = hold_by_page(&buyer.client, &shop.event, "A:duo")
        .await
        .expect(303)
        .location();
    let html = page(&buyer.client, &held).await.expect(200).text();
    let names = [
        ("first_name", "Zoé"),
        ("last_name", "Martin"),
        ("first_name", ""),
        ("last_name", ""),
    ];
    let first = filled(&html, "/orders", &names);
    let again = submit(&buyer.client, "/orders", &first)
        .await
        .expect(422)
        .text();
    assert!(again.contains("Please accept the terms of sale"), "{again}");
    assert_eq!(
        again.matches("aria-invalid=\"true\"").count(),
        3,
        "two names and the terms"
    );
    assert!(
        again.contains("value=\"Zoé\""),
        "what was typed stays typed"
    );
    let second = filled(&again, "/orders", &[]);
    let mut stays = second.iter().filter(|(name, _)| name != "order_id");
    assert!(
        stays.all(|field| first.contains(field)),
        "the same holds and names once more"
    );
    assert_eq!(shop.counts().await, (2, 2, 0));
}

#[actix_web::test]
async fn seats_that_are_gone_are_told_on_the_events_own_page() {
    let shop = Shop::open(2).await;
    let (fast, slow) = (shop.spectator().await, shop.spectator().await);
    let html = page(&slow.client, "/events/JUD001")
        .await
        .expect(200)
        .text();
    let _ = hold_by_page(&fast.client, &shop.event, "A:duo")
        .await
        .expect(303);
    let fields = filled(&html, "/events/JUD001/hold", &[("offer", "A:duo")]);
    let refused = submit(&slow.client, "/events/JUD001/hold", &fields)
        .await
        .expect(409);
    assert!(
        refused.text().contains("No seats are left together"),
        "{}",
        refused.text()
    );
    assert!(
        refused.text().contains("class=\"offers\""),
        "with the prices still there"
    );
    let bad = filled(&html, "/events/JUD001/hold", &[("offer", "nonsense")]);
    let _ = submit(&slow.client, "/events/JUD001/hold", &bad)
        .await
        .expect(422);
}

#[actix_web::test]
async fn no_form_is_taken_without_its_token() {
    let shop = Shop::open(2).await;
    let buyer = shop.spectator().await;
    let id = Uuid::new_v4().to_string();
    let fields: [(&str, &str); 6] = [
        ("csrf", "forged"),
        ("hold_id", &id),
        ("order_id", &id),
        ("offer", "A:solo"),
        ("email", "a@b.example"),
        ("password", "a long enough phrase"),
    ];
    let fields = fields.map(|(a, b)| (a.to_owned(), b.to_owned()));
    for path in [
        "/sign-up",
        "/sign-in",
        "/sign-out",
        "/activate",
        "/activate/resend",
        "/events/JUD001/hold",
        "/orders",
        "/basket",
        &format!("/orders/{id}/pay"),
        &format!("/orders/{id}/cancel"),
    ] {
        let refused = submit(&buyer.client, path, &fields).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text());
        assert!(refused.text().contains("<!doctype html>"), "{path}");
    }
    assert_eq!(shop.counts().await, (2, 0, 0));
}

#[actix_web::test]
async fn pages_of_ones_own_lead_to_the_sign_in_page_and_back() {
    let shop = Shop::open(2).await;
    let client = shop.app.client();
    let id = Uuid::new_v4();
    for path in [
        "/account".to_owned(),
        format!("/account/orders/{id}"),
        format!("/account/tickets/{id}"),
        "/basket".to_owned(),
        format!("/orders/{id}/pay"),
        format!("/orders/{id}/return"),
    ] {
        let away = page(&client, &path).await.expect(303);
        assert_eq!(away.location(), format!("/sign-in?next={path}"));
    }
    let buyer = shop.spectator().await;
    let html = page(&client, "/sign-in?next=//evil.example")
        .await
        .expect(200)
        .text();
    let typed = [
        ("email", buyer.email.as_str()),
        ("password", "a long enough phrase"),
    ];
    let entered = submit(&client, "/sign-in", &filled(&html, "/sign-in", &typed)).await;
    assert_eq!(
        entered.expect(303).location(),
        "/account",
        "never to another site"
    );
    let html = page(&client, "/account").await.expect(200).text();
    let out = submit(&client, "/sign-out", &filled(&html, "/sign-out", &[])).await;
    assert_eq!(out.expect(303).location(), "/");
    let _ = page(&client, "/account").await.expect(303);
}

#[actix_web::test]
async fn a_wrong_password_and_a_wrong_code_are_told_on_their_page() {
    let shop = Shop::open(2).await;
    let client = shop.app.client();
    let html = page(&client, "/sign-in").await.expect(200).text();
    let typed = [
        ("email", "nobody@mail.example"),
        ("password", "not the password"),
    ];
    let refused = submit(&client, "/sign-in", &filled(&html, "/sign-in", &typed))
        .await
        .expect(401);
    assert!(refused.text().contains("E-mail or password is not right"));
    assert!(refused.text().contains("value=\"nobody@mail.example\""));
    let html = page(&client, "/activate").await.expect(200).text();
    let typed = [("email", "nobody@mail.example"), ("code", "AAAAAA")];
    let refused = submit(&client, "/activate", &filled(&html, "/activate", &typed)).await;
    assert!(
        refused
            .expect(422)
            .text()
            .contains("This code is not right")
    );
}

#[actix_web::test]
async fn the_search_narrows_and_says_what_it_could_not_read() {
    let shop = Shop::open(20).await;
    let client = shop.app.client();
    let count = |html: &str| html.matches("<li class=\"card ").count();
    let html = page(&client, "/").await.expect(200).text();
    assert_eq!(count(&html), 1);
    assert!(html.contains("€25") && html.contains("Halle des Tests"));
    for (query, cards) in [
        ("q=finales", 1),
        ("q=JUDO+brest", 1),
        ("q=nowhere", 0),
        ("sport=JUD&venue=HAL&available=1", 1),
        ("sport=ATH", 0),
        ("max_price=24,99", 0),
        ("max_price=25", 1),
        ("from=2100-01-01", 0),
        ("page=99999999999999999999", 1),
    ] {
        let html = page(&client, &format!("/?{query}"))
            .await
            .expect(200)
            .text();
        assert_eq!(count(&html), cards, "{query}");
    }
    let html = page(&client, "/?from=yesterday&max_price=x")
        .await
        .expect(200)
        .text();
    assert!(html.contains("could not be read"));
    let buyer = shop.spectator().await;
    for _ in 0..2 {
        let _ = buyer.hold("family").await;
    }
    let html = page(&client, "/?available=1&q=judo")
        .await
        .expect(200)
        .text();
    assert_eq!(count(&html), 1, "twelve are left");
}

#[actix_web::test]
async fn the_language_is_the_browsers_until_one_is_chosen() {
    let shop = Shop::open(2).await;
    let client = shop.app.client();
    let french = client
        .request(Method::GET, "/")
        .header("Accept-Language", "fr-CA,en;q=0.5");
    let html = client.send(french).await.expect(200).text();
    assert!(html.contains("<html lang=\"fr\"") && html.contains("/language/en?to=/"));
    let chosen = client
        .get("/language/en?to=/events/JUD001")
        .await
        .expect(303);
    assert_eq!(chosen.location(), "/events/JUD001");
    let french = client
        .request(Method::GET, "/")
        .header("Accept-Language", "fr");
    let html = client.send(french).await.expect(200).text();
    assert!(
        html.contains("<html lang=\"en\""),
        "the choice is remembered"
    );
    for to in ["//evil.example", "https://evil.example", "%0d%0aX: y"] {
        let back = client
            .get(&format!("/language/fr?to={to}"))
            .await
            .expect(303);
        assert_eq!(back.location(), "/", "{to}");
    }
}

#[actix_web::test]
async fn failures_are_pages_for_people_and_problems_for_programs() {
    let shop = Shop::open(2).await;
    let client = shop.app.client();
    for path in [
        "/nothing-here",
        "/events/NO-SUCH-EVENT",
        "/static/nothing.css",
    ] {
        let told = page(&client, path).await.expect(404);
        assert!(told.text().contains("not on the programme"), "{path}");
        assert!(
            told.headers[header::CONTENT_TYPE.as_str()]
                .to_str()
                .unwrap()
                .contains("html")
        );
        assert!(
            told.headers.contains_key("content-security-policy"),
            "{path}"
        );
        let problem = client.get(path).await.expect(404);
        assert_eq!(problem.code(), "not_found", "{path}");
    }
    let api = page(&client, "/api/v1/events/NO-SUCH-EVENT")
        .await
        .expect(404);
    assert!(
        !api.text().contains("<html"),
        "the API never answers with pages"
    );
    let broken = client
        .request(Method::POST, "/orders")
        .header(HTML.0, HTML.1);
    let broken = broken.header("Content-Type", "application/x-www-form-urlencoded");
    let told = client.send(broken.body(vec![0xff, 0xfe, b'=', 0xc3])).await;
    assert!((400..500).contains(&told.status), "{}", told.status);
    assert!(told.text().contains("<html"), "{}", told.text());
}

#[actix_web::test]
async fn a_mail_is_read_with_its_attachments_in_the_mailbox_of_development() {
    let shop = Shop::open(2).await;
    let buyer = shop.spectator().await;
    let mail = &shop.mails(&buyer.email, "").await[0];
    let id = mail["id"].as_str().unwrap();
    let client = shop.app.client();
    let list = page(&client, &format!("/dev/mailbox?to={}", buyer.email))
        .await
        .expect(200);
    assert!(list.text().contains(&format!("/dev/mailbox/{id}")));
    let read = page(&client, &format!("/dev/mailbox/{id}"))
        .await
        .expect(200)
        .text();
    assert!(
        read.contains("sandbox"),
        "the letter is shown apart from the page"
    );
    let letter = page(&client, &format!("/dev/mailbox/{id}/letter"))
        .await
        .expect(200);
    let policy = letter.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox"),
        "{policy}"
    );
    let _ = page(&client, &format!("/dev/mailbox/{id}/attachments/0"))
        .await
        .expect(404);
}
