//! What a tablet decided alone, and tells when its gate service answers again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use ticket_core::credential::keys_digest;
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{GATE, Held, hours};
use crate::desk::{AGENT, PIN};
use crate::gate::Answer;
use crate::people::Tablet;
use crate::shift::{outcome, shift};

fn told(held: &Held, more: &Value) -> Value {
    let mut scan = json!({
        "scan_id": Uuid::new_v4(), "gate": GATE, "code": held.full, "verdict": "admit",
        "reason": "ok", "agent": AGENT, "read_by": "wedge", "scanned_at": hours(0),
    });
    let more = more.as_object().unwrap().clone();
    scan.as_object_mut().unwrap().extend(more);
    scan
}

#[actix_web::test]
async fn what_a_tablet_decided_alone_is_kept_as_the_agent_saw_it() {
    let (centre, held, gate, tablet) = shift().await;
    assert!(tablet.scan(&held[0].full).await.admits());
    // Once with the code, once with what it led to, once what had entered, once a refusal.
    let keys = STANDARD.encode(keys_digest(&held[2].keys).as_bytes());
    let mut without = told(
        &held[2],
        &json!({
            "event": "ARC007", "serial": 3, "ticket_id": held[2].id, "keys": keys,
        }),
    );
    without.as_object_mut().unwrap().remove("code");
    let refused = json!({ "verdict": "refuse", "reason": "unreadable", "code": "junk" });
    let scans = json!({ "scans": [
        told(&held[1], &json!({})),
        without,
        told(&held[0], &json!({})),
        told(&held[0], &refused),
    ]});
    let answers = tablet.post("/v1/told", &scans).await;
    assert_eq!(answers.status, 200, "{:?}", answers.body);
    let conflicts = |answers: &Answer| {
        let answers = answers.body["answers"].as_array().unwrap().clone();
        assert!(answers.iter().all(|answer| answer["kept"] == true));
        answers
            .iter()
            .map(|answer| answer["conflict"] == true)
            .collect::<Vec<_>>()
    };
    assert_eq!(conflicts(&answers), [false, false, true, false]);
    gate.until("told", |status| status["waiting"] == 0).await;
    for entered in &held {
        assert_eq!(centre.state_of(entered), TicketStateName::Scanned);
    }
    // Told again, nothing is added.
    assert_eq!(
        conflicts(&tablet.post("/v1/told", &scans).await),
        [false, false, true, false]
    );
    let lines = tablet.get("/v1/scans").await.body["scans"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(lines.len(), 5);
    let alone: Vec<_> = lines
        .iter()
        .filter(|line| line["on_tablet"] == true)
        .collect();
    assert_eq!(alone.len(), 4);
    assert!(
        alone
            .iter()
            .all(|line| line["certainty"] == "local" && line["agent"] == AGENT)
    );
    let again = alone
        .iter()
        .find(|line| line["serial"] == 1 && line["verdict"] == "admit");
    let again = again.unwrap();
    assert_eq!(again["reason"], "ok", "it is never rewritten");
    assert_eq!(again["conflict"]["reason"], "already_scanned");
    assert_eq!(again["scanned_at"], scans["scans"][2]["scanned_at"]);
    assert_eq!(
        tablet.scan(&held[1].short).await.reason(),
        "already_scanned"
    );
}

#[actix_web::test]
async fn what_a_tablet_decided_otherwise_under_the_same_id_stands_beside_it() {
    let (centre, held, gate, tablet) = shift().await;
    assert!(tablet.scan(&held[0].full).await.admits());
    let refused = tablet.scan(&held[0].full).await;
    assert_eq!(refused.reason(), "already_scanned");
    // Its answer came too late: the tablet, whose list was behind, let them in.
    let scan_id = refused.text("/scan_id");
    let scans = json!({ "scans": [told(&held[0], &json!({ "scan_id": scan_id }))] });
    for _ in 0..2 {
        let answer = tablet.post("/v1/told", &scans).await;
        let expected = json!({ "scan_id": scan_id, "kept": true, "conflict": true });
        assert_eq!(answer.body["answers"][0], expected);
    }
    gate.until("told", |status| status["waiting"] == 0).await;
    let lines = tablet.get("/v1/scans").await.body["scans"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 3);
    let beside = &lines[0];
    assert_eq!(
        (&beside["on_tablet"], &beside["reason"]),
        (&true.into(), &"ok".into())
    );
    assert_eq!(beside["conflict"]["reason"], "already_scanned");
    assert_eq!(lines[1]["scan_id"], scan_id);
    assert_eq!(lines[1]["reason"], "already_scanned", "it stays as it was");
    let reports = centre.state().reports.clone();
    assert_eq!(
        reports
            .iter()
            .filter(|report| report.context.on_tablet)
            .count(),
        1
    );
    // What both decided alike is one scan.
    let admitted = tablet.scan(&held[1].full).await;
    let alike = told(&held[1], &json!({ "scan_id": admitted.text("/scan_id") }));
    let answer = tablet.post("/v1/told", &json!({ "scans": [alike] })).await;
    assert_eq!(answer.body["answers"][0]["conflict"], false);
    let lines = tablet.get("/v1/scans").await.body["scans"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 4);
}

#[actix_web::test]
async fn what_cannot_have_been_decided_is_not_kept_and_keeps_none_of_the_others() {
    let (_centre, held, gate, mut tablet) = shift().await;
    let bad = [
        json!({ "reason": "already_scanned" }),
        json!({ "verdict": "refuse" }),
        json!({ "gate": "A\nB" }),
        json!({ "keys": "AAAA" }),
        json!({ "scanned_at": "yesterday" }),
        json!({ "scan_id": "x" }),
    ];
    let mut scans: Vec<_> = bad.iter().map(|bad| told(&held[1], bad)).collect();
    scans.push(told(&held[0], &json!({})));
    let answer = tablet.post("/v1/told", &json!({ "scans": scans })).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let answers = answer.body["answers"].as_array().unwrap();
    for (answer, scan) in answers.iter().zip(&scans) {
        let is_good = scan == scans.last().unwrap();
        assert_eq!(answer["kept"], is_good);
        assert_eq!(answer["code"] == "invalid", !is_good);
        let has_id = scan["scan_id"] != "x";
        let id = if has_id {
            &scan["scan_id"]
        } else {
            &Value::Null
        };
        assert_eq!(&answer["scan_id"], id);
    }
    let lines = tablet.get("/v1/scans").await.body["scans"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 1);

    let many: Vec<_> = (0..201).map(|_| told(&held[0], &json!({}))).collect();
    let answer = tablet.post("/v1/told", &json!({ "scans": many })).await;
    assert_eq!(outcome(&answer), (422, "invalid"));
    let long = told(&held[0], &json!({ "code": "1".repeat(300_000) }));
    let answer = tablet.post("/v1/told", &json!({ "scans": [long] })).await;
    assert_eq!(outcome(&answer), (413, "too_large"));
    assert_eq!(gate.status().await["counts"]["refused"], 0);

    // A clock that is far off is not believed; the agent need not be signed in any more.
    assert_eq!(tablet.post("/v1/sign-out", &json!({})).await.status, 204);
    tablet.session = None;
    let ahead = Timestamp::now() + SignedDuration::from_hours(2);
    let scan = told(
        &held[0],
        &json!({ "scanned_at": ahead, "code": "junk",
        "verdict": "refuse", "reason": "unreadable" }),
    );
    let kept = tablet.post("/v1/told", &json!({ "scans": [scan] })).await;
    assert_eq!(kept.body["answers"][0]["kept"], true);
    let line = gate.get("/v1/scans").await.body["scans"][0].clone();
    let at: Timestamp = line["scanned_at"].as_str().unwrap().parse().unwrap();
    assert!(at <= Timestamp::now());
    assert_eq!(line["agent"], AGENT);
    assert!(line.get("unproven").is_none());
}

#[actix_web::test]
async fn what_nobody_signed_in_decided_is_kept_for_review_and_takes_no_ticket() {
    let (centre, held, gate, mut tablet) = shift().await;
    centre.enrolment("EFGH2345");
    let stolen = Tablet::enrol(&gate, "EFGH2345").await;
    // Of an agent of another tablet, and of nobody.
    let nobody = json!({ "agent": null });
    let scans = json!({ "scans": [told(&held[0], &json!({})), told(&held[0], &nobody)] });
    let by_stolen = stolen.post("/v1/told", &scans).await;
    // On the agent's own: before the shift; with a code that is not the ticket's, with keys of
    // another, with none.
    let own = |more: Value| {
        let mut own = told(&held[1], &json!({ "event": "ARC007", "serial": 2 }));
        own["ticket_id"] = held[1].id.to_string().into();
        own.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        own
    };
    let keys = STANDARD.encode(keys_digest(&held[2].keys).as_bytes());
    let scans = json!({ "scans": [
        own(json!({ "scanned_at": hours(-1) })),
        own(json!({ "code": "junk" })),
        own(json!({ "code": null, "keys": keys })),
        own(json!({ "code": null })),
    ]});
    let by_own = tablet.post("/v1/told", &scans).await;
    for answers in [&by_stolen, &by_own] {
        for answer in answers.body["answers"].as_array().unwrap() {
            assert_eq!(
                (&answer["kept"], &answer["conflict"]),
                (&true.into(), &true.into())
            );
        }
    }
    gate.until("told", |status| status["waiting"] == 0).await;
    let lines = tablet.get("/v1/scans").await.body["scans"].clone();
    let lines = lines.as_array().unwrap();
    assert_eq!(lines.len(), 6);
    assert!(
        lines
            .iter()
            .all(|line| line["unproven"] == true && line["on_tablet"] == true)
    );
    let of_nobody = lines.iter().filter(|line| line.get("agent").is_none());
    assert_eq!(of_nobody.count(), 3);
    assert_eq!(gate.status().await["conflicts"], 6);
    // The holders enter, also after the agent has gone home and come back.
    assert_eq!(centre.state_of(&held[0]), TicketStateName::Sent);
    assert!(tablet.scan(&held[0].full).await.admits());
    tablet.post("/v1/sign-out", &json!({})).await;
    tablet.sign_in(AGENT, PIN).await;
    assert!(tablet.scan(&held[1].full).await.admits());
}
