//! What visitors, readers and strangers may send: a clear reason each time, and nothing changed.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::StatusCode;
use serde_json::{Value, json};
use ticket_core::manifest::ManifestSigner;
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use crate::centre::{Centre, GATE, Held, TOKEN};
use crate::gate::Gate;

async fn gate() -> (Centre, Held, Gate) {
    let centre = Centre::start().await;
    let held = centre.ticket(centre.event(7));
    (centre.clone(), held, Gate::start(&centre).await)
}

/// Shown as a code: refused for what it is, recorded, and the ticket is as good as before.
#[actix_web::test]
async fn what_is_no_code_of_ours_is_refused_for_what_it_is() {
    let (_centre, held, gate) = gate().await;
    let (full, short) = (&held.full, &held.short);
    let half = &full[..full.len() / 2];
    let shown: Vec<(String, &str)> = vec![
        (String::new(), "unreadable"),
        ("https://example.org/menu?table=12".into(), "unreadable"),
        ("WIFI:T:WPA;S:guests;P:secret;;".into(), "unreadable"),
        ("BEGIN:VCARD\r\nN:Durand\r\nEND:VCARD".into(), "unreadable"),
        ("]Q1M1DUPONT/ZOE       EABC123 CDGJFK".into(), "unreadable"),
        ("\u{0}\u{1}\u{7f}\u{fffd}".into(), "unreadable"),
        ("à&é\"'(-è_çà&é\"'(-è_çà&".into(), "unreadable"),
        ("' OR 1=1 --".into(), "unreadable"),
        ("../../etc/passwd".into(), "unreadable"),
        ("3760123456789".into(), "unreadable"),
        (half.to_owned(), "unreadable"),
        (full[1..].to_owned(), "unreadable"),
        (short[..11].to_owned(), "unreadable"),
        (format!("{short}{short}"), "unreadable"),
        (format!("{full}1234567"), "unreadable"),
        ("0".repeat(253), "forged"),
        ("9".repeat(253), "forged"),
    ];
    for (code, reason) in &shown {
        let answer = gate.scan(code).await;
        assert_eq!(answer.status, 200, "{code:?}");
        assert_eq!(
            (answer.reason(), answer.admits()),
            (*reason, false),
            "{code:?}"
        );
        assert!(answer.body.get("ticket").is_none(), "{code:?}");
        assert!(answer.body.get("holder").is_none(), "{code:?}");
    }
    let history = gate.get("/v1/scans").await.body;
    assert_eq!(history["scans"].as_array().unwrap().len(), shown.len());
    assert!(gate.scan(full).await.admits());
}

#[actix_web::test]
async fn ten_megabytes_are_refused_and_nothing_is_recorded() {
    let (_centre, held, gate) = gate().await;
    let huge = "7".repeat(10 << 20);
    let body = json!({ "scan_id": Uuid::new_v4(), "gate": GATE, "code": huge }).to_string();
    let whole = gate.post(body.clone()).await;
    assert_eq!(
        (whole.status.as_u16(), whole.text("/code")),
        (413, "too_large")
    );
    // Of no length said beforehand.
    let address = gate.url.trim_start_matches("http://").to_owned();
    let said = tokio::task::spawn_blocking(move || send_in_chunks(&address, &body));
    assert!(said.await.unwrap().starts_with("HTTP/1.1 413"));
    assert_eq!(gate.get("/v1/scans").await.body["scans"], json!([]));
    assert!(gate.scan(&held.full).await.admits());
}

/// The head of the answer.
fn send_in_chunks(address: &str, body: &str) -> String {
    let mut line = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /v1/scans HTTP/1.1\r\nhost: gate\r\nauthorization: Bearer {TOKEN}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    line.write_all(head.as_bytes()).unwrap();
    for part in body.as_bytes().chunks(1 << 12).take(8) {
        let length = format!("{:x}\r\n", part.len());
        line.write_all(&[length.as_bytes(), part, b"\r\n"].concat())
            .unwrap();
    }
    let mut answer = [0; 16];
    line.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[actix_web::test]
async fn a_wrong_token_learns_nothing_and_changes_nothing() {
    let (_centre, held, gate) = gate().await;
    let body = json!({ "scan_id": Uuid::new_v4(), "gate": GATE, "code": held.full }).to_string();
    let url = format!("{}/v1/scans", gate.url);
    let wrong = [
        "Bearer x".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {TOKEN}"),
        TOKEN.to_owned(),
        format!("Bearer {TOKEN}x"),
    ];
    for header in &wrong {
        let request = gate.client.post(&url).header("authorization", header);
        let answer = request.body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{header}");
        let said: Value = answer.json().await.unwrap();
        assert_eq!(said["code"], "device_unknown");
    }
    assert_eq!(gate.get("/v1/scans").await.body["scans"], json!([]));
    assert!(gate.scan(&held.full).await.admits());
}

#[actix_web::test]
async fn a_list_that_is_not_signed_by_the_centre_changes_nothing_on_disk_either() {
    let (centre, held, gate) = gate().await;
    gate.until_followed(&centre).await;
    let kept = gate.files();
    centre.state().signer = ManifestSigner::from_bytes(&[66; 32]);
    centre.set_state(&held, TicketStateName::Deactivated);
    gate.until_link("down").await;
    let pulls = centre.state().pulls;
    gate.until("some more pulls", |_| centre.state().pulls > pulls + 2)
        .await;
    assert_eq!(gate.files(), kept);
    let answer = gate.scan(&held.full).await;
    assert_eq!(
        (answer.reason(), answer.text("/certainty")),
        ("ok", "local")
    );
}
