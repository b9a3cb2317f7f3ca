//! Telling a buyer that the money of a payment goes back, and why.

use askama::Template;
use serde::Deserialize;
use ticket_core::ids::PaymentId;

use super::store;
use crate::app::App;
use crate::notifications::{Mail, send_mail};
use crate::platform::error::Error;
use crate::platform::jobs::Job;
use crate::platform::page::Words;
use crate::platform::wording;
use crate::{accounts, catalogue, orders};

#[derive(Deserialize)]
struct Payload {
    payment: PaymentId,
}

#[derive(Template)]
#[template(path = "mail/refund.txt")]
struct RefundText<'a> {
    words: Words,
    first_name: &'a str,
    order_number: &'a str,
    event_title: &'a str,
    amount: &'a str,
}

#[derive(Template)]
#[template(path = "mail/refund.html")]
struct RefundHtml<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    order_number: &'a str,
    event_title: &'a str,
    amount: &'a str,
}

/// The job [`REFUND_NOTICE`](super::REFUND_NOTICE).
pub(crate) async fn tell_of_refund(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { payment } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let stored = store::find_by_id(&app.db.read().await?, payment)
        .await?
        .ok_or_else(|| Error::bug("a refund of no payment"))?;
    let order = orders::load(app, stored.order).await?;
    let buyer = accounts::person(app, order.owner).await?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = order
        .lines
        .first()
        .and_then(|line| catalogue.event(line.event));
    let words = Words(order.locale);
    let order_number = &order.number.to_string();
    let event_title = event.map_or("", |event| event.title.of(order.locale));
    let amount = &wording::money(words, stored.amount_cents, &stored.currency);
    let subject = words.with("mail-refund-subject", "number", order_number);
    let first_name = buyer.first_name.as_str();
    let text = RefundText {
        words,
        first_name,
        order_number,
        event_title,
        amount,
    };
    let html = RefundHtml {
        words,
        subject: &subject,
        first_name,
        order_number,
        event_title,
        amount,
    };
    let mail = Mail {
        to: buyer.email,
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        subject,
        attachments: Vec::new(),
    };
    send_mail(app, &mail).await
}
