//! The programme as visitors search it: typing errors, both languages, filters, the calendar; what
//! machines are told; and that a whole Games feels instant.

use std::fmt::Write;
use std::time::{Duration, Instant};

use api::catalogue::{CatalogueFiles, Dates, Source, demo_files, import_catalogue, refresh};
use reqwest::Method;
use serde_json::json;
use test_support::Client;

use crate::harness::TestApp;
use crate::shop::Shop;

async fn page(client: &Client, path: &str) -> String {
    let request = client.request(Method::GET, path);
    let request = request.header("Accept", "text/html");
    let answer = client.send(request.header("Accept-Language", "en")).await;
    answer.expect(200).text()
}

async fn demo() -> TestApp {
    let app = TestApp::start().await;
    let imported = import_catalogue(&app.app, &demo_files(), Dates::Relative).await;
    imported.unwrap_or_else(|refused| panic!("{refused:?}"));
    refresh(&app.app).await.unwrap();
    app
}

fn cards(html: &str) -> usize {
    html.matches("<li class=\"card ").count()
}

#[actix_web::test]
async fn one_box_understands_mistakes_accents_and_both_languages() {
    let app = demo().await;
    let client = app.client();
    for (words, found) in [
        ("judo", 3),
        ("JUDÓ", 3),
        ("jduo", 3),
        ("natation", 4),
        ("swiming", 4),
        ("natatoin", 4),
        ("nage", 4),
        ("swm101", 1),
        ("SWM-101", 1),
        ("escalade grenoble", 4),
        ("climbing grenobel", 4),
        ("épée", 2),
        ("zzzzqqq", 0),
        ("judo zzzzqqq", 0),
        ("the of", 0),
    ] {
        let query = format!("/?q={}", words.replace(' ', "+"));
        let html = page(&client, &query).await;
        assert_eq!(cards(&html), found, "{words}");
    }
    let html = page(&client, "/?q=jduo").await;
    assert!(html.contains("these are results for “judo”"), "{html}");
    let html = page(&client, "/?q=judo").await;
    assert!(
        !html.contains("these are results for"),
        "nothing was mistyped"
    );
}

#[actix_web::test]
async fn filters_narrow_and_each_can_be_taken_away() {
    let app = demo().await;
    let client = app.client();
    let html = page(&client, "/?sport=SWM&city=Nantes&step_free=1&together=2").await;
    assert_eq!(cards(&html), 4);
    for href in [
        "/?city=Nantes&#38;together=2&#38;step_free=1",
        "/?sport=SWM&#38;together=2&#38;step_free=1",
        "/?sport=SWM&#38;city=Nantes&#38;step_free=1",
        "/?sport=SWM&#38;city=Nantes&#38;together=2",
    ] {
        assert!(html.contains(&format!("href=\"{href}\"")), "{href}");
    }
    let stairs = page(&client, "/?city=Bordeaux&step_free=1").await;
    assert_eq!(cards(&stairs), 0, "the court of Bordeaux has steps");
    let odd = page(&client, "/?together=9").await;
    assert!(odd.contains("could not be read"));
    let cheap = page(&client, "/?sort=price").await;
    let first = cheap.split("class=\"price\">").nth(1).unwrap();
    assert!(
        first.starts_with("€9<"),
        "the cheapest is first: {}",
        &first[..20]
    );
}

#[actix_web::test]
async fn the_calendar_links_days_and_sports_to_their_events() {
    let app = demo().await;
    let client = app.client();
    let html = page(&client, "/?view=calendar").await;
    assert_eq!(cards(&html), 0);
    assert!(html.contains("<table class=\"calendar\">") && html.contains("Beach Volleyball"));
    let cells = html.split("<td><a href=\"").skip(1);
    let mut events = 0;
    for cell in cells {
        let (href, rest) = cell.split_once('"').unwrap();
        let shown: usize = rest[rest.find('>').unwrap() + 1..rest.find('<').unwrap()]
            .parse()
            .unwrap();
        let href = href.replace("&#38;", "&");
        let html = page(&client, &href).await;
        let behind = if href.starts_with("/events/") {
            1
        } else {
            cards(&html)
        };
        assert_eq!(behind, shown, "{href}");
        events += shown;
    }
    assert_eq!(events, 41, "every event is in the calendar once");
}

#[actix_web::test]
async fn cards_tell_what_is_sold_from_what_lies_in_baskets() {
    let shop = Shop::open(2).await;
    let client = shop.app.client();
    let buyer = shop.spectator().await;
    let _ = buyer.hold("duo").await;
    shop.app.clock.advance_seconds(3);
    let html = page(&client, "/").await;
    assert!(html.contains("in other baskets"), "{html}");
    let event = page(&client, "/events/JUD001").await;
    assert!(event.contains("All in baskets") && event.contains("2 in other baskets"));
    let together = page(&client, "/?together=2").await;
    assert_eq!(cards(&together), 0, "no two seats side by side are left");
}

