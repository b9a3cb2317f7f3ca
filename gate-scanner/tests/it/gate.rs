//! The program under test: started with a ledger of its own, asked over HTTP, killed outright.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::centre::{Centre, GATE, TOKEN};

pub(crate) struct Gate {
    child: Child,
    pub(crate) url: String,
    pub(crate) client: Client,
    folder: PathBuf,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let status = response.status();
        let body = response.json().await.unwrap_or(Value::Null);
        Self { status, body }
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        let value = self.body.pointer(pointer);
        value.and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn reason(&self) -> &str {
        self.text("/reason")
    }

    pub(crate) fn admits(&self) -> bool {
        self.text("/verdict") == "admit"
    }
}

impl Gate {
    /// Follows the centre every 50 ms; ready once it has a list.
    pub(crate) async fn start(centre: &Centre) -> Self {
        let gate = Self::start_in(centre, &fresh_folder(), &[]);
        gate.until_link("up").await;
        gate
    }

    /// In a folder that may hold a ledger already; not waiting for anything.
    pub(crate) fn start_in(centre: &Centre, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_gate-scanner"))
            .arg("serve")
            .env("LISTEN", "127.0.0.1:0")
            .env("API_URL", centre.url())
            .env("GATE_TOKEN", TOKEN)
            .env("GATE_NAME", GATE)
            .env("LEDGER", folder.join("gate.ledger"))
            .env("POLL_MILLISECONDS", "50")
            .env_remove("RUST_LOG")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {said}"));
            let line = line.unwrap();
            if let Some((_, address)) = line.split_once("listening on ") {
                break address.trim().to_owned();
            }
            said.push_str(&line);
        };
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            url: format!("http://{address}"),
            client,
            folder: folder.to_owned(),
        }
    }

    /// As a power cut would end it. The ledger stays.
    pub(crate) fn kill(mut self) -> PathBuf {
        let folder = self.folder.clone();
        self.stop();
        self.folder = PathBuf::new();
        folder
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn files(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(&self.folder).unwrap();
        let read =
            |file: std::io::Result<std::fs::DirEntry>| std::fs::read(file.unwrap().path()).unwrap();
        files.map(read).collect()
    }

    pub(crate) async fn scan(&self, code: &str) -> Answer {
        self.scan_as(Uuid::new_v4(), code).await
    }

    pub(crate) async fn scan_as(&self, scan_id: Uuid, code: &str) -> Answer {
        let body = json!({ "scan_id": scan_id, "gate": GATE, "code": code });
        self.post(body.to_string()).await
    }

    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> Answer {
        answer(self.request("/v1/scans", body)).await
    }

    pub(crate) fn request(
        &self,
        path: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        request.bearer_auth(TOKEN).body(body)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url));
        answer(request.bearer_auth(TOKEN)).await
    }

    pub(crate) async fn status(&self) -> Value {
        self.get("/v1/status").await.body
    }

    /// Waits until the status says so.
    pub(crate) async fn until(&self, what: &str, says: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..600 {
            let status = self.status().await;
            if says(&status) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{what} never came: {}", self.status().await);
    }

    pub(crate) async fn until_link(&self, state: &str) {
        self.until(state, |status| status["link"]["state"] == state)
            .await;
    }

    /// Waits until the list holds what the centre has now, of events that it has.
    pub(crate) async fn until_followed(&self, centre: &Centre) {
        let pulls = || {
            let state = centre.state();
            state.pulls - state.full_pulls
        };
        let before = pulls();
        for _ in 0..600 {
            // When the second one from now begins, the first one is in the list.
            if pulls() >= before + 2 {
                self.until_link("up").await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the gate does not follow");
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !self.folder.as_os_str().is_empty() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

pub(crate) fn fresh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("guichet-gate-{}", Uuid::new_v4().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
