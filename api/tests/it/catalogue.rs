//! Reading the catalogue over HTTP: search, one event, filters; and staying up.

use api::catalogue::{Dates, demo_files, import_catalogue};

use crate::harness::TestApp;
use crate::import::{files, import, row};

/// The codes of what a search finds, and how many there are on all pages.
async fn found(app: &TestApp, query: &str) -> (Vec<String>, u64) {
    let answer = app.client().get(&format!("/api/v1/events?{query}")).await;
    let json = answer.expect(200).json();
    let events = json["events"].as_array().unwrap();
    let codes = events
        .iter()
        .map(|event| event["code"].as_str().unwrap().to_owned());
    (codes.collect(), json["total"].as_u64().unwrap())
}

async fn demo(app: &TestApp) {
    import_catalogue(&app.app, &demo_files(), Dates::Relative)
        .await
        .unwrap_or_else(|refused| panic!("{refused:?}"));
}

#[actix_web::test]
async fn a_search_narrows_by_every_wish() {
    let app = TestApp::start().await;
    demo(&app).await;
    let (first_page, total) = found(&app, "").await;
    assert_eq!((first_page.len(), total), (24, 41));
    assert_eq!(
        first_page[..3],
        ["FES-001", "VBV-101", "CLB-101"],
        "by start"
    );
    let (second_page, _) = found(&app, "page=2").await;
    assert_eq!(second_page.len(), 17);
    assert!(second_page.iter().all(|code| !first_page.contains(code)));
    assert_eq!(found(&app, "page=99").await, (vec![], 41));

    assert_eq!(found(&app, "sport=SWM").await.1, 4);
    assert_eq!(found(&app, "venue=FORG").await.1, 7);
    assert_eq!(found(&app, "venue=FORG&sport=JUD").await.1, 3);
    assert_eq!(found(&app, "sport=NONE").await.1, 0);
    let (masters, _) = found(&app, "q=EPEE%20maitres").await;
    assert_eq!(masters, ["FEN-150"], "accents and capitals do not matter");
    assert_eq!(found(&app, "q=harbour%20finals").await.0, ["VBV-104"]);
    assert_eq!(
        found(&app, "q=strasbourg").await.1,
        10,
        "cities are searched"
    );
    assert_eq!(found(&app, "max_price_cents=1200").await.1, 4);
    assert_eq!(
        found(&app, "available=1").await.1,
        39,
        "two are not on sale yet"
    );

    let event = app
        .client()
        .get("/api/v1/events/SWM-101")
        .await
        .expect(200)
        .json();
    let day = &event["starts_at"].as_str().unwrap()[..10];
    let (that_day, _) = found(&app, &format!("from={day}&to={day}")).await;
    assert!(that_day.contains(&"SWM-101".to_owned()), "{that_day:?}");
    assert!(that_day.len() <= 3, "{that_day:?}");
}

#[actix_web::test]
async fn a_wish_that_cannot_be_read_is_refused_with_its_field() {
    let app = TestApp::start().await;
    for (query, field) in [
        ("from=soon", "from"),
        ("to=2026-02-30", "to"),
        ("max_price_cents=-1", "max_price_cents"),
        ("page=x", "page"),
        ("available=perhaps", "available"),
    ] {
        let answer = app
            .client()
            .get(&format!("/api/v1/events?{query}"))
            .await
            .expect(422);
        assert_eq!(answer.code(), "invalid");
        assert_eq!(answer.json()["field"], field);
    }
}

