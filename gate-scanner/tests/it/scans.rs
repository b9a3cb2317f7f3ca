//! Verdicts with the centre at hand.

use futures_util::future::join_all;
use serde_json::json;
use ticket_core::manifest::FirstScan;
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held, hours};
use crate::gate::Gate;

async fn one_ticket() -> (Centre, Held, Gate) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let held = centre.ticket(event);
    let gate = Gate::start(&centre).await;
    gate.until_link("up").await;
    (centre, held, gate)
}

#[actix_web::test]
async fn a_ticket_is_admitted_by_either_code_and_the_agent_sees_its_holder() {
    let (centre, held, gate) = one_ticket().await;
    let second = centre.ticket(held.event);
    let answer = gate.scan(&held.full).await;
    assert_eq!(answer.status, 200);
    let mut body = answer.body.clone();
    for made in ["scan_id", "scanned_at"] {
        assert!(body[made].take().is_string());
    }
    let expected = json!({
        "scan_id": null,
        "scanned_at": null,
        "verdict": "admit",
        "status": "valid",
        "reason": "ok",
        "certainty": "confirmed",
        "ticket": {
            "id": held.id, "event": "ARC007", "event_title": "Archery 7", "serial": 1,
            "category": "A", "formula": "duo", "seat": "North · F · 1", "state": "scanned",
        },
        "holder": {
            "first_name": "Zoé", "last_name": "Dupont-Ďurišová", "email": "zoe.dupont@example.org",
        },
    });
    assert_eq!(body, expected);
    let grouped = format!("{} {}\r\n", &second.short[..11], &second.short[11..]);
    let answer = gate.scan(&grouped).await;
    assert_eq!(answer.reason(), "ok");
    assert_eq!(answer.text("/holder/last_name"), "Dupont-Ďurišová");
    assert_eq!(centre.state_of(&held), TicketStateName::Scanned);
    assert_eq!(centre.state_of(&second), TicketStateName::Scanned);
}

#[actix_web::test]
async fn the_second_scan_says_when_and_where_the_first_was() {
    let (_centre, held, gate) = one_ticket().await;
    let first = gate.scan(&held.full).await;
    for code in [&held.full, &held.short] {
        let again = gate.scan(code).await;
        assert_eq!(again.reason(), "already_scanned");
        assert_eq!(again.text("/status"), "scanned");
        assert_eq!(again.text("/first_scan/gate"), GATE);
        assert_eq!(again.text("/first_scan/at"), first.text("/scanned_at"));
        assert_eq!(again.text("/holder/first_name"), "Zoé");
    }
}

#[actix_web::test]
async fn what_another_gate_let_in_is_refused_with_its_time_and_gate() {
    let (centre, held, gate) = one_ticket().await;
    let at = hours(-1);
    let first = FirstScan {
        at,
        gate: "Gate-B".into(),
    };
    centre.admit_elsewhere(&held, first);
    // Whether the list knows it yet or only the centre: the answer is the same.
    let answer = gate.scan(&held.full).await;
    assert_eq!(answer.reason(), "already_scanned");
    assert_eq!(answer.text("/first_scan/gate"), "Gate-B");
    assert_eq!(answer.text("/first_scan/at"), at.to_string());
    assert_eq!(answer.text("/certainty"), "confirmed");
}

