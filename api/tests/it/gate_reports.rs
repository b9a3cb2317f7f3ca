//! What gates tell the centre: every scan recorded, conflicts only where two were let in; and what
//! paper opens of a manifest that shows nobody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ticket_core::admission::{Entry, Reason};
use ticket_core::credential::{
    EventKeys, KeysDigest, Opened, Presented, classify, holder_key_from_keys, keys_digest, open,
};
use ticket_core::ids::ScanId;
use ticket_core::manifest::{
    AdmissionAnswer, AdmissionReport, HolderKeyFrom, Manifest, ManifestTicket, ManifestVerifier,
    ScanContext, open_holder,
};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::shop::{Buyer, Shop};
use crate::tickets::read_codes;

pub(crate) const TOKEN: &str = "the-token-of-the-first-gate";
pub(crate) const OTHER_TOKEN: &str = "the-token-of-the-other-gate";

/// A shop with two gates at its venue.
pub(crate) async fn shop_with_gates() -> Shop {
    let shop = Shop::open(20).await;
    for (gate, token) in [("Gate-A", TOKEN), ("Gate-B", OTHER_TOKEN)] {
        shop.execute(&format!(
            "INSERT INTO gates (name, venue_id) SELECT '{gate}', id FROM venues;
             INSERT INTO devices (id, name, gate, token_hash, created_at)
             VALUES (gen_random_uuid(), 'tablet', '{gate}', sha256('{token}'::bytea), now())"
        ))
        .await;
    }
    shop
}

