//! Many reports in one call: each is answered for itself, none harms its neighbours, and gates that
//! tell at the same time neither admit twice nor wait for each other for ever.

use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use ticket_core::admission::{Entry, Reason};
use ticket_core::credential::KeysDigest;
use ticket_core::ids::{ScanId, TicketId};
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport, ManifestTicket};
use uuid::Uuid;

use crate::gate_reports::{
    OTHER_TOKEN, TOKEN, admission, ask, asking, assert_nothing_violated, manifest, shop_with_gates,
};
use crate::shop::Shop;

async fn tell(shop: &Shop, token: &str, reports: &[AdmissionReport]) -> Vec<AdmissionAnswer> {
    let body = json!({ "reports": reports });
    let (status, answers) = ask(shop, token, "/api/v1/gate/admissions", Some(body)).await;
    assert_eq!(status, 200, "{answers}");
    serde_json::from_value(answers["answers"].clone()).unwrap()
}

/// Tickets of several people, four each.
async fn sold(shop: &Shop, families: usize) -> Vec<ManifestTicket> {
    for _ in 0..families {
        let _ = shop.spectator().await.buy("family").await;
    }
    let (manifest, _) = manifest(shop, None).await;
    let tickets = manifest.events[0].tickets.clone();
    assert_eq!(tickets.len(), 4 * families);
    tickets
}

fn scan_again(report: &AdmissionReport) -> AdmissionReport {
    AdmissionReport {
        scan_id: ScanId::from_uuid(Uuid::new_v4()),
        ..report.clone()
    }
}

#[actix_web::test]
async fn each_report_of_a_call_has_its_own_answer() {
    let shop = shop_with_gates().await;
    let tickets = sold(&shop, 1).await;
    let first = asking(admission(&shop, "Gate-A", &tickets[0]));
    let again = scan_again(&first);
    let let_in = AdmissionReport {
        asking: false,
        ..scan_again(&first)
    };
    let forged = AdmissionReport {
        keys_digest: Some(KeysDigest::from_bytes([7; 32])),
        ..admission(&shop, "Gate-A", &tickets[1])
    };
    let unknown = AdmissionReport {
        ticket_id: Some(Uuid::new_v4().into()),
        ..admission(&shop, "Gate-A", &tickets[1])
    };
    let noted = AdmissionReport {
        verdict: Entry::Refuse,
        reason: Reason::Unreadable,
        ticket_id: None,
        ..admission(&shop, "Gate-A", &tickets[1])
    };
    let last = admission(&shop, "Gate-A", &tickets[2]);
    let call = [
        first.clone(),
        again,
        first.clone(),
        let_in,
        forged,
        unknown,
        noted,
        last,
    ];
    let answers = tell(&shop, TOKEN, &call).await;
    let refused = |reason| AdmissionAnswer::Refused { reason };
    let AdmissionAnswer::AlreadyAdmitted { first_scan } = &answers[1] else {
        panic!("{:?}", answers[1]);
    };
    assert_eq!(
        (first_scan.at, first_scan.gate.as_str()),
        (first.scanned_at, "Gate-A")
    );
    assert_eq!(answers[0], AdmissionAnswer::Accepted);
    assert_eq!(answers[2], AdmissionAnswer::Accepted, "the same scan");
    assert_eq!(answers[3], answers[1]);
    assert_eq!(answers[4], refused(Reason::Forged));
    assert_eq!(answers[5], refused(Reason::Unknown));
    assert_eq!(answers[6], AdmissionAnswer::Accepted);
    assert_eq!(answers[7], AdmissionAnswer::Accepted);
    // All of it again, as after an answer that was lost.
    assert_eq!(tell(&shop, TOKEN, &call).await, answers);
    let count = "SELECT count(*) || ' ' || count(*) FILTER (WHERE admission) || ' '
                 || count(*) FILTER (WHERE conflict) FROM scans";
    assert_eq!(shop.ask(count).await, "6 2 3");
    assert_nothing_violated(&shop).await;
}

