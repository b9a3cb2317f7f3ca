//! What load tests are given in bulk is as good as what was bought.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use api::{audit, catalogue};
use ticket_core::credential::{CredentialDigits, keys_digest, open};
use ticket_core::ticket::TicketStateName;

use crate::gates::{manifest, set_device};
use crate::shop::Shop;

const TOKEN: &str = "a-token-of-the-rehearsed-gate";

fn rehearse(shop: &Shop, arguments: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_api"))
        .arg("rehearse")
        .args(arguments)
        .envs(shop.app.environment())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{words}");
}

#[actix_web::test]
async fn tickets_made_in_bulk_open_their_gate_and_pass_the_audit() {
    let shop = Shop::open(20).await;
    let event = [
        "event",
        "--code",
        "DOORS-1",
        "--places",
        "50",
        "--gates-open",
    ];
    rehearse(&shop, &event);
    let file = std::env::temp_dir().join(format!("guichet-tickets-{}", uuid::Uuid::new_v4()));
    let out = file.to_str().unwrap();
    let tickets = [
        "tickets", "--event", "DOORS-1", "--count", "30", "--out", out,
    ];
    rehearse(&shop, &tickets);

    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let lines: HashSet<&str> = text.lines().collect();
    assert_eq!(lines.len(), 30);

    catalogue::refresh(&shop.app.app).await.unwrap();
    set_device(&shop, "Rehearsed", "DOORS-1", TOKEN);
    let listed = manifest(&shop, TOKEN, None).await.events.remove(0);
    assert_eq!(listed.tickets.len(), 30);
    let keys = listed.keys();
    for line in lines {
        let digits = CredentialDigits::parse(line).unwrap();
        let opened = open(&digits, |_| Some(&keys)).unwrap();
        let mut tickets = listed.tickets.iter();
        let ticket = tickets.find(|it| it.serial == opened.numbers.serial);
        let ticket = ticket.unwrap();
        assert_eq!(ticket.state, TicketStateName::Sent);
        assert_eq!(ticket.keys_digest, keys_digest(&opened.keys));
    }
    let findings = audit::run(&shop.app.app).await.unwrap();
    let bad: Vec<_> = findings.iter().filter(|it| it.violations > 0).collect();
    assert!(
        bad.is_empty(),
        "{:?}",
        bad.iter().map(|it| it.what).collect::<Vec<_>>()
    );
}
