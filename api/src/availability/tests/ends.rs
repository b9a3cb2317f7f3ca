//! How holds end, and what repetitions and strangers get.

use super::*;
use crate::availability::inventory::ToKeep;
use crate::availability::keys;
use crate::availability::scripts::{self, Moment, Said};

#[test]
fn the_same_id_answers_with_the_hold_that_exists() {
    run(async {
        let hall = Hall::of(&[&[10]]).await;
        let wanted = hall.wanted(Formula::Duo);
        let (created, first) = hold(&hall.app, &wanted).await.unwrap();
        let (again, second) = hold(&hall.app, &wanted).await.unwrap();
        assert_eq!((created, again), (true, false));
        assert_eq!(first, second);
        assert_eq!(hall.counters(0).await, [8, 2, 0, 10]);
    });
}

#[test]
fn a_person_has_at_most_eight_tickets_of_an_event_over_all_categories() {
    run(async {
        let hall = Hall::of(&[&[10], &[10]]).await;
        let mut wanted = hall.wanted(Formula::Family);
        let owner = wanted.owner;
        assert!(hall.hold(&wanted).await.is_ok());
        wanted = hall.wanted(Formula::Family);
        (wanted.owner, wanted.category_no) = (owner, 1);
        let second = wanted.clone();
        assert!(hall.hold(&wanted).await.is_ok());
        wanted = hall.wanted(Formula::Solo);
        wanted.owner = owner;
        assert_eq!(hall.hold(&wanted).await, Err("too_many_tickets".into()));
        let released = inventory::release(&hall.app, hall.key(&second)).await;
        assert!(released.is_ok());
        assert!(hall.hold(&wanted).await.is_ok());
    });
}

#[test]
fn an_expired_hold_frees_its_seats_to_the_next_who_asks() {
    run(async {
        let hall = Hall::of(&[&[4]]).await;
        let first = hall.wanted(Formula::Family);
        assert!(hall.hold(&first).await.is_ok());
        let late = hall.wanted(Formula::Family);
        assert_eq!(hall.hold(&late).await, Err("sold_out".into()));
        hall.app.clock.advance_seconds(601);
        // The refused request was no hold: the same id may try again, and now finds room.
        assert!(hall.hold(&late).await.is_ok());
        assert_eq!(hall.hold(&first).await, Err("hold_expired".into()));
        assert_eq!(hall.disagreements().await, Vec::<String>::new());
    });
}

#[test]
fn many_expired_holds_are_swept_until_there_is_room() {
    run(async {
        let lengths = [4; 60];
        let hall = Hall::of(&[&lengths]).await;
        for _ in 0..60 {
            assert!(hall.hold(&hall.wanted(Formula::Family)).await.is_ok());
        }
        let best = hall.hold(&hall.wanted(Formula::Solo)).await;
        assert_eq!(best, Err("sold_out".into()));
        hall.app.clock.advance_seconds(601);
        assert!(hall.hold(&hall.wanted(Formula::Family)).await.is_ok());
        assert_eq!(hall.counters(0).await, [236, 4, 0, 240]);
    });
}

#[test]
fn a_kept_hold_outlives_its_expiry_and_is_of_one_order() {
    run(async {
        let hall = Hall::of(&[&[4]]).await;
        let wanted = hall.wanted(Formula::Duo);
        let found = hall.hold(&wanted).await.unwrap();
        let held = held(&wanted, &found.run.seats());
        let until = wanted.expires_at + SignedDuration::from_mins(15);
        let key = hall.key(&wanted);
        let other = OrderId::from_uuid(Uuid::new_v4());
        let keep = async |order| {
            let kept = inventory::keep(&hall.app, key, &to_keep(order, (until, until))).await;
            code(kept.map(|_| ()))
        };
        assert_eq!(keep(held.order).await, Ok(()));
        assert_eq!(keep(held.order).await, Ok(()));
        assert_eq!(keep(other).await, Err("hold_ordered".into()));
        let released = code(inventory::release(&hall.app, hall.key(&wanted)).await);
        assert_eq!(released, Err("hold_ordered".into()));
        hall.app.clock.advance_seconds(700);
        assert_eq!(hall.counters(0).await, [2, 2, 0, 4]);
        let stranger = HeldSeats {
            order: other,
            ..held.clone()
        };
        assert_eq!(
            code(inventory::give_back(&hall.app, &stranger).await),
            Ok(0)
        );
        assert_eq!(code(inventory::claim(&hall.app, &held).await), Ok(true));
        assert_eq!(hall.counters(0).await, [2, 0, 2, 4]);
        assert_eq!(
            code(inventory::give_back(&hall.app, &stranger).await),
            Ok(0)
        );
        assert_eq!(code(inventory::give_back(&hall.app, &held).await), Ok(2));
        assert_eq!(hall.disagreements().await, Vec::<String>::new());
    });
}

