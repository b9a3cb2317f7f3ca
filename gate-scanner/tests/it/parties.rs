//! A Duo or Family comes in with one gesture; latecomers keep their own code.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held, TOKEN};
use crate::gate::{Answer, Gate, answer};

async fn family() -> (Centre, Vec<Held>, Gate) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    centre.ticket(event);
    let held = centre.party(event, 4);
    let gate = Gate::start(&centre).await;
    gate.until_link("up").await;
    (centre, held, gate)
}

async fn admit(gate: &Gate, scan: &str, wanted: &Value) -> Answer {
    let url = format!("{}/v1/scans/{scan}/party", gate.url);
    let request = gate.client.post(url).bearer_auth(TOKEN);
    answer(request.json(&json!({ "admit": wanted }))).await
}

fn wanted(tickets: &[&Held]) -> Value {
    let each = tickets
        .iter()
        .map(|held| json!({ "scan_id": Uuid::new_v4(), "ticket_id": held.id }));
    each.collect()
}

#[actix_web::test]
async fn any_ticket_of_a_family_shows_the_others_and_lets_in_who_is_there() {
    let (centre, held, gate) = family().await;
    let first = gate.scan(&held[1].short).await;
    assert!(first.admits());
    let party = first.body["party"].as_array().unwrap();
    assert_eq!(party.len(), 3);
    assert_eq!(party[0]["ticket_id"], held[0].id.to_string());
    assert_eq!(party[0]["last_name"], "Beside-2");
    assert_eq!(party[0]["seat"], "North · F · 2");
    assert!(party.iter().all(|other| other["state"] == "sent"));

    let two = wanted(&[&held[0], &held[2]]);
    let scan = first.text("/scan_id");
    let answers = admit(&gate, scan, &two).await;
    assert_eq!(answers.status, 200, "{:?}", answers.body);
    for (answer, asked) in answers.body["answers"]
        .as_array()
        .unwrap()
        .iter()
        .zip(two.as_array().unwrap())
    {
        assert_eq!(answer["reason"], "ok");
        assert_eq!(answer["certainty"], "confirmed");
        assert_eq!(answer["scan_id"], asked["scan_id"]);
        assert_eq!(answer["ticket_id"], asked["ticket_id"]);
    }
    // Told again it is the same.
    assert_eq!(admit(&gate, scan, &two).await.body, answers.body);
    assert_eq!(centre.state_of(&held[2]), TicketStateName::Scanned);
    assert_eq!(centre.state_of(&held[3]), TicketStateName::Sent);
    let again = gate.scan(&held[0].full).await;
    assert_eq!(again.reason(), "already_scanned");
    let state = |place: usize| again.body["party"][place]["state"].clone();
    assert_eq!(
        (state(0), state(1), state(2)),
        ("scanned".into(), "scanned".into(), "sent".into())
    );
    assert!(again.body["party"][0]["scanned_at"].is_string());
    // The latecomer, by way of a refused scan of the same party.
    let late = admit(&gate, again.text("/scan_id"), &wanted(&[&held[3]])).await;
    assert_eq!(late.body["answers"][0]["reason"], "ok");
    assert_eq!(gate.scan(&held[3].short).await.reason(), "already_scanned");
    gate.until("told", |status| status["waiting"] == 0).await;
    let reports = centre.state().reports.clone();
    let beside = reports.iter().filter(|r| r.context.party_of.is_some());
    assert_eq!(beside.count(), 3);
}

#[actix_web::test]
async fn a_party_is_let_in_once_also_when_its_own_codes_come_at_the_same_time() {
    let (_centre, held, gate) = family().await;
    let first = gate.scan(&held[0].full).await;
    let scan = first.text("/scan_id").to_owned();
    let wanted = wanted(&[&held[1]]);
    let (by_party, by_code) = join(
        admit(&gate, &scan, &wanted),
        join_all((0..5).map(|_| gate.scan(&held[1].full))),
    )
    .await;
    let mut admitted = by_code.iter().filter(|answer| answer.admits()).count();
    admitted += usize::from(by_party.body["answers"][0]["verdict"] == "admit");
    assert_eq!(admitted, 1);
}

#[actix_web::test]
async fn without_the_centre_a_party_comes_in_as_well_and_is_told_later() {
    let (centre, held, gate) = family().await;
    centre.proxy.cut();
    gate.until_link("down").await;
    let first = gate.scan(&held[0].full).await;
    let answers = admit(&gate, first.text("/scan_id"), &wanted(&[&held[1]])).await;
    assert_eq!(answers.body["answers"][0]["certainty"], "local");
    centre.proxy.mend();
    gate.until("told", |status| status["waiting"] == 0).await;
    assert_eq!(centre.state_of(&held[1]), TicketStateName::Scanned);
}

