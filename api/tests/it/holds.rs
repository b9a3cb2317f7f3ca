//! Holds through their front door: races, repetitions, ends.

use std::collections::HashSet;

use api::holds::{self, HoldRequest, Placed};
use api::platform::error::Error;
use futures_util::future::join_all;
use serde_json::json;
use ticket_core::formula::Formula;
use ticket_core::hold::HoldState;
use ticket_core::ids::{HoldId, OrderId, UserId};
use ticket_core::venue::SeatRef;
use uuid::Uuid;

use crate::hall::{Hall, claim_in_postgresql, held_seats};
use crate::harness::TestApp;
use crate::shop::Shop;

async fn place(app: &TestApp, request: &HoldRequest) -> Result<Placed, String> {
    let placed = holds::place(&app.app, request.clone()).await;
    placed.map_err(|error| error.code().to_owned())
}

fn code<T>(outcome: Result<T, Error>) -> Result<T, &'static str> {
    outcome.map_err(|error| error.code())
}

#[actix_web::test]
async fn of_200_who_race_for_50_seats_none_gets_a_seat_of_another() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[10; 5]).await;
    let requests: Vec<HoldRequest> = (0..200)
        .map(|n| hall.request([Formula::Duo, Formula::Family][n % 2]))
        .collect();
    let answers = join_all(requests.iter().map(|request| place(&app, request))).await;
    let mut seats = HashSet::new();
    for answer in answers {
        let hold = match answer {
            Ok(placed) => placed.hold,
            Err(code) => {
                assert_eq!(code, "sold_out");
                continue;
            }
        };
        assert_eq!(hold.seats.len(), usize::from(hold.formula.seats()));
        for (left, right) in hold.seats.iter().zip(hold.seats.iter().skip(1)) {
            assert_eq!((left.row, left.position + 1), (right.row, right.position));
        }
        for seat in hold.seats {
            assert!(seats.insert(seat), "{seat:?} is held twice");
        }
    }
    // Fifty is even and all that is left of a row fits a Duo: nothing stays.
    assert_eq!(seats.len(), 50);
    assert_eq!(hall.counts(&app).await, (0, 50, 0));
    hall.assert_clean(&app).await;
}

#[actix_web::test]
async fn twenty_who_race_for_one_seat_leave_one_winner() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[1]).await;
    let requests: Vec<HoldRequest> = (0..20).map(|_| hall.request(Formula::Solo)).collect();
    let answers = join_all(requests.iter().map(|request| place(&app, request))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = answers.into_iter().filter_map(Result::err);
    assert!(refused.into_iter().all(|code| code == "sold_out"));
}

#[actix_web::test]
async fn the_same_request_twice_is_one_hold_and_another_with_its_id_is_refused() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[10]).await;
    let other_hall = Hall::open(&app, &[10]).await;
    let request = hall.request(Formula::Duo);
    let first = place(&app, &request).await.unwrap();
    let second = place(&app, &request).await.unwrap();
    assert_eq!((first.created, second.created), (true, false));
    assert_eq!(first.hold, second.hold);
    assert_eq!(first.hold.amount.amount_cents(), 5000);

    let family = HoldRequest {
        formula: Formula::Family,
        ..request.clone()
    };
    let elsewhere = HoldRequest {
        event: other_hall.event,
        ..request.clone()
    };
    for wrong in [family, elsewhere] {
        assert_eq!(place(&app, &wrong).await, Err("id_reused".into()));
    }
    assert_eq!(hall.counts(&app).await, (8, 2, 0));
    assert_eq!(other_hall.counts(&app).await, (10, 0, 0));
}

#[actix_web::test]
async fn nobody_takes_an_id_away_from_another() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[10]).await;
    let request = hall.request(Formula::Duo);
    let stranger = HoldRequest {
        owner: UserId::from_uuid(Uuid::new_v4()),
        ..request.clone()
    };
    let theirs = place(&app, &stranger).await.unwrap();
    let ours = place(&app, &request).await.unwrap();
    assert!(theirs.created && ours.created);
    assert_ne!(theirs.hold.seats, ours.hold.seats);
    assert_eq!(hall.counts(&app).await, (6, 4, 0));
}

