//! The rest of a Duo or Family: who presented one of its codes is shown the others, and may let
//! in those who are there with one gesture. Each keeps a code of their own for later.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ticket_core::admission::{Reason, Verdict};
use ticket_core::ids::{EventNumber, ScanId, TicketId, TicketSerial};
use ticket_core::manifest::{FirstScan, HolderRecord, ManifestGate, PartyMember, ScanContext};
use ticket_core::ticket::TicketStateName;

use super::enter::{Case, settle, unavailable};
use super::sight::Sight;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{Certainty, ContentDigest, Entry};

/// As long as a party stands together in front of the agent.
const OPEN: SignedDuration = SignedDuration::from_mins(10);
/// A party is four at most.
const ADMITTED_AT_ONCE_MAX: usize = 8;

/// One of the party, where the list has it.
#[derive(Debug, Clone, Copy)]
struct Member {
    ticket: TicketId,
    event: EventNumber,
    serial: TicketSerial,
}

/// The parties that codes have opened here lately. Only ids: names are opened and forgotten.
#[derive(Debug, Default)]
pub(crate) struct Parties(Mutex<Opened>);

#[derive(Debug, Default)]
struct Opened {
    by_scan: HashMap<ScanId, (Timestamp, Vec<Member>)>,
    /// The oldest first, so that only those that are over are looked through.
    in_turn: VecDeque<(Timestamp, ScanId)>,
}

impl Opened {
    fn forget_before(&mut self, now: Timestamp) {
        while let Some((at, scan)) = self.in_turn.front().copied()
            && now.duration_since(at) >= OPEN
        {
            self.in_turn.pop_front();
            // The same scan, told again, may be open still.
            if self.by_scan.get(&scan).is_some_and(|(seen, _)| *seen == at) {
                self.by_scan.remove(&scan);
            }
        }
    }
}

impl Parties {
    fn remember(&self, scan: ScanId, at: Timestamp, members: Vec<Member>) {
        let mut parties = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parties.forget_before(at);
        let before = parties.by_scan.insert(scan, (at, members));
        if before.is_none_or(|(seen, _)| seen != at) {
            parties.in_turn.push_back((at, scan));
        }
    }

    fn find(&self, scan: ScanId, ticket: TicketId, now: Timestamp) -> Found {
        let parties = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let party = parties.by_scan.get(&scan);
        let open = party.filter(|(at, _)| now.duration_since(*at) < OPEN);
        let Some((_, members)) = open else {
            return Found::NotOpen;
        };
        let member = members.iter().find(|member| member.ticket == ticket);
        member.map_or(Found::OfNoParty, |member| Found::Member(*member))
    }
}

enum Found {
    NotOpen,
    OfNoParty,
    Member(Member),
}

/// One of the others, as the agent sees them.
#[derive(Serialize)]
pub(super) struct Shown {
    ticket_id: TicketId,
    serial: TicketSerial,
    first_name: String,
    last_name: String,
    seat: String,
    state: TicketStateName,
    #[serde(skip_serializing_if = "Option::is_none")]
    scanned_at: Option<Timestamp>,
}

/// Shown with a code that entered, now or before; then it is open for a while. Where only live
/// codes enter, whoever vouches for others shows one, also after entering.
pub(super) fn shown(app: &App, entry: &Entry, sight: &Sight, record: &HolderRecord) -> Vec<Shown> {
    let Some(found) = &sight.found else {
        return Vec::new();
    };
    let opens = matches!(entry.report.reason, Reason::Ok | Reason::AlreadyScanned)
        && (!found.event.live_code_required || sight.is_live(entry.report.scanned_at));
    if !opens || record.party.is_empty() {
        return Vec::new();
    }
    let event = found.event.number;
    let members = record.party.iter().map(|other| Member {
        ticket: other.ticket_id,
        event,
        serial: other.serial,
    });
    if !entry.report.context.look_only {
        let at = entry.report.scanned_at;
        app.parties.remember(entry.scan_id(), at, members.collect());
    }
    let others = record.party.iter().map(|other| {
        let (state, scanned_at) = state_of(app, event, other);
        Shown {
            ticket_id: other.ticket_id,
            serial: other.serial,
            first_name: other.first_name.clone(),
            last_name: other.last_name.clone(),
            seat: other.seat.clone(),
            state,
            scanned_at,
        }
    });
    others.collect()
}

/// By the list, and by what was let in here since.
fn state_of(
    app: &App,
    event: EventNumber,
    other: &PartyMember,
) -> (TicketStateName, Option<Timestamp>) {
    let listed = app
        .list()
        .and_then(|list| list.find(event, other.serial)?.ticket);
    let admitted_here = app.ledger.admission_of(other.ticket_id);
    let admitted_here = admitted_here.map(|first| first.at);
    let Some(listed) = listed else {
        // Erased, or issued anew: its own code tells.
        return (TicketStateName::Deactivated, None);
    };
    let at = listed.first_scan.map(|first| first.at).or(admitted_here);
    match listed.state {
        TicketStateName::Sent if admitted_here.is_some() => (TicketStateName::Scanned, at),
        state @ (TicketStateName::Paid
        | TicketStateName::Sent
        | TicketStateName::Scanned
        | TicketStateName::Deactivated) => (state, at),
    }
}

/// One ticket of the party to let in.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Wanted {
    scan_id: ScanId,
    ticket_id: TicketId,
}

