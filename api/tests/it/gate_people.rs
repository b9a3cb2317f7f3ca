//! Tablets and agents at the centre: codes used once, the list told of every change, and what is
//! recorded of looks, overrides, identity checks and searches.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use test_support::Answer;
use ticket_core::manifest::{AgentRole, ManifestTicket};
use uuid::Uuid;

use crate::gates::{manifest, nothing_new, set_device};
use crate::shop::Shop;

const HERE: &str = "a-token-of-the-gate-here";
const THERE: &str = "a-token-of-the-gate-there";

/// `api staff …`, as an operator would; what it printed, or how it failed.
fn staff(shop: &Shop, arguments: &[&str]) -> Result<String, String> {
    let done = Command::new(env!("CARGO_BIN_EXE_api"))
        .arg("staff")
        .args(arguments)
        .envs(shop.app.environment())
        .env("AGENT_EMAIL", "agent@mail.example")
        .env("AGENT_PASSWORD", "a long enough phrase")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if done.status.success() {
        Ok(text(&done.stdout))
    } else {
        Err(text(&done.stderr))
    }
}

async fn shop_with_gates() -> Shop {
    let shop = Shop::open(20).await;
    set_device(&shop, "Gate here", "JUD001", HERE);
    set_device(&shop, "Gate there", "JUD001", THERE);
    shop
}

/// With an agent 0412 who is a supervisor.
async fn staffed() -> Shop {
    let shop = shop_with_gates().await;
    staff(&shop, &["demo"]).unwrap();
    agent(&shop, &["--supervisor"]).unwrap();
    shop
}

fn agent(shop: &Shop, more: &[&str]) -> Result<String, String> {
    let base = [
        "agent",
        "--email",
        "agent@mail.example",
        "--number",
        "0412",
        "--pin",
        "204816",
    ];
    staff(shop, &[&base[..], more].concat())
}

fn enrolment(shop: &Shop) -> String {
    let printed = staff(
        shop,
        &["enrolment", "--gate", "Gate here", "--name", "North 1"],
    );
    let printed = printed.unwrap();
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines[1], format!("guichet-enrol:{}", lines[0]));
    lines[0].to_owned()
}

async fn post(shop: &Shop, token: &str, path: &str, body: &Value) -> Answer {
    let client = shop.app.client();
    let request = client.request("POST".parse().unwrap(), path);
    client.send(request.bearer_auth(token).json(body)).await
}

async fn tell(shop: &Shop, reports: &[&Value]) -> Value {
    let body = json!({ "reports": reports });
    let told = post(shop, HERE, "/api/v1/gate/admissions", &body).await;
    told.expect(200).json()["answers"].clone()
}

fn report(shop: &Shop, ticket: &ManifestTicket, context: &Value) -> Value {
    json!({
        "scan_id": Uuid::new_v4(),
        "ticket_id": ticket.ticket_id,
        "keys_digest": STANDARD.encode(ticket.keys_digest.as_bytes()),
        "gate": "Gate here",
        "device": "gate",
        "scanned_at": shop.app.clock.now(),
        "verdict": "admit",
        "reason": "ok",
        "context": context,
    })
}