pub(crate) async fn ask(shop: &Shop, token: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let client = reqwest::Client::new();
    let url = format!("{}{path}", shop.app.url);
    let request = match body {
        Some(body) => client.post(url).json(&body),
        None => client.get(url),
    };
    let answer = request.bearer_auth(token).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

/// The manifest, as a gate verifies it.
pub(crate) async fn manifest(shop: &Shop, since: Option<i64>) -> (Manifest, String) {
    let (_, key) = ask(shop, TOKEN, "/api/v1/gate/manifest-key", None).await;
    let key = STANDARD
        .decode(key["public_key"].as_str().unwrap())
        .unwrap();
    let key = ManifestVerifier::from_bytes(&key.try_into().unwrap()).unwrap();
    let since = since.map(|since| format!("?since={since}"));
    let path = format!("/api/v1/gate/manifest{}", since.unwrap_or_default());
    let (status, signed) = ask(shop, TOKEN, &path, None).await;
    assert_eq!(status, 200);
    let text = signed.to_string();
    (
        key.open(&serde_json::from_value(signed).unwrap()).unwrap(),
        text,
    )
}

async fn report(shop: &Shop, token: &str, report: &AdmissionReport) -> AdmissionAnswer {
    let body = json!({ "reports": [report] });
    let (status, answers) = ask(shop, token, "/api/v1/gate/admissions", Some(body)).await;
    assert_eq!(status, 200, "{answers}");
    serde_json::from_value(answers["answers"][0].clone()).unwrap()
}

/// What a gate says when it lets this ticket in.
pub(crate) fn admission(shop: &Shop, gate: &str, ticket: &ManifestTicket) -> AdmissionReport {
    AdmissionReport {
        scan_id: ScanId::from_uuid(Uuid::new_v4()),
        ticket_id: Some(ticket.ticket_id),
        event: None,
        keys_digest: Some(ticket.keys_digest),
        gate: gate.into(),
        device: "tablet".into(),
        scanned_at: shop.app.clock.now(),
        asking: false,
        verdict: Entry::Admit,
        reason: Reason::Ok,
        context: ScanContext::default(),
    }
}

pub(crate) fn asking(report: AdmissionReport) -> AdmissionReport {
    AdmissionReport {
        asking: true,
        ..report
    }
}

/// A shop with gates, a Duo that was sent, and its two tickets in the manifest.
async fn sold(shop: &Shop) -> (Buyer<'_>, Vec<ManifestTicket>) {
    let buyer = shop.spectator().await;
    let _ = buyer.buy("duo").await;
    let (manifest, _) = manifest(shop, None).await;
    let tickets = manifest.events[0].tickets.clone();
    assert_eq!(tickets.len(), 2);
    (buyer, tickets)
}

/// The full codes on the paper that was mailed, opened with the keys of the manifest.
async fn opened_codes(shop: &Shop, buyer: &Buyer<'_>, keys: &EventKeys) -> Vec<Opened> {
    let mails = shop.mails(&buyer.email, "Your tickets").await;
    let pdf = mails[0]["attachments"][0]["base64"].as_str().unwrap();
    let codes = read_codes(&STANDARD.decode(pdf).unwrap());
    let full = codes.iter().filter_map(|code| match classify(code) {
        Ok(Presented::Full(digits)) => Some(digits),
        _ => None,
    });
    full.map(|digits| open(&digits, |_| Some(keys)).unwrap())
        .collect()
}

#[actix_web::test]
async fn a_manifest_shows_nobody_and_the_code_on_paper_opens_its_holder() {
    let shop = shop_with_gates().await;
    let (buyer, tickets) = sold(&shop).await;
    let (full, text) = manifest(&shop, None).await;
    for secret in ["Ada", "Lovelace", buyer.email.split('@').next().unwrap()] {
        assert!(!text.contains(secret), "{secret}");
    }
    let event = &full.events[0];
    let codes = opened_codes(&shop, &buyer, &event.keys()).await;
    assert_eq!(codes.len(), 2);
    for code in codes {
        let ticket = tickets
            .iter()
            .find(|ticket| ticket.serial == code.numbers.serial)
            .unwrap();
        assert_eq!(ticket.keys_digest, keys_digest(&code.keys));
        assert_eq!(ticket.state, TicketStateName::Sent);
        let key = holder_key_from_keys(&code.keys);
        let sealed = ticket.holder.as_ref().unwrap();
        let holder = open_holder(sealed, ticket.ticket_id, HolderKeyFrom::Keys(&key)).unwrap();
        assert_eq!(holder.first_name, format!("Ada{}", ticket.serial.0));
        assert_eq!(holder.email, buyer.email);
        let [other] = holder.party.as_slice() else {
            panic!("{:?}", holder.party);
        };
        assert_eq!(other.serial.0, 3 - ticket.serial.0);
        assert_eq!(other.first_name, format!("Ada{}", other.serial.0));
    }
}

#[actix_web::test]
async fn a_cursor_from_before_the_database_was_set_back_gets_everything() {
    let shop = shop_with_gates().await;
    let (_buyer, tickets) = sold(&shop).await;
    let (full, _) = manifest(&shop, None).await;
    let (again, _) = manifest(&shop, Some(full.cursor + 1_000_000_000)).await;
    assert_eq!(again.since, None);
    assert_eq!(again.events[0].tickets.len(), tickets.len());
}

#[actix_web::test]
async fn an_admission_counts_once_however_often_and_wherever_it_is_told() {
    let shop = shop_with_gates().await;
    let (buyer, tickets) = sold(&shop).await;
    let first = admission(&shop, "Gate-A", &tickets[0]);
    for _ in 0..2 {
        let answer = report(&shop, TOKEN, &first).await;
        assert_eq!(answer, AdmissionAnswer::Accepted);
    }
    let second = asking(admission(&shop, "Gate-B", &tickets[0]));
    for _ in 0..2 {
        let AdmissionAnswer::AlreadyAdmitted { first_scan } =
            report(&shop, OTHER_TOKEN, &second).await
        else {
            panic!("admitted twice");
        };
        assert_eq!(first_scan.gate, "Gate-A");
        assert_eq!(first_scan.at, first.scanned_at);
    }
    // Of a question only a yes is kept.
    assert_eq!(shop.ask("SELECT count(*)::text FROM scans").await, "1");
    let conflicts = "SELECT count(*)::text FROM scans WHERE conflict";
    assert_eq!(shop.ask(conflicts).await, "0", "nobody was let in twice");
    // The gate that asked did not wait for the answer, and let the ticket in alone.
    let told = AdmissionReport {
        asking: false,
        ..second
    };
    let answer = report(&shop, OTHER_TOKEN, &told).await;
    assert_ne!(answer, AdmissionAnswer::Accepted);
    assert_eq!(shop.ask(conflicts).await, "1");
    let seen = "SELECT verdict || ' ' || reason FROM scans WHERE conflict";
    assert_eq!(shop.ask(seen).await, "admit ok", "as the agent saw it");
    let mut states: Vec<_> = buyer.tickets().await;
    states.sort_by_key(|ticket| ticket["number"].to_string());
    assert_eq!(states[0]["state"], "scanned");
    assert!(states[0]["scanned_at"].is_string());
    assert_eq!(states[1]["state"], "sent");
    assert_nothing_violated(&shop).await;
}

#[actix_web::test]
async fn other_keys_other_states_and_unknown_tickets_are_refused_for_what_they_are() {
    let shop = shop_with_gates().await;
    let (_buyer, tickets) = sold(&shop).await;
    let refused = async |told: AdmissionReport| match report(&shop, TOKEN, &told).await {
        AdmissionAnswer::Refused { reason } => reason,
        answer @ (AdmissionAnswer::Accepted
        | AdmissionAnswer::NotNow
        | AdmissionAnswer::AlreadyAdmitted { .. }) => {
            panic!("{answer:?}")
        }
    };
    let good = || asking(admission(&shop, "Gate-A", &tickets[0]));
    let forged = AdmissionReport {
        keys_digest: Some(KeysDigest::from_bytes([7; 32])),
        ..good()
    };
    assert_eq!(refused(forged).await, Reason::Forged);
    let without = AdmissionReport {
        keys_digest: None,
        ..good()
    };
    assert_eq!(refused(without).await, Reason::Forged);
    let unknown = AdmissionReport {
        ticket_id: Some(Uuid::new_v4().into()),
        ..good()
    };
    assert_eq!(refused(unknown).await, Reason::Unknown);
    shop.execute(
        "UPDATE tickets SET state = 'deactivated', deactivated_at = now(),
         deactivated_reason = 'refunded' WHERE serial = 1",
    )
    .await;
    assert_eq!(refused(good()).await, Reason::Deactivated);
    let noted = AdmissionReport {
        verdict: Entry::Refuse,
        reason: Reason::Deactivated,
        ..admission(&shop, "Gate-A", &tickets[0])
    };
    let answer = report(&shop, TOKEN, &noted).await;
    assert_eq!(answer, AdmissionAnswer::Accepted);
    let verdicts = "SELECT count(*)::text FROM scans WHERE verdict = 'refuse' AND NOT conflict";
    assert_eq!(shop.ask(verdicts).await, "1");
    assert_eq!(shop.ask("SELECT count(*)::text FROM scans").await, "1");
}

#[actix_web::test]
async fn bad_reports_are_told_so() {
    let shop = shop_with_gates().await;
    let admissions = "/api/v1/gate/admissions";
    let (status, _) = ask(&shop, TOKEN, "/api/v1/gate/manifest?since=x", None).await;
    assert!((400..500).contains(&status), "{status}");
    let (status, body) = ask(&shop, TOKEN, admissions, Some(json!({ "reports": [{}] }))).await;
    assert_eq!((status, body["code"].as_str()), (422, Some("invalid")));
    let (_, tickets) = sold(&shop).await;
    let many = vec![admission(&shop, "Gate-A", &tickets[0]); 501];
    let (status, _) = ask(&shop, TOKEN, admissions, Some(json!({ "reports": many }))).await;
    assert!([413, 422].contains(&status), "{status}");
}

pub(crate) async fn assert_nothing_violated(shop: &Shop) {
    let findings = api::audit::run(&shop.app.app).await.unwrap();
    for finding in findings {
        assert_eq!(
            finding.violations, 0,
            "{}: {}",
            finding.invariant, finding.what
        );
    }
}
