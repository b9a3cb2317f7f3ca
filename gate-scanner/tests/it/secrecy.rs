//! A copy of what a gate keeps shows no name and opens no gate (I8).

use uuid::Uuid;

use crate::centre::{Centre, TOKEN};
use crate::gate::Gate;

#[actix_web::test]
async fn what_is_on_disk_holds_no_name_no_e_mail_no_code_and_no_token() {
    let centre = Centre::start().await;
    let event = centre.event(7);
    let (first, second) = (centre.ticket(event), centre.ticket(event));
    let gate = Gate::start(&centre).await;
    let id = Uuid::new_v4();
    assert!(gate.scan_as(id, &first.full).await.admits());
    assert!(gate.scan(&second.short).await.admits());
    gate.until("all told", |status| status["waiting"] == 0)
        .await;
    let files = gate.files();
    // What must be there proves that the search can find.
    let id = id.to_string();
    assert!(files.iter().any(|file| holds(file, &id)));
    let secrets = [
        "Zoé",
        "Dupont",
        "Ďurišová",
        "zoe.dupont",
        "example.org",
        TOKEN,
        &first.full[..22],
        &first.full[100..140],
        &second.short[..20],
        &first.short[..20],
    ];
    for secret in secrets {
        assert!(!files.iter().any(|file| holds(file, secret)), "{secret}");
    }
}

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|part| part == text.as_bytes())
}
