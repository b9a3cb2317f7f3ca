//! The inventory through loss, sabotage and mending.

use std::time::{Duration, Instant};

use api::availability;
use api::holds;
use api::platform::error::Error;
use ticket_core::formula::Formula;

use crate::hall::{Hall, claim_in_postgresql, held_seats};
use crate::harness::{TestApp, redis_behind_proxy};

/// Removes every key of this test's prefix, as a Redis that has lost its memory would.
async fn lose_redis(app: &TestApp) {
    let mut connection = app.app.redis.connection();
    let mut cursor = 0_u64;
    loop {
        let (next, keys): (u64, Vec<String>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(format!("{}*", app.app.redis.key("")))
            .arg("COUNT")
            .arg(1000)
            .query_async(&mut connection)
            .await
            .unwrap();
        if !keys.is_empty() {
            let mut delete = redis::cmd("DEL");
            let () = delete.arg(keys).query_async(&mut connection).await.unwrap();
        }
        cursor = next;
        if cursor == 0 {
            return;
        }
    }
}

#[actix_web::test]
async fn a_lost_redis_stops_the_sale_then_sells_on_without_the_claimed_seats() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[6]).await;
    let sold = holds::place(&app.app, hall.request(Formula::Duo))
        .await
        .unwrap()
        .hold;
    let held = held_seats(&sold);
    claim_in_postgresql(&app.database.owner().await, &held).await;
    holds::mark_claimed(&app.app, &held).await.unwrap();
    let lost = holds::place(&app.app, hall.request(Formula::Duo))
        .await
        .unwrap()
        .hold;

    lose_redis(&app).await;
    let refused = holds::place(&app.app, hall.request(Formula::Solo)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let since = Instant::now();
    let next = loop {
        match holds::place(&app.app, hall.request(Formula::Family)).await {
            Ok(placed) => break placed.hold,
            Err(error) => assert_eq!(error.code(), "unavailable"),
        }
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "never loaded anew"
        );
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    };
    assert!(next.seats.iter().all(|seat| !sold.seats.contains(seat)));
    let gone = holds::find(&app.app, lost.id, lost.owner).await;
    assert!(gone.is_err_and(|error| error.code() == "unknown_hold"));
    assert_eq!(hall.counts(&app).await, (0, 4, 2));
    hall.assert_clean(&app).await;
    // The claimed seats still belong to their order.
    holds::give_back(&app.app, &held).await.unwrap();
    assert_eq!(hall.counts(&app).await, (2, 4, 0));
}

#[actix_web::test]
async fn one_question_after_a_loss_brings_all_events_back() {
    let app = TestApp::start().await;
    let asked = Hall::open(&app, &[6]).await;
    let others = [Hall::open(&app, &[6]).await, Hall::open(&app, &[6]).await];
    lose_redis(&app).await;
    let refused = holds::place(&app.app, asked.request(Formula::Solo)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let since = Instant::now();
    for hall in &others {
        // Asks Redis only, so that this question cannot bring it back.
        let meta = app.app.redis.key(&format!("{{e:{}}}:meta", hall.event));
        loop {
            let mut ask = redis::cmd("HGET");
            let mut connection = app.app.redis.connection();
            let epoch: Option<i64> = ask
                .arg(&meta)
                .arg("epoch")
                .query_async(&mut connection)
                .await
                .unwrap();
            if epoch.is_some() {
                break;
            }
            assert!(
                since.elapsed() < Duration::from_secs(10),
                "never loaded anew"
            );
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
    }
    for hall in &others {
        assert_eq!(hall.counts(&app).await, (6, 0, 0));
    }
}

#[actix_web::test]
async fn holds_made_during_a_load_are_lost_with_the_old_or_kept_with_the_new() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[20; 10]).await;
    let sell = async {
        let mut placed = Vec::new();
        for _ in 0..300 {
            match holds::place(&app.app, hall.request(Formula::Duo)).await {
                Ok(one) => placed.push(one.hold),
                Err(error) => assert!(matches!(error.code(), "unavailable" | "sold_out")),
            }
        }
        placed
    };
    let load = async {
        for _ in 0..5 {
            availability::load(&app.app, hall.event).await.unwrap();
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (placed, ()) = futures_util::future::join(sell, load).await;
    hall.assert_clean(&app).await;
    let mut seats = std::collections::HashSet::new();
    for hold in &placed {
        if holds::find(&app.app, hold.id, hold.owner).await.is_ok() {
            assert!(hold.seats.iter().all(|seat| seats.insert(*seat)));
        }
    }
    let (_, held, taken) = hall.counts(&app).await;
    assert_eq!((usize::try_from(held).unwrap(), taken), (seats.len(), 0));
}

#[actix_web::test]
async fn a_second_process_learns_the_epoch_of_a_load_by_the_first() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[6]).await;
    let other = app.twin();
    assert!(
        holds::place(&other, hall.request(Formula::Duo))
            .await
            .is_ok()
    );
    availability::load(&app.app, hall.event).await.unwrap();
    assert!(
        holds::place(&other, hall.request(Formula::Duo))
            .await
            .is_ok()
    );
    assert_eq!(hall.counts(&app).await, (4, 2, 0));
    availability::ensure_loaded(&app.app, hall.event)
        .await
        .unwrap();
    assert_eq!(hall.counts(&app).await, (4, 2, 0));
}

