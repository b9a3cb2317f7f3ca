//! The centre and its gates: devices by token, signed manifests, one admission a ticket.

use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use test_support::{Answer, Client};
use ticket_core::manifest::{
    Manifest, ManifestEvent, ManifestTicket, ManifestVerifier, SignedManifest,
};
use uuid::Uuid;

use crate::shop::Shop;

const HERE: &str = "a-token-of-the-gate-here";
const THERE: &str = "a-token-of-the-gate-there";

/// Makes a gate for events, with a device, as an operator would.
pub(crate) fn set_device(shop: &Shop, gate: &str, events: &str, token: &str) {
    let done = Command::new(env!("CARGO_BIN_EXE_api"))
        .args(["staff", "device", "--gate", gate, "--events", events])
        .envs(shop.app.environment())
        .env("GATE_TOKEN", token)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

async fn get(client: &Client, path: &str, token: &str) -> Answer {
    let request = client
        .request("GET".parse().unwrap(), path)
        .bearer_auth(token);
    client.send(request).await
}

/// The manifest of a device, verified.
/// What is told to a gate that knows all: nothing. Asked again for as long as some test's
/// transaction from before is in course, which holds the cursor back.
pub(crate) async fn nothing_new(shop: &Shop, token: &str) -> Manifest {
    let mut told = manifest(shop, token, None).await;
    for _ in 0..400 {
        told = manifest(shop, token, Some(told.cursor)).await;
        let is_quiet = |event: &ManifestEvent| event.tickets.is_empty();
        if told.events.iter().all(is_quiet) && told.entered.is_empty() && told.staff.is_empty() {
            return told;
        }
        actix_web::rt::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the same is told again and again: {told:?}");
}

pub(crate) async fn manifest(shop: &Shop, token: &str, since: Option<i64>) -> Manifest {
    let client = shop.app.client();
    let key = client
        .get("/api/v1/gate/manifest-key")
        .await
        .expect(200)
        .json();
    let key = STANDARD
        .decode(key["public_key"].as_str().unwrap())
        .unwrap();
    let verifier = ManifestVerifier::from_bytes(&key.try_into().unwrap()).unwrap();
    let query = since
        .map(|since| format!("?since={since}"))
        .unwrap_or_default();
    let path = format!("/api/v1/gate/manifest{query}");
    let answer = get(&client, &path, token).await.expect(200);
    let signed: SignedManifest = serde_json::from_slice(&answer.body).unwrap();
    verifier.open(&signed).unwrap()
}

/// A report that this ticket was let in.
fn let_in(ticket: &ManifestTicket, shop: &Shop) -> Value {
    json!({
        "scan_id": Uuid::new_v4(),
        "ticket_id": ticket.ticket_id,
        "keys_digest": STANDARD.encode(ticket.keys_digest.as_bytes()),
        "gate": "Gate here",
        "device": "tablet",
        "scanned_at": shop.app.clock.now(),
        "verdict": "admit",
        "reason": "ok",
    })
}

/// The outcome of each report.
async fn tell(shop: &Shop, token: &str, reports: &[Value]) -> Vec<Value> {
    let client = shop.app.client();
    let request = client
        .request("POST".parse().unwrap(), "/api/v1/gate/admissions")
        .bearer_auth(token)
        .json(&json!({ "reports": reports }));
    let answer = client.send(request).await.expect(200).json();
    answer["answers"].as_array().unwrap().clone()
}

/// A shop that sold a Duo, and a gate for its event.
async fn shop_with_gate() -> (Shop, Vec<ManifestTicket>) {
    let shop = Shop::open(20).await;
    let _ = shop.spectator().await.buy("duo").await;
    set_device(&shop, "Gate here", "JUD001", HERE);
    let tickets = manifest(&shop, HERE, None).await.events.remove(0).tickets;
    assert_eq!(tickets.len(), 2);
    (shop, tickets)
}

#[actix_web::test]
async fn a_device_that_is_not_known_gets_nothing() {
    let (shop, _) = shop_with_gate().await;
    let client = shop.app.client();
    for token in ["", "wrong", "a-token-of-the-gate-her"] {
        let answer = get(&client, "/api/v1/gate/manifest", token)
            .await
            .expect(401);
        assert_eq!(answer.code(), "device_unknown");
    }
    shop.execute("UPDATE devices SET revoked_at = now()").await;
    let _ = get(&client, "/api/v1/gate/manifest", HERE)
        .await
        .expect(401);
}

#[actix_web::test]
async fn a_manifest_shows_no_name_and_then_only_what_changed() {
    let (shop, tickets) = shop_with_gate().await;
    let client = shop.app.client();
    let raw = get(&client, "/api/v1/gate/manifest", HERE).await.text();
    for secret in ["Zoé", "Κώστας", "@mail.example"] {
        assert!(!raw.contains(secret), "{secret}");
    }
    let full = manifest(&shop, HERE, None).await;
    assert!(full.since.is_none());
    let known = nothing_new(&shop, HERE).await.cursor;
    let _ = tell(&shop, HERE, &[let_in(&tickets[0], &shop)]).await;
    let changes = manifest(&shop, HERE, Some(known)).await;
    // Of what merely entered, nothing sealed is told again.
    assert!(changes.events.iter().all(|event| event.tickets.is_empty()));
    assert_eq!(changes.entered.len(), 1);
    assert_eq!(changes.entered[0].serial, tickets[0].serial);
    assert_eq!(changes.entered[0].first_scan.gate, "Gate here");
    shop.execute("UPDATE tickets SET issue_number = issue_number + 1 WHERE serial = 1")
        .await;
    let changes = manifest(&shop, HERE, Some(known)).await;
    assert!(changes.entered.is_empty());
    let changed: Vec<_> = changes
        .events
        .iter()
        .flat_map(|event| &event.tickets)
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].ticket_id, tickets[0].ticket_id);
    assert!(changed[0].first_scan.is_some());
}