#[actix_web::test]
async fn a_code_enrols_one_tablet_at_its_own_gate_within_its_minutes() {
    let shop = shop_with_gates().await;
    let code = enrolment(&shop);
    let path = "/api/v1/gate/enrolments";
    let body = json!({ "code": code.to_lowercase(), "name": "" });
    let elsewhere = post(&shop, THERE, path, &body).await.expect(404);
    assert_eq!(elsewhere.code(), "enrolment_unknown");
    let enrolled = post(&shop, HERE, path, &body).await.expect(201).json();
    assert_eq!(enrolled["tablet"]["name"], "North 1");
    assert_eq!(enrolled["tablet"]["gate"], "Gate here");
    let again = post(&shop, HERE, path, &body).await.expect(409);
    assert_eq!(again.code(), "enrolment_used");
    for bad in ["", "ABCDEFGH", "a longer text than any code"] {
        let body = json!({ "code": bad });
        let unknown = post(&shop, HERE, path, &body).await.expect(404);
        assert_eq!(unknown.code(), "enrolment_unknown");
    }
    let late = json!({ "code": enrolment(&shop), "name": "\u{7}" });
    let odd = post(&shop, HERE, path, &late).await.expect(422);
    assert_eq!(odd.code(), "invalid");
    shop.app.clock.advance_seconds(16 * 60);
    let late = json!({ "code": late["code"], "name": "North 2" });
    let late = post(&shop, HERE, path, &late).await.expect(410);
    assert_eq!(late.code(), "enrolment_expired");

    // Neither code nor token is in the database.
    let token = enrolled["token"].as_str().unwrap();
    let kept = "SELECT (SELECT string_agg(t::text, ' ') FROM tablets t)
        || (SELECT string_agg(e::text, ' ') FROM enrolments e)
        || (SELECT string_agg(a::text, ' ') FROM audit_log a)";
    let kept = shop.ask(kept).await;
    assert!(kept.contains("gate.tablet_enrolled"));
    assert!(!kept.contains(token) && !kept.contains(&code));
    assert!(staff(&shop, &["enrolment", "--gate", "Nowhere"]).is_err());
}

#[actix_web::test]
async fn gates_hear_of_tablets_and_agents_with_the_next_change() {
    let shop = staffed().await;
    let full = manifest(&shop, HERE, None).await;
    assert!(full.staff.tablets.is_empty());
    let [agent] = full.staff.agents.as_slice() else {
        panic!("one agent");
    };
    assert_eq!(
        (agent.number.to_string().as_str(), agent.role),
        ("0412", AgentRole::Supervisor)
    );
    assert!(agent.pin_hash.starts_with("$argon2id$"));
    let nothing = nothing_new(&shop, HERE).await;

    let body = json!({ "code": enrolment(&shop) });
    let enrolled = post(&shop, HERE, "/api/v1/gate/enrolments", &body).await;
    let id = enrolled.expect(201).json()["tablet"]["id"].clone();
    let changes = manifest(&shop, HERE, Some(nothing.cursor)).await;
    assert_eq!(changes.staff.tablets[0].id.to_string(), id);
    assert!(!changes.staff.tablets[0].is_revoked);
    assert!(changes.staff.agents.is_empty());
    let elsewhere = manifest(&shop, THERE, None).await;
    assert!(elsewhere.staff.tablets.is_empty());

    let id = id.as_str().unwrap();
    for _ in 0..2 {
        staff(&shop, &["revoke-tablet", "--id", id]).unwrap();
    }
    let nobody = Uuid::new_v4().to_string();
    assert!(staff(&shop, &["revoke-tablet", "--id", &nobody]).is_err());
    staff(
        &shop,
        &[
            "set-role",
            "--email",
            "agent@mail.example",
            "--role",
            "user",
        ],
    )
    .unwrap();
    let revoked = manifest(&shop, HERE, Some(changes.cursor)).await.staff;
    assert!(revoked.tablets[0].is_revoked);
    assert!(revoked.agents[0].is_revoked);
    // The tablet stays in the list, to be told so; the agent does not.
    let full = manifest(&shop, HERE, None).await.staff;
    assert!(full.tablets[0].is_revoked);
    assert!(full.agents.is_empty());
    let log =
        "SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log WHERE action LIKE 'gate.%'";
    let log = shop.ask(log).await;
    assert_eq!(log.matches("gate.tablet_revoked").count(), 1);
    assert_eq!(log.matches("gate.agent_set").count(), 1);
}

#[actix_web::test]
async fn an_agent_is_a_staff_account_with_a_number_and_a_pin_of_its_own() {
    let shop = staffed().await;
    let refused = |arguments: &[&str], why: &str| {
        let said = staff(&shop, arguments).unwrap_err();
        assert!(said.contains(why), "{said}");
    };
    let email = "agent@mail.example";
    let with = |number, pin| ["agent", "--email", email, "--number", number, "--pin", pin];
    refused(&with("0413", "204816"), "another number");
    refused(&with("0412", "123456"), "guessed");
    refused(&with("0412", "20481"), "six digits");
    refused(&with("412", "204816"), "four digits");
    let buyer = shop.spectator().await;
    let spectator = [
        "agent",
        "--email",
        &buyer.email,
        "--number",
        "0500",
        "--pin",
        "204816",
    ];
    refused(&spectator, "no active account");
    staff(
        &shop,
        &["set-role", "--email", &buyer.email, "--role", "gate_agent"],
    )
    .unwrap();
    let taken = [
        "agent",
        "--email",
        &buyer.email,
        "--number",
        "0412",
        "--pin",
        "204816",
    ];
    refused(&taken, "somebody else");
    // Another PIN and role for the same.
    agent(&shop, &[]).unwrap();
    let agents = manifest(&shop, HERE, None).await.staff.agents;
    assert_eq!(agents[0].role, AgentRole::Agent);
}