#[actix_web::test]
async fn a_changed_digit_is_refused_and_shows_nobody() {
    let (_centre, held, gate) = one_ticket().await;
    for place in [0, 30, 120, 252] {
        let mut digits = held.full.clone().into_bytes();
        digits[place] = b'0' + (digits[place] - b'0' + 1) % 10;
        let answer = gate.scan(std::str::from_utf8(&digits).unwrap()).await;
        let reason = answer.reason();
        // A changed event number is a claim to be of another event.
        assert!(["forged", "wrong_event"].contains(&reason), "{reason}");
        assert!(answer.body.get("holder").is_none() && answer.body.get("ticket").is_none());
    }
    let mut digits = held.short.clone().into_bytes();
    digits[3] = b'0' + (digits[3] - b'0' + 1) % 10;
    let answer = gate.scan(std::str::from_utf8(&digits).unwrap()).await;
    assert_eq!(answer.reason(), "unreadable");
    assert!(gate.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn tickets_of_other_events_are_told_apart() {
    let (centre, held, gate) = one_ticket().await;
    let elsewhere = centre.event_elsewhere(8);
    let other = centre.ticket(elsewhere);
    gate.until("the other event", |status| status["events"][1].is_object())
        .await;
    for code in [&other.full, &other.short] {
        let answer = gate.scan(code).await;
        assert_eq!(answer.reason(), "wrong_event");
        assert_eq!(answer.text("/status"), "invalid");
        assert_eq!(answer.text("/ticket/event"), "ARC008");
    }
    // Of an event that this gate has no keys of.
    let strange = Centre::start().await;
    let strange = strange.ticket(strange.event(9));
    assert_eq!(gate.scan(&strange.full).await.reason(), "wrong_event");
    assert_eq!(gate.scan(&strange.short).await.reason(), "unknown");
    assert!(gate.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn states_and_hours_are_refused_for_what_they_are() {
    let (centre, held, gate) = one_ticket().await;
    let event = held.event;
    let refused = async |reason: &str, status: &str| {
        gate.until_followed(&centre).await;
        let answer = gate.scan(&held.full).await;
        assert_eq!((answer.reason(), answer.text("/status")), (reason, status));
        assert_eq!(answer.text("/holder/first_name"), "Zoé");
    };
    centre.set_state(&held, TicketStateName::Paid);
    refused("not_sent", "invalid").await;
    centre.set_state(&held, TicketStateName::Deactivated);
    refused("deactivated", "expired").await;
    centre.set_state(&held, TicketStateName::Sent);
    centre.change_event(event, |event| event.gates_open_at = hours(1));
    refused("too_early", "invalid").await;
    centre.change_event(event, |event| {
        event.gates_open_at = hours(-5);
        event.gates_close_at = hours(-1);
    });
    refused("event_over", "expired").await;
    centre.change_event(event, |event| event.gates_close_at = hours(4));
    gate.until_followed(&centre).await;
    assert!(gate.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn a_ticket_whose_holder_is_erased_still_enters() {
    let (centre, held, gate) = one_ticket().await;
    centre.change_ticket(&held, |ticket| ticket.holder = None);
    gate.until_followed(&centre).await;
    let answer = gate.scan(&held.full).await;
    assert!(answer.admits());
    assert!(answer.body.get("holder").is_none());
}

#[actix_web::test]
async fn a_ticket_issued_or_sent_a_moment_ago_is_asked_for_before_it_is_refused() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let paid = centre.ticket(event);
    centre.set_state(&paid, TicketStateName::Paid);
    // So rarely that only the scan itself brings the list up to date.
    let folder = crate::gate::fresh_folder();
    let gate = Gate::start_in(&centre, &folder, &[("POLL_MILLISECONDS", "600000")]);
    gate.until_link("up").await;
    let (full, short) = (centre.ticket(event), centre.ticket(event));
    centre.set_state(&paid, TicketStateName::Sent);
    assert!(gate.scan(&full.full).await.admits());
    let late = centre.ticket(event);
    assert!(gate.scan(&late.short).await.admits());
    assert!(gate.scan(&short.short).await.admits());
    assert!(gate.scan(&paid.full).await.admits());
    let unlisted = centre.ticket_unlisted(event);
    let pulls = centre.state().pulls;
    assert_eq!(gate.scan(&unlisted.full).await.reason(), "unknown");
    assert_eq!(centre.state().pulls, pulls + 1);
    assert_eq!(centre.state().full_pulls, 1);
}

#[actix_web::test]
async fn an_event_new_to_this_gate_comes_with_all_of_its_tickets() {
    let (centre, held, gate) = one_ticket().await;
    gate.until_followed(&centre).await;
    let event = centre.event(8);
    let other = centre.ticket(event);
    // Its ticket changed before the last cursor, as when a gate is given an older event.
    centre.state().forget_changes();
    gate.until("the event", |status| status["events"][1]["tickets"] == 1)
        .await;
    assert!(gate.scan(&other.full).await.admits());
    assert!(gate.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn of_twenty_scans_of_one_ticket_at_once_exactly_one_admits() {
    let (centre, held, gate) = one_ticket().await;
    let codes = [&held.full, &held.short];
    let scans = (0..20).map(|scan| gate.scan(codes[scan % 2]));
    let answers = join_all(scans).await;
    assert_eq!(answers.iter().filter(|answer| answer.admits()).count(), 1);
    let refused = answers.iter().filter(|answer| !answer.admits());
    for answer in refused {
        assert_eq!(answer.reason(), "already_scanned");
        assert_eq!(answer.text("/first_scan/gate"), GATE);
    }
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    assert_eq!(centre.state().reports.len(), 20);
}

#[actix_web::test]
async fn two_gate_services_and_one_ticket_exactly_one_admits() {
    let (centre, held, first) = one_ticket().await;
    let second = Gate::start(&centre).await;
    second.until_link("up").await;
    let answers = join_all([first.scan(&held.full), second.scan(&held.short)]).await;
    assert_eq!(answers.iter().filter(|answer| answer.admits()).count(), 1);
    for answer in &answers {
        assert_eq!(answer.text("/certainty"), "confirmed");
    }
}

#[actix_web::test]
async fn every_scan_is_told_to_the_centre_and_stands_in_the_history() {
    let (centre, held, gate) = one_ticket().await;
    gate.scan(&held.full).await;
    gate.scan(&held.short).await;
    gate.scan("not a code").await;
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    let told = centre.state().reports.clone();
    let reasons: Vec<_> = told.iter().map(|report| report.reason.code()).collect();
    assert_eq!(reasons, ["ok", "already_scanned", "unreadable"]);
    assert!(told.iter().all(|report| report.device == "gate-scanner"));

    let history = gate.get(&format!("/v1/scans?gate={GATE}&limit=2")).await;
    let scans = history.body["scans"].as_array().unwrap().clone();
    let reasons: Vec<_> = scans.iter().map(|scan| scan["reason"].clone()).collect();
    assert_eq!(reasons, ["unreadable", "already_scanned"]);
    assert_eq!(scans[1]["event"], "ARC007");
    assert_eq!(scans[1]["serial"], 1);
    assert!(!history.body.to_string().contains("Zoé"));
    let elsewhere = gate.get("/v1/scans?gate=Gate-B").await;
    assert_eq!(elsewhere.body["scans"], json!([]));
}

#[actix_web::test]
async fn the_same_scan_id_is_answered_alike_and_with_other_content_refused() {
    let (centre, held, gate) = one_ticket().await;
    let other = centre.ticket(held.event);
    let id = Uuid::new_v4();
    let first = gate.scan_as(id, &held.full).await;
    assert!(first.admits());
    let again = gate.scan_as(id, &held.full).await;
    assert_eq!(again.body, first.body);
    let reused = gate.scan_as(id, &other.full).await;
    assert_eq!(
        (reused.status.as_u16(), reused.text("/code")),
        (409, "id_reused")
    );
    // Both at the same time, as a tablet that repeats too soon.
    let id = Uuid::new_v4();
    let twins = join_all((0..5).map(|_| gate.scan_as(id, &other.full))).await;
    for twin in &twins {
        assert_eq!(twin.body, twins[0].body);
        assert!(twin.admits());
    }
}