#[actix_web::test]
async fn gates_that_tell_the_same_tickets_in_opposite_orders_admit_each_once() {
    let shop = shop_with_gates().await;
    let tickets = sold(&shop, 5).await;
    for round in 0..4 {
        let tickets = &tickets[5 * round..5 * round + 5];
        let here: Vec<_> = tickets
            .iter()
            .map(|ticket| asking(admission(&shop, "Gate-A", ticket)))
            .collect();
        let there: Vec<_> = here.iter().rev().map(scan_again).collect();
        let calls = [(TOKEN, &here), (OTHER_TOKEN, &there)];
        // The same call twice at the same moment, too: a gate that tells again too soon.
        let calls = calls.iter().chain(&calls);
        let told = join_all(calls.map(|(token, call)| tell(&shop, token, call))).await;
        assert_eq!(told[0], told[2]);
        assert_eq!(told[1], told[3]);
        for (ours, theirs) in told[0].iter().zip(told[1].iter().rev()) {
            let accepted = [ours, theirs].map(|answer| *answer == AdmissionAnswer::Accepted);
            assert_ne!(accepted[0], accepted[1], "{ours:?} {theirs:?}");
        }
    }
    let admitted = "SELECT count(*)::text FROM scans WHERE admission";
    assert_eq!(shop.ask(admitted).await, "20");
    assert_nothing_violated(&shop).await;
}

async fn forget_digest(shop: &Shop, ticket: TicketId) {
    for sql in [
        "ALTER TABLE tickets DISABLE TRIGGER tickets_key_is_permanent",
        &format!("UPDATE tickets SET keys_digest = NULL WHERE id = '{ticket}'"),
        "ALTER TABLE tickets ENABLE TRIGGER tickets_key_is_permanent",
    ] {
        shop.execute(sql).await;
    }
}

/// Sent before digests were kept, as it was sent after.
#[actix_web::test]
async fn a_ticket_without_a_digest_is_compared_with_its_keys() {
    let shop = shop_with_gates().await;
    let tickets = sold(&shop, 1).await;
    for ticket in [&tickets[0], &tickets[1]] {
        forget_digest(&shop, ticket.ticket_id).await;
    }
    let forged = AdmissionReport {
        keys_digest: Some(KeysDigest::from_bytes([7; 32])),
        ..admission(&shop, "Gate-A", &tickets[1])
    };
    let call = [admission(&shop, "Gate-A", &tickets[0]), forged];
    let answers = tell(&shop, TOKEN, &call).await;
    assert_eq!(answers[0], AdmissionAnswer::Accepted);
    let forged = AdmissionAnswer::Refused {
        reason: Reason::Forged,
    };
    assert_eq!(answers[1], forged);
}

#[actix_web::test]
async fn rows_that_do_not_open_harm_no_neighbour() {
    let shop = shop_with_gates().await;
    let tickets = sold(&shop, 2).await;
    let broken = tickets[0].ticket_id;
    // One that was sent before digests were kept: its keys are opened.
    forget_digest(&shop, broken).await;
    shop.execute(&format!(
        "UPDATE data_keys SET wrapped = '\\x00' WHERE id =
         (SELECT user_id FROM tickets WHERE id = '{broken}')"
    ))
    .await;
    let whole = tickets.iter().rev().take(4);
    let mut call = vec![admission(&shop, "Gate-A", &tickets[0])];
    call.extend(whole.map(|ticket| admission(&shop, "Gate-A", ticket)));
    // A gate that takes the list without it keeps nobody else outside.
    let (list, _) = manifest(&shop, None).await;
    let listed: Vec<_> = list
        .events
        .iter()
        .flat_map(|event| &event.tickets)
        .collect();
    let is_listed = |id| listed.iter().any(|ticket| ticket.ticket_id == id);
    assert!(!is_listed(broken));
    assert!(
        tickets
            .iter()
            .rev()
            .take(4)
            .all(|ticket| is_listed(ticket.ticket_id))
    );
    let answers = tell(&shop, TOKEN, &call).await;
    assert_eq!(answers[0], AdmissionAnswer::NotNow);
    assert!(answers[1..].iter().all(|a| *a == AdmissionAnswer::Accepted));
    // It is told again later: nothing of it was recorded.
    assert_eq!(shop.ask("SELECT count(*)::text FROM scans").await, "4");
}

