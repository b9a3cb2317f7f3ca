//! The seat map: blocks, rows and what is free on them, by page, by JSON and as a stream; holding
//! the seats that were chosen; spaces for wheelchairs.

use api::catalogue::{Dates, demo_files, import_catalogue, refresh};
use reqwest::Method;
use serde_json::json;
use test_support::{Answer, Client};
use uuid::Uuid;

use crate::harness::TestApp;
use crate::pages::{filled, submit};
use crate::shop::Shop;

async fn page(client: &Client, path: &str) -> Answer {
    let request = client.request(Method::GET, path);
    let request = request.header("Accept", "text/html");
    client.send(request.header("Accept-Language", "en")).await
}

/// What the page's form sends with these seats chosen.
async fn hold_chosen(client: &Client, path: &str, offer: &str, seat: &str) -> Answer {
    let html = page(client, path).await.expect(200).text();
    let field = |name: &str| {
        let (_, rest) = html
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no {name} in {html}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let csrf = field("csrf");
    let hold = field("hold_id");
    let request = client.request(Method::POST, "/events/JUD001/hold");
    let request = request.header("Accept", "text/html");
    let fields = [
        ("csrf", csrf.as_str()),
        ("hold_id", &hold),
        ("offer", offer),
        ("block", "0"),
        ("seat", seat),
    ];
    client
        .send(request.header("Accept-Language", "en").form(&fields))
        .await
}

#[actix_web::test]
async fn seats_chosen_on_the_map_are_the_seats_held() {
    let shop = Shop::open(45).await;
    let (buyer, other) = (shop.spectator().await, shop.spectator().await);
    let path = "/events/JUD001/seats?block=0&formula=duo";
    let html = page(&buyer.client, path).await.expect(200).text();
    assert!(html.contains("value=\"1:4\""), "row 2, seats 5 and 6");
    let held = hold_chosen(&buyer.client, path, "A:duo", "1:4")
        .await
        .expect(303);
    let html = page(&buyer.client, &held.location())
        .await
        .expect(200)
        .text();
    assert!(
        html.contains("<dd>2</dd>") && html.contains("<dd>5</dd>"),
        "{html}"
    );

    shop.app.clock.advance_seconds(3);
    let seats = shop
        .app
        .client()
        .get("/api/v1/events/JUD001/seats?block=0")
        .await;
    let seats = seats.expect(200).json();
    assert_eq!(seats["categories"][0]["held"], 2);
    assert_eq!(seats["free_by_block"][0], 43);
    let row = &seats["block"]["rows"][1];
    assert_eq!(row["seats"], "00001100000000000000");
    let html = page(&other.client, path).await.expect(200).text();
    for gone in ["\"1:3\"", "\"1:4\"", "\"1:5\""] {
        assert!(!html.contains(&format!("value={gone}")), "{gone}");
    }
    let refused = hold_chosen(&other.client, path, "A:duo", "1:5")
        .await
        .expect(409);
    let told = refused.text();
    assert!(told.contains("has just taken these seats"), "{told}");
    assert!(told.contains("map-plan"), "on the map itself");
    for wrong in ["x", "1:99999999", "0:19", "-1:0"] {
        let refused = hold_chosen(&other.client, path, "A:duo", wrong).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
    }
    let html = page(&other.client, path).await.expect(200).text();
    assert!(
        html.contains("<button class=\"best-offer\" name=\"offer\" value=\"A:duo\">"),
        "one click holds the best"
    );
    let best = hold_chosen(&other.client, path, "A:duo", "")
        .await
        .expect(303);
    assert!(best.location() == "/basket", "no seat chosen: the best");
}

#[actix_web::test]
async fn who_is_signed_out_comes_back_to_the_seats_they_chose() {
    let shop = Shop::open(20).await;
    let client = shop.app.client();
    let html = page(&client, "/events/JUD001/seats?block=0")
        .await
        .expect(200)
        .text();
    assert!(html.contains("<form class=\"form\" method=\"get\" action=\"/events/JUD001/hold\""));
    let away = page(
        &client,
        "/events/JUD001/hold?offer=A%3Aduo&block=0&seat=0%3A3",
    )
    .await;
    let next = "/sign-in?next=/events/JUD001/seats%3Fblock%3D0%26formula%3Dduo%26seat%3D0%253A3";
    assert_eq!(away.expect(303).location(), next);
    let html = page(&client, "/events/JUD001/seats?block=0&formula=duo&seat=0:3").await;
    assert!(html.expect(200).text().contains("value=\"0:3\" selected"));
}

#[actix_web::test]
async fn what_is_asked_wrongly_is_told_clearly() {
    let shop = Shop::open(20).await;
    let client = shop.app.client();
    for (path, status) in [
        ("/api/v1/events/JUD001/seats?block=1", 404),
        ("/api/v1/events/NONE/seats", 404),
        ("/api/v1/events/JUD001/seats?block=x", 400),
        ("/api/v1/events/JUD001/live?block=9", 404),
        ("/events/NONE/seats", 404),
        ("/events/JUD001/seats?block=999&formula=trio&seat=%00", 200),
    ] {
        assert_eq!(client.get(path).await.status, status, "{path}");
    }
}

#[actix_web::test]
async fn a_stream_tells_what_changes_and_streams_are_bounded() {
    let shop = Shop::open(45).await;
    let live = format!("{}/api/v1/events/JUD001/live?block=0", shop.app.url);
    let open = async || reqwest::get(&live).await.unwrap();
    let first = open().await;
    assert_eq!(first.headers()["content-type"], "text/event-stream");
    let mut told = first;
    let begin = String::from_utf8(told.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(begin.starts_with("event: seats\ndata: {"), "{begin}");
    assert_eq!(begin.matches("\"label\"").count(), 3, "every row at first");
    let buyer = shop.spectator().await;
    let _ = buyer.hold("duo").await;
    shop.app.clock.advance_seconds(3);
    let news = String::from_utf8(told.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert_eq!(
        news.matches("\"label\"").count(),
        1,
        "then the row that changed: {news}"
    );
    assert!(news.contains("\"held\":2"), "{news}");

    let mut others = Vec::new();
    for _ in 0..11 {
        others.push(open().await);
    }
    assert!(others.iter().all(|answer| answer.status() == 200));
    let refused = open().await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    drop(others);
}

#[actix_web::test]
async fn spaces_for_wheelchairs_are_offered_with_a_companion_only() {
    let app = TestApp::start().await;
    let imported = import_catalogue(&app.app, &demo_files(), Dates::Relative).await;
    imported.unwrap_or_else(|refused| panic!("{refused:?}"));
    refresh(&app.app).await.unwrap();
    let client = app.client();
    let html = page(&client, "/events/SWM-101").await.expect(200).text();
    assert!(html.contains("Wheelchair and companion (D)"));
    assert!(html.contains("value=\"D:duo\""));
    assert!(!html.contains("value=\"D:solo\"") && !html.contains("value=\"D:family\""));
    assert!(html.contains("Step-free access") && html.contains("a lift"));
    let html = page(&client, "/events/SWM-101/seats?block=16&formula=solo").await;
    let html = html.expect(200).text();
    assert!(html.contains("Plateforme du Bassin") && html.contains("value=\"D:duo\""));
    assert_eq!(
        html.matches("<optgroup label=\"Row ").count(),
        12,
        "a pair in each row"
    );
}

#[actix_web::test]
async fn nobody_sells_a_space_for_a_wheelchair_without_its_companions_seat() {
    let shop = Shop::open(4).await;
    let imported = import_catalogue(&shop.app.app, &demo_files(), Dates::Relative).await;
    imported.unwrap_or_else(|refused| panic!("{refused:?}"));
    shop.change("UPDATE events SET sale_opens_at = now() - interval '1 day'")
        .await;
    let buyer = shop.spectator().await;
    let ask = async |formula: &str| {
        let body = json!({ "event": "SWM-101", "category": "D", "formula": formula });
        let path = format!("/api/v1/holds/{}", Uuid::new_v4());
        buyer.client.put(&path, &body).await
    };
    for formula in ["solo", "family"] {
        assert_eq!(ask(formula).await.expect(422).code(), "formula_not_sold");
    }
    let html = page(&buyer.client, "/events/SWM-101").await.text();
    let action = "/events/SWM-101/hold";
    let forged = filled(&html, action, &[("offer", "D:solo")]);
    let refused = submit(&buyer.client, action, &forged).await.expect(422);
    assert!(refused.text().contains("not sold in this formula"));
    let _ = ask("duo").await.expect(201);
}