#[test]
fn a_hold_kept_again_by_its_order_lives_longer_and_never_shorter() {
    run(async {
        let hall = Hall::of(&[&[4]]).await;
        let wanted = hall.wanted(Formula::Duo);
        assert!(hall.hold(&wanted).await.is_ok());
        let key = hall.key(&wanted);
        let order = OrderId::from_uuid(Uuid::new_v4());
        // Redis keeps milliseconds.
        let expires_at = wanted.expires_at.as_millisecond();
        let expires_at = Timestamp::from_millisecond(expires_at).unwrap();
        let after = |minutes| expires_at + SignedDuration::from_mins(minutes);
        for (asked, lives) in [(10, 10), (30, 30), (20, 30)] {
            let until = (after(asked), after(asked + 1));
            let kept = inventory::keep(&hall.app, key, &to_keep(order, until)).await;
            let found = inventory::find_hold(&hall.app, key).await;
            let kept = kept.unwrap();
            assert_eq!(kept, found.unwrap());
            let pay_before = after(lives);
            let state = HoldState::Kept { order, pay_before };
            assert_eq!(kept.state, state);
        }
        // Thirty minutes after the ten of the hold it is there; two minutes later it is not.
        hall.app.clock.advance_seconds(40 * 60);
        let again = hall.hold(&hall.wanted(Formula::Family)).await;
        assert_eq!(again, Err("sold_out".into()));
        hall.app.clock.advance_seconds(120);
        assert!(hall.hold(&hall.wanted(Formula::Family)).await.is_ok());
    });
}

#[test]
fn a_load_that_comes_after_a_later_one_wipes_nothing() {
    run(async {
        let hall = Hall::of(&[&[4]]).await;
        hall.load(3, &[&[4]], &[]).await;
        assert!(hall.hold(&hall.wanted(Formula::Duo)).await.is_ok());
        let late = load::begin(&hall.app, hall.event, 2).await;
        assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
        assert_eq!(hall.counters(0).await, [2, 2, 0, 4]);
    });
}

#[test]
fn an_expired_hold_cannot_be_kept() {
    run(async {
        let hall = Hall::of(&[&[4]]).await;
        let wanted = hall.wanted(Formula::Duo);
        assert!(hall.hold(&wanted).await.is_ok());
        hall.app.clock.advance_seconds(600);
        let order = OrderId::from_uuid(Uuid::new_v4());
        let until = (wanted.expires_at, wanted.expires_at);
        let key = hall.key(&wanted);
        let kept = inventory::keep(&hall.app, key, &to_keep(order, until)).await;
        assert_eq!(code(kept), Err("hold_expired".into()));
        assert_eq!(hall.counters(0).await, [4, 0, 0, 4]);
    });
}

#[test]
fn a_hold_of_another_number_of_places_than_the_order_names_is_shown_and_not_kept() {
    run(async {
        let hall = Hall::of(&[&[4]]).await;
        let wanted = hall.wanted(Formula::Family);
        let found = hall.hold(&wanted).await.unwrap();
        let order = OrderId::from_uuid(Uuid::new_v4());
        let until = (wanted.expires_at, wanted.expires_at);
        let key = hall.key(&wanted);
        let shown = inventory::keep(&hall.app, key, &to_keep(order, until)).await;
        assert_eq!(code(shown), Ok(found));
        assert!(
            inventory::release(&hall.app, hall.key(&wanted))
                .await
                .is_ok()
        );
    });
}

/// An order of a Duo.
fn to_keep(order: OrderId, (pay_before, kept_until): (Timestamp, Timestamp)) -> ToKeep {
    ToKeep {
        order,
        places: 2,
        pay_before,
        kept_until,
    }
}

