//! Tablets and agents: enrolled once, signed in also without the centre, revoked within a poll.

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held};
use crate::desk::{AGENT, PIN, SUPERVISOR};
use crate::gate::{Answer, Gate, answer};

const CODE: &str = "ABCD2345";

/// A tablet as its page has it.
#[derive(Clone)]
pub(crate) struct Tablet {
    client: reqwest::Client,
    url: String,
    pub(crate) id: String,
    token: String,
    pub(crate) session: Option<String>,
}

impl Tablet {
    pub(crate) async fn enrol(gate: &Gate, code: &str) -> Self {
        let enrolled = enrol(gate, code).await;
        assert_eq!(enrolled.status, 201, "{:?}", enrolled.body);
        Self {
            client: gate.client.clone(),
            url: gate.url.clone(),
            id: enrolled.text("/tablet/id").to_owned(),
            token: enrolled.text("/token").to_owned(),
            session: None,
        }
    }

    /// The same, after the service was started again.
    pub(crate) fn moved_to(&self, gate: &Gate) -> Self {
        Self {
            url: gate.url.clone(),
            ..self.clone()
        }
    }

    pub(crate) async fn sign_in(&mut self, agent: &str, pin: &str) -> Answer {
        let typed = json!({ "agent": agent, "pin": pin });
        let answer = self.post("/v1/sign-in", &typed).await;
        let session = answer.body["session"].as_str();
        self.session = session.map(str::to_owned);
        answer
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url));
        self.send(request.json(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url));
        self.send(request).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let mut request = request.bearer_auth(&self.token);
        if let Some(session) = &self.session {
            request = request.header("X-Agent", session);
        }
        answer(request).await
    }

    pub(crate) async fn scan(&self, code: &str) -> Answer {
        self.scan_with(code, &json!({})).await
    }

    /// With further fields.
    pub(crate) async fn scan_with(&self, code: &str, more: &Value) -> Answer {
        let mut body = json!({ "scan_id": Uuid::new_v4(), "gate": GATE, "code": code });
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        self.post("/v1/scans", &body).await
    }
}

async fn enrol(gate: &Gate, code: &str) -> Answer {
    let request = gate.client.post(format!("{}/v1/enrolments", gate.url));
    answer(request.json(&json!({ "code": code, "name": "North 1" }))).await
}

/// A gate with one ticket, a code and two agents.
async fn staffed() -> (Centre, Held, Gate) {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    centre.enrolment(CODE);
    centre.agents();
    let gate = Gate::start(&centre).await;
    gate.until_link("up").await;
    (centre, held, gate)
}

fn outcome(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.text("/code"))
}

#[actix_web::test]
async fn a_tablet_is_enrolled_once_and_its_agent_is_known_on_every_scan() {
    let (centre, held, gate) = staffed().await;
    let mut tablet = Tablet::enrol(&gate, CODE).await;
    assert_eq!(outcome(&enrol(&gate, CODE).await), (409, "enrolment_used"));
    let unknown = enrol(&gate, "ZZZZ2345").await;
    assert_eq!(outcome(&unknown), (404, "enrolment_unknown"));

    let status = tablet.get("/v1/status").await;
    assert_eq!(status.text("/tablet/name"), "North 1");
    assert_eq!(status.text("/gate"), GATE);
    let early = tablet.scan(&held.full).await;
    assert_eq!(outcome(&early), (401, "sign_in_needed"));

    let signed_in = tablet.sign_in(AGENT, PIN).await;
    assert_eq!(signed_in.status, 200);
    assert_eq!(signed_in.text("/agent/number"), AGENT);
    assert_eq!(signed_in.text("/agent/role"), "agent");
    let scan = tablet
        .scan_with(&held.full, &json!({ "read_by": "hid" }))
        .await;
    assert!(scan.admits());
    assert_eq!(scan.text("/agent"), AGENT);
    gate.until("told", |status| status["waiting"] == 0).await;
    let reports = centre.state().reports.clone();
    let context = serde_json::to_value(&reports[0].context).unwrap();
    let expected = json!({ "agent": AGENT, "tablet": tablet.id, "read_by": "hid" });
    assert_eq!(context, expected);
    let history = tablet.get("/v1/scans").await.body;
    assert_eq!(history["scans"][0]["agent"], AGENT);
    assert_eq!(history["scans"][0]["read_by"], "hid");

    let out = tablet.post("/v1/sign-out", &json!({})).await;
    assert_eq!(out.status, 204);
    let after = tablet.scan(&held.full).await;
    assert_eq!(outcome(&after), (401, "session_ended"));
}

