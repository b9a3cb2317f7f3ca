//! The front door: pages for everybody out of memory, and bounded doors for all the rest.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::time::sleep;
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use uuid::Uuid;

use crate::harness::TestApp;
use crate::shop::{Shop, order_body};

const SECURITY: [&str; 5] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "permissions-policy",
];

/// A browser without any cookie, which unpacks nothing.
async fn ask(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = reqwest::Client::new().get(format!("{}{path}", app.url));
    for (name, value) in [("accept", "text/html"), ("accept-language", "en")] {
        if !headers.iter().any(|(given, _)| *given == name) {
            request = request.header(name, value);
        }
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn everybody_who_is_signed_out_gets_the_same_bytes_and_asks_again_for_nothing() {
    let shop = Shop::open(4).await;
    for path in [
        "/",
        "/?q=judo",
        "/events/JUD001",
        "/terms",
        "/api/v1/events",
        "/api/v1/events/JUD001",
    ] {
        let first = ask(&shop.app, path, &[]).await;
        assert_eq!(first.status(), 200, "{path}");
        let head = first.headers().clone();
        let tag = text(&head, "etag").to_owned();
        let body = first.text().await.unwrap();
        let other = ask(&shop.app, path, &[("cookie", "guichet_visitor=x; a=b")]).await;
        assert_eq!(text(other.headers(), "etag"), tag, "{path}");
        assert!(!other.headers().contains_key("set-cookie"), "{path}");
        assert!(!head.contains_key("set-cookie"), "{path}");
        for name in SECURITY {
            assert!(head.contains_key(name), "{path}: {name}");
            assert_eq!(head.get(name), other.headers().get(name), "{path}: {name}");
        }
        for name in ["cache-control", "vary", "content-type"] {
            assert_eq!(head.get(name), other.headers().get(name), "{path}: {name}");
        }
        assert!(text(&head, "cache-control").starts_with("public"), "{path}");
        assert_eq!(other.text().await.unwrap(), body, "{path}");
        let known = ask(&shop.app, path, &[("if-none-match", &tag)]).await;
        assert_eq!(known.status(), 304, "{path}");
        assert_eq!(text(known.headers(), "etag"), tag, "{path}");
        assert!(known.text().await.unwrap().is_empty(), "{path}");
    }
}

#[actix_web::test]
async fn every_packing_of_a_page_has_a_tag_of_its_own() {
    let shop = Shop::open(4).await;
    let mut seen = Vec::new();
    for (accepted, packing) in [("identity", ""), ("gzip", "gzip"), ("gzip, br", "br")] {
        for path in ["/", "/static/guichet.css"] {
            let answer = ask(&shop.app, path, &[("accept-encoding", accepted)]).await;
            assert_eq!(
                text(answer.headers(), "content-encoding"),
                packing,
                "{path}"
            );
            assert!(text(answer.headers(), "vary").contains("accept-encoding"));
            let tag = text(answer.headers(), "etag").to_owned();
            assert!(tag.starts_with('"') && !seen.contains(&tag), "{tag}");
            let bytes = answer.bytes().await.unwrap();
            let length = (path, bytes.len());
            if let Some((_, before)) = seen_length(&seen, path) {
                assert!(length.1 < before / 2, "{path}: {before} {}", length.1);
            }
            if packing.is_empty() {
                seen.push(format!("{path} {}", bytes.len()));
            }
            seen.push(tag);
        }
    }
}

fn seen_length<'a>(seen: &'a [String], path: &str) -> Option<(&'a str, usize)> {
    seen.iter()
        .filter_map(|it| it.split_once(' '))
        .find(|(of, _)| *of == path)
        .and_then(|(of, length)| Some((of, length.parse().ok()?)))
}

#[actix_web::test]
async fn who_is_signed_in_is_never_shown_a_page_for_everybody_nor_shows_theirs() {
    let shop = Shop::open(4).await;
    let buyer = shop.spectator().await;
    for path in ["/", "/events/JUD001", "/terms", "/?q=judo"] {
        // Theirs first, then everybody's, then theirs again: on an empty memory and a full one.
        for _ in 0..2 {
            let request = buyer.client.request(Method::GET, path);
            let own = buyer
                .client
                .send(request.header("accept", "text/html"))
                .await;
            let own = own.expect(200);
            assert_eq!(
                text(&own.headers, "cache-control"),
                "private, no-store",
                "{path}"
            );
            assert!(!own.headers.contains_key("etag"), "{path}");
            assert!(own.text().contains("action=\"/sign-out\""), "{path}");
            let shared = ask(&shop.app, path, &[]).await;
            assert!(text(shared.headers(), "vary").contains("cookie"), "{path}");
            let shared = shared.text().await.unwrap();
            assert!(
                !shared.contains("/sign-out") && !shared.contains("csrf"),
                "{path}"
            );
            assert!(shared.contains("href=\"/sign-in\""), "{path}");
        }
    }
}

#[actix_web::test]
async fn languages_are_kept_apart_and_a_choice_goes_before_the_browsers() {
    let shop = Shop::open(4).await;
    for _ in 0..2 {
        for (headers, lang) in [
            ([("accept-language", "fr-CA, en"), ("x", "y")], "fr"),
            ([("accept-language", "en"), ("x", "y")], "en"),
            (
                [("accept-language", "en"), ("cookie", "guichet_lang=fr")],
                "fr",
            ),
            ([("accept-language", "de, en;q=0.5"), ("x", "y")], "de"),
            ([("accept-language", "it, en;q=0.5"), ("x", "y")], "en"),
        ] {
            let page = ask(&shop.app, "/events/JUD001", &headers).await;
            let page = page.text().await.unwrap();
            assert!(
                page.contains(&format!("<html lang=\"{lang}\"")),
                "{headers:?}"
            );
        }
    }
}

#[actix_web::test]
async fn a_seat_that_is_taken_shows_within_two_seconds_and_a_new_price_at_once() {
    let shop = Shop::open(4).await;
    let buyer = shop.spectator().await;
    let path = "/api/v1/events/JUD001/availability";
    let free = async || {
        let answer = ask(&shop.app, path, &[]).await;
        let age: u32 = text(answer.headers(), "age").parse().unwrap();
        assert!(age <= 2, "{age}");
        let answer: serde_json::Value = answer.json().await.unwrap();
        assert!(answer["as_of"].is_string());
        answer["categories"][0]["free"].as_u64().unwrap()
    };
    let page = async || {
        ask(&shop.app, "/events/JUD001", &[])
            .await
            .text()
            .await
            .unwrap()
    };
    assert_eq!(free().await, 4);
    assert!(page().await.contains("€25"));
    let _ = buyer.hold("duo").await;
    shop.app.clock.advance_seconds(2);
    assert_eq!(free().await, 2);
    shop.change("UPDATE categories SET price_cents = 3700")
        .await;
    assert!(page().await.contains("€37"), "no clock has moved");
}

#[actix_web::test]
async fn head_is_get_without_its_body() {
    let shop = Shop::open(4).await;
    let client = reqwest::Client::new();
    for path in [
        "/",
        "/events/JUD001",
        "/sign-in",
        "/healthz",
        "/static/guichet.css",
    ] {
        for _ in 0..2 {
            let url = format!("{}{path}", shop.app.url);
            let head = client.head(&url).send().await.unwrap();
            let get = client.get(&url).send().await.unwrap();
            assert_eq!(head.status(), 200, "{path}");
            for name in ["content-type", "etag", "content-length", "cache-control"] {
                assert_eq!(
                    head.headers().get(name),
                    get.headers().get(name),
                    "{path} {name}"
                );
            }
            assert!(head.bytes().await.unwrap().is_empty(), "{path}");
        }
    }
}

/// The return of a crowd is spread: soon while they are few, half a minute at most.
fn comes_back_soon(headers: &HeaderMap) -> bool {
    let seconds = text(headers, "retry-after").parse::<u64>();
    seconds.is_ok_and(|seconds| (1..=45).contains(&seconds))
}

#[actix_web::test]
async fn a_crowd_of_arrivals_is_turned_away_while_orders_pass_and_pages_show() {
    let shop = Shop::open_with(8, &["--arrivals-in-flight-max", "1"]).await;
    let buyer = shop.spectator().await;
    let held = buyer.hold("solo").await;
    // Somebody who is within, and is not served, keeps the only place.
    let stuck = shop.somebody_stuck().await;
    let body = serde_json::json!({ "event": "JUD001", "category": "A", "formula": "solo" });
    let arrive = async || {
        let path = format!("/api/v1/holds/{}", Uuid::new_v4());
        buyer.client.put(&path, &body).await
    };
    let mut refused = arrive().await;
    for _ in 0..50 {
        if refused.status == 503 {
            break;
        }
        refused = arrive().await;
    }
    let refused = refused.expect(503);
    assert_eq!(refused.code(), "busy");
    assert!(comes_back_soon(&refused.headers), "{:?}", refused.headers);
    for name in SECURITY {
        assert!(refused.headers.contains_key(name), "{name}");
    }
    for (language, sentence) in [("fr", "Il y a foule"), ("en", "Many people are here")] {
        let form = buyer.client.request(Method::POST, "/events/JUD001/hold");
        let form = form
            .header("accept", "text/html")
            .header("accept-language", language);
        let since = std::time::Instant::now();
        let told = buyer.client.send(form.form(&[("offer", "A:solo")])).await;
        let told = told.expect(503);
        assert!(comes_back_soon(&told.headers), "{:?}", told.headers);
        assert!(told.text().contains(sentence), "{}", told.text());
        // A slow failure would be no better than none.
        assert!(since.elapsed() < Duration::from_secs(2));
    }

    let order = buyer
        .put_order(Uuid::new_v4(), &order_body(&[held], 1))
        .await;
    let _ = order.expect(201);
    assert_eq!(ask(&shop.app, "/events/JUD001", &[]).await.status(), 200);
    assert_eq!(ask(&shop.app, "/sign-in", &[]).await.status(), 200);

    drop(stuck);
    for _ in 0..100 {
        if arrive().await.status == 201 {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody was let in again");
}

#[actix_web::test]
async fn who_sends_slowly_keeps_no_place_from_others() {
    let places = [
        "--arrivals-in-flight-max",
        "1",
        "--admitted-in-flight-max",
        "1",
    ];
    let shop = Shop::open_with(8, &places).await;
    let buyer = shop.spectator().await;
    let address = shop.app.url.trim_start_matches("http://");
    let slow: Vec<TcpStream> = ["/events/JUD001/hold", "/orders", "/webhooks/sandbox"]
        .iter()
        .map(|path| {
            let mut slow = TcpStream::connect(address).unwrap();
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\na"
            );
            slow.write_all(head.as_bytes()).unwrap();
            slow
        })
        .collect();
    sleep(Duration::from_millis(100)).await;
    let held = buyer.hold("solo").await;
    let order = buyer
        .put_order(Uuid::new_v4(), &order_body(&[held], 1))
        .await;
    let _ = order.expect(201);
    drop(slow);
}

#[actix_web::test]
async fn who_sends_a_form_too_long_or_too_slowly_is_told_so_on_a_page() {
    let shop = Shop::open(8).await;
    let buyer = shop.spectator().await;
    let form = buyer.client.request(Method::POST, "/events/JUD001/hold");
    let form = form
        .header("accept", "text/html")
        .header("accept-language", "en");
    let long = "a".repeat(70_000);
    let told = buyer.client.send(form.form(&[("offer", long.as_str())]));
    let told = told.await.expect(413);
    assert!(
        told.text().contains("more than can be sent"),
        "{}",
        told.text()
    );

    let address = shop.app.url.trim_start_matches("http://").to_owned();
    let slow = rt::task::spawn_blocking(move || {
        let mut slow = TcpStream::connect(&address).unwrap();
        slow.set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let head = format!(
            "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\n\
             Accept-Language: fr\r\nContent-Length: 50\r\nConnection: close\r\n\r\na"
        );
        slow.write_all(head.as_bytes()).unwrap();
        let mut told = Vec::new();
        let _ = slow.read_to_end(&mut told);
        String::from_utf8(told).unwrap()
    });
    let told = slow.await.unwrap();
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
    assert!(
        told.contains("<!doctype html>") && told.contains("pas parvenu en entier"),
        "{told}"
    );
}
