//! The program killed at random moments under load, and a ledger whose file was torn or damaged.
//! `POWER_LOSS_SEED` runs one again.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held, TOKEN};
use crate::gate::Gate;

const KILLS: usize = 50;
const LANES: usize = 8;
const TICKETS: usize = 1500;
/// Between a start and its kill, while scans come in.
const LIVES_MILLISECONDS: std::ops::Range<u64> = 5..120;

/// A scan that was answered before the power went.
struct Acknowledged {
    id: Uuid,
    at: usize,
    body: Value,
}

/// Shows fresh tickets until nothing answers any more.
async fn load(gate: &Gate, tickets: &[Held], next: &Mutex<usize>) -> Vec<Acknowledged> {
    let lane = async |_: usize| {
        let mut seen = Vec::new();
        loop {
            let at = {
                let mut next = next.lock().unwrap();
                *next += 1;
                *next - 1
            };
            let id = Uuid::new_v4();
            let code = &tickets[at % tickets.len()].full;
            let body = json!({ "scan_id": id, "gate": GATE, "code": code }).to_string();
            let Ok(response) = gate.request("/v1/scans", body).send().await else {
                return seen;
            };
            let status = response.status();
            let Ok(body) = response.json().await else {
                return seen;
            };
            assert_eq!(status, 200, "{body}");
            seen.push(Acknowledged { id, at, body });
        }
    };
    let lanes = join_all((0..LANES).map(lane)).await;
    lanes.into_iter().flatten().collect()
}

/// Records of the file by `scan_id`; every line is whole.
fn entries(folder: &Path) -> HashMap<String, Value> {
    let text = std::fs::read_to_string(folder.join("gate.ledger")).unwrap();
    let mut entries = HashMap::new();
    for line in text.lines().skip(1) {
        for record in line[33..].split('\t') {
            let record: Value = serde_json::from_str(record).unwrap();
            let Some(report) = record.pointer("/entry/report") else {
                continue;
            };
            let id = report["scan_id"].as_str().unwrap().to_owned();
            let twice = entries.insert(id, report.clone());
            assert!(twice.is_none(), "a scan is there twice");
        }
    }
    entries
}

#[actix_web::test]
async fn killed_fifty_times_under_load_every_answered_scan_is_there_once() {
    let given = std::env::var("POWER_LOSS_SEED").ok();
    let seed: u64 = given.map_or_else(|| rand::rng().random(), |seed| seed.parse().unwrap());
    println!("POWER_LOSS_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let centre = Centre::start().await;
    let event = centre.event(7);
    let tickets: Vec<_> = (0..TICKETS).map(|_| centre.ticket(event)).collect();
    let mut gate = Gate::start(&centre).await;
    let next = Mutex::new(0);
    let mut all: Vec<Acknowledged> = Vec::new();
    for kill in 0..KILLS {
        // Half of the lives without the centre.
        if rng.random_bool(0.5) {
            centre.proxy.cut();
        } else {
            centre.proxy.mend();
        }
        let life = Duration::from_millis(rng.random_range(LIVES_MILLISECONDS));
        let pid = gate.pid();
        let ((), acknowledged) = tokio::join!(
            async {
                tokio::time::sleep(life).await;
                // `kill -9`, while requests are on their way.
                let done = Command::new("kill").args(["-9", &pid.to_string()]).status();
                assert!(done.unwrap().success());
            },
            load(&gate, &tickets, &next),
        );
        let folder = gate.kill();
        gate = Gate::start_in(&centre, &folder, &[]);
        let entries = entries(&folder);
        for scan in &acknowledged {
            let entry = &entries[&scan.id.to_string()];
            assert_eq!(entry["reason"], scan.body["reason"], "kill {kill}");
        }
        for scan in acknowledged.iter().rev().take(5) {
            let again = gate.scan_as(scan.id, &tickets[scan.at % TICKETS].full);
            assert_eq!(again.await.body, scan.body, "kill {kill}");
        }
        all.extend(acknowledged);
    }
    centre.proxy.mend();
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    println!("{} scans were answered, {KILLS} kills", all.len());
    assert!(all.len() > KILLS, "hardly any load");
    let entries = entries(&gate.kill());
    let mut admitted = HashMap::new();
    for scan in &all {
        let entry = &entries[&scan.id.to_string()];
        assert_eq!(entry["verdict"], scan.body["verdict"]);
    }
    for report in entries
        .values()
        .filter(|report| report["verdict"] == "admit")
    {
        *admitted
            .entry(report["ticket_id"].as_str().unwrap())
            .or_insert(0) += 1;
    }
    assert!(admitted.values().all(|times| *times == 1));
    let told = centre.state().reports.len();
    assert!(told >= entries.len(), "{told} told of {}", entries.len());
}

/// A ledger with three admissions, made while cut off.
async fn ledger() -> (Centre, Vec<Held>, std::path::PathBuf) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let tickets: Vec<_> = (0..4).map(|_| centre.ticket(event)).collect();
    let gate = Gate::start(&centre).await;
    centre.proxy.cut();
    gate.until_link("down").await;
    for held in &tickets[..3] {
        assert!(gate.scan(&held.full).await.admits());
    }
    (centre, tickets, gate.kill())
}

#[actix_web::test]
async fn a_torn_last_line_goes_and_what_was_answered_stays() {
    let (centre, tickets, folder) = ledger().await;
    let path = folder.join("gate.ledger");
    let whole = std::fs::read(&path).unwrap();
    let begun = whole.iter().rposition(|byte| *byte == b'\n').unwrap();
    let last = whole[..begun]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    // As much of a line as reached the disk before the power went.
    let torn = [&whole[..], &whole[last..last + 90]].concat();
    std::fs::write(&path, torn).unwrap();
    let gate = Gate::start_in(&centre, &folder, &[]);
    for held in &tickets[..3] {
        assert_eq!(gate.scan(&held.short).await.reason(), "already_scanned");
    }
    assert!(gate.scan(&tickets[3].full).await.admits());
    let folder = gate.kill();
    assert!(std::fs::read(&path).unwrap().starts_with(&whole));
    assert_eq!(entries(&folder).len(), 7);
}

#[actix_web::test]
async fn a_changed_byte_stops_the_start_with_a_reason_and_changes_nothing() {
    let (centre, _, folder) = ledger().await;
    let path = folder.join("gate.ledger");
    let whole = std::fs::read(&path).unwrap();
    for at in [3, whole.len() / 3, whole.len() / 2, whole.len() - 40] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let (code, said) = start_in_vain(&centre, &folder);
        assert_eq!(code, Some(1));
        let is_clear = said.contains("it is damaged in the line at byte")
            || said.contains("it is no ledger of this program");
        assert!(is_clear && said.contains("gate.ledger"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), damaged);
    }
    // Put right, all is there.
    std::fs::write(&path, &whole).unwrap();
    let gate = Gate::start_in(&centre, &folder, &[]);
    assert_eq!(gate.status().await["waiting"], 3);
    let (code, said) = start_in_vain(&centre, &folder);
    assert_eq!(code, Some(1));
    assert!(said.contains("another process has it open"), "{said}");
}

fn start_in_vain(centre: &Centre, folder: &Path) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_gate-scanner"))
        .arg("serve")
        .env("LISTEN", "127.0.0.1:0")
        .env("API_URL", centre.url())
        .env("GATE_TOKEN", TOKEN)
        .env("GATE_NAME", GATE)
        .env("LEDGER", folder.join("gate.ledger"))
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    (done.status.code(), said)
}