#[actix_web::test]
async fn an_agent_signs_in_without_the_centre_and_a_tablet_is_not_enrolled_without_it() {
    let (centre, held, gate) = staffed().await;
    let mut tablet = Tablet::enrol(&gate, CODE).await;
    centre.enrolment("EFGH2345");
    centre.proxy.cut();
    gate.until_link("down").await;
    assert_eq!(tablet.sign_in(AGENT, PIN).await.status, 200);
    assert!(tablet.scan(&held.full).await.admits());
    let late = enrol(&gate, "EFGH2345").await;
    assert_eq!(outcome(&late), (503, "centre_unreachable"));
    // A service that starts without the centre knows them as well.
    let folder = gate.kill();
    let gate = Gate::start_in(&centre, &folder, &[]);
    tablet.session = None;
    tablet.url = gate.url.clone();
    assert_eq!(tablet.sign_in(AGENT, PIN).await.status, 200);
    assert_eq!(tablet.scan(&held.full).await.reason(), "already_scanned");
}

#[actix_web::test]
async fn a_revoked_tablet_is_told_so_and_a_revoked_agent_must_sign_in_again() {
    let (centre, held, gate) = staffed().await;
    centre.enrolment("EFGH2345");
    let mut lost = Tablet::enrol(&gate, CODE).await;
    let mut kept = Tablet::enrol(&gate, "EFGH2345").await;
    lost.sign_in(AGENT, PIN).await;
    kept.sign_in(AGENT, PIN).await;
    // A session holds on its own tablet only.
    let stolen = Tablet {
        session: lost.session.clone(),
        ..kept.clone()
    };
    assert_eq!(outcome(&stolen.scan("1").await), (401, "session_ended"));

    centre.revoke_tablet(&lost.id);
    gate.until_followed(&centre).await;
    for path in ["/v1/status", "/v1/scans"] {
        let answer = lost.get(path).await;
        assert_eq!(outcome(&answer), (401, "device_revoked"), "{path}");
    }
    assert_eq!(
        outcome(&lost.scan(&held.full).await),
        (401, "device_revoked")
    );
    assert_eq!(kept.scan("1").await.reason(), "unreadable");

    centre.revoke_agent(AGENT);
    gate.until_followed(&centre).await;
    assert_eq!(outcome(&kept.scan("1").await), (401, "session_ended"));
    assert_eq!(outcome(&kept.sign_in(AGENT, PIN).await), (401, "pin_wrong"));
    // Also after a restart without the centre.
    centre.proxy.cut();
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    lost.url = gate.url.clone();
    let answer = lost.get("/v1/status").await;
    assert_eq!(outcome(&answer), (401, "device_revoked"));
}

