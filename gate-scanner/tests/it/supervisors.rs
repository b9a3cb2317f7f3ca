//! A supervisor searches by name, and lets in against the verdict.

use serde_json::{Value, json};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{Centre, Held, hours};
use crate::desk::{AGENT, PIN, SUPERVISOR, SUPERVISOR_PIN};
use crate::gate::{Answer, Gate};
use crate::people::Tablet;

/// Two tickets, and a supervisor at a tablet.
async fn supervised() -> (Centre, Vec<Held>, Gate, Tablet) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let held = (0..2).map(|_| centre.ticket(event)).collect();
    centre.enrolment("ABCD2345");
    centre.agents();
    let gate = Gate::start(&centre).await;
    gate.until_link("up").await;
    let mut tablet = Tablet::enrol(&gate, "ABCD2345").await;
    tablet.sign_in(SUPERVISOR, SUPERVISOR_PIN).await;
    (centre, held, gate, tablet)
}

fn outcome(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.text("/code"))
}

fn wanted(of: &Answer, second: &Value) -> Value {
    json!({
        "scan_id": Uuid::new_v4(), "of": of.text("/scan_id"), "reason": "went out to feed a child",
        "second": second,
    })
}

const PATH: &str = "/v1/supervisor/override";

#[actix_web::test]
async fn a_second_entry_needs_a_second_person() {
    let (centre, held, gate, tablet) = supervised().await;
    tablet.scan(&held[0].full).await;
    let refused = tablet.scan(&held[0].full).await;
    let try_with = async |second: Value| tablet.post(PATH, &wanted(&refused, &second)).await;
    let alone = try_with(Value::Null).await;
    assert_eq!(outcome(&alone), (403, "second_person_needed"));
    let same = try_with(json!({ "agent": SUPERVISOR, "pin": SUPERVISOR_PIN })).await;
    assert_eq!(outcome(&same), (403, "second_person_needed"));
    let wrong = try_with(json!({ "agent": AGENT, "pin": "111222" })).await;
    assert_eq!(outcome(&wrong), (401, "pin_wrong"));
    let body = wanted(&refused, &json!({ "agent": AGENT, "pin": PIN }));
    let two = tablet.post(PATH, &body).await;
    assert_eq!(two.status, 200, "{:?}", two.body);
    assert!(two.admits());
    assert_eq!(
        (two.text("/status"), two.text("/agent")),
        ("valid", SUPERVISOR)
    );
    assert_eq!(
        two.text("/first_scan/gate"),
        refused.text("/first_scan/gate")
    );
    assert_eq!(tablet.post(PATH, &body).await.body, two.body);

    gate.until("told", |status| status["waiting"] == 0).await;
    let reports = centre.state().reports.clone();
    let overrides = reports.last().unwrap().context.overrides.clone().unwrap();
    assert_eq!(overrides.of.to_string(), refused.text("/scan_id"));
    assert_eq!(overrides.second.unwrap().to_string(), AGENT);
    assert_eq!(overrides.reason, "went out to feed a child");
    let lines = tablet.get("/v1/scans").await.body;
    assert_eq!(lines["scans"][0]["overrides"]["was"], "already_scanned");
    assert_eq!(
        lines["scans"][1]["reason"], "already_scanned",
        "it stays as it was"
    );
}

#[actix_web::test]
async fn what_is_wrong_for_now_is_overridden_alone_and_counts_as_the_entry() {
    let (centre, held, gate, tablet) = supervised().await;
    centre.change_event(held[0].event, |event| event.gates_open_at = hours(1));
    gate.until_followed(&centre).await;
    let early = tablet.scan(&held[0].full).await;
    assert_eq!(early.reason(), "too_early");
    let let_in = tablet.post(PATH, &wanted(&early, &Value::Null)).await;
    assert!(let_in.admits());
    assert_eq!(let_in.text("/ticket/state"), "scanned");
    assert!(let_in.body.get("holder").is_none());
    gate.until("told", |status| status["waiting"] == 0).await;
    assert_eq!(centre.state_of(&held[0]), TicketStateName::Scanned);
    assert_eq!(tablet.scan(&held[0].full).await.reason(), "already_scanned");
    // Also without the centre.
    centre.proxy.cut();
    gate.until_link("down").await;
    let early = tablet.scan(&held[1].full).await;
    assert!(
        tablet
            .post(PATH, &wanted(&early, &Value::Null))
            .await
            .admits()
    );
}

