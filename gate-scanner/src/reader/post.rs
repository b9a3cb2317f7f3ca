//! Showing codes to the gate service, and saying what it answered.

use std::io::Write;
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use ticket_core::ids::ScanId;
use uuid::Uuid;

use super::Settings;
use super::listen::Read;

const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Then the visitor has held the ticket up again.
const TRY_FOR: Duration = Duration::from_secs(10);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(200);

pub(super) struct Poster {
    client: Client,
    url: String,
    token: SecretString,
    gate: String,
}

impl Poster {
    /// # Errors
    /// When no client can be made.
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        // Another part of the process may have chosen it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(ANSWER_WITHIN).build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            url: format!("{}/v1/scans", settings.gate_url.trim_end_matches('/')),
            token: settings.gate_token.clone(),
            gate: settings.gate_name.clone(),
        })
    }

    /// The same scan until it is answered, or until nobody waits for it any more.
    pub(super) async fn show(&self, read: &Read) {
        let scan_id = ScanId::from_uuid(Uuid::new_v4());
        let began = Instant::now();
        let line = loop {
            match self.ask(scan_id, &read.code).await {
                Ok(answer) => break answer,
                Err(error) if began.elapsed() > TRY_FOR => {
                    tracing::error!(reader = %read.reader, error, "a scan was not answered");
                    break json!({ "verdict": "refuse", "reason": "unanswered" });
                }
                Err(error) => tracing::debug!(error, "asked again"),
            }
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        };
        let said = json!({
            "scan_id": scan_id,
            "reader": read.reader,
            "verdict": line["verdict"],
            "status": line["status"],
            "reason": line["reason"],
            "certainty": line["certainty"],
            "milliseconds": u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        tracing::info!(reader = %read.reader, reason = %line["reason"], "scanned");
        let mut out = std::io::stdout().lock();
        // Nobody may be listening.
        let _ = writeln!(out, "{said}").and_then(|()| out.flush());
    }

    /// # Errors
    /// What to try again: no answer, or one that says *not now*.
    async fn ask(&self, scan_id: ScanId, code: &str) -> Result<Value, String> {
        let body = json!({
            "scan_id": scan_id,
            "gate": self.gate,
            "code": code,
            "read_by": "reader",
        });
        let request = self.client.post(&self.url).json(&body);
        let request = request.bearer_auth(self.token.expose_secret());
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(format!("the service answered {status}"));
        }
        let body: Value = answer.json().await.map_err(|error| error.to_string())?;
        if status.is_success() {
            return Ok(body);
        }
        // Wrong token, unknown gate: the operator must act, a visitor cannot.
        let code = body["code"].as_str().unwrap_or("refused").to_owned();
        tracing::error!(%status, code, "the service refuses this reader");
        Ok(json!({ "verdict": "refuse", "reason": code }))
    }
}
