//! A queue from its making to its end: what was promised before the draw, opening by hand, pacing,
//! the queue of the whole shop, closing by itself.

use api::waiting_room::{self, Opening};
use jiff::SignedDuration;
use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use ticket_core::ids::QueueId;
use ticket_core::queue::{Draw, Place, list_hash};
use uuid::Uuid;

use crate::fair_use::hidden;
use crate::shop::{Buyer, Shop};
use crate::waiting_room::{come_in, enter, hold, open, queue};

/// A queue before one event or the whole shop, that opens in an hour.
async fn make(shop: &Shop, code: Option<&str>, automatic: bool) -> QueueId {
    let app = &shop.app.app;
    let snapshot = api::catalogue::snapshot(app).await.unwrap();
    let event = code.map(|code| snapshot.event_by_code(&code.parse().unwrap()).unwrap().id);
    let at = shop.app.clock.now() + SignedDuration::from_hours(1);
    waiting_room::create(app, event, Opening { at, automatic })
        .await
        .unwrap()
}

async fn told(shop: &Shop, queue: QueueId) -> Value {
    let path = format!("/api/v1/queues/{queue}");
    shop.app.client().get(&path).await.expect(200).json()
}

fn bytes(hex: &Value) -> [u8; 32] {
    let hex = hex.as_str().unwrap();
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    std::array::from_fn(byte)
}

#[actix_web::test]
async fn the_draw_was_promised_before_and_anyone_recomputes_it_after() {
    let shop = Shop::open(20).await;
    let queue = queue(&shop).await;
    let promised = told(&shop, queue).await;
    assert_eq!(
        (&promised["seed"], &promised["list_size"]),
        (&Value::Null, &Value::Null)
    );
    let buyers = [
        shop.spectator().await,
        shop.spectator().await,
        shop.spectator().await,
    ];
    for buyer in &buyers {
        let _ = enter(buyer, queue).await;
    }
    shop.after_seconds(3601).await;
    let listed = told(&shop, queue).await;
    assert_eq!(listed["state"], "listed");
    assert_eq!(
        (&listed["seed"], &listed["list_size"]),
        (&Value::Null, &json!(3))
    );
    assert_eq!(bytes(&listed["list_sha256"]), list_hash(queue, 3));
    // Who comes now is no longer drawn.
    let late = shop.spectator().await;
    let _ = enter(&late, queue).await;
    shop.after_seconds(6).await;
    let opened = told(&shop, queue).await;
    assert_eq!(opened["state"], "open");
    for name in ["seed_sha256", "list_sha256", "list_size"] {
        let before = if name == "seed_sha256" {
            &promised
        } else {
            &listed
        };
        assert_eq!(opened[name], before[name], "{name}");
    }
    let seed = bytes(&opened["seed"]);
    assert_eq!(
        digest(&SHA256, &seed).as_ref(),
        bytes(&promised["seed_sha256"])
    );
    let draw = Draw::new(queue, seed, 3);
    for (number, buyer) in (1..).zip(&buyers) {
        let rank = enter(buyer, queue).await["rank"].as_u64().unwrap();
        assert_eq!(rank, draw.rank(Place::Number(number)));
    }
    assert_eq!(enter(&late, queue).await["rank"], 4);

    let page = format!("/queues/{queue}/draw");
    let page = shop.app.client().get(&page).await.expect(200).text();
    for name in ["seed", "seed_sha256", "list_sha256"] {
        assert!(page.contains(opened[name].as_str().unwrap()), "{name}");
    }
    assert!(page.contains("data-draw") && page.contains("/static/draw.py"));
    let script = shop.app.client().get("/static/draw.py").await.expect(200);
    assert!(script.text().contains("guichet-queue-list-v1"));
}

#[actix_web::test]
async fn a_queue_that_is_opened_by_hand_waits_for_the_operator() {
    let shop = Shop::open(4).await;
    let queue = make(&shop, Some(&shop.event), false).await;
    let buyer = shop.spectator().await;
    let _ = enter(&buyer, queue).await;
    shop.after_seconds(2 * 3600).await;
    assert_eq!(told(&shop, queue).await["state"], "pre_queue");
    assert!(waiting_room::open_now(&shop.app.app, queue).await.unwrap());
    shop.after_seconds(1).await;
    shop.after_seconds(6).await;
    shop.after_seconds(2).await;
    assert_eq!(come_in(&buyer, queue).await.0, 200);
    assert!(!waiting_room::open_now(&shop.app.app, queue).await.unwrap());
}