#[test]
fn one_seat_of_a_family_can_be_given_back_alone() {
    run(async {
        let hall = Hall::of(&[&[6]]).await;
        let wanted = hall.wanted(Formula::Family);
        let found = hall.hold(&wanted).await.unwrap();
        let all = held(&wanted, &found.run.seats());
        assert_eq!(code(inventory::claim(&hall.app, &all).await), Ok(true));
        let second = HeldSeats {
            seats: vec![all.seats[1]],
            ..all.clone()
        };
        assert_eq!(code(inventory::give_back(&hall.app, &second).await), Ok(1));
        assert_eq!(code(inventory::give_back(&hall.app, &second).await), Ok(0));
        assert_eq!(hall.counters(0).await, [3, 0, 3, 6]);
        assert_eq!(hall.disagreements().await, Vec::<String>::new());
        assert_eq!(code(inventory::give_back(&hall.app, &all).await), Ok(3));
        assert_eq!(hall.counters(0).await, [6, 0, 0, 6]);
    });
}

#[test]
fn another_epoch_changes_nothing_and_is_told_which_is_in_force() {
    run(async {
        let hall = Hall::of(&[&[6]]).await;
        let moment = Moment {
            event: hall.event,
            epoch: 7,
            now_ms: hall.app.clock.now().as_millisecond(),
        };
        let said = scripts::call(&hall.app.redis, &scripts::DUMP, moment, &[]).await;
        let Said::OtherEpoch(other) = said.unwrap() else {
            panic!("a stale epoch was accepted");
        };
        assert_eq!((other.epoch, other.loading_since_ms), (Some(1), None));
    });
}

#[test]
fn an_event_that_is_being_loaded_does_not_sell() {
    run(async {
        let hall = Hall::of(&[&[6]]).await;
        load::begin(&hall.app, hall.event, 2).await.unwrap();
        let moment = Moment {
            event: hall.event,
            epoch: 1,
            now_ms: hall.app.clock.now().as_millisecond(),
        };
        let said = scripts::call(&hall.app.redis, &scripts::DUMP, moment, &[]).await;
        let Said::OtherEpoch(other) = said.unwrap() else {
            panic!("sold while loading");
        };
        assert_eq!(other.epoch, None);
        assert!(other.loading_since_ms.is_some());
        // An older load does not take over, a newer one does, and the older cannot go on.
        assert!(load::begin(&hall.app, hall.event, 1).await.is_err());
        load::begin(&hall.app, hall.event, 3).await.unwrap();
        let stale = load::fill(&hall.app, hall.event, 2, &plan(&[&[6]]), &[]).await;
        assert!(stale.is_err());
        hall.load(3, &[&[6]], &[]).await;
        assert_eq!(hall.counters(0).await, [6, 0, 0, 6]);
    });
}

#[test]
fn a_sabotaged_inventory_is_found() {
    run(async {
        let sabotages: [&[&str]; 6] = [
            &["HSET", "meta", "free:0", "9"],
            &["HSET", "rows:0", "0", "111100"],
            &["DEL", "people"],
            &["ZREM", "fit:0:3", "0"],
            &["DEL", "due:h"],
            &["HDEL", "meta", "due"],
        ];
        for sabotage in sabotages {
            let hall = Hall::of(&[&[6]]).await;
            let wanted = hall.wanted(Formula::Duo);
            let found = hall.hold(&wanted).await.unwrap();
            let sold = held(&wanted, &found.run.seats());
            inventory::claim(&hall.app, &sold).await.unwrap();
            hall.hold(&hall.wanted(Formula::Solo)).await.unwrap();
            assert_eq!(hall.disagreements().await, Vec::<String>::new());
            let [command, family, values @ ..] = sabotage else {
                panic!("{sabotage:?}");
            };
            let key = keys::meta(&hall.app.redis, hall.event).replace("meta", family);
            let mut command = redis::cmd(command);
            let mut connection = hall.app.redis.connection();
            let changing = command.arg(key).arg(values).query_async(&mut connection);
            let changed: i64 = changing.await.unwrap();
            assert!(changed == 1 || sabotage[0] == "HSET", "{sabotage:?}");
            assert!(!hall.disagreements().await.is_empty(), "{sabotage:?}");
        }
    });
}