#[actix_web::test]
async fn an_event_is_shown_with_its_prices_and_sale_window() {
    let app = TestApp::start().await;
    import(&app, &files(&row("JUD001", 50, "1000,500,,"))).await;
    api::catalogue::refresh(&app.app).await.unwrap();
    let answer = app.client().get("/api/v1/events/JUD001").await.expect(200);
    let etag = answer.headers["etag"].to_str().unwrap().to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    let event = answer.json();
    assert_eq!(event["starts_at"], "2030-05-01T10:00:00+02:00");
    assert_eq!(event["sale"]["opens_at"], "2029-05-01T10:00:00+02:00");
    assert_eq!(event["sale"]["closes_at"], event["starts_at"]);
    assert_eq!(event["sport"]["name"]["fr"], "Judo");
    assert_eq!(event["price_from_cents"], 500);
    let best = &event["categories"][0];
    assert_eq!(
        (&best["code"], &best["price_cents"]),
        (&"A".into(), &1000.into())
    );
    assert_eq!(best["formulas"][2]["formula"], "family");
    assert_eq!(best["formulas"][2]["amount_cents"], 4000);
    assert_eq!(event["gates_open_at"], "2030-05-01T07:00:00+02:00");
    for unknown in ["JUD999", "jud001", "%FF"] {
        let answer = app.client().get(&format!("/api/v1/events/{unknown}")).await;
        assert_eq!(answer.expect(404).code(), "not_found", "{unknown}");
    }

    let again = reqwest::Client::new()
        .get(format!("{}/api/v1/events/JUD001", app.url))
        .header("if-none-match", &etag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
}

#[actix_web::test]
async fn the_catalogue_stays_up_when_the_stores_are_down() {
    let app = TestApp::start_with(&["--redis-url", "redis://127.0.0.1:1/"]).await;
    let stored = import(&app, &files(&row("JUD001", 50, "1000,500,,"))).await;
    assert_eq!(stored.loaded.unwrap_err().code(), "unavailable");
    assert_eq!(found(&app, "").await.0, ["JUD001"]);
    let owner = app.database.owner().await;
    owner
        .batch_execute("ALTER TABLE events RENAME TO gone")
        .await
        .unwrap();
    assert!(api::catalogue::refresh(&app.app).await.is_err());
    assert_eq!(found(&app, "").await.0, ["JUD001"]);
    assert_eq!(
        found(&app, "available=1").await.1,
        0,
        "the sale is not open yet"
    );
}

#[actix_web::test]
async fn a_running_service_sees_what_another_process_imports() {
    let app = TestApp::start().await;
    assert_eq!(found(&app, "").await.1, 0);
    // A process of its own, with the same stores.
    let other = api::app::App::new(app.app.config.clone(), app.clock.clone()).unwrap();
    import_catalogue(
        &other,
        &files(&row("JUD001", 50, "1000,,,")),
        Dates::AsWritten,
    )
    .await
    .unwrap();
    for _ in 0..100 {
        if found(&app, "").await.1 == 1 {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the import never showed");
}

#[actix_web::test]
async fn the_filters_are_listed_and_the_api_is_described() {
    let app = TestApp::start().await;
    demo(&app).await;
    let sports = app.client().get("/api/v1/sports").await.expect(200).json();
    assert_eq!(sports.as_array().unwrap().len(), 11);
    assert_eq!(sports[0]["name"]["fr"], "Athlétisme");
    let venues = app.client().get("/api/v1/venues").await.expect(200).json();
    assert_eq!(venues.as_array().unwrap().len(), 8);
    let document = app
        .client()
        .get("/api/openapi.json")
        .await
        .expect(200)
        .json();
    let summary = &document["paths"]["/api/v1/events"]["get"];
    assert_eq!(summary["parameters"].as_array().unwrap().len(), 8);
    assert!(document["components"]["schemas"]["EventAnswer"].is_object());
}

#[actix_web::test]
async fn the_keys_of_an_event_open_and_sign() {
    let app = TestApp::start().await;
    import(&app, &files(&row("JUD001", 50, "1000,,,"))).await;
    let snapshot = api::catalogue::refresh(&app.app).await.unwrap();
    let keys = api::catalogue::event_keys(&app.app, snapshot.events()[0].id)
        .await
        .unwrap();
    let slot = keys.signer.slot();
    assert_eq!(
        keys.gate.verifiers.get(&slot),
        Some(&keys.signer.verifier())
    );
    let stored: Vec<u8> = app
        .database
        .owner()
        .await
        .query_one("SELECT public_key FROM event_signing_keys", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(stored, keys.signer.verifier().to_bytes());
}