#[actix_web::test]
async fn the_serving_number_is_small_and_kept_by_every_cache_on_the_way() {
    let shop = Shop::open(4).await;
    let queue = queue(&shop).await;
    open(&shop).await;
    let client = shop.app.client();
    let path = format!("/api/v1/queues/{queue}/serving");
    let answer = client.get(&path).await.expect(200);
    assert!(answer.body.len() < 200, "{}", answer.text());
    assert_eq!(answer.headers["cache-control"], "public, max-age=2");
    assert!(!answer.headers.contains_key("set-cookie"));
    let tag = answer.headers["etag"].to_str().unwrap();
    let again = client
        .request(Method::GET, &path)
        .header("If-None-Match", tag);
    assert!(client.send(again).await.expect(304).body.is_empty());
}

#[actix_web::test]
async fn the_door_narrows_by_half_when_some_process_tells_of_slow_orders() {
    let shop = Shop::open(20).await;
    let queue = queue(&shop).await;
    open(&shop).await;
    let pace = async || {
        let sql = format!("SELECT pace_per_minute::text FROM queues WHERE id = '{queue}'");
        shop.ask(&sql).await.parse::<u32>().unwrap()
    };
    let quick = pace().await;
    shop.after_seconds(2).await;
    let quicker = pace().await;
    assert!(quicker > quick);
    let redis = &shop.app.app.redis;
    let now = shop.app.clock.now().as_millisecond();
    let () = redis::cmd("HSET")
        .arg(redis.key("order_ms"))
        .arg(Uuid::new_v4().to_string())
        .arg(format!("5000 {now}"))
        .query_async(&mut redis.connection())
        .await
        .unwrap();
    shop.after_seconds(2).await;
    assert_eq!(pace().await, quicker / 2);
    // What was told long ago says nothing any more.
    shop.after_seconds(30).await;
    assert!(pace().await > quicker / 2);
}

#[actix_web::test]
async fn the_page_tells_position_and_time_without_scripts() {
    let shop = Shop::open(2).await;
    let queue = queue(&shop).await;
    let mut buyers = vec![];
    for _ in 0..4 {
        buyers.push(shop.spectator().await);
    }
    for buyer in &buyers {
        let _ = enter(buyer, queue).await;
    }
    open(&shop).await;
    let mut waiting = 0;
    for buyer in &buyers {
        let rank = enter(buyer, queue).await["rank"].as_u64().unwrap();
        let page = buyer
            .client
            .get(&format!("/queues/{queue}"))
            .await
            .expect(200)
            .text();
        if rank == 1 {
            assert!(page.contains("It is your turn"));
            continue;
        }
        waiting += 1;
        // One is called for two places.
        let before = match rank - 2 {
            0 => "You are next".to_owned(),
            1 => "1 person before you".to_owned(),
            many => format!("{many} people before you"),
        };
        assert!(page.contains(&before), "{before}: {page}");
        assert!(page.contains("at the present pace"), "{page}");
        assert!(page.contains("http-equiv=\"refresh\""));
    }
    assert_eq!(waiting, 3);
}

#[actix_web::test]
async fn more_time_is_one_press_of_a_button_without_scripts() {
    let shop = Shop::open(4).await;
    let queue = queue(&shop).await;
    let buyer = shop.spectator().await;
    let _ = enter(&buyer, queue).await;
    open(&shop).await;
    let (_, stay) = come_in(&buyer, queue).await;
    let path = format!("/queues/{queue}");
    let page = buyer.client.get(&path).await.expect(200).text();
    assert!(page.contains("You are in"));
    let csrf = hidden(&page, "csrf");
    let more = async || {
        buyer
            .client
            .form(&format!("{path}/more-time"), &[("csrf", &csrf)])
            .await
    };
    for _ in 0..2 {
        assert_eq!(more().await.expect(303).location(), path);
    }
    let refused = more().await.expect(409).text();
    assert!(refused.contains("already extended twice"), "{refused}");
    let until: jiff::Timestamp = stay["until"].as_str().unwrap().parse().unwrap();
    shop.app.clock.advance_seconds(25 * 60);
    assert!(shop.app.clock.now() > until);
    assert_eq!(hold(&buyer).await.0, 201);
}

async fn hold_at(buyer: &Buyer<'_>, event: &str, admission: Option<&str>) -> (u16, String) {
    let body = json!({ "event": event, "category": "A", "formula": "solo" });
    let path = format!("/api/v1/holds/{}", Uuid::new_v4());
    let mut request = buyer.client.request(Method::PUT, &path).json(&body);
    if let Some(admission) = admission {
        request = request.header("X-Queue-Admission", admission);
    }
    let answer = buyer.client.send(request).await;
    let code = answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status, code)
}