#[actix_web::test]
async fn what_is_no_good_ticket_is_never_overridden() {
    let (centre, held, gate, mut tablet) = supervised().await;
    centre.set_state(&held[1], TicketStateName::Deactivated);
    gate.until_followed(&centre).await;
    let mut forged = held[0].full.clone().into_bytes();
    forged[200] = b'0' + (forged[200] - b'0' + 1) % 10;
    let forged = String::from_utf8(forged).unwrap();
    for code in ["junk", &forged, &held[1].full] {
        let refused = tablet.scan(code).await;
        let answer = tablet.post(PATH, &wanted(&refused, &Value::Null)).await;
        assert_eq!(
            outcome(&answer),
            (409, "not_overridable"),
            "{}",
            refused.reason()
        );
    }
    let admitted = tablet.scan(&held[0].full).await;
    let answer = tablet.post(PATH, &wanted(&admitted, &Value::Null)).await;
    assert_eq!(outcome(&answer), (409, "not_overridable"));
    let mut body = wanted(&admitted, &Value::Null);
    body["of"] = Uuid::new_v4().to_string().into();
    assert_eq!(
        outcome(&tablet.post(PATH, &body).await),
        (404, "scan_unknown")
    );
    for reason in ["", "ab", "a\nb c", &"a".repeat(121)] {
        body["reason"] = reason.into();
        assert_eq!(outcome(&tablet.post(PATH, &body).await), (422, "invalid"));
    }
    // Nor by anyone else.
    tablet.sign_in(AGENT, PIN).await;
    let answer = tablet.post(PATH, &wanted(&admitted, &Value::Null)).await;
    assert_eq!(outcome(&answer), (403, "supervisor_needed"));
}

#[actix_web::test]
async fn only_a_supervisor_searches_and_only_with_the_centre() {
    let (centre, _held, gate, mut tablet) = supervised().await;
    let path = "/v1/supervisor/search";
    let search = json!({ "name": "dupont", "reason": "lost telephone", "event": "ARC007" });
    let found = tablet.post(path, &search).await;
    assert_eq!(found.body["tickets"][0]["last_name"], "Dupont");
    let asked = centre.state().desk.searches.pop().unwrap();
    assert_eq!(
        (asked.name.as_str(), asked.reason.as_str()),
        ("dupont", "lost telephone")
    );
    assert_eq!(asked.agent.to_string(), SUPERVISOR);
    let short = json!({ "name": "d", "reason": "lost telephone" });
    assert_eq!(outcome(&tablet.post(path, &short).await), (422, "invalid"));
    let silent = json!({ "name": "dupont", "reason": "" });
    assert_eq!(outcome(&tablet.post(path, &silent).await), (422, "invalid"));
    centre.proxy.cut();
    let cut = tablet.post(path, &search).await;
    assert_eq!(outcome(&cut), (503, "centre_unreachable"));
    gate.until_link("down").await;
    tablet.sign_in(AGENT, PIN).await;
    let plain = tablet.post(path, &search).await;
    assert_eq!(outcome(&plain), (403, "supervisor_needed"));
}

#[actix_web::test]
async fn an_old_refusal_lets_nobody_in_again_nor_after_a_refund() {
    let (centre, held, gate, tablet) = supervised().await;
    let opens_at = |hour: i64| {
        centre.change_event(held[0].event, |event| event.gates_open_at = hours(hour));
    };
    opens_at(1);
    gate.until_followed(&centre).await;
    let early = tablet.scan(&held[0].full).await;
    let refunded = tablet.scan(&held[1].full).await;
    assert_eq!(
        (early.reason(), refunded.reason()),
        ("too_early", "too_early")
    );
    opens_at(-1);
    centre.set_state(&held[1], TicketStateName::Deactivated);
    gate.until_followed(&centre).await;
    assert!(tablet.scan(&held[0].full).await.admits());

    for _ in 0..2 {
        let alone = tablet.post(PATH, &wanted(&early, &Value::Null)).await;
        assert_eq!(outcome(&alone), (403, "second_person_needed"));
    }
    let gone = tablet.post(PATH, &wanted(&refunded, &Value::Null)).await;
    assert_eq!(outcome(&gone), (409, "not_overridable"));
    let two = wanted(&early, &json!({ "agent": AGENT, "pin": PIN }));
    assert!(tablet.post(PATH, &two).await.admits());
    // What one supervisor let in is in, also for the next refusal of the same ticket.
    let again = wanted(&early, &Value::Null);
    assert_eq!(
        outcome(&tablet.post(PATH, &again).await),
        (403, "second_person_needed")
    );
}
