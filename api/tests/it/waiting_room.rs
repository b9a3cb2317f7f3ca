//! The waiting room: the draw, places, the serving number, coming in.

use api::waiting_room::{self, Opening};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::ids::QueueId;
use uuid::Uuid;

use crate::shop::{Buyer, Shop};

/// A queue before the shop's event that opens in an hour.
pub(crate) async fn queue(shop: &Shop) -> QueueId {
    let app = &shop.app.app;
    let snapshot = api::catalogue::snapshot(app).await.unwrap();
    let event = snapshot.event_by_code(&shop.event.parse().unwrap());
    let opening = Opening {
        at: shop.app.clock.now() + SignedDuration::from_hours(1),
        automatic: true,
    };
    let id = waiting_room::create(app, event.map(|event| event.id), opening);
    id.await.unwrap()
}

pub(crate) async fn enter(buyer: &Buyer<'_>, queue: QueueId) -> Value {
    let path = format!("/api/v1/queues/{queue}/entry");
    buyer
        .client
        .post(&path, &json!({}))
        .await
        .expect(200)
        .json()
}

/// Lets the opening come, and everything that follows it.
pub(crate) async fn open(shop: &Shop) {
    shop.after_seconds(3601).await;
    shop.after_seconds(6).await;
    shop.after_seconds(2).await;
}

pub(crate) async fn come_in(buyer: &Buyer<'_>, queue: QueueId) -> (u16, Value) {
    let path = format!("/api/v1/queues/{queue}/admission");
    let answer = buyer.client.post(&path, &json!({})).await;
    (answer.status, answer.json())
}

pub(crate) async fn hold(buyer: &Buyer<'_>) -> (u16, Value) {
    let body = json!({ "event": buyer.shop.event, "category": "A", "formula": "solo" });
    let path = format!("/api/v1/holds/{}", Uuid::new_v4());
    let answer = buyer.client.put(&path, &body).await;
    (answer.status, answer.json())
}

#[actix_web::test]
async fn nobody_holds_before_the_opening_and_the_first_ranks_do_after_it() {
    let shop = Shop::open(4).await;
    let queue = queue(&shop).await;
    let buyers = [
        shop.spectator().await,
        shop.spectator().await,
        shop.spectator().await,
    ];
    for buyer in &buyers {
        let place = enter(buyer, queue).await;
        assert_eq!(place["rank"], Value::Null);
        assert_eq!(place["place"], enter(buyer, queue).await["place"]);
        let (status, refused) = hold(buyer).await;
        assert_eq!((status, &refused["code"]), (429, &json!("queue_required")));
        assert!(
            refused["detail"]
                .as_str()
                .unwrap()
                .contains(&queue.to_string())
        );
        let (status, refused) = come_in(buyer, queue).await;
        assert_eq!(
            (status, &refused["code"]),
            (409, &json!("queue_not_your_turn"))
        );
    }
    open(&shop).await;
    let mut ranks = vec![];
    // Four seats: two people at a time.
    for buyer in &buyers {
        let rank = enter(buyer, queue).await["rank"].as_u64().unwrap();
        let (status, answer) = come_in(buyer, queue).await;
        if rank <= 2 {
            assert_eq!(status, 200, "{answer}");
            assert_eq!(come_in(buyer, queue).await.1, answer);
            assert_eq!(hold(buyer).await.0, 201);
        } else {
            assert_eq!(answer["code"], "queue_not_your_turn");
            assert_eq!(hold(buyer).await.0, 429);
        }
        ranks.push(rank);
    }
    ranks.sort_unstable();
    assert_eq!(ranks, [1, 2, 3]);
    let drawn = shop.app.client();
    let path = format!("/api/v1/queues/{queue}");
    let told = drawn.get(&path).await.expect(200).json();
    assert_eq!(told["list_size"], 3);
    assert_eq!(told["seed"].as_str().unwrap().len(), 64);
}

#[actix_web::test]
async fn a_place_is_useless_to_another_account_and_a_forged_one_to_everybody() {
    let shop = Shop::open(4).await;
    let queue = queue(&shop).await;
    let owner = shop.spectator().await;
    let thief = shop.spectator().await;
    let place = enter(&owner, queue).await["place"]
        .as_str()
        .unwrap()
        .to_owned();
    open(&shop).await;
    let path = format!("/api/v1/queues/{queue}/admission");
    for token in [place.clone(), format!("{place}x"), String::new()] {
        let request = thief.client.request(Method::POST, &path);
        let request = request.header("X-Queue-Place", &token);
        let refused = thief.client.send(request).await.expect(403);
        assert_eq!(refused.code(), "queue_place_wrong");
    }
    let (status, admission) = come_in(&owner, queue).await;
    assert_eq!(status, 200);
    let admission = admission["admission"].as_str().unwrap();
    let body = json!({ "event": shop.event, "category": "A", "formula": "solo" });
    let path = format!("/api/v1/holds/{}", Uuid::new_v4());
    let request = thief.client.request(Method::PUT, &path).json(&body);
    let request = request.header("X-Queue-Admission", admission);
    let refused = thief.client.send(request).await.expect(429);
    assert_eq!(refused.code(), "queue_required");
}

