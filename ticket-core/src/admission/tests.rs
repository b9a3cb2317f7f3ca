//! Every reason is reached, and the first that holds is told.

use super::*;
use crate::{
    credential::{CredentialKeys, SigningSlot, TicketKey, TicketNumbers, UserKey},
    ids::{EventNumber, TicketSerial},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn opened() -> Opened {
    Opened {
        slot: SigningSlot::new(0).unwrap(),
        numbers: TicketNumbers {
            event: EventNumber::new(7).unwrap(),
            serial: TicketSerial(1),
            issue: IssueNumber(2),
        },
        keys: CredentialKeys {
            user: UserKey::from_bytes([1; 16]),
            ticket: TicketKey::from_bytes([2; 16]),
        },
    }
}

fn record(state: TicketStateName) -> TicketRecord {
    TicketRecord {
        issue: IssueNumber(2),
        state,
        keys_digest: keys_digest(&opened().keys),
    }
}

fn here() -> Situation {
    Situation {
        placement: Placement::Here,
        window: AdmissionWindow {
            opens_at: at(1000),
            closes_at: at(2000),
        },
        live_code_required: false,
        now: at(1500),
    }
}

fn full(record: Option<&TicketRecord>, situation: &Situation) -> Reason {
    let opened = opened();
    decide(
        Shown::Opened {
            opened: &opened,
            live: None,
        },
        record,
        Some(situation),
    )
    .reason
}

#[test]
fn a_sent_ticket_is_admitted_by_full_live_and_short_code() {
    let sent = record(TicketStateName::Sent);
    let opened = opened();
    let live = Some(LiveCode::at(&opened.keys.ticket, at(1500)));
    for shown in [
        Shown::Opened {
            opened: &opened,
            live: None,
        },
        Shown::Opened {
            opened: &opened,
            live,
        },
        Shown::Short,
    ] {
        let verdict = decide(shown, Some(&sent), Some(&here()));
        assert_eq!(verdict, Verdict::of(Reason::Ok));
        assert!(verdict.admits());
    }
}

#[test]
fn each_state_but_sent_is_refused() {
    let reason = |state| full(Some(&record(state)), &here());
    assert_eq!(reason(TicketStateName::Paid), Reason::NotSent);
    assert_eq!(reason(TicketStateName::Scanned), Reason::AlreadyScanned);
    assert_eq!(reason(TicketStateName::Deactivated), Reason::Deactivated);
}

#[test]
fn what_did_not_open_is_forged_or_from_elsewhere() {
    let reason = |refused| decide(Shown::NotOpened(refused), None, None).reason;
    let elsewhere = CredentialRefused::UnknownEvent(EventNumber::new(9).unwrap());
    assert_eq!(reason(elsewhere), Reason::WrongEvent);
    for refused in [
        CredentialRefused::Overflow,
        CredentialRefused::UnknownVersion,
        CredentialRefused::UnknownSlot,
        CredentialRefused::WrongSignature,
    ] {
        assert_eq!(reason(refused), Reason::Forged);
    }
    assert_eq!(
        decide(Shown::Unreadable, None, None).reason,
        Reason::Unreadable
    );
}

#[test]
fn the_place_is_told_before_the_list() {
    let sent = record(TicketStateName::Sent);
    let other = |placement| Situation {
        placement,
        ..here()
    };
    assert_eq!(
        full(Some(&sent), &other(Placement::OtherGate)),
        Reason::WrongGate
    );
    assert_eq!(
        full(None, &other(Placement::OtherEvent)),
        Reason::WrongEvent
    );
    assert_eq!(full(None, &here()), Reason::Unknown);
    let opened = opened();
    let shown = Shown::Opened {
        opened: &opened,
        live: None,
    };
    assert_eq!(decide(shown, None, None).reason, Reason::WrongEvent);
    assert_eq!(decide(Shown::Short, None, None).reason, Reason::Unknown);
}

#[test]
fn keys_and_issue_are_compared_with_the_list() {
    let sent = record(TicketStateName::Sent);
    let other_keys = TicketRecord {
        keys_digest: KeysDigest::from_bytes([0; 32]),
        ..sent
    };
    assert_eq!(full(Some(&other_keys), &here()), Reason::Forged);
    let reissued = TicketRecord {
        issue: IssueNumber(3),
        ..sent
    };
    assert_eq!(full(Some(&reissued), &here()), Reason::Deactivated);
    let ahead = TicketRecord {
        issue: IssueNumber(1),
        ..sent
    };
    assert_eq!(full(Some(&ahead), &here()), Reason::Forged);
}

#[test]
fn the_hour_counts() {
    let when = |state, second| {
        full(
            Some(&record(state)),
            &Situation {
                now: at(second),
                ..here()
            },
        )
    };
    assert_eq!(when(TicketStateName::Sent, 999), Reason::TooEarly);
    assert_eq!(when(TicketStateName::Sent, 2000), Reason::EventOver);
    assert_eq!(when(TicketStateName::Scanned, 999), Reason::AlreadyScanned);
    assert_eq!(when(TicketStateName::Scanned, 2000), Reason::EventOver);
    assert_eq!(
        when(TicketStateName::Deactivated, 2000),
        Reason::Deactivated
    );
}

#[test]
fn where_a_live_code_is_asked_for_paper_and_screenshots_stay_outside() {
    let sent = record(TicketStateName::Sent);
    let strict = Situation {
        live_code_required: true,
        ..here()
    };
    assert_eq!(full(Some(&sent), &strict), Reason::LiveCodeRequired);
    let short = decide(Shown::Short, Some(&sent), Some(&strict)).reason;
    assert_eq!(short, Reason::LiveCodeRequired);
    let opened = opened();
    let of = |second| {
        let live = Some(LiveCode::at(&opened.keys.ticket, at(second)));
        decide(
            Shown::Opened {
                opened: &opened,
                live,
            },
            Some(&sent),
            Some(&strict),
        )
        .reason
    };
    assert_eq!(of(1500), Reason::Ok);
    assert_eq!(of(1400), Reason::LiveCodeStale);
}

#[test]
fn reasons_map_to_verdicts_as_the_contract_says() {
    let table: Vec<String> = Reason::ALL
        .iter()
        .map(|reason| {
            assert_eq!(Reason::parse(reason.code()), Some(*reason));
            let verdict = serde_json::to_value(Verdict::of(*reason)).unwrap();
            let field = |name: &str| verdict[name].as_str().unwrap().to_owned();
            assert_eq!(field("reason"), reason.code());
            format!(
                "{} {} {}",
                field("reason"),
                field("verdict"),
                field("status")
            )
        })
        .collect();
    assert_eq!(
        table,
        [
            "ok admit valid",
            "already_scanned refuse scanned",
            "wrong_event refuse invalid",
            "wrong_gate refuse invalid",
            "not_sent refuse invalid",
            "deactivated refuse expired",
            "forged refuse invalid",
            "unknown refuse invalid",
            "unreadable refuse invalid",
            "too_early refuse invalid",
            "event_over refuse expired",
            "live_code_required refuse invalid",
            "live_code_stale refuse invalid",
        ]
    );
}
