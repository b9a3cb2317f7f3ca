//! Cut off from the centre, and after a power cut: nothing scanned is lost, a ticket enters once.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use ticket_core::manifest::{FirstScan, ManifestSigner};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{Centre, hours};
use crate::gate::{Gate, fresh_folder};

#[actix_web::test]
async fn cut_off_it_decides_alone_and_tells_the_centre_later() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let (first, second) = (centre.ticket(event), centre.ticket(event));
    let gate = Gate::start(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    let answer = gate.scan(&first.full).await;
    assert!(answer.admits());
    assert_eq!(answer.text("/certainty"), "local");
    assert_eq!(answer.text("/holder/first_name"), "Zoé");
    let again = gate.scan(&first.short).await;
    assert_eq!(again.reason(), "already_scanned");
    assert!(gate.scan(&second.short).await.admits());
    assert_eq!(gate.status().await["waiting"], 3);
    assert_eq!(centre.state_of(&first), TicketStateName::Sent);

    centre.proxy.mend();
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    assert_eq!(centre.state_of(&first), TicketStateName::Scanned);
    assert_eq!(centre.state_of(&second), TicketStateName::Scanned);
    let told = centre.state().reports.len();
    assert_eq!(told, 3);
    let after = gate.scan(&first.full).await;
    assert_eq!(after.text("/first_scan/at"), answer.text("/scanned_at"));
}

/// With the centre at hand it would be the centre that lets one in.
#[actix_web::test]
async fn cut_off_of_twenty_scans_of_one_ticket_at_once_exactly_one_admits() {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    let gate = Gate::start(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    let codes = [&held.full, &held.short];
    let answers = join_all((0..20).map(|scan| gate.scan(codes[scan % 2]))).await;
    assert_eq!(answers.iter().filter(|answer| answer.admits()).count(), 1);
    assert_eq!(gate.status().await["waiting"], 20);
}

#[actix_web::test]
async fn a_cut_noticed_only_by_the_scan_itself_keeps_nobody_waiting() {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    let folder = fresh_folder();
    let settings = [("POLL_MILLISECONDS", "600000"), ("ASK_MILLISECONDS", "200")];
    let gate = Gate::start_in(&centre, &folder, &settings);
    gate.until_link("up").await;
    // The centre takes the question and does not answer in time.
    centre.state().slowness = Duration::from_secs(2);
    let started = std::time::Instant::now();
    let answer = gate.scan(&held.full).await;
    assert!(started.elapsed() < Duration::from_millis(1500));
    assert!(answer.admits());
    assert_eq!(answer.text("/certainty"), "local");
    let again = gate.scan(&held.full).await;
    assert_eq!(again.reason(), "already_scanned");
}

#[actix_web::test]
async fn after_a_power_cut_every_admission_is_remembered_even_without_the_centre() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let gate = Gate::start(&centre).await;
    // By way of a change, which is kept as well.
    let (inside, outside) = (centre.ticket(event), centre.ticket(event));
    gate.until_followed(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    let id = Uuid::new_v4();
    let first = gate.scan_as(id, &inside.full).await;
    assert!(first.admits());
    let folder = gate.kill();

    let gate = Gate::start_in(&centre, &folder, &[]);
    let status = gate.status().await;
    assert_eq!(status["link"]["state"], "down");
    assert_eq!(status["waiting"], 1);
    assert_eq!(status["events"][0]["tickets"], 2);
    let again = gate.scan(&inside.full).await;
    assert_eq!(again.reason(), "already_scanned");
    assert_eq!(again.text("/first_scan/at"), first.text("/scanned_at"));
    let same = gate.scan_as(id, &inside.full).await;
    assert_eq!(same.body, first.body);
    assert!(gate.scan(&outside.short).await.admits());

    centre.proxy.mend();
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    assert_eq!(centre.state_of(&inside), TicketStateName::Scanned);
    assert_eq!(centre.state_of(&outside), TicketStateName::Scanned);
}

#[actix_web::test]
async fn what_was_answered_is_on_disk_whenever_the_power_is_cut() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let tickets: Vec<_> = (0..30).map(|_| centre.ticket(event)).collect();
    let gate = Gate::start(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    let answers = join_all(tickets.iter().map(|ticket| gate.scan(&ticket.full))).await;
    assert!(answers.iter().all(crate::gate::Answer::admits));
    // No waiting between the answer and the cut.
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    for ticket in &tickets {
        assert_eq!(gate.scan(&ticket.short).await.reason(), "already_scanned");
    }
}

#[actix_web::test]
async fn an_admission_the_centre_knows_of_is_given_to_its_own_scan_after_a_power_cut() {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    let gate = Gate::start(&centre).await;
    let id = Uuid::new_v4();
    // Cut between the centre's word and the ledger.
    centre.hear(id.into(), &held);
    gate.until_followed(&centre).await;
    let other = gate.scan(&held.full).await;
    assert_eq!(other.reason(), "already_scanned");
    let same = gate.scan_as(id, &held.full).await;
    assert_eq!(
        (same.reason(), same.text("/certainty")),
        ("ok", "confirmed")
    );
    assert!(same.body.get("first_scan").is_none());
    assert_eq!(gate.scan(&held.full).await.reason(), "already_scanned");
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
}

#[actix_web::test]
async fn a_ticket_let_in_by_two_gates_that_were_apart_is_shown_as_a_conflict() {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    let gate = Gate::start(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    let first = FirstScan {
        at: hours(-1),
        gate: "Gate-B".into(),
    };
    centre.admit_elsewhere(&held, first);
    assert!(gate.scan(&held.full).await.admits());
    centre.proxy.mend();
    gate.until("told", |status| status["waiting"] == 0).await;
    let history = gate.get("/v1/scans").await.body;
    let conflict = &history["scans"][0]["conflict"];
    assert_eq!(conflict["reason"], "already_scanned");
    assert_eq!(conflict["first_scan"]["gate"], "Gate-B");
}

#[actix_web::test]
async fn a_manifest_signed_by_another_key_changes_nothing() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let held = centre.ticket(event);
    let gate = Gate::start(&centre).await;
    centre.set_state(&held, TicketStateName::Deactivated);
    gate.until_followed(&centre).await;
    // Someone in the middle brings the ticket back to life.
    centre.state().signer = ManifestSigner::from_bytes(&[66; 32]);
    centre.set_state(&held, TicketStateName::Sent);
    gate.until_link("down").await;
    assert_eq!(gate.scan(&held.full).await.reason(), "deactivated");
    // A restart does not forget whom it trusts.
    let gate = Gate::start_in(&centre, &gate.kill(), &[]);
    assert_eq!(gate.scan(&held.full).await.reason(), "deactivated");
}

#[actix_web::test]
async fn a_list_changed_on_disk_is_not_used() {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    let folder = Gate::start(&centre).await.kill();
    centre.proxy.cut();
    let path = folder.join("gate.ledger.list");
    let list = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, list.replace("Archery", "Nothing")).unwrap();
    let gate = Gate::start_in(&centre, &folder, &[]);
    let answer = gate.scan(&held.full).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text("/code")),
        (503, "unavailable")
    );
}