#[actix_web::test]
async fn looks_and_overrides_are_recorded_as_what_they_were() {
    let shop = staffed().await;
    let _ = shop.spectator().await.buy("duo").await;
    let tickets = manifest(&shop, HERE, None).await.events.remove(0).tickets;
    let look = report(
        &shop,
        &tickets[0],
        &json!({ "agent": "0412", "look_only": true }),
    );
    for _ in 0..2 {
        assert_eq!(tell(&shop, &[&look]).await[0]["outcome"], "accepted");
    }
    let states = "SELECT string_agg(state, ' ' ORDER BY serial) FROM tickets";
    assert_eq!(shop.ask(states).await, "sent sent");

    let entry = report(&shop, &tickets[0], &json!({ "agent": "0412" }));
    let overrides = json!({
        "agent": "0412",
        "overrides": {
            "of": look["scan_id"], "was": "already_scanned", "reason": "left to feed a child",
            "second": "0500",
        },
    });
    let second = report(&shop, &tickets[0], &overrides);
    let early = json!({
        "agent": "0412",
        "overrides": { "of": look["scan_id"], "was": "too_early", "reason": "the choir" },
    });
    let early = report(&shop, &tickets[1], &early);
    let answers = tell(&shop, &[&entry, &second, &early]).await;
    for answer in answers.as_array().unwrap() {
        assert_eq!(answer["outcome"], "accepted");
    }
    assert_eq!(shop.ask(states).await, "scanned scanned");
    let scans =
        "SELECT count(*) FILTER (WHERE admission) || ' ' || count(*) FILTER (WHERE conflict)
        || ' ' || count(*) FILTER (WHERE look_only) || ' ' || count(*) FILTER (WHERE agent = '0412')
        FROM scans";
    assert_eq!(shop.ask(scans).await, "2 0 1 4");
    let log = "SELECT string_agg((actor_id IS NOT NULL) || ' ' || (detail->>'reason') || ' '
        || coalesce(detail->>'second', '-'), ', ' ORDER BY id)
        FROM audit_log WHERE action = 'gate.overridden'";
    let expected = "true left to feed a child 0500, true the choir -";
    assert_eq!(shop.ask(log).await, expected);

    let path = format!("/api/v1/gate/tickets/{}/scans", tickets[0].ticket_id);
    let client = shop.app.client();
    let request = client.request("GET".parse().unwrap(), &path);
    let known = client.send(request.bearer_auth(THERE)).await.expect(200);
    let known = known.json()["scans"].as_array().unwrap().clone();
    assert_eq!(known.len(), 3);
    assert!(
        known
            .iter()
            .any(|scan| scan["context"]["look_only"] == true)
    );
    let findings = api::audit::run(&shop.app.app).await.unwrap();
    for finding in findings {
        assert_eq!(finding.violations, 0, "{}", finding.what);
    }
}

