//! The live code: per event, paper may enter or only what a telephone shows at this moment.

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::EventNumber;

use crate::centre::{Centre, Held};
use crate::gate::Gate;

/// The length of a step, and what is accepted either way.
const STEP_SECONDS: i64 = 15;
const STEPS: i64 = 2;

async fn gate(live_only: bool) -> (Centre, EventNumber, Gate) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    centre.change_event(event, |event| event.live_code_required = live_only);
    (centre.clone(), event, Gate::start(&centre).await)
}

async fn ticket(centre: &Centre, event: EventNumber, gate: &Gate) -> Held {
    let held = centre.ticket(event);
    gate.until_followed(centre).await;
    held
}

fn steps_away(steps: i64) -> Timestamp {
    let away = SignedDuration::from_secs(steps * STEP_SECONDS);
    Timestamp::now().checked_add(away).unwrap()
}

/// A step is not over for half of it at least: the code is of the step that was meant.
async fn within_a_step() {
    while Timestamp::now().as_second().rem_euclid(STEP_SECONDS) > STEP_SECONDS / 2 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

#[actix_web::test]
async fn where_paper_is_allowed_paper_and_live_codes_enter() {
    let (centre, event, gate) = gate(false).await;
    let (paper, short) = (centre.ticket(event), centre.ticket(event));
    let live = ticket(&centre, event, &gate).await;
    assert!(gate.scan(&paper.full).await.admits());
    assert!(gate.scan(&short.short).await.admits());
    assert!(gate.scan(&live.live(Timestamp::now())).await.admits());
}

#[actix_web::test]
async fn where_only_live_codes_enter_paper_is_told_so_and_may_come_back_live() {
    let (centre, event, gate) = gate(true).await;
    let held = ticket(&centre, event, &gate).await;
    for code in [&held.full, &held.short] {
        let answer = gate.scan(code).await;
        assert_eq!(answer.reason(), "live_code_required");
        assert_eq!(answer.text("/status"), "invalid");
    }
    assert!(gate.scan(&held.live(Timestamp::now())).await.admits());
    // The policy may change while the gate is open.
    centre.change_event(event, |event| event.live_code_required = false);
    let paper = ticket(&centre, event, &gate).await;
    assert!(gate.scan(&paper.full).await.admits());
}

#[actix_web::test]
async fn two_steps_either_way_are_accepted_and_measured_and_no_more() {
    let (centre, event, gate) = gate(true).await;
    let mut tickets = Vec::new();
    for _ in -STEPS..=STEPS {
        tickets.push(centre.ticket(event));
    }
    let other = ticket(&centre, event, &gate).await;
    within_a_step().await;
    for (steps, held) in (-STEPS..=STEPS).zip(&tickets) {
        let answer = gate.scan(&held.live(steps_away(steps))).await;
        assert!(answer.admits(), "{steps} steps away");
    }
    for steps in [-200, -STEPS - 1, STEPS + 1] {
        let answer = gate.scan(&other.live(steps_away(steps))).await;
        assert_eq!(answer.reason(), "live_code_stale", "{steps} steps away");
    }
    let invented = format!("{}00000000", other.full);
    assert_eq!(gate.scan(&invented).await.reason(), "live_code_stale");
    let status = gate.status().await;
    let seen = &status["live_codes"];
    for steps in -STEPS..=STEPS {
        assert_eq!(seen["accepted_by_step"][steps.to_string()], 1, "{seen}");
    }
    assert_eq!((&seen["behind"], &seen["ahead"]), (&2.into(), &1.into()));
    assert_eq!(seen["strange"], 1);
    // Both clocks are this machine's.
    assert!(seen["centre_clock_ms"].as_i64().unwrap().abs() < 5_000);
    assert!(gate.scan(&other.live(Timestamp::now())).await.admits());
}

#[actix_web::test]
async fn a_live_code_shown_again_enters_nobody() {
    let (centre, event, gate) = gate(true).await;
    let held = ticket(&centre, event, &gate).await;
    let shown = held.live(Timestamp::now());
    assert!(gate.scan(&shown).await.admits());
    // A photograph of it at once, another one minutes later, and the telephone itself.
    let old = held.live(steps_away(-20));
    for code in [&shown, &old, &held.live(steps_away(1))] {
        assert_eq!(gate.scan(code).await.reason(), "already_scanned");
    }
}
