//! A stadium: one hundred thousand tickets are there within seconds of a start, with and without
//! the centre. `cargo test -p gate-scanner large -- --nocapture` shows the figures, and
//! `docs/capacity.md` keeps them.

use std::time::{Duration, Instant};

use crate::centre::Centre;
use crate::gate::{Gate, fresh_folder};

const TICKETS: u64 = 100_000;
/// Seconds in an optimised build; the tests' own is many times slower, and so is a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

#[actix_web::test]
async fn a_hundred_thousand_tickets_are_loaded_from_the_centre_and_again_from_disk() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let (first, second) = (centre.ticket(event), centre.ticket(event));
    centre.fill(event, u32::try_from(TICKETS).unwrap());
    // Hardly ever, so that only the start is measured.
    let settings = [("POLL_MILLISECONDS", "600000")];
    let folder = fresh_folder();
    let started = Instant::now();
    let gate = Gate::start_in(&centre, &folder, &settings);
    until_loaded(&gate, started).await;
    println!("from the centre: {:?}", started.elapsed());
    let status = gate.status().await;
    let bytes = |name: &str| status["manifest"][name].as_u64().unwrap();
    let beside = (bytes("bytes") - bytes("bytes_of_names")) / TICKETS;
    println!(
        "memory: {} bytes, {beside} a ticket beside its sealed names",
        bytes("bytes")
    );
    assert!(beside <= 250, "{beside} bytes a ticket");
    assert!(gate.scan(&first.full).await.admits());

    // Kept a moment after it is in use.
    while !folder.join("gate.ledger.list").exists() {
        assert!(started.elapsed() < PATIENCE, "the list is not kept");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let folder = gate.kill();
    centre.proxy.cut();
    let started = Instant::now();
    let gate = Gate::start_in(&centre, &folder, &settings);
    until_loaded(&gate, started).await;
    println!("from disk: {:?}", started.elapsed());
    let asked = Instant::now();
    let answer = gate.scan(&second.short).await;
    println!("a scan: {:?}", asked.elapsed());
    assert!(answer.admits());
    assert_eq!(gate.scan(&first.short).await.reason(), "already_scanned");
}

async fn until_loaded(gate: &Gate, started: Instant) {
    loop {
        let status = gate.status().await;
        if status["events"][0]["tickets"].as_u64() >= Some(TICKETS) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "too slow: {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