#[actix_web::test]
async fn an_admission_to_one_event_opens_no_other() {
    let shop = Shop::open(4).await;
    shop.import("JUD002", 4, 2500).await;
    let (one, other) = (
        make(&shop, Some("JUD001"), true).await,
        make(&shop, Some("JUD002"), true).await,
    );
    let buyer = shop.spectator().await;
    for queue in [one, other] {
        let _ = enter(&buyer, queue).await;
    }
    open(&shop).await;
    let (_, admitted) = come_in(&buyer, one).await;
    let admission = admitted["admission"].as_str();
    let refused = (429, "queue_required".to_owned());
    assert_eq!(hold_at(&buyer, "JUD002", admission).await, refused);
    assert_eq!(hold_at(&buyer, "JUD002", None).await, refused);
    assert_eq!(hold_at(&buyer, "JUD001", admission).await.0, 201);
}

#[actix_web::test]
async fn the_shops_queue_stands_before_every_event_until_nothing_is_left_of_any() {
    let shop = Shop::open(1).await;
    shop.import("JUD002", 1, 2500).await;
    let queue = make(&shop, None, true).await;
    let (first, second) = (shop.spectator().await, shop.spectator().await);
    for buyer in [&first, &second] {
        let _ = enter(buyer, queue).await;
        for event in ["JUD001", "JUD002"] {
            assert_eq!(hold_at(buyer, event, None).await.0, 429, "{event}");
        }
    }
    open(&shop).await;
    let rank = enter(&first, queue).await["rank"].as_u64().unwrap();
    let (lucky, other) = if rank == 1 {
        (&first, &second)
    } else {
        (&second, &first)
    };
    assert_eq!(come_in(lucky, queue).await.0, 200);
    // Two places are left in the whole shop: one person.
    assert_eq!(come_in(other, queue).await.1["code"], "queue_not_your_turn");
    for event in ["JUD001", "JUD002"] {
        let held = lucky.hold_at(event, "solo").await;
        let body = crate::shop::order_body(&[held], 1);
        let order = lucky
            .put_order(Uuid::new_v4(), &body)
            .await
            .expect(201)
            .json();
        let _ = lucky.at_bank(&order, &[("decision", "accept")]).await;
    }
    shop.after_seconds(3).await;
    shop.after_seconds(3).await;
    assert_eq!(told(&shop, queue).await["state"], "sold_out");
    assert_eq!(come_in(other, queue).await.1["code"], "queue_sold_out");
    let page = other
        .client
        .get(&format!("/queues/{queue}"))
        .await
        .expect(200);
    assert!(page.text().contains("Everything is sold") && page.text().contains("All events"));
    // One event's sale is over: the other's may bring places back.
    shop.change("UPDATE events SET sale_closes_at = now() WHERE code = 'JUD002'")
        .await;
    shop.after_seconds(2).await;
    assert_eq!(told(&shop, queue).await["state"], "sold_out");
    shop.change("UPDATE events SET sale_closes_at = now()")
        .await;
    shop.after_seconds(2).await;
    assert_eq!(told(&shop, queue).await["state"], "closed");
}

#[actix_web::test]
async fn a_queue_closes_by_itself_with_the_sale_and_says_why() {
    for (sql, because, sentence) in [
        ("sale_closes_at = now()", "sale_over", "The sale is over."),
        (
            "state = 'cancelled', cancelled_at = now()",
            "event_cancelled",
            "This event is cancelled.",
        ),
    ] {
        let shop = Shop::open(4).await;
        let queue = queue(&shop).await;
        let buyer = shop.spectator().await;
        let _ = enter(&buyer, queue).await;
        open(&shop).await;
        shop.change(&format!("UPDATE events SET {sql}")).await;
        shop.after_seconds(1).await;
        assert_eq!(told(&shop, queue).await["state"], "closed");
        let (status, refused) = come_in(&buyer, queue).await;
        assert_eq!((status, &refused["code"]), (409, &json!("queue_closed")));
        let entry = format!("/api/v1/queues/{queue}/entry");
        let refused = shop.spectator().await.client.post(&entry, &json!({})).await;
        assert_eq!(refused.expect(409).code(), "queue_closed");
        // Without a queue the sale itself refuses.
        assert_eq!(hold(&buyer).await.1["code"], "sale_closed");
        let page = buyer
            .client
            .get(&format!("/queues/{queue}"))
            .await
            .expect(200);
        assert!(page.text().contains(sentence), "{}", page.text());
        let why = "SELECT detail->>'because' FROM audit_log \
                   WHERE action = 'queue.closed_by_itself'";
        assert_eq!(shop.ask(why).await, because);
    }
}
