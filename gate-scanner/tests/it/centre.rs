//! A centre for tests: signs manifests of tickets made here, and takes reports. Behind a proxy
//! that can be cut.

mod conflicts;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use actix_web::web::{Data, Json, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Deserialize;
use serde_json::json;
use test_support::Proxy;
use ticket_core::admission::{Entry, Reason};
use ticket_core::credential::{EventSigner, SealingKey, ShortCodeDigest, SigningSlot, keys_digest};
use ticket_core::ids::{EventCode, EventId, EventNumber, ScanId, TicketId, TicketSerial, VenueId};
use ticket_core::manifest::{
    AdmissionAnswer, AdmissionConflict, AdmissionReport, ConflictEntry, Entered, FirstScan,
    MANIFEST_VERSION, Manifest, ManifestEvent, ManifestGate, ManifestSigner, ManifestSigningKey,
    ManifestTicket, ScanContext,
};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::desk::{self, Desk};
pub(crate) use crate::held::Held;
use crate::held::make;

pub(crate) const TOKEN: &str = "test-token-of-the-gate-device";
pub(crate) const GATE: &str = "Gate-A";
/// At the same venue; lets in the same events.
pub(crate) const OTHER_GATE: &str = "Gate-B";

pub(crate) struct Event {
    pub(crate) manifest: ManifestEvent,
    pub(crate) signer: EventSigner,
    /// With the cursor of their last change.
    tickets: Vec<(i64, ManifestTicket)>,
}

pub(crate) struct State {
    events: Vec<Event>,
    /// Of the gate under test; the others enter elsewhere.
    here: Vec<EventNumber>,
    pub(crate) signer: ManifestSigner,
    pub(crate) cursor: i64,
    pub(crate) reports: Vec<AdmissionReport>,
    answers: HashMap<ScanId, AdmissionAnswer>,
    admissions: HashMap<TicketId, ConflictEntry>,
    /// With the cursor of that change.
    entered: Vec<(i64, Entered)>,
    /// With the cursor of their last change.
    conflicts: Vec<(i64, AdmissionConflict)>,
    pub(crate) pulls: usize,
    pub(crate) full_pulls: usize,
    /// How long an answer to a report takes.
    pub(crate) slowness: Duration,
    /// How long a full list is on its way, once it is made.
    pub(crate) full_slowness: Duration,
    pub(crate) full_fails: bool,
    /// Tickets whose rows do not open.
    pub(crate) unopened: HashSet<TicketId>,
    pub(crate) desk: Desk,
    rng: StdRng,
}

/// Cheap to clone; all clones are one centre.
#[derive(Clone)]
pub(crate) struct Centre {
    state: Arc<Mutex<State>>,
    address: String,
    pub(crate) proxy: Arc<Proxy>,
}

impl Centre {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(State {
            events: Vec::new(),
            here: Vec::new(),
            signer: ManifestSigner::from_bytes(&[4; 32]),
            cursor: 100,
            reports: Vec::new(),
            answers: HashMap::new(),
            admissions: HashMap::new(),
            entered: Vec::new(),
            conflicts: Vec::new(),
            pulls: 0,
            full_pulls: 0,
            slowness: Duration::ZERO,
            full_slowness: Duration::ZERO,
            full_fails: false,
            unopened: HashSet::new(),
            desk: Desk::default(),
            rng: StdRng::seed_from_u64(1),
        }));
        let data = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/api/v1/gate/manifest-key", web::get().to(manifest_key))
                .route("/api/v1/gate/manifest", web::get().to(manifest))
                .route("/api/v1/gate/admissions", web::post().to(admissions))
                .configure(desk::routes)
        });
        let server = server.workers(1).bind("127.0.0.1:0").unwrap();
        let address = server.addrs()[0].to_string();
        actix_web::rt::spawn(server.run());
        let proxy = Arc::new(Proxy::to(address.clone()).await);
        Self {
            state,
            address,
            proxy,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.proxy.address)
    }

    /// The same centre by a line of its own.
    pub(crate) async fn other_line(&self) -> Self {
        Self {
            proxy: Arc::new(Proxy::to(self.address.clone()).await),
            ..self.clone()
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// An event that is open for entry at the gate under test.
    pub(crate) fn event(&self, number: u32) -> EventNumber {
        let number = self.event_elsewhere(number);
        self.state().here.push(number);
        number
    }

    /// In the list, but at another venue.
    pub(crate) fn event_elsewhere(&self, number: u32) -> EventNumber {
        let mut state = self.state();
        let id = EventNumber::new(number).unwrap();
        let slot = SigningSlot::new(0).unwrap();
        let signer = EventSigner::generate(slot, &mut state.rng);
        let manifest = ManifestEvent {
            event_id: EventId::from_uuid(Uuid::from_u128(number.into())),
            number: id,
            code: EventCode::parse(&format!("ARC{number:03}")).unwrap(),
            venue_id: VenueId::from_uuid(Uuid::from_u128(number.into())),
            title: format!("Archery {number}"),
            starts_at: hours(1),
            gates_open_at: hours(-2),
            gates_close_at: hours(4),
            live_code_required: false,
            signing_keys: vec![ManifestSigningKey {
                slot,
                public_key: signer.verifier(),
            }],
            sealing_key: SealingKey::generate(&mut state.rng),
            tickets: Vec::new(),
        };
        state.events.push(Event {
            manifest,
            signer,
            tickets: Vec::new(),
        });
        id
    }

    pub(crate) fn change_event(&self, event: EventNumber, change: impl FnOnce(&mut ManifestEvent)) {
        let mut state = self.state();
        change(&mut state.event(event).manifest);
        state.cursor += 1;
    }

    /// A ticket that was sent to its holder, Zoé Dupont-Ďurišová.
    pub(crate) fn ticket(&self, event: EventNumber) -> Held {
        let mut guard = self.state();
        let state = &mut *guard;
        state.cursor += 1;
        let cursor = state.cursor;
        let mut rng = StdRng::from_rng(&mut state.rng);
        let event = state.event(event);
        let serial = u32::try_from(event.tickets.len() + 1).unwrap();
        let new = (serial, TicketId::from_uuid(Uuid::new_v4()));
        let (ticket, held) = make(event, new, &[], &mut rng);
        event.tickets.push((cursor, ticket));
        held
    }

    /// A Duo or Family, bought together; the first names of its holders are Zoé.
    pub(crate) fn party(&self, event: EventNumber, size: u32) -> Vec<Held> {
        let mut guard = self.state();
        let state = &mut *guard;
        state.cursor += 1;
        let cursor = state.cursor;
        let mut rng = StdRng::from_rng(&mut state.rng);
        let event = state.event(event);
        let first = u32::try_from(event.tickets.len() + 1).unwrap();
        let ids = (first..first + size).map(|serial| (serial, Uuid::new_v4().into()));
        let ids: Vec<(u32, TicketId)> = ids.collect();
        let made = ids.iter().map(|new| make(event, *new, &ids, &mut rng));
        let made: Vec<_> = made.collect();
        let tickets = made.iter().map(|(ticket, _)| (cursor, ticket.clone()));
        event.tickets.extend(tickets);
        made.into_iter().map(|(_, held)| held).collect()
    }

    /// The code of a ticket that the list does not know: rightly signed all the same.
    pub(crate) fn ticket_unlisted(&self, event: EventNumber) -> Held {
        let mut guard = self.state();
        let state = &mut *guard;
        let mut rng = StdRng::from_rng(&mut state.rng);
        let new = (9_000, TicketId::from_uuid(Uuid::new_v4()));
        make(state.event(event), new, &[], &mut rng).1
    }

    /// Copies of the first ticket, with ids and digests of their own: as many as are listed, for
    /// nobody to enter with.
    pub(crate) fn fill(&self, event: EventNumber, tickets: u32) {
        let mut state = self.state();
        let event = state.event(event);
        let (cursor, like) = event.tickets[0].clone();
        for serial in 10_000..10_000 + tickets {
            let mut digest = [0; 32];
            digest[..4].copy_from_slice(&serial.to_be_bytes());
            let ticket = ManifestTicket {
                ticket_id: TicketId::from_uuid(Uuid::from_u128(serial.into())),
                serial: TicketSerial(serial),
                short_digest: ShortCodeDigest::from_bytes(digest),
                ..like.clone()
            };
            event.tickets.push((cursor, ticket));
        }
    }

    pub(crate) fn set_state(&self, held: &Held, to: TicketStateName) {
        self.change_ticket(held, |ticket| ticket.state = to);
    }

    pub(crate) fn change_ticket(&self, held: &Held, change: impl FnOnce(&mut ManifestTicket)) {
        let mut state = self.state();
        state.cursor += 1;
        let cursor = state.cursor;
        let event = state.event(held.event);
        let mut tickets = event.tickets.iter_mut();
        let found = tickets.find(|(_, ticket)| ticket.ticket_id == held.id);
        let (changed, ticket) = found.unwrap();
        change(ticket);
        *changed = cursor;
    }

    /// Another gate lets this ticket in; the list tells it with the next change.
    pub(crate) fn admit_elsewhere(&self, held: &Held, first: FirstScan) {
        self.change_ticket(held, |ticket| {
            ticket.state = TicketStateName::Scanned;
            ticket.first_scan = Some(first);
        });
    }

    /// A question of the gate under test that reached the centre, whatever became of the answer.
    pub(crate) fn hear(&self, scan: ScanId, held: &Held) {
        let report = AdmissionReport {
            scan_id: scan,
            ticket_id: Some(held.id),
            event: Some(held.event),
            keys_digest: Some(keys_digest(&held.keys)),
            gate: GATE.into(),
            device: "gate-scanner".into(),
            scanned_at: hours(0),
            asking: true,
            verdict: Entry::Admit,
            reason: Reason::Ok,
            context: ScanContext::default(),
        };
        let answer = self.state().answer(&report);
        assert_eq!(answer, AdmissionAnswer::Accepted);
    }

    pub(crate) fn state_of(&self, held: &Held) -> TicketStateName {
        let mut state = self.state();
        let mut tickets = state.event(held.event).tickets.iter();
        tickets
            .find(|(_, t)| t.ticket_id == held.id)
            .unwrap()
            .1
            .state
    }
}

impl State {
    fn event(&mut self, number: EventNumber) -> &mut Event {
        let mut events = self.events.iter_mut();
        events
            .find(|event| event.manifest.number == number)
            .unwrap()
    }

    /// As if every ticket had changed long ago.
    pub(crate) fn forget_changes(&mut self) {
        let tickets = self.events.iter_mut().flat_map(|event| &mut event.tickets);
        tickets.for_each(|(changed, _)| *changed = 0);
    }

    fn manifest(&self, since: Option<i64>) -> Manifest {
        let events = self.events.iter().map(|event| {
            let changed = event.tickets.iter();
            let changed = changed.filter(|(cursor, _)| since.is_none_or(|since| *cursor > since));
            ManifestEvent {
                tickets: changed.map(|(_, ticket)| ticket.clone()).collect(),
                ..event.manifest.clone()
            }
        });
        let conflicts = self.conflicts.iter();
        let conflicts = conflicts.filter(|(cursor, _)| since.is_none_or(|since| *cursor > since));
        Manifest {
            version: MANIFEST_VERSION,
            generated_at: Timestamp::now(),
            since,
            cursor: self.cursor,
            gates: [GATE, OTHER_GATE].map(|name| self.gate(name)).into(),
            staff: self.desk.staff(since),
            elsewhere: self.desk.elsewhere(since),
            events: events.collect(),
            entered: since
                .map(|since| self.entered_since(since))
                .unwrap_or_default(),
            conflicts: conflicts.map(|(_, found)| found.clone()).collect(),
        }
    }

    fn gate(&self, name: &str) -> ManifestGate {
        ManifestGate {
            name: name.into(),
            venue_id: VenueId::from_uuid(Uuid::from_u128(1)),
            events: self.here.clone(),
        }
    }

    fn answer(&mut self, report: &AdmissionReport) -> AdmissionAnswer {
        if let Some(answer) = self.answers.get(&report.scan_id) {
            return answer.clone();
        }
        let unopened = report.ticket_id.filter(|id| self.unopened.contains(id));
        let answer = match (report.verdict, report.ticket_id) {
            (Entry::Admit, _) if unopened.is_some() => return AdmissionAnswer::NotNow,
            (Entry::Refuse, _) => AdmissionAnswer::Accepted,
            (Entry::Admit, _) if report.context.unproven => AdmissionAnswer::Refused {
                reason: Reason::Unknown,
            },
            (Entry::Admit, id) if self.is_aside(report, id) => AdmissionAnswer::Accepted,
            (Entry::Admit, id) => self.admit(report, id.unwrap()),
        };
        if report.asking && answer != AdmissionAnswer::Accepted {
            return answer;
        }
        self.reports.push(report.clone());
        self.answers.insert(report.scan_id, answer.clone());
        answer
    }

    /// A look, or an entry that a supervisor added to another.
    fn is_aside(&self, report: &AdmissionReport, id: Option<TicketId>) -> bool {
        let mut tickets = self.events.iter().flat_map(|event| &event.tickets);
        let entered = tickets.any(|(_, ticket)| {
            Some(ticket.ticket_id) == id && ticket.state == TicketStateName::Scanned
        });
        report.context.look_only || (report.context.overrides.is_some() && entered)
    }

    fn admit(&mut self, report: &AdmissionReport, id: TicketId) -> AdmissionAnswer {
        self.cursor += 1;
        let cursor = self.cursor;
        self.note(report, id);
        let mut tickets = self.events.iter_mut().flat_map(|event| &mut event.tickets);
        let (_, ticket) = tickets.find(|(_, t)| t.ticket_id == id).unwrap();
        assert_eq!(report.keys_digest, Some(ticket.keys_digest));
        match (ticket.state, &ticket.first_scan) {
            (TicketStateName::Sent, _) => {
                ticket.state = TicketStateName::Scanned;
                ticket.first_scan = Some(FirstScan {
                    at: report.scanned_at,
                    gate: report.gate.clone(),
                });
                let entered = Entered {
                    event: report.event.unwrap(),
                    serial: ticket.serial,
                    first_scan: ticket.first_scan.clone().unwrap(),
                };
                self.entered.push((cursor, entered));
                AdmissionAnswer::Accepted
            }
            (TicketStateName::Scanned, Some(first)) => AdmissionAnswer::AlreadyAdmitted {
                first_scan: first.clone(),
            },
            _ => AdmissionAnswer::Refused {
                reason: Reason::Deactivated,
            },
        }
    }
}

pub(crate) fn hours(hours: i64) -> Timestamp {
    let now = Timestamp::now();
    let later = now.checked_add(SignedDuration::from_hours(hours)).unwrap();
    Timestamp::from_second(later.as_second()).unwrap()
}

async fn manifest_key(state: Data<Mutex<State>>) -> HttpResponse {
    let key = state.lock().unwrap().signer.verifier().to_bytes();
    HttpResponse::Ok().json(json!({ "public_key": STANDARD.encode(key) }))
}

#[derive(Deserialize)]
struct Since {
    since: Option<i64>,
}

async fn manifest(
    request: HttpRequest,
    state: Data<Mutex<State>>,
    query: Query<Since>,
) -> HttpResponse {
    if !knows(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    let is_full = query.since.is_none();
    let (signed, on_its_way, fails) = {
        let mut state = state.lock().unwrap();
        state.pulls += 1;
        state.full_pulls += usize::from(is_full);
        // Other transactions move it all the time.
        state.cursor += 1;
        let signed = state.signer.sign(&state.manifest(query.since)).unwrap();
        (signed, state.full_slowness, state.full_fails)
    };
    if is_full {
        actix_web::rt::time::sleep(on_its_way).await;
        if fails {
            return HttpResponse::InternalServerError().finish();
        }
    }
    HttpResponse::Ok().json(signed)
}

#[derive(Deserialize)]
struct Reports {
    reports: Vec<AdmissionReport>,
}

async fn admissions(
    request: HttpRequest,
    state: Data<Mutex<State>>,
    body: Json<Reports>,
) -> HttpResponse {
    if !knows(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    let slowness = state.lock().unwrap().slowness;
    actix_web::rt::time::sleep(slowness).await;
    let mut state = state.lock().unwrap();
    let answers: Vec<_> = body.reports.iter().map(|r| state.answer(r)).collect();
    HttpResponse::Ok().json(json!({ "answers": answers }))
}

pub(crate) fn knows(request: &HttpRequest) -> bool {
    let header = request.headers().get("authorization");
    header.is_some_and(|value| value.as_bytes() == format!("Bearer {TOKEN}").as_bytes())
}
