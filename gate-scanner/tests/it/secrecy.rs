//! A copy of what a gate keeps shows no name and opens no gate (I8).

use std::collections::BTreeSet;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::STANDARD as STANDARD_ENGINE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ticket_core::credential::{CredentialKeys, TicketKey, UserKey, holder_key_from_keys};
use ticket_core::manifest::{HolderKeyFrom, Manifest, SignedManifest, open_holder};
use uuid::Uuid;

use crate::centre::{Centre, Held, TOKEN};
use crate::gate::Gate;

/// Two scans told to the centre, two kept for it, a list and a change to it: all that is on disk.
async fn used_gate() -> (Centre, Vec<Held>, String, Gate) {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let mut tickets = vec![centre.ticket(event), centre.ticket(event)];
    let gate = Gate::start(&centre).await;
    tickets.extend([centre.ticket(event), centre.ticket(event)]);
    gate.until_followed(&centre).await;
    let id = Uuid::new_v4();
    assert!(gate.scan_as(id, &tickets[0].full).await.admits());
    assert!(gate.scan(&tickets[1].short).await.admits());
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    centre.proxy.cut();
    gate.until_link("down").await;
    assert!(gate.scan(&tickets[2].full).await.admits());
    assert!(gate.scan(&tickets[2].short).await.status.is_success());
    (centre, tickets, id.to_string(), gate)
}

#[actix_web::test]
async fn what_is_on_disk_holds_no_name_no_e_mail_no_code_and_no_token() {
    let (_centre, tickets, id, gate) = used_gate().await;
    let found: Vec<_> = gate
        .files()
        .iter()
        .flat_map(|file| readings(file))
        .collect();
    let is_there = |text: &str| found.iter().any(|reading| holds(reading, text));
    // What must be there proves that the search can find: in clear, and inside of base64.
    assert!(is_there(&id) && is_there("sealed"));
    let hidden = STANDARD_ENGINE.encode("of Zoé Dupont, by hand");
    let hidden = readings(format!("{{\"x\":\"{hidden}\"}}").as_bytes());
    assert!(hidden.iter().any(|reading| holds(reading, "Dupont")));
    let mut secrets: Vec<&str> = vec![
        "Zoé",
        "Dupont",
        "dupont",
        "Ďurišová",
        "North",
        "example.org",
        TOKEN,
    ];
    for held in &tickets {
        secrets.extend([&held.full[..22], &held.full[100..140], &held.short[..20]]);
    }
    for secret in secrets {
        assert!(!is_there(secret), "{secret}");
    }
}

#[actix_web::test]
async fn what_is_on_disk_opens_no_gate_and_no_holder() {
    let (centre, tickets, _, gate) = used_gate().await;
    let files = gate.files();
    let found: Vec<_> = files.iter().flat_map(|file| readings(file)).collect();
    // Whoever has the copy tries everything in it that could be a code.
    let mut tried = BTreeSet::new();
    for reading in &found {
        let text = String::from_utf8_lossy(reading);
        let digits = text.split(|character: char| !character.is_ascii_digit());
        tried.extend(digits.filter(|run| run.len() >= 10).map(str::to_owned));
    }
    let manifests: Vec<Manifest> = files.iter().flat_map(|file| manifests(file)).collect();
    let listed: Vec<_> = manifests
        .iter()
        .flat_map(|manifest| &manifest.events)
        .flat_map(|event| &event.tickets)
        .collect();
    assert!(listed.len() >= tickets.len());
    for ticket in &listed {
        let digests = [
            ticket.keys_digest.as_bytes(),
            ticket.short_digest.as_bytes(),
        ];
        for digest in digests {
            let decimal = digest.map(|byte| format!("{byte:03}")).concat();
            tried.extend([&decimal[..22], &decimal[decimal.len() - 22..]].map(str::to_owned));
            tried.insert(decimal.repeat(3)[..253].to_owned());
        }
        let keys = CredentialKeys {
            user: UserKey::from_slice(&ticket.keys_digest.as_bytes()[..16]).unwrap(),
            ticket: TicketKey::from_slice(&ticket.keys_digest.as_bytes()[16..]).unwrap(),
        };
        let key = holder_key_from_keys(&keys);
        let sealed = ticket.holder.as_ref().unwrap();
        assert!(open_holder(sealed, ticket.ticket_id, HolderKeyFrom::Keys(&key)).is_err());
        assert!(open_holder(sealed, ticket.ticket_id, HolderKeyFrom::Short(&key)).is_err());
    }
    assert!(tried.len() > 3 * tickets.len());
    for code in &tried {
        let answer = gate.scan(code).await;
        assert!(!answer.admits(), "{code}");
        assert!(answer.body.get("holder").is_none());
    }
    // The fourth ticket is still to come: it would have entered.
    assert!(gate.scan(&tickets[3].full).await.admits());
    drop(centre);
}

/// The file, and what is in it in base64, and what is in that.
fn readings(file: &[u8]) -> Vec<Vec<u8>> {
    let mut readings = vec![file.to_vec()];
    let mut at = 0;
    while at < readings.len() {
        let inner: Vec<_> = decoded(&readings[at]).collect();
        readings.extend(inner);
        at += 1;
    }
    readings
}

fn decoded(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&STANDARD, config);
    bytes
        .split(move |byte| !is_base64(byte))
        .filter(|run| run.len() >= 20)
        .filter_map(move |run| engine.decode(run).ok())
}

/// As they are kept: one signed manifest a line.
fn manifests(file: &[u8]) -> Vec<Manifest> {
    let key = ticket_core::manifest::ManifestSigner::from_bytes(&[4; 32]).verifier();
    let lines = file.split(|byte| *byte == b'\n');
    let signed = lines.filter_map(|line| serde_json::from_slice::<SignedManifest>(line).ok());
    signed.filter_map(|signed| key.open(&signed).ok()).collect()
}

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|part| part == text.as_bytes())
}