#[actix_web::test]
async fn who_is_let_in_again_by_one_supervisor_alone_is_a_conflict() {
    let shop = staffed().await;
    let _ = shop.spectator().await.buy("duo").await;
    let tickets = manifest(&shop, HERE, None).await.events.remove(0).tickets;
    let overrides = |second: Value| {
        let overrides = json!({
            "of": Uuid::new_v4(), "was": "too_early", "reason": "the choir", "second": second,
        });
        json!({ "agent": "0412", "overrides": overrides })
    };
    let entry = report(&shop, &tickets[0], &json!({ "agent": "0412" }));
    let alone = report(&shop, &tickets[0], &overrides(Value::Null));
    let same = report(&shop, &tickets[0], &overrides("0412".into()));
    let two = report(&shop, &tickets[0], &overrides("0500".into()));
    let answers = tell(&shop, &[&entry, &alone, &same, &two]).await;
    let outcomes = answers.as_array().unwrap().iter();
    let outcomes: Vec<_> = outcomes.map(|answer| answer["outcome"].clone()).collect();
    let (yes, again) = ("accepted", "already_admitted");
    assert_eq!(outcomes, [yes, again, again, yes]);
    let mut odd = report(&shop, &tickets[1], &overrides(Value::Null));
    odd["keys_digest"] = STANDARD.encode([7; 32]).into();
    assert_eq!(tell(&shop, &[&odd]).await[0]["reason"], "forged");
    let scans = "SELECT count(*) FILTER (WHERE admission) || ' '
        || count(*) FILTER (WHERE conflict) FROM scans";
    assert_eq!(shop.ask(scans).await, "1 3");
    let states = "SELECT string_agg(state, ' ' ORDER BY serial) FROM tickets";
    assert_eq!(shop.ask(states).await, "scanned sent");
}

#[actix_web::test]
async fn what_is_not_proven_is_a_conflict_and_leaves_the_ticket_to_its_holder() {
    let shop = staffed().await;
    let _ = shop.spectator().await.buy("solo").await;
    let ticket = manifest(&shop, HERE, None)
        .await
        .events
        .remove(0)
        .tickets
        .remove(0);
    let doubtful = || {
        report(
            &shop,
            &ticket,
            &json!({ "on_tablet": true, "unproven": true }),
        )
    };
    let (before, after) = (doubtful(), doubtful());
    let entry = report(&shop, &ticket, &json!({ "agent": "0412" }));
    let answers = tell(&shop, &[&before, &entry, &after]).await;
    assert_eq!(
        answers[0],
        json!({ "outcome": "refused", "reason": "unknown" })
    );
    assert_eq!(answers[1]["outcome"], "accepted");
    assert_eq!(answers[2]["outcome"], "already_admitted");
    let scans = "SELECT count(*) FILTER (WHERE admission) || ' '
        || count(*) FILTER (WHERE conflict) FROM scans";
    assert_eq!(shop.ask(scans).await, "1 2");
}

#[actix_web::test]
async fn identity_checks_are_added_and_never_changed() {
    let shop = shop_with_gates().await;
    let scan = Uuid::new_v4();
    let check = |outcome: &str, reason: Value| {
        json!({
            "id": Uuid::new_v4(), "scan_id": scan, "at": shop.app.clock.now(),
            "outcome": outcome, "reason": reason, "agent": "0412",
        })
    };
    let refused = check("refused", "other_person".into());
    let checked = check("checked", Value::Null);
    let path = "/api/v1/gate/identity-checks";
    for _ in 0..2 {
        let body = json!({ "checks": [refused, checked] });
        let _ = post(&shop, HERE, path, &body).await.expect(204);
    }
    let kept = "SELECT string_agg(outcome || coalesce(' ' || reason, ''), ', ' ORDER BY outcome)
        FROM identity_checks";
    assert_eq!(shop.ask(kept).await, "checked, refused other_person");
    let odd = json!({ "checks": [check("refused", "passport 12AB".into())] });
    let _ = post(&shop, HERE, path, &odd).await.expect(422);
    let many = vec![checked; 501];
    let answer = post(&shop, HERE, path, &json!({ "checks": many })).await;
    assert!([413, 422].contains(&answer.status), "{}", answer.status);
    let owner = shop.app.database.owner().await;
    let changed = owner
        .batch_execute("UPDATE identity_checks SET outcome = 'checked'")
        .await;
    assert!(changed.is_err());
}