#[actix_web::test]
async fn another_pin_ends_the_sessions_of_the_one_before() {
    let (centre, held, gate) = staffed().await;
    let mut tablet = Tablet::enrol(&gate, CODE).await;
    tablet.sign_in(AGENT, PIN).await;
    assert_eq!(tablet.scan("1").await.reason(), "unreadable");
    // Also when the agent was revoked in between, and nobody asked meanwhile.
    centre.revoke_agent(AGENT);
    centre.set_pin(AGENT, "593017");
    gate.until_followed(&centre).await;
    assert_eq!(
        outcome(&tablet.scan(&held.full).await),
        (401, "session_ended")
    );
    assert_eq!(
        outcome(&tablet.sign_in(AGENT, PIN).await),
        (401, "pin_wrong")
    );
    assert_eq!(tablet.sign_in(AGENT, "593017").await.status, 200);
    assert!(tablet.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn pins_are_tried_five_times_and_no_more_however_many_at_once() {
    let (_centre, _held, gate) = staffed().await;
    let mut tablet = Tablet::enrol(&gate, CODE).await;
    let typed = json!({ "agent": AGENT, "pin": "000000" });
    let tries = (0..12).map(|_| tablet.post("/v1/sign-in", &typed));
    let answers = join_all(tries).await;
    let of = |status: u16| answers.iter().filter(|a| a.status == status).count();
    assert_eq!((of(401), of(429)), (5, 7));
    let right = tablet.sign_in(AGENT, PIN).await;
    assert_eq!(outcome(&right), (429, "rate_limited"));
    // The others are not kept from their work; numbers that nobody has look the same.
    assert_eq!(tablet.sign_in(SUPERVISOR, "581632").await.status, 200);
    for nobody in ["9999", "99999", "", "٠٤١٢"] {
        let answer = tablet.sign_in(nobody, PIN).await;
        assert_eq!(outcome(&answer), (401, "pin_wrong"), "{nobody}");
    }
}

#[actix_web::test]
async fn enrolment_codes_are_not_guessed_by_the_thousand() {
    let (_centre, _held, gate) = staffed().await;
    let tries = (0..30).map(|_| enrol(&gate, "ZZZZ2345"));
    let answers = join_all(tries).await;
    let limited = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(limited, 10);
}

#[actix_web::test]
async fn the_event_chosen_on_the_tablet_narrows_what_enters() {
    let (centre, held, gate) = staffed().await;
    let other = centre.ticket(centre.event(8));
    gate.until_followed(&centre).await;
    let mut tablet = Tablet::enrol(&gate, CODE).await;
    tablet.sign_in(AGENT, PIN).await;
    let chosen = json!({ "event": "ARC008" });
    let wrong = tablet.scan_with(&held.full, &chosen).await;
    assert_eq!(wrong.reason(), "wrong_event");
    assert_eq!(wrong.text("/expected_at/event"), "ARC007");
    assert_eq!(wrong.text("/expected_at/gate"), GATE);
    assert!(tablet.scan_with(&other.short, &chosen).await.admits());
    let strange = tablet
        .scan_with(&held.full, &json!({ "event": "NONE-1" }))
        .await;
    assert_eq!(outcome(&strange), (422, "event_unknown"));
    assert!(tablet.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn who_comes_to_the_wrong_gate_is_told_where_to_go() {
    let (centre, _held, gate) = staffed().await;
    // The gate's venue is 1.
    centre.tell_elsewhere(31, 1);
    centre.tell_elsewhere(32, 2);
    let folder = gate.kill();
    let gate = Gate::start_in(&centre, &folder, &[]);
    gate.until_link("up").await;
    let strange = Centre::start().await;
    for (number, reason) in [(31, "wrong_gate"), (32, "wrong_event"), (33, "wrong_event")] {
        let held = strange.ticket(strange.event(number));
        let answer = gate.scan(&held.full).await;
        assert_eq!(answer.reason(), reason);
        if number == 33 {
            assert!(answer.body.get("expected_at").is_none());
            continue;
        }
        assert_eq!(
            answer.text("/expected_at/title"),
            format!("Archery {number}")
        );
        assert_eq!(answer.text("/expected_at/gate"), "Gate-B, Gate-C");
        assert_eq!(answer.text("/expected_at/venue"), "North Park");
    }
}

#[actix_web::test]
async fn a_look_shows_all_and_lets_nobody_in() {
    let (centre, held, gate) = staffed().await;
    let mut tablet = Tablet::enrol(&gate, CODE).await;
    tablet.sign_in(AGENT, PIN).await;
    for _ in 0..2 {
        let look = tablet
            .scan_with(&held.full, &json!({ "look_only": true }))
            .await;
        assert!(look.admits());
        assert_eq!(look.body["look_only"], true);
        assert_eq!(look.text("/ticket/state"), "sent");
        assert_eq!(look.text("/holder/first_name"), "Zoé");
    }
    assert!(tablet.scan(&held.full).await.admits());
    let look = tablet
        .scan_with(&held.short, &json!({ "look_only": true }))
        .await;
    assert_eq!(look.reason(), "already_scanned");
    gate.until("told", |status| status["waiting"] == 0).await;
    let looks = centre.state().reports.clone();
    assert_eq!(looks.iter().filter(|r| r.context.look_only).count(), 3);
    let counts = gate.status().await["counts"].clone();
    assert_eq!(counts["refused"], 0);
    // The same scan is not a look once and an entry then.
    let id = Uuid::new_v4();
    let body = |look: bool| json!({ "scan_id": id, "gate": GATE, "code": "1", "look_only": look });
    tablet.post("/v1/scans", &body(true)).await;
    let reused = tablet.post("/v1/scans", &body(false)).await;
    assert_eq!(outcome(&reused), (409, "id_reused"));
}

#[actix_web::test]
async fn the_status_counts_who_is_expected_in_and_refused_also_after_a_restart() {
    let (centre, held, gate) = staffed().await;
    let gone = centre.ticket(held.event);
    centre.set_state(&gone, ticket_core::ticket::TicketStateName::Deactivated);
    let late = centre.ticket(held.event);
    gate.until_followed(&centre).await;
    for code in [&held.full, &held.full, &gone.full] {
        gate.scan(code).await;
    }
    gate.scan("junk").await;
    let by_reason = json!({ "already_scanned": 1, "deactivated": 1, "unreadable": 1 });
    let counted = |status: &Value| {
        let (event, counts) = (&status["events"][0], &status["counts"]);
        let minutes = counts["per_minute"].as_array().unwrap();
        let let_in: u64 = minutes.iter().filter_map(Value::as_u64).sum();
        minutes.len() == 15
            && let_in == 1
            && counts["by_reason"] == by_reason
            && counts["refused"] == 3
            && (&counts["expected"], &counts["entered"]) == (&json!(2), &json!(1))
            && (&event["expected"], &event["entered"]) == (&json!(2), &json!(1))
            && event["number"] == 7
            && event["live_only"] == false
    };
    gate.until("the counts", counted).await;
    gate.until("told", |status| status["waiting"] == 0).await;
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    gate.until("the counts again", counted).await;
    assert!(gate.scan(&late.full).await.admits());
}
