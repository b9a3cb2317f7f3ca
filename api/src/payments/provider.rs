//! What any payment provider must be able to do for us. A provider is a third party: each call
//! may fail and be made again, so each is idempotent.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::{OrderNumber, PaymentId};
use ticket_core::money::Money;

use crate::platform::error::Error;
use crate::platform::i18n::Locale;

/// What a provider answers, some time later.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + 'a>>;

/// A payment to open at the provider.
#[derive(Debug, Clone)]
pub(crate) struct NewPayment {
    /// Also the idempotency key: asking twice opens one payment.
    pub(crate) id: PaymentId,
    pub(crate) order_number: OrderNumber,
    pub(crate) amount: Money,
    /// Where the provider's page sends the spectator afterwards.
    pub(crate) return_url: String,
    pub(crate) locale: Locale,
}

/// A payment that the provider has opened.
#[derive(Debug, Clone)]
pub(crate) struct OpenedPayment {
    pub(crate) provider_ref: String,
    pub(crate) payment_url: String,
}

/// Where a payment stands, in the provider's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderState {
    Open,
    Captured,
    Refused,
    Expired,
    Refunded,
}

/// A payment as the provider tells it. The amount is as told, and is compared with ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderPayment {
    pub(crate) provider_ref: String,
    pub(crate) state: ProviderState,
    pub(crate) amount_cents: i64,
    pub(crate) currency: String,
}

/// A webhook whose signature held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderEvent {
    pub(crate) id: String,
    pub(crate) payload: Value,
}

/// One provider.
pub(crate) trait PaymentProvider: Send + Sync {
    /// As in `/webhooks/{name}` and in the column `payments.provider`.
    fn name(&self) -> &'static str;
    /// Opens a payment without asking the provider, where its payer brings it along.
    fn redirect(&self, _payment: &NewPayment) -> Option<OpenedPayment> {
        None
    }
    /// Our id of the payment, where [`redirect`](Self::redirect) makes the reference of it.
    fn payment_of(&self, _provider_ref: &str) -> Option<PaymentId> {
        None
    }
    fn create<'a>(&'a self, payment: &'a NewPayment) -> Answer<'a, OpenedPayment>;
    fn status<'a>(&'a self, provider_ref: &'a str) -> Answer<'a, ProviderPayment>;
    /// Closes a payment that nobody should pay any more, and tells where it stands then: it may
    /// have been captured in the meantime.
    fn expire<'a>(&'a self, provider_ref: &'a str) -> Answer<'a, ProviderPayment>;
    /// Returns the whole captured amount; answers the provider's reference of the refund.
    fn refund<'a>(
        &'a self,
        provider_ref: &'a str,
        idempotency_key: &'a str,
        amount_cents: i64,
    ) -> Answer<'a, String>;
    /// The event of a webhook; `None` unless the provider itself sent these bytes, lately.
    fn verify_webhook(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Timestamp,
    ) -> Option<ProviderEvent>;
    /// Reads an event of the inbox, verified when it came in.
    fn read_event(&self, payload: &Value) -> Result<ProviderPayment, Error>;
}
