//! What goes with the scans of a shift: identity checks, the history, the list that a tablet keeps,
//! and what it tells after it was alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use ticket_core::admission::{Entry, Reason};
use ticket_core::credential::keys_digest;
use ticket_core::manifest::{KnownScan, ScanContext};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held, TOKEN, hours};
use crate::desk::{AGENT, PIN, SUPERVISOR, SUPERVISOR_PIN};
use crate::gate::{Answer, Gate, answer};
use crate::people::Tablet;

/// A gate with a tablet and its agent signed in, and three tickets.
async fn shift() -> (Centre, Vec<Held>, Gate, Tablet) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let held = (0..3).map(|_| centre.ticket(event)).collect();
    centre.enrolment("ABCD2345");
    centre.agents();
    let gate = Gate::start(&centre).await;
    gate.until_link("up").await;
    let mut tablet = Tablet::enrol(&gate, "ABCD2345").await;
    tablet.sign_in(AGENT, PIN).await;
    (centre, held, gate, tablet)
}

fn outcome(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.text("/code"))
}

#[actix_web::test]
async fn an_identity_check_stands_beside_the_scan_and_one_more_changes_nothing() {
    let (centre, held, gate, tablet) = shift().await;
    let scan = tablet.scan(&held[0].full).await;
    let path = format!("/v1/scans/{}/identity", scan.text("/scan_id"));
    let refused = json!({ "outcome": "refused", "reason": "other_person" });
    assert_eq!(tablet.post(&path, &refused).await.status, 204);
    centre.proxy.cut();
    gate.until_link("down").await;
    let checked = json!({ "outcome": "checked" });
    assert_eq!(tablet.post(&path, &checked).await.status, 204);
    for bad in [
        json!({ "outcome": "checked", "reason": "no_document" }),
        json!({ "outcome": "refused", "reason": "passport 12AB34" }),
        json!({ "outcome": "maybe" }),
        json!({}),
    ] {
        assert_eq!(outcome(&tablet.post(&path, &bad).await), (422, "invalid"));
    }
    let nothing = format!("/v1/scans/{}/identity", Uuid::new_v4());
    let nothing = tablet.post(&nothing, &checked).await;
    assert_eq!(outcome(&nothing), (404, "scan_unknown"));

    // On disk before the answer, and told once the line is back.
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    let tablet = tablet.moved_to(&gate);
    let line = tablet.get("/v1/scans").await.body["scans"][0].clone();
    let seen = line["identity"].as_array().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (&seen[0]["outcome"], &seen[0]["reason"]),
        (&"refused".into(), &"other_person".into())
    );
    assert_eq!(
        (&seen[1]["outcome"], &seen[1]["agent"]),
        (&"checked".into(), &AGENT.into())
    );
    assert_eq!(line["reason"], "ok");
    centre.proxy.mend();
    gate.until("all checks", |_| centre.state().desk.checks.len() == 2)
        .await;
    let told = centre.state().desk.checks.clone();
    assert_eq!(told[0].scan_id.to_string(), scan.text("/scan_id"));
}

