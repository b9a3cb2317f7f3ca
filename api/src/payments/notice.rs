//! Telling a buyer that the money of a payment goes back, and why.

use askama::Template;
use serde::Deserialize;
use ticket_core::ids::PaymentId;
use ticket_core::payment::{PaymentState, RefundCause};

use super::store::{self, Stored};
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
#[template(path = "mail/refund.html")]
struct HtmlMail<'a> {
    words: Words,
    subject: &'a str,
    first_name: &'a str,
    reason: &'a str,
    event_title: &'a str,
    amount: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "mail/refund.txt")]
struct TextMail<'a> {
    words: Words,
    first_name: &'a str,
    reason: &'a str,
    event_title: &'a str,
    amount: Option<&'a str>,
}

/// The job [`REFUND_NOTICE`](super::REFUND_NOTICE).
pub(crate) async fn tell_of_refund(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { payment } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let stored = store::find_by_id(&app.db.read().await?, payment)
        .await?
        .ok_or_else(|| Error::bug("a refund of no payment"))?;
    let (PaymentState::RefundDue { cause, .. } | PaymentState::Refunded { cause, .. }) =
        stored.state
    else {
        return Err(Error::bug("nothing of this payment goes back"));
    };
    send_mail(app, &compose(app, &stored, cause).await?).await
}

async fn compose(app: &App, payment: &Stored, cause: RefundCause) -> Result<Mail, Error> {
    let order = orders::load(app, payment.order).await?;
    let buyer = accounts::person(app, order.owner).await?;
    let catalogue = catalogue::snapshot(app).await?;
    let words = Words(order.locale);
    let mut events = Vec::new();
    for line in &order.lines {
        if !events.contains(&line.event) {
            events.push(line.event);
        }
    }
    let titles: Vec<&str> = events
        .into_iter()
        .filter_map(|event| Some(catalogue.event(event)?.title.of(order.locale)))
        .collect();
    let titles = titles.join(" + ");
    let amount = wording::money(words, payment.amount_cents, &payment.currency);
    let subject = words.with("mail-refund-subject", "number", &order.number);
    let reason = format!("mail-refund-{}", cause.name());
    let reason = words.with(&reason, "number", &order.number);
    let text = TextMail {
        words,
        first_name: &buyer.first_name,
        reason: &reason,
        event_title: &titles,
        // What the bank took instead is not what we know of.
        amount: (cause != RefundCause::WrongAmount).then_some(&amount),
    };
    let html = HtmlMail {
        words,
        subject: &subject,
        first_name: text.first_name,
        reason: text.reason,
        event_title: text.event_title,
        amount: text.amount,
    };
    Ok(Mail {
        to: buyer.email,
        text: text.render().map_err(Error::bug)?,
        html: Some(html.render().map_err(Error::bug)?),
        attachments: Vec::new(),
        subject,
    })
}