#[actix_web::test]
async fn chosen_seats_are_held_once() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[10]).await;
    let chosen = |positions: [u16; 2]| HoldRequest {
        seats: Some(
            positions
                .map(|position| SeatRef { row: 0, position })
                .to_vec(),
        ),
        ..hall.request(Formula::Duo)
    };
    let placed = place(&app, &chosen([5, 4])).await.unwrap();
    let positions: Vec<u16> = placed.hold.seats.iter().map(|seat| seat.position).collect();
    assert_eq!(positions, [4, 5]);
    assert_eq!(
        place(&app, &chosen([5, 6])).await,
        Err("seats_taken".into())
    );
    assert_eq!(
        place(&app, &chosen([1, 3])).await,
        Err("seats_not_adjacent".into())
    );
    assert_eq!(
        place(&app, &chosen([9, 10])).await,
        Err("seats_invalid".into())
    );
    hall.assert_clean(&app).await;
}

#[actix_web::test]
async fn nothing_is_held_before_the_sale_or_after_it() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[10]).await;
    let request = hall.request(Formula::Solo);
    let owner = app.database.owner().await;
    let later = "UPDATE events SET sale_opens_at = now() + interval '1 hour', \
                 updated_at = now() + interval '1 second'";
    owner.batch_execute(later).await.unwrap();
    api::catalogue::refresh(&app.app).await.unwrap();
    assert_eq!(place(&app, &request).await, Err("sale_closed".into()));
    app.clock.advance_seconds(3601);
    assert!(place(&app, &request).await.is_ok());
    app.clock.advance_seconds(9 * 86_400);
    let request = hall.request(Formula::Solo);
    assert_eq!(place(&app, &request).await, Err("sale_closed".into()));
}

#[actix_web::test]
async fn unknown_events_categories_and_holds_are_refused() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[10]).await;
    let mut request = hall.request(Formula::Solo);
    request.category = ticket_core::ids::CategoryCode::parse("Z").unwrap();
    assert_eq!(place(&app, &request).await, Err("unknown_category".into()));
    request.event = ticket_core::ids::EventId::from_uuid(Uuid::new_v4());
    assert_eq!(place(&app, &request).await, Err("unknown_event".into()));
    let nobody = holds::find(&app.app, HoldId::from_uuid(Uuid::new_v4()), request.owner).await;
    assert_eq!(code(nobody), Err("unknown_hold"));
}

#[actix_web::test]
async fn an_expired_hold_is_gone_for_its_owner_and_free_for_others() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[4]).await;
    let request = hall.request(Formula::Family);
    let hold = place(&app, &request).await.unwrap().hold;
    app.clock.advance_seconds(600);
    let found = holds::find(&app.app, hold.id, hold.owner).await;
    assert_eq!(code(found), Err("hold_expired"));
    assert_eq!(place(&app, &request).await, Err("hold_expired".into()));
    assert_eq!(hall.counts(&app).await, (4, 0, 0));
    let found = holds::find(&app.app, hold.id, hold.owner).await;
    assert_eq!(code(found), Err("hold_expired"));
    let order = OrderId::from_uuid(Uuid::new_v4());
    let kept = holds::keep_until(&app.app, &(&hold).into(), order, app.clock.now()).await;
    assert_eq!(code(kept), Err("hold_expired"));
    assert!(place(&app, &hall.request(Formula::Family)).await.is_ok());
}

#[actix_web::test]
async fn only_its_owner_finds_and_releases_a_hold() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[4]).await;
    let hold = place(&app, &hall.request(Formula::Duo)).await.unwrap().hold;
    let stranger = UserId::from_uuid(Uuid::new_v4());
    let found = holds::find(&app.app, hold.id, stranger).await;
    assert_eq!(code(found), Err("unknown_hold"));
    let released = holds::release(&app.app, hold.id, stranger).await;
    assert_eq!(code(released), Err("unknown_hold"));
    assert_eq!(hall.counts(&app).await, (2, 2, 0));
    for _ in 0..2 {
        let released = holds::release(&app.app, hold.id, hold.owner).await;
        assert_eq!(code(released), Ok(()));
    }
    assert_eq!(hall.counts(&app).await, (4, 0, 0));
}

