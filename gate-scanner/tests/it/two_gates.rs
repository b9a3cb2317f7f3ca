//! Two gate services, one event, a thousand tickets, each shown at both, while lines are cut and
//! programs are killed as a seed says. `TWO_GATES_SEED` runs one again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::RwLock;
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held, OTHER_GATE};
use crate::gate::{Answer, Gate, fresh_folder};

const TICKETS: usize = 1000;
/// Agents at each gate.
const LANES: usize = 6;
/// From the lines' return until both sides list everything.
const LISTED_WITHIN: Duration = Duration::from_secs(5);
/// As in production: how often a gate asks for news.
const POLL: &str = "1500";

/// A gate service that may be killed and started again between two scans.
struct Side {
    name: &'static str,
    centre: Centre,
    gate: RwLock<Option<Gate>>,
    answers: std::sync::Mutex<Vec<(usize, Uuid, Answer)>>,
}

impl Side {
    async fn start(name: &'static str, centre: Centre) -> Self {
        let side = Self {
            name,
            centre,
            gate: RwLock::new(None),
            answers: std::sync::Mutex::default(),
        };
        let gate = side.started(&fresh_folder());
        gate.until_link("up").await;
        *side.gate.write().await = Some(gate);
        side
    }

    fn started(&self, folder: &std::path::Path) -> Gate {
        let device = format!("device of {}", self.name);
        let settings = [
            ("GATE_NAME", self.name),
            ("DEVICE_NAME", device.as_str()),
            ("POLL_MILLISECONDS", POLL),
            ("ASK_MILLISECONDS", "500"),
        ];
        Gate::start_in(&self.centre, folder, &settings)
    }

    async fn restart(&self) {
        // In the midst of scans: nobody is waited for.
        let mut gate = self.gate.write().await;
        let folder = gate.take().unwrap().kill();
        *gate = Some(self.started(&folder));
    }

