//! Telling a buyer that the money of a payment goes back, and why.

use fluent_templates::fluent_bundle::FluentValue;
use serde::Deserialize;
use ticket_core::ids::PaymentId;
use ticket_core::money::{Currency, Money};

use super::store;
use crate::app::App;
use crate::notifications::{Mail, send_mail};
use crate::platform::error::Error;
use crate::platform::jobs::Job;
use crate::{accounts, orders};

#[derive(Deserialize)]
struct Payload {
    payment: PaymentId,
}

/// The job [`REFUND_NOTICE`](super::REFUND_NOTICE).
pub(crate) async fn tell_of_refund(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { payment } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let stored = store::find_by_id(&app.db.read().await?, payment)
        .await?
        .ok_or_else(|| Error::bug("a refund of no payment"))?;
    let order = orders::load(app, stored.order).await?;
    let buyer = accounts::person(app, order.owner).await?;
    let currency = Currency::parse(&stored.currency).map_err(Error::bug)?;
    let amount = Money::new(stored.amount_cents, currency).map_err(Error::bug)?;
    let text = |key: &str, values: &[(&'static str, String)]| {
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(value.clone())))
            .collect();
        order.locale.t_with(key, &values)
    };
    let number = order.number.to_string();
    let paragraphs = [
        text("mail-hello", &[("name", buyer.first_name)]),
        text("mail-refund-text", &[("number", number.clone())]),
        text("mail-refund-amount", &[("amount", amount_text(amount))]),
        text("mail-refund-delay", &[]),
        text("mail-signature", &[]),
    ];
    send_mail(
        app,
        &Mail {
            to: buyer.email,
            subject: text("mail-refund-subject", &[("number", number)]),
            text: paragraphs.join("\n\n"),
            html: None,
            attachments: Vec::new(),
        },
    )
    .await
}

fn amount_text(amount: Money) -> String {
    let cents = amount.amount_cents();
    format!("{}.{:02} {}", cents / 100, cents % 100, amount.currency())
}