#[actix_web::test]
async fn a_ticket_let_in_twice_is_listed_for_both_gates_with_who_where_and_when() {
    let shop = shop_with_gates().await;
    let tickets = sold(&shop, 1).await;
    let (before, _) = manifest(&shop, None).await;
    assert!(before.conflicts.is_empty());
    let first = asking(admission(&shop, "Gate-A", &tickets[0]));
    let second = admission(&shop, "Gate-B", &tickets[0]);
    let only = admission(&shop, "Gate-A", &tickets[1]);
    let _ = tell(&shop, TOKEN, &[first.clone(), only]).await;
    let _ = tell(&shop, OTHER_TOKEN, std::slice::from_ref(&second)).await;

    let (changes, _) = manifest(&shop, Some(before.cursor)).await;
    assert_eq!(changes.conflicts.len(), 1);
    assert_eq!(changes.conflicts[0].serial, tickets[0].serial);
    // Told again for as long as somebody's transaction from before is in course.
    let mut later = manifest(&shop, Some(changes.cursor)).await.0;
    for _ in 0..400 {
        if later.conflicts.is_empty() {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(25)).await;
        later = manifest(&shop, Some(later.cursor)).await.0;
    }
    assert!(later.conflicts.is_empty());
    let (full, _) = manifest(&shop, None).await;
    assert_eq!(full.conflicts, changes.conflicts);
    for token in [TOKEN, OTHER_TOKEN] {
        let (status, listed) = ask(&shop, token, "/api/v1/gate/conflicts", None).await;
        assert_eq!(status, 200);
        let conflicts = listed["conflicts"].as_array().unwrap();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0]["ticket_id"], json!(tickets[0].ticket_id));
        let entries = conflicts[0]["entries"].as_array().unwrap();
        let mut seen: Vec<_> = entries.iter().map(side).collect();
        seen.sort();
        let (first, second) = (json!(first.scan_id), json!(second.scan_id));
        assert_eq!(
            seen,
            [
                ("Gate-A".to_owned(), "confirmed".to_owned(), first),
                ("Gate-B".to_owned(), "local".to_owned(), second),
            ]
            .map(|(gate, certainty, scan)| format!("{gate} {certainty} {scan}"))
        );
    }
    let (status, _) = ask(&shop, "nobody", "/api/v1/gate/conflicts", None).await;
    assert_eq!(status, 401);
}

fn side(entry: &Value) -> String {
    assert_eq!(entry["device"], "tablet");
    assert!(entry["at"].is_string());
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    format!(
        "{} {} {}",
        text("gate"),
        text("certainty"),
        entry["scan_id"]
    )
}

#[actix_web::test]
async fn which_codes_enter_is_said_per_event_and_gates_are_told() {
    let shop = shop_with_gates().await;
    let _ = sold(&shop, 1).await;
    let (before, _) = manifest(&shop, None).await;
    assert!(!before.events[0].live_code_required);
    let code = before.events[0].code.as_str().to_owned();
    let set = |event: &str, codes: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
        command.args(["staff", "codes", "--event", event, "--codes", codes]);
        command.envs(shop.app.environment()).output().unwrap()
    };
    assert!(set(&code, "live-only").status.success());
    let (changes, _) = manifest(&shop, Some(before.cursor)).await;
    assert!(changes.events[0].live_code_required);
    assert!(set(&code, "any").status.success());
    let (changes, _) = manifest(&shop, Some(before.cursor)).await;
    assert!(!changes.events[0].live_code_required);
    for (event, codes) in [("NO-SUCH", "any"), (code.as_str(), "paper")] {
        let refused = set(event, codes);
        assert!(!refused.status.success());
    }
    let logged = "SELECT count(*)::text FROM audit_log WHERE action = 'gate.codes_set'";
    assert_eq!(shop.ask(logged).await, "2");
}