#[actix_web::test]
async fn a_ticket_is_admitted_once_and_every_report_can_be_told_again() {
    let (shop, tickets) = shop_with_gate().await;
    let first = let_in(&tickets[0], &shop);
    assert_eq!(
        tell(&shop, HERE, std::slice::from_ref(&first)).await[0]["outcome"],
        "accepted"
    );
    assert_eq!(tell(&shop, HERE, &[first]).await[0]["outcome"], "accepted");

    set_device(&shop, "Gate there", "JUD001", THERE);
    let second = let_in(&tickets[0], &shop);
    let told = tell(&shop, THERE, std::slice::from_ref(&second)).await;
    assert_eq!(told[0]["outcome"], "already_admitted");
    assert_eq!(told[0]["first_scan"]["gate"], "Gate here");
    assert_eq!(tell(&shop, THERE, &[second]).await, told);

    let mut forged = let_in(&tickets[1], &shop);
    forged["keys_digest"] = STANDARD.encode([7; 32]).into();
    assert_eq!(tell(&shop, HERE, &[forged]).await[0]["reason"], "forged");
    let states = "SELECT string_agg(state, ' ' ORDER BY serial) FROM tickets";
    assert_eq!(shop.ask(states).await, "scanned sent");
}

#[actix_web::test]
async fn of_many_gates_with_one_ticket_one_admits_it() {
    let (shop, tickets) = shop_with_gate().await;
    let reports: Vec<_> = (0..20).map(|_| [let_in(&tickets[0], &shop)]).collect();
    let tells = reports.iter().map(|report| tell(&shop, HERE, report));
    let told = futures_util::future::join_all(tells).await;
    let accepted = told.iter().filter(|told| told[0]["outcome"] == "accepted");
    assert_eq!(accepted.count(), 1);
    assert_eq!(
        shop.ask("SELECT count(*)::text FROM scans WHERE admission")
            .await,
        "1"
    );
}

#[actix_web::test]
async fn a_device_speaks_for_its_own_gate_and_its_clock_is_not_believed_blindly() {
    let (shop, tickets) = shop_with_gate().await;
    shop.import("JUD002", 10, 1000).await;
    set_device(&shop, "Gate there", "JUD002", THERE);
    let elsewhere = tell(&shop, THERE, &[let_in(&tickets[0], &shop)]).await;
    assert_eq!(elsewhere[0]["reason"], "wrong_gate");

    let mut lying = let_in(&tickets[0], &shop);
    lying["gate"] = "Gate there".into();
    lying["scanned_at"] = "-004800-01-01T00:00:00Z".into();
    assert_eq!(tell(&shop, HERE, &[lying]).await[0]["outcome"], "accepted");
    assert_eq!(
        shop.ask("SELECT scanned_gate FROM tickets WHERE serial = 1")
            .await,
        "Gate here"
    );
    let year = "SELECT (scanned_at > now() - interval '1 day')::text FROM tickets WHERE serial = 1";
    assert_eq!(shop.ask(year).await, "true");
}