#[actix_web::test]
async fn a_configured_key_is_the_one_that_counts() {
    let centre = Centre::start().await;
    centre.ticket(centre.event(7));
    let strange = ManifestSigner::from_bytes(&[66; 32]).verifier().to_bytes();
    let strange = STANDARD.encode(strange);
    let settings = [("MANIFEST_PUBLIC_KEY", strange.as_str())];
    let gate = Gate::start_in(&centre, &fresh_folder(), &settings);
    gate.until("some pulls", |_| centre.state().pulls > 2).await;
    let status = gate.status().await;
    assert_eq!(status["link"]["state"], "down");
    assert!(status["manifest"].is_null());
}

#[actix_web::test]
async fn scans_that_the_centre_cannot_take_keep_no_other_waiting() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    // More than are told in one call.
    let unopened: Vec<_> = (0..205).map(|_| centre.ticket(event)).collect();
    let whole = centre.ticket(event);
    let gate = Gate::start(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    for held in &unopened {
        assert!(gate.scan(&held.full).await.admits());
        centre.state().unopened.insert(held.id);
    }
    assert!(gate.scan(&whole.full).await.admits());
    centre.proxy.mend();
    gate.until("the other told", |status| status["waiting"] == 205)
        .await;
    assert_eq!(centre.state_of(&whole), TicketStateName::Scanned);
    centre.state().unopened.clear();
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
}