#[actix_web::test]
async fn an_ordered_hold_ends_sold_or_given_back_and_never_twice() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[4]).await;
    let hold = place(&app, &hall.request(Formula::Duo)).await.unwrap().hold;
    let held = held_seats(&hold);
    let pay_before = app.clock.now();
    holds::keep_until(&app.app, &(&hold).into(), held.order, pay_before)
        .await
        .unwrap();
    let found = holds::find(&app.app, hold.id, hold.owner).await.unwrap();
    assert!(matches!(found.state, HoldState::Kept { order, .. } if order == held.order));
    let released = holds::release(&app.app, hold.id, hold.owner).await;
    assert_eq!(code(released), Err("hold_ordered"));
    holds::mark_claimed(&app.app, &held).await.unwrap();
    assert_eq!(hall.counts(&app).await, (2, 0, 2));
    let found = holds::find(&app.app, hold.id, hold.owner).await;
    assert_eq!(code(found), Err("hold_ordered"));
    for _ in 0..2 {
        holds::give_back(&app.app, &held).await.unwrap();
        assert_eq!(hall.counts(&app).await, (4, 0, 0));
    }
    assert!(
        holds::retake(&app.app, std::slice::from_ref(&held))
            .await
            .unwrap()
    );
    assert_eq!(hall.counts(&app).await, (2, 0, 2));
    claim_in_postgresql(&app.database.owner().await, &held).await;
    hall.assert_clean(&app).await;
}

#[actix_web::test]
async fn a_late_payment_gets_all_its_seats_again_or_none() {
    let app = TestApp::start().await;
    let hall = Hall::open(&app, &[2, 2]).await;
    let first = place(&app, &hall.request(Formula::Duo)).await.unwrap().hold;
    let second = place(&app, &hall.request(Formula::Duo)).await.unwrap().hold;
    let held = [held_seats(&first), held_seats(&second)];
    for hold in [first, second] {
        holds::release(&app.app, hold.id, hold.owner).await.unwrap();
    }
    let other = HoldRequest {
        seats: Some(held[1].seats.clone()),
        ..hall.request(Formula::Duo)
    };
    assert!(place(&app, &other).await.is_ok());
    assert!(!holds::retake(&app.app, &held).await.unwrap());
    assert_eq!(hall.counts(&app).await, (2, 2, 0));
    holds::release(&app.app, other.id, other.owner)
        .await
        .unwrap();
    assert!(holds::retake(&app.app, &held).await.unwrap());
    assert_eq!(hall.counts(&app).await, (0, 0, 4));
}

#[actix_web::test]
async fn over_http_a_spectator_holds_looks_and_gives_back() {
    let shop = Shop::open(10).await;
    let buyer = shop.spectator().await;
    let path = format!("/api/v1/holds/{}", Uuid::new_v4());
    let wanted = json!({ "event": shop.event, "category": "A", "formula": "duo" });
    let made = buyer.client.put(&path, &wanted).await.expect(201).json();
    assert_eq!(made["amount_cents"], 5000);
    assert_eq!(made["currency"], "EUR");
    assert_eq!(made["formula"], "duo");
    let seats = made["seats"].as_array().unwrap();
    let number = |seat: &serde_json::Value| seat["seat"].as_u64().unwrap();
    assert_eq!(number(&seats[0]) + 1, number(&seats[1]));
    assert_eq!(seats[0]["row"], seats[1]["row"]);
    assert_eq!(
        buyer.client.put(&path, &wanted).await.expect(200).json(),
        made
    );
    assert_eq!(buyer.client.get(&path).await.expect(200).json(), made);

    let family = json!({ "event": shop.event, "category": "A", "formula": "family" });
    let reused = buyer.client.put(&path, &family).await.expect(409);
    assert_eq!(reused.code(), "id_reused");
    let stranger = shop.spectator().await;
    assert_eq!(
        stranger.client.get(&path).await.expect(404).code(),
        "unknown_hold"
    );
    assert_eq!(
        stranger.client.delete(&path).await.expect(404).code(),
        "unknown_hold"
    );
    assert_eq!(shop.counts().await, (8, 2, 0));

    let _ = buyer.client.delete(&path).await.expect(204);
    let _ = buyer.client.delete(&path).await.expect(204);
    assert_eq!(
        buyer.client.get(&path).await.expect(410).code(),
        "hold_expired"
    );
    assert_eq!(shop.counts().await, (10, 0, 0));
}

