//! The waiting room under pressure: proofs of work at its door, and the way of those whose turn has
//! come past those who have just arrived.

use std::time::Duration;

use actix_web::rt::time::sleep;
use reqwest::Method;
use serde_json::{Value, json};
use test_support::Answer;
use ticket_core::ids::QueueId;

use crate::fair_use::{altcha, challenge, hidden, solve};
use crate::shop::{Buyer, Shop};
use crate::waiting_room::{come_in, enter, hold, open, queue};

/// Eleven entries within a minute are one too many; so are two sign-ups.
const CROWDED: [&str; 4] = [
    "--rate-limit-factor",
    "1",
    "--crowded-above-per-minute",
    "1",
];

/// Enters without showing the place that the browser has.
async fn enter_anew(buyer: &Buyer<'_>, queue: QueueId, body: &Value) -> Answer {
    let path = format!("/api/v1/queues/{queue}/entry");
    let request = buyer.client.request(Method::POST, &path);
    let request = request.header("X-Queue-Place", "").json(body);
    buyer.client.send(request).await
}

#[actix_web::test]
async fn in_a_crowd_a_new_place_costs_a_proof_and_a_place_that_is_shown_nothing() {
    let shop = Shop::open_with(4, &CROWDED).await;
    let queue = queue(&shop).await;
    let buyer = shop.spectator().await;
    let first = enter(&buyer, queue).await;
    for _ in 0..9 {
        enter_anew(&buyer, queue, &json!({})).await.expect(200);
    }
    let asked = enter_anew(&buyer, queue, &json!({})).await.expect(428);
    assert_eq!(asked.code(), "proof_of_work_required");
    let path = format!("/api/v1/queues/{queue}/entry");
    let request = buyer.client.request(Method::POST, &path);
    let request = request.header("X-Queue-Place", first["place"].as_str().unwrap());
    let shown = buyer.client.send(request).await.expect(200).json();
    assert_eq!(shown["place"], first["place"]);
    let wrong = enter_anew(&buyer, queue, &json!({ "altcha": "nothing" })).await;
    assert_eq!(wrong.expect(422).code(), "proof_of_work_wrong");
    let solution = json!({ "altcha": altcha(&solve(challenge(&buyer.client).await)) });
    enter_anew(&buyer, queue, &solution).await.expect(200);
    let again = enter_anew(&buyer, queue, &solution).await.expect(422);
    assert_eq!(again.code(), "proof_of_work_wrong");
}

#[actix_web::test]
async fn one_account_that_enters_again_and_again_slows_down_nobody_at_its_address() {
    let shop = Shop::open_with(4, &["--rate-limit-factor", "1"]).await;
    let queue = queue(&shop).await;
    let (greedy, neighbour) = (shop.spectator().await, shop.spectator().await);
    for _ in 0..20 {
        enter_anew(&greedy, queue, &json!({})).await.expect(200);
    }
    let asked = enter_anew(&greedy, queue, &json!({})).await.expect(428);
    assert_eq!(asked.code(), "proof_of_work_required");
    enter_anew(&neighbour, queue, &json!({})).await.expect(200);
}

#[actix_web::test]
async fn without_scripts_the_door_asks_for_patience_and_keeps_its_word() {
    let shop = Shop::open_with(4, &CROWDED).await;
    let queue = queue(&shop).await;
    let buyer = shop.spectator().await;
    let path = format!("/queues/{queue}");
    let quiet = buyer.client.get(&path).await.expect(200).text();
    assert!(!quiet.contains("proof.js") && !quiet.contains("name=\"waited\""));
    for _ in 0..11 {
        // The browser's place is hidden from the service.
        let _ = enter_anew(&buyer, queue, &json!({})).await;
    }
    let forget = async || {
        let request = buyer.client.request(Method::GET, &path);
        let request = request.header("X-Queue-Place", "");
        buyer.client.send(request).await
    };
    let page = forget().await.expect(200).text();
    assert!(page.contains("proof.js") && page.contains("in 20 seconds"));
    let (csrf, waited) = (hidden(&page, "csrf"), hidden(&page, "waited"));
    let send = async |waited: &str| {
        let form = [("csrf", csrf.as_str()), ("waited", waited)];
        let request = buyer.client.request(Method::POST, &format!("{path}/enter"));
        let request = request.header("X-Queue-Place", "").form(&form);
        buyer.client.send(request).await
    };
    let nothing = send("").await.expect(428).text();
    assert!(nothing.contains("name=\"waited\"") && nothing.contains("role=\"alert\""));
    let early = send(&waited).await.expect(429);
    let wait: u64 = early.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(hidden(&early.text(), "waited"), waited);
    shop.app.clock.advance_seconds(20);
    assert_eq!(send(&waited).await.expect(303).location(), path);
    send(&waited).await.expect(422);
}

#[actix_web::test]
async fn whose_turn_has_come_takes_seats_while_arrivals_are_turned_away() {
    let shop = Shop::open_with(4, &["--arrivals-in-flight-max", "1"]).await;
    let queue = queue(&shop).await;
    let (admitted, arriving) = (shop.spectator().await, shop.spectator().await);
    let _ = enter(&admitted, queue).await;
    open(&shop).await;
    assert_eq!(come_in(&admitted, queue).await.0, 200);
    // Remembered, so that they can be told apart while sessions cannot be read.
    let _ = hold(&arriving).await;
    let _stuck = shop.somebody_stuck().await;
    let mut turned_away = hold(&arriving).await;
    for _ in 0..50 {
        if turned_away.0 == 503 {
            break;
        }
        sleep(Duration::from_millis(20)).await;
        turned_away = hold(&arriving).await;
    }
    assert_eq!(
        (turned_away.0, &turned_away.1["code"]),
        (503, &json!("busy"))
    );
    assert_eq!(hold(&admitted).await.0, 201);
    // A forged admission is an arrival like any other.
    let path = format!("/api/v1/holds/{}", uuid::Uuid::new_v4());
    let body = json!({ "event": shop.event, "category": "A", "formula": "solo" });
    let request = arriving.client.request(Method::PUT, &path).json(&body);
    let forged = arriving
        .client
        .send(request.header("X-Queue-Admission", "a.b"))
        .await;
    assert_eq!(forged.expect(503).code(), "busy");
}
