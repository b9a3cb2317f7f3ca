//! The shop's side of the sandbox bank: its JSON interface over HTTP, as with any provider.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ticket_core::ids::PaymentId;

use super::provider::{
    Answer, NewPayment, OpenedPayment, PaymentProvider, ProviderEvent, ProviderPayment,
    ProviderState,
};
use super::sandbox_link::{self, Link};
use super::signature;
use crate::platform::error::Error;

pub(super) const NAME: &str = "sandbox";
pub(super) const SIGNATURE_HEADER: &str = "guichet-bank-signature";
const EVENT_ID_BYTES_MAX: usize = 255;
/// A spectator waits for this answer, with a page open.
const TIMEOUT: Duration = Duration::from_secs(4);

/// The client. Built once: it keeps connections open.
pub(super) struct SandboxBank {
    http: reqwest::Client,
    base: String,
    pages: Url,
    secret: SecretString,
}

/// A payment in the bank's words.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BankPayment {
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) state: BankState,
    pub(super) amount_cents: i64,
    pub(super) currency: String,
    pub(super) payment_url: String,
    pub(super) refund_ref: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BankState {
    Open,
    Challenged,
    Captured,
    Refused,
    Expired,
    Refunded,
}

/// A webhook in the bank's words.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BankEvent {
    pub(super) id: String,
    pub(super) r#type: String,
    pub(super) created_at: Timestamp,
    pub(super) payment: BankPayment,
}

impl From<BankPayment> for ProviderPayment {
    fn from(payment: BankPayment) -> Self {
        let state = match payment.state {
            BankState::Open | BankState::Challenged => ProviderState::Open,
            BankState::Captured => ProviderState::Captured,
            BankState::Refused => ProviderState::Refused,
            BankState::Expired => ProviderState::Expired,
            BankState::Refunded => ProviderState::Refunded,
        };
        Self {
            provider_ref: payment.reference,
            state,
            amount_cents: payment.amount_cents,
            currency: payment.currency,
        }
    }
}

impl SandboxBank {
    /// # Errors
    /// A sentence for the operator when no HTTP client can be built, or the address is none.
    pub(super) fn new(public_url: &str, secret: SecretString) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT / 2)
            .no_proxy()
            .build()
            .map_err(|error| format!("sandbox bank: {error}"))?;
        Ok(Self {
            http,
            base: format!("{public_url}/sandbox-bank/api/payments"),
            pages: Url::parse(&format!("{public_url}/sandbox-bank/pay"))
                .map_err(|error| format!("PUBLIC_URL: {error}"))?,
            secret,
        })
    }

    /// One call. Whatever is not a clear answer is unavailable: it will be asked again.
    async fn call(&self, method: Method, path: &str, body: Value) -> Result<BankPayment, Error> {
        let unavailable =
            |what: &dyn std::fmt::Display| Error::unavailable(format!("sandbox bank: {what}"));
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base))
            .bearer_auth(self.secret.expose_secret());
        if method != Method::GET {
            request = request.json(&body);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| unavailable(&error.without_url()))?;
        match answer.status() {
            status if status.is_success() => answer
                .json()
                .await
                .map_err(|error| unavailable(&error.without_url())),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(unavailable(&status))
            }
            status => Err(Error::bug(format!(
                "the sandbox bank refuses {path}: {status}"
            ))),
        }
    }
}

impl PaymentProvider for SandboxBank {
    fn name(&self) -> &'static str {
        NAME
    }

    fn redirect(&self, payment: &NewPayment) -> Option<OpenedPayment> {
        let link = Link::of(payment, self.secret.expose_secret().as_bytes());
        let provider_ref = sandbox_link::reference(payment.id);
        let mut page = self.pages.clone();
        page.path_segments_mut().ok()?.push(&provider_ref);
        page.query_pairs_mut()
            .append_pair("order", &link.order)
            .append_pair("amount_cents", &link.amount_cents.to_string())
            .append_pair("currency", &link.currency)
            .append_pair("locale", &link.locale)
            .append_pair("return_url", &link.return_url)
            .append_pair("signature", &link.signature);
        Some(OpenedPayment {
            provider_ref,
            payment_url: page.into(),
        })
    }

    fn payment_of(&self, provider_ref: &str) -> Option<PaymentId> {
        sandbox_link::merchant_id(provider_ref).map(PaymentId::from_uuid)
    }

    fn create<'a>(&'a self, payment: &'a NewPayment) -> Answer<'a, OpenedPayment> {
        let opened = self.redirect(payment);
        Box::pin(async { opened.ok_or_else(|| Error::bug("the sandbox bank has no address")) })
    }

    fn status<'a>(&'a self, provider_ref: &'a str) -> Answer<'a, ProviderPayment> {
        Box::pin(async move {
            let path = format!("/{provider_ref}");
            Ok(self.call(Method::GET, &path, Value::Null).await?.into())
        })
    }

    fn expire<'a>(&'a self, provider_ref: &'a str) -> Answer<'a, ProviderPayment> {
        Box::pin(async move {
            let path = format!("/{provider_ref}/expire");
            Ok(self.call(Method::POST, &path, json!({})).await?.into())
        })
    }

    fn refund<'a>(
        &'a self,
        provider_ref: &'a str,
        idempotency_key: &'a str,
        amount_cents: i64,
    ) -> Answer<'a, String> {
        Box::pin(async move {
            let path = format!("/{provider_ref}/refund");
            let body = json!({
                "idempotency_key": idempotency_key,
                "amount_cents": amount_cents,
            });
            let refunded = self.call(Method::POST, &path, body).await?;
            refunded
                .refund_ref
                .ok_or_else(|| Error::bug("the sandbox bank names no refund"))
        })
    }

    fn verify_webhook(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Timestamp,
    ) -> Option<ProviderEvent> {
        let signed = header(SIGNATURE_HEADER)?;
        let secret = self.secret.expose_secret().as_bytes();
        if !signature::holds(secret, &signed, body, now) {
            return None;
        }
        let payload: Value = serde_json::from_slice(body).ok()?;
        let id = payload.get("id")?.as_str()?.to_owned();
        (!id.is_empty() && id.len() <= EVENT_ID_BYTES_MAX).then_some(ProviderEvent { id, payload })
    }

    fn read_event(&self, payload: &Value) -> Result<ProviderPayment, Error> {
        let event: BankEvent = serde_json::from_value(payload.clone()).map_err(Error::bug)?;
        Ok(event.payment.into())
    }
}