#[actix_web::test]
async fn over_http_chosen_seats_are_named_by_the_place_that_was_answered() {
    let shop = Shop::open(10).await;
    let buyer = shop.spectator().await;
    let first = buyer.hold("duo").await;
    let path = format!("/api/v1/holds/{first}");
    let seats = buyer.client.get(&path).await.expect(200).json()["seats"].clone();
    let places: Vec<_> = seats
        .as_array()
        .unwrap()
        .iter()
        .map(|seat| &seat["place"])
        .collect();
    let wanted = json!({
        "event": shop.event, "category": "A", "formula": "duo", "seats": places,
    });
    let again = format!("/api/v1/holds/{}", Uuid::new_v4());
    assert_eq!(
        buyer.client.put(&again, &wanted).await.expect(409).code(),
        "seats_taken"
    );
    let _ = buyer.client.delete(&path).await.expect(204);
    let chosen = buyer.client.put(&again, &wanted).await.expect(201).json();
    assert_eq!(chosen["seats"], seats);
}

#[actix_web::test]
async fn over_http_holds_need_a_person_a_token_and_a_request_that_can_be_read() {
    let shop = Shop::open(10).await;
    let path = format!("/api/v1/holds/{}", Uuid::new_v4());
    let wanted = json!({ "event": shop.event, "category": "A", "formula": "duo" });
    let nobody = shop.app.client();
    let answer = nobody.put(&path, &wanted).await.expect(401);
    assert_eq!(answer.code(), "sign_in_required");
    let buyer = shop.spectator().await;
    let trio = json!({ "event": shop.event, "category": "A", "formula": "trio" });
    assert_eq!(
        buyer.client.put(&path, &trio).await.expect(422).json()["field"],
        "formula"
    );
    for (event, category, code) in [
        ("NOSUCH", "A", "unknown_event"),
        ("not a code", "A", "unknown_event"),
        (shop.event.as_str(), "Z", "unknown_category"),
        (shop.event.as_str(), "??", "unknown_category"),
    ] {
        let wrong = json!({ "event": event, "category": category, "formula": "duo" });
        assert_eq!(
            buyer.client.put(&path, &wrong).await.expect(404).code(),
            code
        );
    }
    let mut extra = wanted.clone();
    extra["price"] = json!(1);
    let refused = buyer.client.put(&path, &extra).await;
    assert!(matches!(refused.status, 400 | 422), "{}", refused.text());
    let bad_id = buyer.client.put("/api/v1/holds/7", &wanted).await;
    assert!(matches!(bad_id.status, 400 | 404), "{}", bad_id.text());
    assert_eq!(shop.counts().await, (10, 0, 0));
}

#[actix_web::test]
async fn one_person_gets_eight_tickets_of_an_event_and_no_more() {
    let shop = Shop::open(20).await;
    let buyer = shop.spectator().await;
    let family = buyer.hold("family").await;
    let _ = buyer.hold("family").await;
    let path = format!("/api/v1/holds/{}", Uuid::new_v4());
    let solo = json!({ "event": shop.event, "category": "A", "formula": "solo" });
    let refused = buyer.client.put(&path, &solo).await.expect(409);
    assert_eq!(refused.code(), "too_many_tickets");
    let released = format!("/api/v1/holds/{family}");
    let _ = buyer.client.delete(&released).await.expect(204);
    let _ = buyer.client.put(&path, &solo).await.expect(201);
    assert_eq!(shop.counts().await, (15, 5, 0));
}
