//! Requests that are no scans: each gets a clear, stable answer.

use serde_json::json;
use uuid::Uuid;

use crate::centre::{Centre, GATE, TOKEN};
use crate::gate::Gate;

async fn gate() -> (Centre, Gate) {
    let centre = Centre::start().await;
    centre.ticket(centre.event(7));
    let gate = Gate::start(&centre).await;
    (centre, gate)
}

#[actix_web::test]
async fn a_bad_body_is_told_what_is_wrong_with_it() {
    let (_centre, gate) = gate().await;
    let id = Uuid::new_v4();
    let long = json!({ "scan_id": id, "gate": GATE, "code": "1".repeat(9_000) }).to_string();
    let no_uuid = json!({ "scan_id": "1", "gate": GATE, "code": "1" }).to_string();
    let no_code = json!({ "scan_id": id, "gate": GATE }).to_string();
    let bad: [(Vec<u8>, u16, &str); 8] = [
        (b"".to_vec(), 400, "malformed"),
        (b"{".to_vec(), 400, "malformed"),
        (b"{\"code\": \"\xff\xfe\"}".to_vec(), 400, "malformed"),
        (b"[]".to_vec(), 422, "invalid"),
        (b"null".to_vec(), 422, "invalid"),
        (no_uuid.into_bytes(), 422, "invalid"),
        (no_code.into_bytes(), 422, "invalid"),
        (long.into_bytes(), 413, "too_large"),
    ];
    for (body, status, code) in bad {
        let said = String::from_utf8_lossy(&body).into_owned();
        let answer = gate.post(body).await;
        assert_eq!(answer.status, status, "{said}");
        assert_eq!(answer.text("/code"), code, "{said}");
        assert_eq!(answer.body["status"], status);
    }
    assert_eq!(gate.get("/v1/scans").await.body["scans"], json!([]));
}

#[actix_web::test]
async fn junk_in_place_of_a_code_is_unreadable_and_recorded() {
    let (_centre, gate) = gate().await;
    let junk = ["", "0", "abc", "٣٣٣", &"9".repeat(22), &"1".repeat(5000)];
    for code in junk {
        let answer = gate.scan(code).await;
        assert_eq!(
            (answer.status.as_u16(), answer.reason()),
            (200, "unreadable")
        );
    }
    let overflow = gate.scan(&"9".repeat(253)).await;
    assert_eq!(overflow.reason(), "forged");
    let scans = gate.get("/v1/scans").await.body["scans"].clone();
    assert_eq!(scans.as_array().unwrap().len(), 7);
}

#[actix_web::test]
async fn an_unknown_gate_is_refused() {
    let (_centre, gate) = gate().await;
    let body = json!({ "scan_id": Uuid::new_v4(), "gate": "Nowhere", "code": "1" });
    let answer = gate.post(body.to_string()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text("/code")),
        (422, "gate_unknown")
    );
}

#[actix_web::test]
async fn only_the_device_is_answered() {
    let (_centre, gate) = gate().await;
    for path in ["/v1/scans", "/v1/status"] {
        for token in ["", "x", &format!("{TOKEN}x"), &TOKEN[1..]] {
            let request = gate.client.get(format!("{}{path}", gate.url));
            let answer = request.bearer_auth(token).send().await.unwrap();
            assert_eq!(answer.status(), 401);
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        }
        let without = gate.client.get(format!("{}{path}", gate.url));
        assert_eq!(without.send().await.unwrap().status(), 401);
    }
    let post = gate.client.post(format!("{}/v1/scans", gate.url));
    let answer = post.body("{}").send().await.unwrap();
    assert_eq!(answer.status(), 401);
}

#[actix_web::test]
async fn wrong_paths_and_limits_are_refused() {
    let (_centre, gate) = gate().await;
    let nothing = gate.get("/v1/nothing").await;
    assert_eq!(
        (nothing.status.as_u16(), nothing.text("/code")),
        (404, "not_found")
    );
    for limit in ["0", "501", "x", "-1"] {
        let answer = gate.get(&format!("/v1/scans?limit={limit}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text("/code")),
            (422, "invalid")
        );
    }
}

#[actix_web::test]
async fn it_runs_and_says_so_before_any_list_has_come() {
    let centre = Centre::start().await;
    centre.proxy.cut();
    let gate = Gate::start_in(&centre, &crate::gate::fresh_folder(), &[]);
    let status = gate.get("/v1/status").await;
    assert_eq!(status.status, 200);
    assert_eq!(status.body["link"]["state"], "down");
    assert_eq!(status.body["events"], json!([]));
    assert_eq!(status.body["gate"], GATE);
    let answer = gate.scan("1").await;
    assert_eq!(
        (answer.status.as_u16(), answer.text("/code")),
        (503, "unavailable")
    );
    centre.proxy.mend();
    gate.until_link("up").await;
    assert_eq!(gate.scan("1").await.reason(), "unreadable");
}

#[actix_web::test]
async fn the_tablet_page_comes_with_a_strict_policy() {
    let (_centre, gate) = gate().await;
    let page = gate.client.get(&gate.url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
    assert!(!policy.contains("unsafe"));
    let text = page.text().await.unwrap();
    for file in text.split('"').filter(|part| part.starts_with("/tablet/")) {
        let answer = gate.client.get(format!("{}{file}", gate.url)).send().await;
        assert_eq!(answer.unwrap().status(), 200, "{file}");
    }
    for inline in ["<style", "style=", "onclick", "<script>"] {
        assert!(!text.contains(inline), "{inline}");
    }
}