    /// The same scan until it is answered, as a tablet does.
    async fn scan(&self, id: Uuid, held: &Held) -> Answer {
        let body = json!({ "scan_id": id, "gate": self.name, "code": held.full }).to_string();
        loop {
            let sent = {
                let gate = self.gate.read().await;
                gate.as_ref().unwrap().request("/v1/scans", body.clone())
            };
            match sent.send().await {
                Ok(answer) if answer.status() == 200 => return Answer::of(answer).await,
                Ok(answer) => assert_eq!(answer.status(), 503),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// All tickets in an order of its own, by several agents.
    async fn show_all(&self, tickets: &[Held], seed: u64, shown: &AtomicUsize) {
        let mut order: Vec<usize> = (0..tickets.len()).collect();
        order.shuffle(&mut StdRng::seed_from_u64(seed));
        let mut lanes = FuturesUnordered::new();
        for at in order {
            if lanes.len() == LANES {
                lanes.next().await;
            }
            lanes.push(async move {
                let id = Uuid::new_v4();
                let answer = self.scan(id, &tickets[at]).await;
                shown.fetch_add(1, Ordering::Relaxed);
                self.answers.lock().unwrap().push((at, id, answer));
            });
        }
        while lanes.next().await.is_some() {}
    }

    /// Ticket to the gates where it was let in, as this side lists it.
    async fn conflicts(&self) -> BTreeMap<String, BTreeSet<String>> {
        let gate = self.gate.read().await;
        let answer = gate.as_ref().unwrap().get("/v1/conflicts").await;
        let conflicts = answer.body["conflicts"].as_array().unwrap().clone();
        conflicts.iter().map(listed).collect()
    }
}

/// Who, where and when must be said of each entry.
fn listed(conflict: &Value) -> (String, BTreeSet<String>) {
    let entries = conflict["entries"].as_array().unwrap();
    let places = entries.iter().map(|entry| {
        let gate = entry["gate"].as_str().unwrap();
        // Those that know the other side's answer only have not heard of its device yet.
        let device = entry["device"].as_str().unwrap_or_default();
        let is_whole = device == format!("device of {gate}") && entry["scan_id"].is_string();
        assert!(entry["at"].is_string());
        if is_whole { gate } else { "" }.to_owned()
    });
    assert_eq!(conflict["event"], "ARC007");
    assert!(conflict["serial"].is_u64());
    let ticket = conflict["ticket_id"].as_str().unwrap().to_owned();
    (ticket, places.collect())
}

fn seed() -> u64 {
    let given = std::env::var("TWO_GATES_SEED").ok();
    given.map_or_else(|| rand::rng().random(), |seed| seed.parse().unwrap())
}

/// Cuts, stalls and kills until all tickets were shown.
async fn disturb(sides: [&Side; 2], mut rng: StdRng, shown: &AtomicUsize) -> usize {
    let mut disturbed = 0;
    while shown.load(Ordering::Relaxed) < 2 * TICKETS {
        let side = sides[rng.random_range(0..2)];
        match rng.random_range(0..5) {
            0 => side.centre.proxy.cut(),
            1 => side.centre.proxy.stall(),
            2 => side.restart().await,
            _ => side.centre.proxy.mend(),
        }
        disturbed += 1;
        let pause = Duration::from_millis(rng.random_range(50..600));
        tokio::time::sleep(pause).await;
    }
    disturbed
}

#[actix_web::test]
async fn a_thousand_tickets_at_two_gates_that_are_cut_and_killed() {
    let seed = seed();
    println!("TWO_GATES_SEED={seed}");
    let centre = Centre::start().await;
    let event = centre.event(7);
    let tickets: Vec<_> = (0..TICKETS).map(|_| centre.ticket(event)).collect();
    let first = Side::start(GATE, centre.clone()).await;
    let second = Side::start(OTHER_GATE, centre.other_line().await).await;
    let shown = AtomicUsize::new(0);
    let ((), (), disturbed) = tokio::join!(
        first.show_all(&tickets, seed, &shown),
        second.show_all(&tickets, seed + 1, &shown),
        disturb([&first, &second], StdRng::seed_from_u64(seed + 2), &shown),
    );

    for side in [&first, &second] {
        side.centre.proxy.mend();
    }
    let mended = Instant::now();
    let twice = admitted_twice(&tickets, [&first, &second]);
    until_listed(&twice, &centre, [&first, &second], mended).await;
    println!(
        "{disturbed} disturbances, {} of {TICKETS} let in twice while cut, listed after {:.1?}",
        twice.len(),
        mended.elapsed()
    );
    for side in [&first, &second] {
        nothing_is_lost_or_rewritten(side, &tickets, &centre).await;
    }
}

/// Each ticket enters somewhere, and twice only where one of the gates could not ask.
fn admitted_twice(tickets: &[Held], sides: [&Side; 2]) -> BTreeMap<String, BTreeSet<String>> {
    let mut admitted: BTreeMap<usize, Vec<(&str, String)>> = BTreeMap::new();
    for side in sides {
        let answers = side.answers.lock().unwrap();
        assert_eq!(answers.len(), TICKETS);
        for (at, _, answer) in answers.iter() {
            let admissions = admitted.entry(*at).or_default();
            if answer.admits() {
                admissions.push((side.name, answer.text("/certainty").to_owned()));
            } else {
                assert_eq!(answer.reason(), "already_scanned");
            }
        }
    }
    let mut twice = BTreeMap::new();
    for (at, admissions) in admitted {
        assert!(!admissions.is_empty(), "ticket {at} was let in nowhere");
        if admissions.len() == 2 {
            let alone = admissions.iter().any(|(_, certainty)| certainty == "local");
            assert!(alone, "ticket {at} was let in twice while connected");
            let gates = admissions.iter().map(|(gate, _)| (*gate).to_owned());
            twice.insert(tickets[at].id.to_string(), gates.collect());
        }
    }
    twice
}

async fn until_listed(
    twice: &BTreeMap<String, BTreeSet<String>>,
    centre: &Centre,
    sides: [&Side; 2],
    mended: Instant,
) {
    loop {
        let found = centre.state().conflicts();
        let at_centre: BTreeMap<String, BTreeSet<String>> = found
            .values()
            .map(|found| {
                let gates = found.entries.iter().map(|entry| entry.gate.clone());
                (found.ticket_id.to_string(), gates.collect())
            })
            .collect();
        let here = sides[0].conflicts().await;
        let there = sides[1].conflicts().await;
        if at_centre == *twice && here == *twice && there == *twice {
            return;
        }
        let listed = (at_centre.len(), here.len(), there.len());
        let late = mended.elapsed() > LISTED_WITHIN;
        assert!(!late, "{listed:?} of {} are listed", twice.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn nothing_is_lost_or_rewritten(side: &Side, tickets: &[Held], centre: &Centre) {
    let guard = side.gate.read().await;
    let gate = guard.as_ref().unwrap();
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    let answers = std::mem::take(&mut *side.answers.lock().unwrap());
    let told: BTreeMap<String, Value> = centre
        .state()
        .reports
        .iter()
        .map(|report| (report.scan_id.to_string(), json!(report.reason)))
        .collect();
    for (at, id, answer) in answers {
        assert_eq!(told[&id.to_string()], answer.body["reason"]);
        let again = side.scan(id, &tickets[at]).await;
        assert_eq!(again.body, answer.body);
    }
}
