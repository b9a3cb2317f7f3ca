//! The fake centre's part for people: tablets, agents, other gates.

use std::collections::HashMap;
use std::sync::Mutex;

use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, web};
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use ticket_core::ids::{EventCode, EventNumber, TabletId, VenueId};
use ticket_core::manifest::{
    AgentNumber, AgentRole, Enrolled, EnrolmentRequest, EventElsewhere, GateStaff, IdentityCheck,
    KnownScan, ManifestAgent, ManifestTablet, SearchRequest, TabletFacts,
};
use uuid::Uuid;

use crate::centre::{Centre, GATE, State, hours, knows};

pub(crate) const AGENT: &str = "0412";
pub(crate) const PIN: &str = "204816";
pub(crate) const SUPERVISOR: &str = "0900";
pub(crate) const SUPERVISOR_PIN: &str = "581632";

/// With the cursor of their last change.
#[derive(Default)]
pub(crate) struct Desk {
    tablets: Vec<(i64, ManifestTablet)>,
    agents: Vec<(i64, ManifestAgent)>,
    elsewhere: Vec<EventElsewhere>,
    /// Codes, and whether they were used.
    codes: HashMap<String, bool>,
    pub(crate) checks: Vec<IdentityCheck>,
    pub(crate) searches: Vec<SearchRequest>,
    /// What other gates told of any ticket.
    pub(crate) scans: Vec<KnownScan>,
}

impl Desk {
    pub(crate) fn staff(&self, since: Option<i64>) -> GateStaff {
        let is_told = |cursor: i64| since.is_none_or(|since| cursor > since);
        let tablets = self.tablets.iter().filter(|(cursor, _)| is_told(*cursor));
        let agents = self.agents.iter().filter(|(cursor, _)| is_told(*cursor));
        GateStaff {
            tablets: tablets.map(|(_, tablet)| tablet.clone()).collect(),
            agents: agents.map(|(_, agent)| agent.clone()).collect(),
        }
    }

    pub(crate) fn elsewhere(&self, since: Option<i64>) -> Vec<EventElsewhere> {
        match since {
            None => self.elsewhere.clone(),
            Some(_) => Vec::new(),
        }
    }
}

impl Centre {
    /// A code for one tablet.
    pub(crate) fn enrolment(&self, code: &str) {
        self.state().desk.codes.insert(code.into(), false);
    }

    /// An agent and a supervisor.
    pub(crate) fn agents(&self) {
        for (number, pin, role) in [
            (AGENT, PIN, AgentRole::Agent),
            (SUPERVISOR, SUPERVISOR_PIN, AgentRole::Supervisor),
        ] {
            self.change_agent(ManifestAgent {
                number: AgentNumber::parse(number).unwrap(),
                role,
                pin_hash: pin_hash(pin),
                is_revoked: false,
            });
        }
    }

    pub(crate) fn set_pin(&self, number: &str, pin: &str) {
        self.change_agent(ManifestAgent {
            number: AgentNumber::parse(number).unwrap(),
            role: AgentRole::Agent,
            pin_hash: pin_hash(pin),
            is_revoked: false,
        });
    }

    pub(crate) fn revoke_agent(&self, number: &str) {
        let number = AgentNumber::parse(number).unwrap();
        let mut state = self.state();
        let mut agents = state.desk.agents.iter_mut();
        let found = agents.find(|(_, agent)| agent.number == number);
        let mut agent = found.unwrap().1.clone();
        drop(state);
        agent.is_revoked = true;
        self.change_agent(agent);
    }

    fn change_agent(&self, agent: ManifestAgent) {
        let mut state = self.state();
        state.cursor += 1;
        let cursor = state.cursor;
        let agents = &mut state.desk.agents;
        agents.retain(|(_, known)| known.number != agent.number);
        agents.push((cursor, agent));
    }