#[derive(Serialize)]
pub(crate) struct Answered {
    scan_id: ScanId,
    ticket_id: TicketId,
    #[serde(flatten)]
    verdict: Verdict,
    certainty: Certainty,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_scan: Option<FirstScan>,
}

/// Lets in those who are there. Must run to its end once begun.
///
/// # Errors
/// `scan_unknown`, `party_not_open`, `invalid` for a ticket of another party: then none is let in.
pub(crate) async fn admit(
    app: App,
    of: ScanId,
    wanted: Vec<Wanted>,
    context: ScanContext,
) -> Result<Vec<Answered>, Error> {
    if wanted.len() > ADMITTED_AT_ONCE_MAX {
        return Err(Refusal::Invalid("a party is not that large".into()).into());
    }
    let opened = app.ledger.find(of).map_err(unavailable)?;
    let opened = opened.ok_or(Refusal::ScanUnknown)?;
    let ids: HashSet<_> = wanted.iter().map(|wanted| wanted.scan_id).collect();
    if ids.len() < wanted.len() {
        return Err(Refusal::Invalid("scan_id: each its own".into()).into());
    }
    // Before anyone is let in: a mistake in one leaves nobody halfway.
    for wanted in &wanted {
        step(&app, &opened, *wanted)?;
    }
    let each = wanted
        .into_iter()
        .map(|wanted| admit_one(&app, &opened, wanted, &context));
    // All run to their end; of those decided, the same ids get the same answers again.
    join_all(each).await.into_iter().collect()
}

/// What is to be done for one of them.
enum Step {
    Answered(Answered),
    Decide(Member, ManifestGate),
}

fn step(app: &App, opened: &Entry, wanted: Wanted) -> Result<Step, Error> {
    let of = opened.scan_id();
    if let Some(entry) = app.ledger.find(wanted.scan_id).map_err(unavailable)? {
        let is_same = entry.report.context.party_of == Some(of)
            && entry.report.ticket_id == Some(wanted.ticket_id);
        return if is_same {
            Ok(Step::Answered(answered(&entry, wanted.ticket_id)))
        } else {
            Err(Refusal::IdReused.into())
        };
    }
    let member = match app.parties.find(of, wanted.ticket_id, app.clock.now()) {
        Found::Member(member) => member,
        Found::NotOpen => return Err(Refusal::PartyNotOpen.into()),
        Found::OfNoParty => {
            return Err(Refusal::Invalid("ticket_id: not of this party".into()).into());
        }
    };
    let list = app.list().ok_or_else(Error::no_list)?;
    let gate = list.gate(&opened.report.gate).ok_or(Refusal::GateUnknown)?;
    Ok(Step::Decide(member, gate.clone()))
}

async fn admit_one(
    app: &App,
    opened: &Entry,
    wanted: Wanted,
    context: &ScanContext,
) -> Result<Answered, Error> {
    let _turn = app.scan_turns.take(wanted.scan_id).await;
    let (member, gate) = match step(app, opened, wanted)? {
        Step::Answered(answered) => return Ok(answered),
        Step::Decide(member, gate) => (member, gate),
    };
    let found = app
        .list()
        .and_then(|list| list.find(member.event, member.serial));
    let found = found.filter(|found| {
        let listed = found.ticket.as_ref();
        listed.is_some_and(|listed| listed.ticket_id == member.ticket)
    });
    let sight = Sight::beside(found);
    let token = &app.config.gate_token;
    let ticket = member.ticket.to_string();
    let case = Case {
        scan_id: wanted.scan_id,
        gate: &gate,
        sight: &sight,
        content: ContentDigest::of(token, &gate.name, &ticket),
        context: ScanContext {
            party_of: Some(opened.scan_id()),
            event_asked: opened.report.context.event_asked.clone(),
            ..context.clone()
        },
    };
    Ok(answered(&settle(app, case).await?, wanted.ticket_id))
}

fn answered(entry: &Entry, ticket_id: TicketId) -> Answered {
    Answered {
        scan_id: entry.scan_id(),
        ticket_id,
        verdict: entry.verdict(),
        certainty: entry.certainty,
        first_scan: entry.first_scan.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_is_forgotten_ten_minutes_after_its_code_was_shown_last() {
        let parties = Parties::default();
        let second = |second| Timestamp::from_second(second).unwrap();
        let [first, other, ticket] = [0, 1, 2].map(|_| uuid::Uuid::new_v4());
        let (first, other) = (ScanId::from_uuid(first), ScanId::from_uuid(other));
        let ticket = TicketId::from_uuid(ticket);
        let member = Member {
            ticket,
            event: EventNumber::new(7).unwrap(),
            serial: TicketSerial(1),
        };
        let is_open = |scan, at| {
            let found = parties.find(scan, ticket, second(at));
            matches!(found, Found::Member(_))
        };
        parties.remember(first, second(0), vec![member]);
        parties.remember(other, second(1), vec![member]);
        // The answer to the same scan was lost, and it is told again.
        parties.remember(first, second(300), vec![member]);
        parties.remember(first, second(300), vec![member]);
        assert!(is_open(first, 899) && is_open(other, 600) && !is_open(other, 601));
        parties.remember(other, second(899), Vec::new());
        assert!(is_open(first, 899));
        parties.remember(other, second(2_000), Vec::new());
        let opened = parties.0.lock().unwrap();
        assert_eq!((opened.by_scan.len(), opened.in_turn.len()), (1, 1));
    }
}