#[actix_web::test]
async fn the_history_is_searched_and_read_page_by_page() {
    let (centre, held, gate, tablet) = shift().await;
    let other = centre.ticket(centre.event(8));
    gate.until_followed(&centre).await;
    for code in [&held[0].full, &held[0].full, &held[1].short, &other.full] {
        tablet.scan(code).await;
    }
    gate.scan("junk").await;
    let reasons = async |query: &str| {
        let answer = tablet.get(&format!("/v1/scans{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        let scans = answer.body["scans"].as_array().unwrap().clone();
        let reasons = scans
            .iter()
            .map(|scan| scan["reason"].as_str().unwrap().to_owned());
        reasons.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(reasons("").await, "unreadable ok ok already_scanned ok");
    assert_eq!(reasons("?reason=already_scanned").await, "already_scanned");
    assert_eq!(reasons(&format!("?agent={AGENT}&limit=2")).await, "ok ok");
    assert_eq!(reasons("?agent=0999").await, "");
    assert_eq!(reasons("?event=ARC008").await, "ok");
    assert_eq!(
        reasons("?event=ARC007&serial=1").await,
        "already_scanned ok"
    );
    assert_eq!(
        reasons(&format!("?gate={GATE}&reason=ok")).await,
        "ok ok ok"
    );
    let first = tablet.get("/v1/scans?limit=3").await.body;
    let last = first["scans"][2]["scan_id"].as_str().unwrap();
    assert_eq!(
        reasons(&format!("?before={last}")).await,
        "already_scanned ok"
    );
    for (query, status, code) in [
        ("?reason=nice", 422, "invalid"),
        ("?agent=12", 422, "invalid"),
        ("?event=NONE-1", 422, "event_unknown"),
        ("?before=x", 422, "invalid"),
        (
            "?before=00000000-0000-0000-0000-000000000000",
            404,
            "scan_unknown",
        ),
    ] {
        let answer = tablet.get(&format!("/v1/scans{query}")).await;
        assert_eq!(outcome(&answer), (status, code), "{query}");
    }
}

#[actix_web::test]
async fn a_tickets_history_has_the_scans_of_other_gates_while_the_centre_answers() {
    let (centre, held, gate, tablet) = shift().await;
    let own = tablet.scan(&held[0].full).await;
    centre.state().desk.scans.push(KnownScan {
        scan_id: Uuid::new_v4().into(),
        device: "gate-north".into(),
        gate: "Gate-B".into(),
        scanned_at: hours(-1),
        verdict: Entry::Refuse,
        reason: Reason::TooEarly,
        admission: false,
        conflict: false,
        context: ScanContext::default(),
    });
    let path = format!("/v1/tickets/{}/history", held[0].id);
    let known = tablet.get(&path).await.body;
    assert_eq!(known["complete"], true);
    let scans = known["scans"].as_array().unwrap();
    assert_eq!(scans.len(), 2);
    assert_eq!(scans[0]["scan_id"], own.text("/scan_id"));
    assert_eq!(
        (&scans[1]["gate"], &scans[1]["status"]),
        (&"Gate-B".into(), &"invalid".into())
    );
    centre.proxy.cut();
    gate.until_link("down").await;
    let known = tablet.get(&path).await.body;
    assert_eq!(known["complete"], false);
    assert_eq!(known["scans"].as_array().unwrap().len(), 1);
    let odd = tablet.get("/v1/tickets/x/history").await;
    assert_eq!(outcome(&odd), (404, "not_found"));
}

fn told(held: &Held, more: &Value) -> Value {
    let mut scan = json!({
        "scan_id": Uuid::new_v4(), "gate": GATE, "code": held.full, "verdict": "admit",
        "reason": "ok", "agent": AGENT, "read_by": "wedge", "scanned_at": hours(-1),
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
async fn what_cannot_have_been_decided_is_not_kept() {
    let (_centre, held, gate, mut tablet) = shift().await;
    let bad = [
        json!({ "reason": "already_scanned" }),
        json!({ "verdict": "refuse" }),
        json!({ "gate": "A\nB" }),
        json!({ "keys": "AAAA" }),
        json!({ "scan_id": "x" }),
        json!({ "scanned_at": "yesterday" }),
    ];
    for bad in bad {
        let scans = json!({ "scans": [told(&held[0], &json!({})), told(&held[1], &bad)] });
        let answer = tablet.post("/v1/told", &scans).await;
        assert_eq!(outcome(&answer), (422, "invalid"));
    }
    let many: Vec<_> = (0..201).map(|_| told(&held[0], &json!({}))).collect();
    let answer = tablet.post("/v1/told", &json!({ "scans": many })).await;
    assert_eq!(outcome(&answer), (422, "invalid"));
    let long = told(&held[0], &json!({ "code": "1".repeat(300_000) }));
    let answer = tablet.post("/v1/told", &json!({ "scans": [long] })).await;
    assert_eq!(outcome(&answer), (413, "too_large"));
    assert_eq!(gate.status().await["counts"]["refused"], 0);
    assert_eq!(tablet.get("/v1/scans").await.body["scans"], json!([]));

    // A clock that is far off is not believed; the agent need not be signed in any more.
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
}

#[actix_web::test]
async fn a_tablet_takes_the_list_and_then_what_changed_of_it() {
    let (centre, held, gate, tablet) = shift().await;
    centre.tell_elsewhere(31, 1);
    let full = tablet.get("/v1/list").await.body;
    assert_eq!((&full["full"], &full["gate"]), (&true.into(), &GATE.into()));
    assert_eq!(full["tickets"].as_array().unwrap().len(), 3);
    let event = &full["events"][0];
    assert_eq!(
        (&event["number"], &event["code"]),
        (&7.into(), &"ARC007".into())
    );
    assert_eq!(
        STANDARD
            .decode(event["keys"]["0"].as_str().unwrap())
            .unwrap()
            .len(),
        32
    );
    let ticket = &full["tickets"][0];
    assert_eq!(
        (&ticket["e"], &ticket["n"], &ticket["s"]),
        (&7.into(), &1.into(), &"s".into())
    );
    let keys = STANDARD.encode(keys_digest(&held[0].keys).as_bytes());
    assert_eq!(ticket["k"], keys);
    for part in ["sealed", "by_keys", "by_short"] {
        assert!(ticket["h"][part].as_str().unwrap().len() > 40);
    }
    let text = full.to_string();
    for secret in ["Zoé", "Dupont", "example.org", TOKEN, PIN] {
        assert!(!text.contains(secret), "{secret}");
    }

    let since = async |cursor: &Value| tablet.get(&format!("/v1/list?since={cursor}")).await.body;
    let nothing = since(&full["cursor"]).await;
    assert_eq!(
        (&nothing["full"], &nothing["tickets"]),
        (&false.into(), &json!([]))
    );
    // Let in here, changed at the centre, let in elsewhere.
    tablet.scan(&held[0].full).await;
    centre.set_state(&held[1], TicketStateName::Deactivated);
    gate.until_followed(&centre).await;
    let changed = since(&full["cursor"]).await;
    let states = changed["tickets"].as_array().unwrap().iter();
    let states: Vec<_> = states
        .map(|ticket| (ticket["n"].clone(), ticket["s"].clone()))
        .collect();
    assert_eq!(states, [(1.into(), "x".into()), (2.into(), "d".into())]);
    for strange in [0_u64, 1, 99_999_999_999_999_999] {
        assert_eq!(since(&strange.into()).await["full"], true, "{strange}");
    }
    assert_eq!(
        outcome(&tablet.get("/v1/list?since=x").await),
        (422, "invalid")
    );
    // After a restart a cursor of before means nothing.
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    gate.until_link("up").await;
    let tablet = tablet.moved_to(&gate);
    let again = tablet
        .get(&format!("/v1/list?since={}", changed["cursor"]))
        .await
        .body;
    assert_eq!(again["full"], true);
    let unknown = gate.client.get(format!("{}/v1/list", gate.url));
    assert_eq!(answer(unknown).await.status, 401);
}

#[actix_web::test]
async fn once_an_event_is_over_no_name_is_left_in_memory_or_on_disk() {
    let (centre, held, gate, tablet) = shift().await;
    centre.change_event(held[0].event, |event| event.gates_close_at = hours(-3));
    gate.until_followed(&centre).await;
    let list = tablet.get("/v1/list").await.body;
    let tickets = list["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 3);
    assert!(tickets.iter().all(|ticket| ticket.get("h").is_none()));
    let over = tablet.scan(&held[0].full).await;
    assert_eq!(over.reason(), "event_over");
    assert!(over.body.get("holder").is_none());
    // Without the centre the file goes.
    centre.proxy.cut();
    gate.until_link("down").await;
    let list = gate.folder().join("gate.ledger.list");
    for _ in 0..200 {
        if !list.exists() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the list is still on disk");
}

#[actix_web::test]
async fn sessions_outlive_a_restart_of_the_service() {
    let (centre, held, gate, tablet) = shift().await;
    let mut other = tablet.clone();
    other.sign_in(SUPERVISOR, SUPERVISOR_PIN).await;
    assert_eq!(other.post("/v1/sign-out", &json!({})).await.status, 204);
    centre.proxy.cut();
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    assert!(tablet.moved_to(&gate).scan(&held[0].full).await.admits());
    let ended = other.moved_to(&gate).scan(&held[0].full).await;
    assert_eq!(outcome(&ended), (401, "session_ended"));
}
