//! Manifests: signed, read back, and sealed against whoever has no code.

use rand::{SeedableRng, rngs::StdRng};
use uuid::Uuid;

use super::*;
use crate::{
    credential::{
        CredentialKeys, EventSigner, ShortCode, TicketKey, TicketNumbers, UserKey,
        holder_key_from_keys, holder_key_from_short, keys_digest, short_code_digest,
    },
    formula::Formula,
    ids::CategoryCode,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn ticket_id() -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(5))
}

fn keys(byte: u8) -> CredentialKeys {
    CredentialKeys {
        user: UserKey::from_bytes([byte; 16]),
        ticket: TicketKey::from_bytes([byte + 1; 16]),
    }
}

fn sealing() -> SealingKey {
    SealingKey::from_bytes([3; 32])
}

fn short(byte: u8) -> ShortCode {
    let event = EventNumber::new(7).unwrap();
    let numbers = TicketNumbers {
        event,
        serial: TicketSerial(1),
        issue: IssueNumber(0),
    };
    ShortCode::of(&keys(byte).ticket, numbers)
}

fn record() -> HolderRecord {
    HolderRecord {
        first_name: "Zoé".into(),
        last_name: "Έλενα 王".into(),
        email: "zoe@example.org".into(),
        formula: Formula::Duo,
        category: CategoryCode::parse("A").unwrap(),
        seat: "A1, row 2, seat 3".into(),
        party: vec![],
    }
}

fn sealed() -> SealedHolder {
    let keys = HolderKeys {
        by_keys: holder_key_from_keys(&keys(1)),
        by_short: holder_key_from_short(&sealing(), &short(1)),
    };
    seal_holder(&record(), ticket_id(), &keys, &mut StdRng::seed_from_u64(1)).unwrap()
}

fn manifest() -> Manifest {
    let signer = EventSigner::generate(SigningSlot::new(2).unwrap(), &mut StdRng::seed_from_u64(2));
    let venue_id = VenueId::from_uuid(Uuid::from_u128(2));
    Manifest {
        version: MANIFEST_VERSION,
        generated_at: at(100),
        since: None,
        cursor: 41,
        gates: vec![ManifestGate {
            name: "North 1".into(),
            venue_id,
            events: vec![],
        }],
        staff: GateStaff::default(),
        elsewhere: vec![],
        events: vec![ManifestEvent {
            event_id: EventId::from_uuid(Uuid::from_u128(1)),
            number: EventNumber::new(7).unwrap(),
            code: EventCode::parse("ARC001").unwrap(),
            venue_id,
            title: "Archery".into(),
            starts_at: at(5000),
            gates_open_at: at(1000),
            gates_close_at: at(9000),
            live_code_required: false,
            signing_keys: vec![ManifestSigningKey {
                slot: signer.slot(),
                public_key: signer.verifier(),
            }],
            sealing_key: sealing(),
            tickets: vec![ManifestTicket {
                ticket_id: ticket_id(),
                serial: TicketSerial(1),
                issue: IssueNumber(0),
                state: TicketStateName::Sent,
                keys_digest: keys_digest(&keys(1)),
                short_digest: short_code_digest(&sealing(), &short(1)),
                holder: Some(sealed()),
                first_scan: None,
            }],
        }],
        entered: Vec::new(),
        conflicts: Vec::new(),
    }
}

#[test]
fn a_signed_manifest_is_read_back_whole() {
    let signer = ManifestSigner::from_bytes(&[4; 32]);
    let sent = signer.sign(&manifest()).unwrap();
    let wire = serde_json::to_string(&sent).unwrap();
    let read = signer
        .verifier()
        .open(&serde_json::from_str(&wire).unwrap())
        .unwrap();
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        serde_json::to_value(manifest()).unwrap()
    );
    assert_eq!(read.events[0].tickets, manifest().events[0].tickets);
    assert!(
        read.events[0]
            .keys()
            .verifiers
            .contains_key(&SigningSlot::new(2).unwrap())
    );
}

#[test]
fn a_changed_or_foreign_manifest_is_refused() {
    let signer = ManifestSigner::from_bytes(&[4; 32]);
    let good = signer.sign(&manifest()).unwrap();
    let refused = |signed: &SignedManifest| signer.verifier().open(signed).unwrap_err();
    let changed = SignedManifest {
        payload: good.payload.replace("sent", "paid"),
        ..good.clone()
    };
    assert_eq!(refused(&changed), ManifestRefused::WrongSignature);
    let foreign = ManifestSigner::from_bytes(&[5; 32])
        .sign(&manifest())
        .unwrap();
    assert_eq!(refused(&foreign), ManifestRefused::WrongSignature);
    let unsigned = SignedManifest {
        signature: "?".into(),
        ..good
    };
    assert_eq!(refused(&unsigned), ManifestRefused::WrongSignature);
    let newer = signer
        .sign(&Manifest {
            version: 2,
            ..manifest()
        })
        .unwrap();
    assert_eq!(refused(&newer), ManifestRefused::UnknownVersion);
}

