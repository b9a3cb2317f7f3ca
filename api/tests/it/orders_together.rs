//! Orders that come at the same time: written together, answered each, within everybody's limits.

use std::time::Duration;

use actix_web::rt;
use futures_util::future::join_all;
use uuid::Uuid;

use crate::shop::{Shop, order_body};

#[actix_web::test]
async fn orders_that_come_together_share_transactions_and_one_refused_harms_no_other() {
    const BUYERS: usize = 12;
    let shop = Shop::open(40).await;
    let first = shop.spectator().await;
    let stolen = first.order("solo").await;
    let buyers = join_all((0..BUYERS).map(|_| shop.spectator())).await;
    let holds = join_all(buyers.iter().map(|buyer| buyer.hold("solo"))).await;
    // As if Redis had lost the first order: its claim stands on the seat of the fifth hold.
    let path = format!("/api/v1/holds/{}", holds[5]);
    let held = buyers[5].client.get(&path).await.expect(200).json();
    let place = &held["seats"][0]["place"];
    shop.execute(&format!(
        "INSERT INTO seat_claims SELECT event_id, category_no, {}, {}, order_id, now(), hold_id
         FROM order_lines WHERE order_id = '{}'",
        place["row"],
        place["position"],
        stolen["id"].as_str().unwrap()
    ))
    .await;
    let order = async |buyer: usize| {
        let body = order_body(&[holds[buyer]], 1);
        buyers[buyer].put_order(Uuid::new_v4(), &body).await
    };
    let answers = join_all((0..BUYERS).map(order)).await;
    for (buyer, answer) in answers.into_iter().enumerate() {
        if buyer == 5 {
            assert_eq!(answer.expect(409).code(), "seats_taken");
        } else {
            assert_eq!(answer.expect(201).json()["state"], "awaiting_payment");
        }
    }
    let written = shop.ask("SELECT count(*)::text FROM orders").await;
    assert_eq!(written, BUYERS.to_string());
    let sql = "SELECT count(DISTINCT xmin::text)::text FROM orders";
    let transactions: usize = shop.ask(sql).await.parse().unwrap();
    assert!(transactions < BUYERS, "{transactions} transactions");
}

#[actix_web::test]
async fn orders_of_one_buyer_at_once_stay_within_the_limit_of_the_database() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let mut holds = vec![buyer.hold("family").await, buyer.hold("family").await];
    // As if Redis had forgotten how many tickets the buyer has, and still knew each hold.
    let redis = &shop.app.app.redis;
    let event = shop.ask("SELECT id::text FROM events").await;
    let people = redis.key(&format!("{{e:{event}}}:people"));
    let record = async || -> (Vec<u8>, Vec<u8>) {
        let all = redis::cmd("HGETALL").arg(&people).to_owned();
        let all: Vec<(Vec<u8>, Vec<u8>)> = all.query_async(&mut redis.connection()).await.unwrap();
        all.into_iter().next().unwrap()
    };
    let (owner, before) = record().await;
    let mut connection = redis.connection();
    let mut forgotten = redis::cmd("DEL");
    let forgotten: u32 = forgotten
        .arg(&people)
        .query_async(&mut connection)
        .await
        .unwrap();
    assert_eq!(forgotten, 1);
    holds.push(buyer.hold("family").await);
    let (_, after) = record().await;
    let mut known = redis::cmd("HSET");
    let known = known.arg(&people).arg(&owner).arg([before, after].concat());
    let _: u32 = known.query_async(&mut connection).await.unwrap();
    let order = async |hold: &Uuid| {
        let body = order_body(&[*hold], 4);
        buyer.put_order(Uuid::new_v4(), &body).await
    };
    let answers = join_all(holds.iter().map(order)).await;
    let placed = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(placed.count(), 2);
    let refused = answers.iter().find(|answer| answer.status != 201).unwrap();
    assert_eq!(refused.code(), "too_many_tickets");
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "2");
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM order_lines").await,
        "8"
    );
}

#[actix_web::test]
async fn one_order_sent_many_times_at_once_is_placed_once() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let (id, hold) = (Uuid::new_v4(), buyer.hold("duo").await);
    let body = order_body(&[hold], 2);
    let answers = join_all((0..6).map(|_| buyer.put_order(id, &body))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    for answer in &answers {
        assert_eq!(answer.json(), answers[0].json());
    }
    assert_eq!(shop.ask("SELECT count(*)::text FROM orders").await, "1");
    assert_eq!(shop.ask("SELECT count(*)::text FROM payments").await, "0");
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM seat_claims").await,
        "2"
    );
}

#[actix_web::test]
async fn an_order_sent_again_beside_another_is_not_counted_twice() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let holds = [buyer.hold("family").await, buyer.hold("family").await];
    let [first, second] = holds.map(|hold| (Uuid::new_v4(), order_body(&[hold], 4)));
    let _ = buyer.put_order(first.0, &first.1).await.expect(201);
    let at_once = [&first, &first, &second, &first];
    let put = at_once.map(|(id, body)| buyer.put_order(*id, body));
    let statuses: Vec<u16> = join_all(put).await.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [200, 200, 201, 200]);
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM seat_claims").await,
        "8"
    );
}

#[actix_web::test]
async fn a_key_that_is_remembered_is_not_used_once_it_is_destroyed() {
    let shop = Shop::open(20).await;
    let (one, other) = (shop.spectator().await, shop.spectator().await);
    one.order("solo").await;
    other.order("solo").await;
    let destroyed = shop.ask("SELECT min(user_id::text) FROM orders").await;
    shop.execute(&format!("DELETE FROM data_keys WHERE id = '{destroyed}'"))
        .await;
    let mut codes = Vec::new();
    for buyer in [&one, &other] {
        let body = order_body(&[buyer.hold("solo").await], 1);
        codes.push(buyer.put_order(Uuid::new_v4(), &body).await.status);
    }
    codes.sort_unstable();
    assert_eq!(codes, [201, 404]);
    let orders = format!("SELECT count(*)::text FROM orders WHERE user_id = '{destroyed}'");
    assert_eq!(shop.ask(&orders).await, "1");
}

#[actix_web::test]
async fn a_plan_made_while_there_are_few_orders_does_not_read_them_all() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    buyer.order("solo").await;
    // Statistics that make reading the one page of orders look cheaper than its index.
    shop.execute("ANALYZE orders").await;
    let whole_reads = "SELECT pg_stat_get_numscans('orders'::regclass)::text";
    let before = shop.ask(whole_reads).await;
    // Connections tell what they did with what they do a second later.
    for _ in 0..3 {
        buyer.order("solo").await;
        rt::time::sleep(Duration::from_millis(1_100)).await;
    }
    assert_eq!(shop.ask(whole_reads).await, before);
}