#[actix_web::test]
async fn a_claim_that_redis_forgot_is_found_by_the_audit_and_mended() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[6]).await;
    let hold = holds::place(&app.app, hall.request(Formula::Duo))
        .await
        .unwrap()
        .hold;
    holds::release(&app.app, hold.id, hold.owner).await.unwrap();
    claim_in_postgresql(&app.database.owner().await, &held_seats(&hold)).await;
    let found = availability::audit(&app.app, hall.event).await.unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        availability::reconcile(&app.app, hall.event).await.unwrap(),
        1
    );
    assert_eq!(hall.counts(&app).await, (4, 0, 2));
    hall.assert_clean(&app).await;
    assert_eq!(
        availability::reconcile(&app.app, hall.event).await.unwrap(),
        0
    );
}

#[actix_web::test]
async fn seats_sold_to_nobody_are_freed_after_a_while() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[6]).await;
    let hold = holds::place(&app.app, hall.request(Formula::Duo))
        .await
        .unwrap()
        .hold;
    holds::mark_claimed(&app.app, &held_seats(&hold))
        .await
        .unwrap();
    assert_eq!(
        availability::reconcile(&app.app, hall.event).await.unwrap(),
        0
    );
    app.clock.advance_seconds(61);
    let found = availability::audit(&app.app, hall.event).await.unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("taken in Redis, but not claimed"));
    availability::touch(&app.app, hall.event).await.unwrap();
    assert_eq!(availability::reconcile_touched(&app.app).await.unwrap(), 1);
    assert_eq!(hall.counts(&app).await, (6, 0, 0));
    hall.assert_clean(&app).await;
}

#[actix_web::test]
async fn a_paid_order_whose_hold_was_never_marked_is_marked_whether_the_hold_lasts_or_not() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[6]).await;
    // The grace after `pay_before` is ten minutes: the second hold is gone.
    for (minutes, sold) in [(0, 2), (11, 4)] {
        let hold = holds::place(&app.app, hall.request(Formula::Duo))
            .await
            .unwrap()
            .hold;
        let held = held_seats(&hold);
        holds::keep_until(&app.app, &(&hold).into(), held.order, app.clock.now())
            .await
            .unwrap();
        claim_in_postgresql(&app.database.owner().await, &held).await;
        assert_eq!(hall.counts(&app).await, (6 - sold, 2, sold - 2));
        app.clock.advance_seconds(60 * minutes);
        availability::touch(&app.app, hall.event).await.unwrap();
        assert_eq!(availability::reconcile_touched(&app.app).await.unwrap(), 1);
        assert_eq!(hall.counts(&app).await, (6 - sold, 0, sold));
    }
    hall.assert_clean(&app).await;
}

#[actix_web::test]
async fn what_is_free_is_public_and_says_when_it_was_so() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[6]).await;
    let path = format!("/api/v1/events/{}/availability", hall.code);
    let client = app.client();
    let before = client.get(&path).await.expect(200).json();
    assert_eq!(before["categories"][0]["free"], 6);
    assert_eq!(before["categories"][0]["category"], "A");
    holds::place(&app.app, hall.request(Formula::Duo))
        .await
        .unwrap();
    app.clock.advance_seconds(2);
    let after = client.get(&path).await.expect(200).json();
    assert_eq!(after["categories"][0]["free"], 4);
    assert_ne!(before["as_of"], after["as_of"]);
    let unknown = client.get("/api/v1/events/NOSUCH/availability").await;
    assert_eq!(unknown.expect(404).code(), "unknown_event");
}

#[actix_web::test]
async fn without_redis_the_sale_is_unavailable_quickly_and_comes_back() {
    let (proxy, through) = redis_behind_proxy().await;
    let app = TestApp::start_with(&["--redis-url", &through]).await;
    let hall = Hall::open(&app, &[6]).await;
    let path = format!("/api/v1/events/{}/availability", hall.code);
    let client = app.client();

    proxy.cut();
    app.clock.advance_seconds(2);
    let since = Instant::now();
    let answer = client.get(&path).await.expect(503);
    assert!(answer.headers.contains_key("retry-after"));
    let refused = holds::place(&app.app, hall.request(Formula::Duo)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert!(
        since.elapsed() < Duration::from_secs(3),
        "{:?}",
        since.elapsed()
    );

    proxy.mend();
    let since = Instant::now();
    while client.get(&path).await.status != 200 {
        assert!(since.elapsed() < Duration::from_secs(10), "never came back");
    }
    assert!(
        holds::place(&app.app, hall.request(Formula::Duo))
            .await
            .is_ok()
    );
}