#[test]
fn a_holder_opens_with_either_code_of_the_ticket_and_with_no_other() {
    let by_keys = |byte| holder_key_from_keys(&keys(byte));
    let by_short = |byte| holder_key_from_short(&sealing(), &short(byte));
    let opens = |from: HolderKeyFrom<'_>| open_holder(&sealed(), ticket_id(), from);
    assert_eq!(opens(HolderKeyFrom::Keys(&by_keys(1))), Ok(record()));
    assert_eq!(opens(HolderKeyFrom::Short(&by_short(1))), Ok(record()));
    assert_eq!(opens(HolderKeyFrom::Keys(&by_keys(2))), Err(HolderRefused));
    assert_eq!(
        opens(HolderKeyFrom::Short(&by_short(2))),
        Err(HolderRefused)
    );
    assert_eq!(opens(HolderKeyFrom::Keys(&by_short(1))), Err(HolderRefused));

    let other_ticket = TicketId::from_uuid(Uuid::from_u128(6));
    let moved = open_holder(&sealed(), other_ticket, HolderKeyFrom::Keys(&by_keys(1)));
    assert_eq!(moved, Err(HolderRefused));
    let mut changed = sealed();
    changed.sealed[20] ^= 1;
    let opened = open_holder(&changed, ticket_id(), HolderKeyFrom::Keys(&by_keys(1)));
    assert_eq!(opened, Err(HolderRefused));
    let empty = SealedHolder {
        sealed: vec![],
        key_by_keys: vec![],
        key_by_short: vec![],
    };
    let opened = open_holder(&empty, ticket_id(), HolderKeyFrom::Keys(&by_keys(1)));
    assert_eq!(opened, Err(HolderRefused));
}

#[test]
fn a_manifest_shows_no_name_and_no_key_of_a_ticket() {
    let text = serde_json::to_string(&manifest()).unwrap();
    for secret in ["Zo", "example.org", "王", "row 2"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn an_event_enters_here_at_another_gate_or_elsewhere() {
    let number = |number| EventNumber::new(number).unwrap();
    let [here, elsewhere] = [2, 3].map(|id| VenueId::from_uuid(Uuid::from_u128(id)));
    let open = ManifestGate {
        name: "N".into(),
        venue_id: here,
        events: vec![],
    };
    assert_eq!(open.placement(number(7), here), Placement::Here);
    assert_eq!(open.placement(number(7), elsewhere), Placement::OtherEvent);
    let narrow = ManifestGate {
        events: vec![number(8)],
        ..open
    };
    assert_eq!(narrow.placement(number(8), here), Placement::Here);
    assert_eq!(narrow.placement(number(7), here), Placement::OtherGate);
    assert_eq!(
        narrow.placement(number(7), elsewhere),
        Placement::OtherEvent
    );
}

#[test]
fn reports_and_answers_have_the_agreed_form() {
    let report = AdmissionReport {
        scan_id: ScanId::from_uuid(Uuid::from_u128(9)),
        ticket_id: None,
        event: None,
        keys_digest: None,
        gate: "North 1".into(),
        device: "tablet-1".into(),
        scanned_at: at(0),
        asking: false,
        verdict: Entry::Refuse,
        reason: Reason::Forged,
        context: ScanContext::default(),
    };
    let wire = serde_json::to_string(&report).unwrap();
    assert_eq!(
        serde_json::from_str::<AdmissionReport>(&wire).unwrap(),
        report
    );
    let admitted = AdmissionReport {
        keys_digest: Some(keys_digest(&keys(1))),
        ..report
    };
    let wire = serde_json::to_string(&admitted).unwrap();
    assert_eq!(
        serde_json::from_str::<AdmissionReport>(&wire).unwrap(),
        admitted
    );
    let first_scan = FirstScan {
        at: at(0),
        gate: "South".into(),
    };
    assert_eq!(
        serde_json::to_string(&AdmissionAnswer::AlreadyAdmitted { first_scan }).unwrap(),
        concat!(
            r#"{"outcome":"already_admitted","first_scan":"#,
            r#"{"at":"1970-01-01T00:00:00Z","gate":"South"}}"#
        )
    );
}