    pub(crate) fn revoke_tablet(&self, id: &str) {
        let id: TabletId = id.parse().unwrap();
        let mut state = self.state();
        state.cursor += 1;
        let cursor = state.cursor;
        let mut tablets = state.desk.tablets.iter_mut();
        let found = tablets.find(|(_, tablet)| tablet.id == id).unwrap();
        found.0 = cursor;
        found.1.is_revoked = true;
    }

    /// An event that enters at another gate, at this gate's venue or at another.
    pub(crate) fn tell_elsewhere(&self, number: u32, venue: u128) {
        self.state().desk.elsewhere.push(EventElsewhere {
            number: EventNumber::new(number).unwrap(),
            code: EventCode::parse(&format!("ARC{number:03}")).unwrap(),
            title: format!("Archery {number}"),
            starts_at: hours(1),
            gates_open_at: hours(-2),
            gates_close_at: hours(4),
            venue_id: VenueId::from_uuid(Uuid::from_u128(venue)),
            venue: "North Park".into(),
            gates: vec!["Gate-B".into(), "Gate-C".into()],
        });
    }
}

/// Cheap, so that tests are quick; the program reads the cost from the hash.
fn pin_hash(pin: &str) -> String {
    let params = Params::new(64, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(pin.as_bytes(), b"salt-of-tests-01");
    hash.unwrap().to_string()
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/api/v1/gate/enrolments", web::post().to(enrol))
        .route("/api/v1/gate/identity-checks", web::post().to(keep_checks))
        .route("/api/v1/gate/search", web::post().to(search))
        .route("/api/v1/gate/tickets/{id}/scans", web::get().to(scans_of));
}

async fn enrol(
    request: HttpRequest,
    state: Data<Mutex<State>>,
    body: Json<EnrolmentRequest>,
) -> HttpResponse {
    if !knows(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    let mut state = state.lock().unwrap();
    match state.desk.codes.get_mut(&body.code) {
        None => return HttpResponse::NotFound().json(json!({ "code": "enrolment_unknown" })),
        Some(true) => return HttpResponse::Conflict().json(json!({ "code": "enrolment_used" })),
        Some(used) => *used = true,
    }
    let token = format!("token-of-{}", Uuid::new_v4().simple());
    let tablet = TabletFacts {
        id: TabletId::from_uuid(Uuid::new_v4()),
        name: body.name.clone(),
        gate: GATE.into(),
    };
    state.cursor += 1;
    let cursor = state.cursor;
    let listed = ManifestTablet {
        id: tablet.id,
        name: tablet.name.clone(),
        gate: tablet.gate.clone(),
        token_digest: Sha256::digest(token.as_bytes()).into(),
        is_revoked: false,
    };
    state.desk.tablets.push((cursor, listed));
    HttpResponse::Created().json(Enrolled { token, tablet })
}

#[derive(Deserialize)]
struct Checks {
    checks: Vec<IdentityCheck>,
}

async fn keep_checks(state: Data<Mutex<State>>, body: Json<Checks>) -> HttpResponse {
    let kept = &mut state.lock().unwrap().desk.checks;
    // Told again, it is the same check: the real centre has its id for a key.
    for check in body.into_inner().checks {
        if kept.iter().all(|one| one.id != check.id) {
            kept.push(check);
        }
    }
    HttpResponse::NoContent().finish()
}

async fn search(state: Data<Mutex<State>>, body: Json<SearchRequest>) -> HttpResponse {
    if body.name.len() < 2 {
        return HttpResponse::UnprocessableEntity().json(json!({ "code": "invalid" }));
    }
    let found = json!({ "tickets": [{ "last_name": "Dupont" }], "more": false });
    state.lock().unwrap().desk.searches.push(body.into_inner());
    HttpResponse::Ok().json(found)
}

async fn scans_of(state: Data<Mutex<State>>) -> HttpResponse {
    let scans = state.lock().unwrap().desk.scans.clone();
    HttpResponse::Ok().json(json!({ "scans": scans }))
}