#[actix_web::test]
async fn a_stay_ends_is_extended_twice_and_is_not_given_again_for_the_same_place() {
    let shop = Shop::open(4).await;
    let queue = queue(&shop).await;
    let buyer = shop.spectator().await;
    let _ = enter(&buyer, queue).await;
    open(&shop).await;
    let (_, stay) = come_in(&buyer, queue).await;
    assert_eq!(stay["extensions_left"], 2);
    let more = format!("/api/v1/queues/{queue}/more-time");
    for left in [1, 0] {
        let answer = buyer.client.post(&more, &json!({})).await.expect(200);
        assert_eq!(answer.json()["extensions_left"], left);
    }
    let refused = buyer.client.post(&more, &json!({})).await.expect(409);
    assert_eq!(refused.code(), "queue_no_more_time");
    shop.app.clock.advance_seconds(29 * 60);
    assert_eq!(hold(&buyer).await.0, 201);
    shop.app.clock.advance_seconds(2 * 60);
    assert_eq!(hold(&buyer).await.0, 429);
    let (status, used) = come_in(&buyer, queue).await;
    assert_eq!((status, &used["code"]), (409, &json!("queue_place_used")));
}

/// What a Redis that lost its memory no longer knows of a queue.
async fn forget(shop: &Shop, queue: QueueId) {
    let redis = &shop.app.app.redis;
    let mut delete = redis::cmd("DEL");
    for part in ["n", "seen", "adm", "in"] {
        delete.arg(redis.key(&format!("{{q:{queue}}}:{part}")));
    }
    let () = delete.query_async(&mut redis.connection()).await.unwrap();
}

#[actix_web::test]
async fn places_stay_valid_when_redis_loses_everything_and_numbers_go_on_above() {
    let shop = Shop::open(20).await;
    let queue = queue(&shop).await;
    let early = shop.spectator().await;
    let _ = enter(&early, queue).await;
    forget(&shop, queue).await;
    let late = shop.spectator().await;
    let _ = enter(&late, queue).await;
    open(&shop).await;
    let rank = |answer: Value| answer["rank"].as_u64().unwrap();
    let (first, second) = (
        rank(enter(&early, queue).await),
        rank(enter(&late, queue).await),
    );
    assert_ne!(first, second);
    let told = shop
        .app
        .client()
        .get(&format!("/api/v1/queues/{queue}"))
        .await;
    assert_eq!(told.expect(200).json()["list_size"], 5001);
}

#[actix_web::test]
async fn when_nothing_is_left_the_queue_says_so_and_lets_nobody_in() {
    let shop = Shop::open(1).await;
    let queue = queue(&shop).await;
    let (first, second) = (shop.spectator().await, shop.spectator().await);
    for buyer in [&first, &second] {
        let _ = enter(buyer, queue).await;
    }
    open(&shop).await;
    let rank = enter(&first, queue).await["rank"].as_u64().unwrap();
    let (lucky, other) = if rank == 1 {
        (&first, &second)
    } else {
        (&second, &first)
    };
    assert_eq!(come_in(lucky, queue).await.0, 200);
    let _ = lucky.buy("solo").await;
    shop.after_seconds(2).await;
    let (status, refused) = come_in(other, queue).await;
    assert_eq!((status, &refused["code"]), (409, &json!("queue_sold_out")));
    let serving = format!("/api/v1/queues/{queue}/serving");
    let told = other.client.get(&serving).await.expect(200);
    assert_eq!(told.json()["state"], "sold_out");
    let page = other
        .client
        .get(&format!("/queues/{queue}"))
        .await
        .expect(200);
    assert!(
        page.text().contains("Everything is sold"),
        "{}",
        page.text()
    );
}

#[actix_web::test]
async fn the_page_says_where_one_stands_without_scripts() {
    let shop = Shop::open(4).await;
    let queue = queue(&shop).await;
    let buyer = shop.spectator().await;
    let path = format!("/queues/{queue}");
    let event = format!("/events/{}", shop.event);
    assert!(
        buyer
            .client
            .get(&event)
            .await
            .expect(200)
            .text()
            .contains(&path)
    );
    let outside = buyer.client.get(&path).await.expect(200);
    assert!(outside.text().contains("Enter the waiting room"));
    let _ = enter(&buyer, queue).await;
    let waiting = buyer.client.get(&path).await.expect(200);
    assert!(waiting.text().contains("You are in the draw"));
    assert!(waiting.text().contains("http-equiv=\"refresh\""));
    open(&shop).await;
    let called = buyer.client.get(&path).await.expect(200);
    assert!(called.text().contains("It is your turn"));
    let draw = buyer.client.get(&format!("{path}/draw")).await.expect(200);
    assert!(draw.text().contains("python3 draw.py"));
}
