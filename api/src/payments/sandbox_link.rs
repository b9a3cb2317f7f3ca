//! The way to the sandbox bank's page: a link that carries the payment, signed by the shop. So a
//! payment opens without a call; the bank learns of it when the payer arrives.

use serde::{Deserialize, Serialize};
use ticket_core::ids::PaymentId;
use uuid::Uuid;

use super::provider::NewPayment;
use super::signature;

/// Longer than any link of the shop; PostgreSQL reads no zero bytes.
const FIELD_BYTES_MAX: usize = 2048;

/// A payment as its link tells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Link {
    pub(super) order: String,
    pub(super) amount_cents: i64,
    pub(super) currency: String,
    pub(super) locale: String,
    pub(super) return_url: String,
    pub(super) signature: String,
}

/// The bank's name of a payment: ours, so that nobody needs to be asked for one.
pub(super) fn reference(payment: PaymentId) -> String {
    format!("pay_{}", payment.as_uuid().simple())
}

/// Our name of a payment; none unless the reference was made by [`reference()`].
pub(super) fn merchant_id(reference: &str) -> Option<Uuid> {
    let token = reference.strip_prefix("pay_")?;
    let id = Uuid::try_parse(token).ok()?;
    (id.simple().to_string() == token).then_some(id)
}

impl Link {
    pub(super) fn of(payment: &NewPayment, secret: &[u8]) -> Self {
        let mut link = Self {
            order: payment.order_number.as_str().to_owned(),
            amount_cents: payment.amount.amount_cents(),
            currency: payment.amount.currency().code().to_owned(),
            locale: payment.locale.code().to_owned(),
            return_url: payment.return_url.clone(),
            signature: String::new(),
        };
        link.signature = signature::digest(secret, &link.message(&reference(payment.id)));
        link
    }

    /// Whether the shop made this link for this very payment.
    pub(super) fn holds(&self, reference: &str, secret: &[u8]) -> bool {
        signature::is_digest(secret, &self.message(reference), &self.signature)
            && self.return_url.len() <= FIELD_BYTES_MAX
    }

    fn message(&self, reference: &str) -> Vec<u8> {
        let amount = self.amount_cents.to_string();
        [
            "pay",
            reference,
            &self.order,
            &amount,
            &self.currency,
            &self.locale,
            &self.return_url,
        ]
        .join("\n")
        .into_bytes()
    }
}