#[actix_web::test]
async fn nobody_comes_in_beside_a_code_that_opened_no_party() {
    let (centre, held, gate) = family().await;
    let alone = centre.ticket(held[0].event);
    gate.until_followed(&centre).await;
    let refused = async |scan: &str, wanted: &Value, status: u16, code: &str| {
        let answer = admit(&gate, scan, wanted).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text("/code")),
            (status, code)
        );
    };
    let one = wanted(&[&held[1]]);
    refused(&Uuid::new_v4().to_string(), &one, 404, "scan_unknown").await;
    refused("no-uuid", &one, 404, "not_found").await;
    let junk = gate.scan("junk").await;
    refused(junk.text("/scan_id"), &one, 409, "party_not_open").await;
    let solo = gate.scan(&alone.full).await;
    refused(solo.text("/scan_id"), &one, 409, "party_not_open").await;
    // A look opens no door.
    let body = json!({
        "scan_id": Uuid::new_v4(), "gate": GATE, "code": held[0].full, "look_only": true,
    });
    let look = gate.post(body.to_string()).await;
    assert_eq!(look.body["party"].as_array().unwrap().len(), 3);
    refused(look.text("/scan_id"), &one, 409, "party_not_open").await;

    let first = gate.scan(&held[0].full).await;
    let scan = first.text("/scan_id");
    refused(scan, &wanted(&[&alone]), 422, "invalid").await;
    refused(scan, &json!([{ "scan_id": "x" }]), 422, "invalid").await;
    refused(scan, &wanted(&[&alone; 9]), 422, "invalid").await;
    // An id of another scan.
    let mut reused = one.clone();
    reused[0]["scan_id"] = scan.into();
    refused(scan, &reused, 409, "id_reused").await;
    centre.set_state(&held[1], TicketStateName::Deactivated);
    gate.until_followed(&centre).await;
    let refunded = admit(&gate, scan, &one).await;
    assert_eq!(refunded.body["answers"][0]["reason"], "deactivated");
}

#[actix_web::test]
async fn a_live_code_vouches_for_those_beside_it() {
    let (centre, held, gate) = family().await;
    centre.change_event(held[0].event, |event| event.live_code_required = true);
    gate.until_followed(&centre).await;
    let first = gate.scan(&held[0].live(jiff::Timestamp::now())).await;
    assert!(first.admits());
    let answers = admit(&gate, first.text("/scan_id"), &wanted(&[&held[1]])).await;
    assert_eq!(answers.body["answers"][0]["reason"], "ok");
    let paper = gate.scan(&held[2].full).await;
    assert_eq!(paper.reason(), "live_code_required");
}

#[actix_web::test]
async fn where_only_live_codes_enter_a_picture_of_one_that_entered_opens_no_party() {
    let (centre, held, gate) = family().await;
    centre.change_event(held[0].event, |event| event.live_code_required = true);
    gate.until_followed(&centre).await;
    let now = jiff::Timestamp::now();
    assert!(gate.scan(&held[0].live(now)).await.admits());
    let old = now - jiff::SignedDuration::from_mins(5);
    for picture in [&held[0].full, &held[0].short, &held[0].live(old)] {
        let again = gate.scan(picture).await;
        assert_eq!(again.reason(), "already_scanned");
        assert!(again.body.get("party").is_none());
        let beside = admit(&gate, again.text("/scan_id"), &wanted(&[&held[1]])).await;
        assert_eq!(beside.text("/code"), "party_not_open");
    }
    // The telephone itself still vouches for latecomers.
    let again = gate.scan(&held[0].live(jiff::Timestamp::now())).await;
    assert_eq!(again.reason(), "already_scanned");
    let late = admit(&gate, again.text("/scan_id"), &wanted(&[&held[1]])).await;
    assert_eq!(late.body["answers"][0]["reason"], "ok");
}

#[actix_web::test]
async fn a_mistake_in_one_of_a_party_leaves_nobody_halfway() {
    let (centre, held, gate) = family().await;
    let alone = centre.ticket(held[0].event);
    gate.until_followed(&centre).await;
    let first = gate.scan(&held[0].full).await;
    let scan = first.text("/scan_id");
    let mut twice = wanted(&[&held[1], &held[2]]);
    twice[1]["scan_id"] = twice[0]["scan_id"].clone();
    for bad in [wanted(&[&held[1], &held[2], &alone]), twice] {
        let refused = admit(&gate, scan, &bad).await;
        assert_eq!(refused.text("/code"), "invalid");
    }
    for held in [&held[1], &held[2]] {
        assert_eq!(centre.state_of(held), TicketStateName::Sent);
    }
    let both = admit(&gate, scan, &wanted(&[&held[1], &held[2]])).await;
    for answer in both.body["answers"].as_array().unwrap() {
        assert_eq!(answer["reason"], "ok");
    }
}