#[actix_web::test]
async fn machines_are_told_the_same_facts() {
    let app = demo().await;
    let client = app.client();
    let html = page(&client, "/events/SWM-101").await;
    let (_, rest) = html.split_once("application/ld+json\">").unwrap();
    let json = rest.split("</script>").next().unwrap();
    let told: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(told["@type"], "SportsEvent");
    for field in [
        "name",
        "startDate",
        "endDate",
        "location",
        "offers",
        "image",
        "eventStatus",
    ] {
        assert!(!told[field].is_null(), "{field}");
    }
    let offers = told["offers"].as_array().unwrap();
    assert_eq!(offers.len(), 4);
    assert_eq!(offers[0]["price"], "68.00");
    assert_eq!(offers[0]["priceCurrency"], "EUR");
    assert_eq!(offers[0]["availability"], "https://schema.org/InStock");

    let picture = client.get("/events/SWM-101/picture.png").await.expect(200);
    assert_eq!(picture.headers["content-type"], "image/png");
    let map = client.get("/sitemap.xml").await.expect(200).text();
    assert_eq!(map.matches("/events/").count(), 41);
    let robots = client.get("/robots.txt").await.expect(200).text();
    assert!(robots.contains("Disallow: /orders/\n") && robots.contains("/sitemap.xml"));
    let _ = client.get("/events/NONE-1/picture.png").await.expect(404);
}

#[actix_web::test]
async fn markup_in_a_catalogue_never_leaves_its_place() {
    let shop = Shop::open(4).await;
    shop.change(
        "UPDATE events SET title = '{\"fr\": \"</script><b>\", \"en\": \"</script><b>\"}'::jsonb",
    )
    .await;
    let client = shop.app.client();
    for path in [
        "/",
        "/events/JUD001",
        "/events/JUD001/seats",
        "/?view=calendar",
    ] {
        let html = page(&client, path).await;
        assert!(!html.contains("</script><b>"), "{path}");
    }
}

#[actix_web::test]
async fn during_maintenance_the_programme_is_read_and_nobody_begins_to_buy() {
    let shop = Shop::open_with(4, &["--maintenance", "true"]).await;
    let client = shop.app.client();
    for path in ["/", "/events/JUD001", "/events/JUD001/seats?block=0"] {
        let html = page(&client, path).await;
        assert!(html.contains("paused for maintenance"), "{path}");
    }
    let paused = client.get("/events/JUD001/hold?offer=A:duo").await;
    assert_eq!(paused.expect(503).code(), "maintenance");
    let asked = client.request(Method::GET, "/events/JUD001/hold?offer=A:duo");
    let told = client.send(asked.header("Accept", "text/html")).await;
    assert!(
        told.headers.contains_key("retry-after") && told.headers.contains_key("x-frame-options")
    );
    assert!(told.expect(503).text().contains("En travaux"));
    let _ = client.get("/api/v1/events").await.expect(200);
    let _ = page(&client, "/sign-in").await;
    // An escaped letter leads to the same place.
    let other_spelling = format!("/api/v1/hold%73/{}", uuid::Uuid::new_v4());
    let paused = client.put(&other_spelling, &json!({})).await;
    assert_eq!(paused.expect(503).code(), "maintenance");
}

/// A catalogue of the size of a Games.
fn games(events: u32) -> CatalogueFiles {
    let source = |name: &str, text: String| Source {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    };
    let sports = [
        "ATH,Athletics",
        "SWM,Swimming",
        "JUD,Judo",
        "FEN,Fencing",
        "TEN,Tennis",
    ];
    let mut sessions = String::from(
        "session_code,discipline_code,discipline,venue_code,starts_at,ends_at,medal_session,\
         programme,capacity,price_a_cents,price_b_cents,price_c_cents,price_d_cents\n",
    );
    for event in 0..events {
        let sport = sports[usize::try_from(event).unwrap() % sports.len()];
        let (code, name) = sport.split_once(',').unwrap();
        let day = 1 + event % 19;
        let venue = event % 40;
        let _ = writeln!(
            sessions,
            "{code}{event:03},{code},{name},V{venue:02},2031-07-{day:02}T10:00:00+02:00,\
             2031-07-{day:02}T12:30:00+02:00,{},Women's Round {event} - Men's Quarterfinal,\
             {},9500,6000,4000,2400",
            u32::from(event % 7 == 0),
            100 + event % 50
        );
    }
    let mut venues = String::from("venue_code,venue,city,capacity\n");
    for venue in 0..40 {
        let _ = writeln!(
            venues,
            "V{venue:02},Venue number {venue},Town {venue},80000"
        );
    }
    CatalogueFiles {
        venues: source("venues.csv", venues),
        sessions: source("sessions.csv", sessions),
        plans: None,
        texts: None,
    }
}

#[actix_web::test]
async fn a_whole_games_is_searched_in_an_instant() {
    const EVENTS: u32 = 771;
    const SLOWEST: Duration = Duration::from_millis(900);
    let app = TestApp::start().await;
    let imported = import_catalogue(&app.app, &games(EVENTS), Dates::AsWritten).await;
    imported.unwrap_or_else(|refused| panic!("{refused:?}"));
    refresh(&app.app).await.unwrap();
    let client = app.client();
    let html = page(&client, "/").await;
    assert!(html.contains("771 events"));
    for query in [
        "/?q=judo",
        "/?q=jduo+womens+venue",
        "/?sport=ATH&sort=price",
        "/?available=1&together=4",
        "/?view=calendar",
        "/?view=calendar&q=swiming",
    ] {
        let began = Instant::now();
        let html = page(&client, query).await;
        let took = began.elapsed();
        println!("{query}: {} ms, {} kB", took.as_millis(), html.len() / 1024);
        assert!(took < SLOWEST, "{query} took {took:?}");
    }
}
