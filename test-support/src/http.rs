//! A person's browser without the pictures: cookies, the anti-forgery token, JSON and forms.

use std::sync::Mutex;
use std::sync::Once;

use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// One browser: cookies of its own. Redirects are not followed.
#[derive(Debug)]
pub struct Client {
    base: String,
    http: reqwest::Client,
    csrf: Mutex<Option<String>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// # Panics
    /// When the body is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: not JSON: {}", self.status, self.text()))
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> String {
        let value = self.headers.get("location").and_then(|v| v.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// # Panics
    /// When the status is another.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "often the status is all that matters"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "body: {}", self.text());
        self
    }
}

impl Client {
    /// # Panics
    /// When no client can be built.
    pub fn new(base: &str) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .unwrap_or_else(|error| panic!("no HTTP client: {error}"));
        Self {
            base: base.to_owned(),
            http,
            csrf: Mutex::new(None),
        }
    }

    /// Asks `GET /api/v1/me` for a token; state-changing calls carry it from now on.
    pub async fn refresh_csrf(&self) {
        let me = self.get("/api/v1/me").await;
        if let Ok(mut csrf) = self.csrf.lock() {
            *csrf = me.json()["csrf_token"].as_str().map(str::to_owned);
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// A plain HTML form.
    pub async fn form(&self, path: &str, fields: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).form(fields))
            .await
    }

    /// A request to shape further; `path` may be a whole address.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let csrf = self.csrf.lock().map_or(None, |token| token.clone());
        let request = self.http.request(method, url);
        match csrf {
            Some(token) => request.header("X-CSRF-Token", token),
            None => request,
        }
    }

    /// # Panics
    /// When the service does not answer at all.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("no answer: {error:?}"));
        let (status, headers): (StatusCode, _) = (response.status(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|error| panic!("cut short: {error}"));
        Answer {
            status: status.as_u16(),
            headers,
            body: body.to_vec(),
        }
    }
}
