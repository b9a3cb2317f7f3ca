//! What goes with the scans of a shift: identity checks, the history, the list that a tablet keeps,
//! and what it tells after it was alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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
pub(crate) async fn shift() -> (Centre, Vec<Held>, Gate, Tablet) {
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

pub(crate) fn outcome(answer: &Answer) -> (u16, &str) {
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
