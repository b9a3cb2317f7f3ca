//! The client of the centre. Whatever it cannot answer in time is [`NoAnswer`]: the gate goes on.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ticket_core::ids::TicketId;
use ticket_core::manifest::{
    AdmissionAnswer, AdmissionReport, Enrolled, EnrolmentRequest, IdentityCheck, KnownScan,
    ManifestRefused, ManifestVerifier, SearchRequest, SignedManifest,
};

use crate::error::Error;

/// A full list of 100,000 tickets is some 90 MB, and the line may be slow.
const MANIFEST_TIMEOUT: Duration = Duration::from_mins(10);
/// A line that has come back is noticed within seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1500);
/// As long as something arrives, it may go on.
const SILENCE_MAX: Duration = Duration::from_secs(30);
const CHANGES_TIMEOUT: Duration = Duration::from_secs(10);
const TELL_TIMEOUT: Duration = Duration::from_secs(15);
/// The agent waits for it.
const HISTORY_TIMEOUT: Duration = Duration::from_secs(2);

/// The centre cannot be reached, or says nothing that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("the centre does not answer: {0}")]
    Unreachable(#[from] reqwest::Error),
    #[error("the centre answers what was not asked")]
    Senseless,
    #[error("the centre does not answer in time")]
    TooLate,
    #[error("too many wait for the centre")]
    TooMany,
    #[error(transparent)]
    Forged(#[from] ManifestRefused),
}

#[derive(Debug)]
pub(crate) struct Centre {
    client: Client,
    url: String,
    token: SecretString,
}

/// The centre understood, and may have said no.
#[derive(Debug)]
pub(crate) enum Asked<T> {
    Answered(T),
    Refused(String),
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

#[derive(Deserialize)]
struct ManifestKey {
    public_key: String,
}

#[derive(Serialize)]
struct Reports<'a> {
    reports: &'a [AdmissionReport],
}

#[derive(Serialize)]
struct Checks<'a> {
    checks: &'a [IdentityCheck],
}

#[derive(Deserialize)]
struct KnownScans {
    scans: Vec<KnownScan>,
}

#[derive(Deserialize)]
struct Answers {
    answers: Vec<AdmissionAnswer>,
}

impl Centre {
    /// # Errors
    /// When no TLS client can be made.
    pub(crate) fn new(url: &str, token: SecretString) -> Result<Self, reqwest::Error> {
        // Another part of the process may have chosen it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE_MAX)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self {
            client,
            url: url.trim_end_matches('/').to_owned(),
            token,
        })
    }

    pub(crate) async fn manifest_key(&self) -> Result<ManifestVerifier, NoAnswer> {
        let request = self.get("/api/v1/gate/manifest-key");
        let key: ManifestKey = answer(request.timeout(CHANGES_TIMEOUT)).await?;
        parse_key(&key.public_key).ok_or(NoAnswer::Senseless)
    }

    /// The full list, or what changed after a cursor.
    pub(crate) async fn manifest(&self, since: Option<i64>) -> Result<SignedManifest, NoAnswer> {
        let mut path = "/api/v1/gate/manifest".to_owned();
        let mut timeout = MANIFEST_TIMEOUT;
        if let Some(since) = since {
            path = format!("{path}?since={since}");
            timeout = CHANGES_TIMEOUT;
        }
        answer(self.get(&path).timeout(timeout)).await
    }

    /// Asks before tickets are let in: one answer for each report, in their order.
    pub(crate) async fn ask(
        &self,
        reports: &[AdmissionReport],
        patience: Duration,
    ) -> Result<Vec<AdmissionAnswer>, NoAnswer> {
        self.send(reports, patience).await
    }

    /// One answer for each report, in their order.
    pub(crate) async fn tell(
        &self,
        reports: &[AdmissionReport],
    ) -> Result<Vec<AdmissionAnswer>, NoAnswer> {
        self.send(reports, TELL_TIMEOUT).await
    }

    /// A tablet for a code.
    pub(crate) async fn enrol(&self, request: &EnrolmentRequest) -> Result<Asked<Enrolled>, Error> {
        self.ask_for("/api/v1/gate/enrolments", request).await
    }

    /// Holders by name, as the centre answers it.
    pub(crate) async fn search(&self, request: &SearchRequest) -> Result<Asked<Value>, Error> {
        self.ask_for("/api/v1/gate/search", request).await
    }

    /// A ticket's scans at all gates.
    pub(crate) async fn scans_of(&self, ticket: TicketId) -> Result<Vec<KnownScan>, NoAnswer> {
        let path = format!("/api/v1/gate/tickets/{ticket}/scans");
        let known: KnownScans = answer(self.get(&path).timeout(HISTORY_TIMEOUT)).await?;
        Ok(known.scans)
    }

    /// Outcomes of identity checks.
    pub(crate) async fn tell_checks(&self, checks: &[IdentityCheck]) -> Result<(), NoAnswer> {
        let url = format!("{}/api/v1/gate/identity-checks", self.url);
        let request = self.client.post(url).json(&Checks { checks });
        let request = request.bearer_auth(self.token.expose_secret());
        request
            .timeout(TELL_TIMEOUT)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// What somebody waits for: the centre's answer, or the code of its refusal.
    async fn ask_for<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Asked<T>, Error> {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        let request = request.bearer_auth(self.token.expose_secret());
        let answer = request.timeout(CHANGES_TIMEOUT).send().await;
        let answer = answer.map_err(|_| Error::Unreachable)?;
        let status = answer.status();
        if status.is_success() {
            let body = answer.json().await.map_err(|_| Error::Unreachable)?;
            return Ok(Asked::Answered(body));
        }
        let problem: Option<Problem> = answer.json().await.ok();
        match problem {
            Some(problem) if status.is_client_error() => Ok(Asked::Refused(problem.code)),
            Some(_) | None => Err(Error::Unreachable),
        }
    }

    async fn send(
        &self,
        reports: &[AdmissionReport],
        patience: Duration,
    ) -> Result<Vec<AdmissionAnswer>, NoAnswer> {
        let url = format!("{}/api/v1/gate/admissions", self.url);
        let request = self.client.post(url).json(&Reports { reports });
        let request = request.bearer_auth(self.token.expose_secret());
        let told: Answers = answer(request.timeout(patience)).await?;
        if told.answers.len() == reports.len() {
            Ok(told.answers)
        } else {
            Err(NoAnswer::Senseless)
        }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{path}", self.url));
        request.bearer_auth(self.token.expose_secret())
    }
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, NoAnswer> {
    Ok(request.send().await?.error_for_status()?.json().await?)
}

/// A key of manifests as it is written in settings and answers.
pub(crate) fn parse_key(text: &str) -> Option<ManifestVerifier> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    ManifestVerifier::from_bytes(bytes.as_slice().try_into().ok()?)
}
