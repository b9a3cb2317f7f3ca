//! Which providers this process knows, and which one takes new payments.

use std::sync::Arc;

use super::provider::PaymentProvider;
use super::receive;
use super::sandbox_client::SandboxBank;
use crate::platform::config::Config;
use crate::platform::error::Error;
use crate::platform::jobs::Wake;

/// The payment providers of this process.
pub struct Payments {
    all: Vec<Arc<dyn PaymentProvider>>,
    /// Wakes the loop that settles payments.
    pub(crate) wake: Wake,
    /// What providers tell, taken in together.
    pub(super) news: receive::Queue,
}

impl Payments {
    /// # Errors
    /// A sentence for the operator when a provider's client cannot be built.
    pub fn new(config: &Config) -> Result<Self, String> {
        let mut all: Vec<Arc<dyn PaymentProvider>> = Vec::new();
        if let Some(secret) = &config.sandbox_bank_secret {
            all.push(Arc::new(SandboxBank::new(
                &config.public_url,
                secret.clone(),
            )?));
        }
        Ok(Self {
            all,
            wake: Wake::default(),
            news: receive::queue(),
        })
    }

    /// The provider that takes new payments.
    pub(super) fn current(&self) -> Result<&dyn PaymentProvider, Error> {
        let first = self.all.first().map(AsRef::as_ref);
        first.ok_or_else(|| Error::unavailable("no payment provider is configured"))
    }

    /// The provider of a payment made earlier, or of a webhook.
    pub(super) fn by_name(&self, name: &str) -> Option<&dyn PaymentProvider> {
        self.all
            .iter()
            .map(AsRef::as_ref)
            .find(|provider| provider.name() == name)
    }
}