#[actix_web::test]
async fn only_a_supervisor_searches_and_the_log_says_why_but_not_whom() {
    let shop = staffed().await;
    let _ = shop.spectator().await.buy("duo").await;
    let search = async |name: &str, agent: &str, reason: &str| {
        let body = json!({ "name": name, "agent": agent, "reason": reason });
        post(&shop, HERE, "/api/v1/gate/search", &body).await
    };
    let found = search("lovelace ADA", "0412", "lost telephone").await;
    let found = found.expect(200).json();
    let tickets = found["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 2, "{found}");
    assert_eq!(tickets[0]["last_name"], "Lovelace");
    assert_eq!(tickets[0]["event"], "JUD001");
    assert_eq!(tickets[0]["state"], "sent");
    // A name in another one's place does not open; the others are found all the same.
    shop.execute(&format!(
        "UPDATE tickets SET holder_first_name = holder_last_name WHERE id = '{}'",
        tickets[0]["ticket_id"].as_str().unwrap()
    ))
    .await;
    let others = search("lovelace ada", "0412", "half a list").await;
    let others = others.expect(200).json();
    assert_eq!(others["tickets"].as_array().unwrap().len(), 1, "{others}");
    let none = search("martin", "0412", "lost telephone").await.expect(200);
    assert_eq!(none.json()["tickets"], json!([]));
    assert_eq!(
        search("ada", "0412", " ").await.expect(422).code(),
        "invalid"
    );
    assert_eq!(
        search("a", "0412", "lost").await.expect(422).code(),
        "invalid"
    );
    let unknown = search("ada", "0999", "lost telephone").await.expect(403);
    assert_eq!(unknown.code(), "supervisor_needed");
    agent(&shop, &[]).unwrap();
    let plain = search("ada", "0412", "lost telephone").await.expect(403);
    assert_eq!(plain.code(), "supervisor_needed");
    let log = "SELECT string_agg(detail::text, ' ') FROM audit_log
        WHERE action = 'gate.holder_searched'";
    let log = shop.ask(log).await;
    assert_eq!(log.matches("lost telephone").count(), 2);
    assert!(!log.to_lowercase().contains("lovelace"));
}

#[actix_web::test]
async fn nobody_searches_without_end() {
    let shop = staffed().await;
    let body = json!({ "name": "ada", "agent": "0412", "reason": "lost telephone" });
    let search = async |body: &Value| post(&shop, HERE, "/api/v1/gate/search", body).await;
    let mut answered = 0;
    while answered < 30 && search(&body).await.status == 200 {
        answered += 1;
    }
    assert!((20..30).contains(&answered), "{answered}");
    assert_eq!(search(&body).await.expect(429).code(), "rate_limited");
    // By another gate's device it is the same agent; whoever is none uses up the device's share.
    let there = post(&shop, THERE, "/api/v1/gate/search", &body).await;
    assert_eq!(there.expect(429).code(), "rate_limited");
    let nobody = json!({ "name": "ada", "agent": "0999", "reason": "lost telephone" });
    assert_eq!(search(&nobody).await.status, 403);
    for _ in 0..60 {
        let _ = search(&nobody).await;
    }
    assert_eq!(search(&nobody).await.status, 429);
}

#[actix_web::test]
async fn a_gate_is_told_of_the_events_of_other_gates() {
    let shop = shop_with_gates().await;
    shop.import("JUD002", 10, 1000).await;
    set_device(&shop, "Gate there", "JUD002", THERE);
    let full = manifest(&shop, HERE, None).await;
    let [other] = full.elsewhere.as_slice() else {
        panic!("{:?}", full.elsewhere);
    };
    assert_eq!(other.code.as_str(), "JUD002");
    assert_eq!(other.gates, ["Gate there"]);
    assert_eq!(other.venue, "Halle des Tests");
    assert_eq!(other.venue_id, full.gates[0].venue_id);
    let changes = manifest(&shop, HERE, Some(full.cursor)).await;
    assert!(changes.elsewhere.is_empty());
}

#[actix_web::test]
async fn names_are_not_told_any_more_once_the_event_is_over() {
    let shop = shop_with_gates().await;
    let _ = shop.spectator().await.buy("duo").await;
    let names = async || {
        let event = manifest(&shop, HERE, None).await.events.remove(0);
        event.tickets.iter().filter(|t| t.holder.is_some()).count()
    };
    assert_eq!(names().await, 2);
    // The event ends in eleven days; gates close an hour later.
    shop.app.clock.advance_seconds(12 * 24 * 3600);
    assert_eq!(names().await, 0);
}
