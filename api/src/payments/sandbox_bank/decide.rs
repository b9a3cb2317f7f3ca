//! What the bank decides: the cardholder's answer on the hosted page, and which webhooks follow.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::super::sandbox_client::{BankEvent, BankPayment, BankState};
use super::super::sandbox_link::Link;
use super::store::{self, Booked};
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::random_bytes;

/// The hosted page's form. A challenge is answered with the code alone, or decided outright.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Answer {
    pub(super) decision: Option<Decision>,
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) webhook: Delivery,
    #[serde(default)]
    pub(super) delay_seconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Decision {
    Accept,
    Refuse,
    Challenge,
    Abandon,
}

/// What becomes of the webhook that the bank owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Delivery {
    #[default]
    Normal,
    Lost,
    Delayed,
    Doubled,
    /// The news first, and after it older news.
    Reordered,
}

/// Where a decision leads the cardholder.
pub(super) enum Next {
    BackToShop(String),
    Challenge,
}

/// A payment as the bank tells it.
pub(super) fn told(app: &App, booked: &Booked) -> BankPayment {
    BankPayment {
        payment_url: payment_url(app, &booked.reference),
        reference: booked.reference.clone(),
        state: booked.state,
        amount_cents: booked.amount_cents,
        currency: booked.currency.clone(),
        refund_ref: booked.refund_ref.clone(),
    }
}

pub(super) fn payment_url(app: &App, reference: &str) -> String {
    format!("{}/sandbox-bank/pay/{reference}", app.config.public_url)
}

/// Applies the cardholder's answer. A payment decided before stays as it is.
pub(super) async fn decide(
    app: &App,
    (reference, link): (&str, Option<&Link>),
    answer: &Answer,
) -> Result<Next, Error> {
    let now = app.clock.now();
    app.db
        .write("sandbox_bank.decide", async |tx| {
            if let Some(link) = link {
                store::arrive(tx, reference, link, now).await?;
            }
            let booked = store::lock_payment(tx, reference)
                .await?
                .filter(Booked::is_seen)
                .ok_or_else(Error::not_found)?;
            let Some(state) = state_after(&booked, answer) else {
                return Ok(Next::BackToShop(booked.return_url));
            };
            let code = match state {
                BankState::Challenged => Some(challenge_code()?),
                BankState::Open
                | BankState::Captured
                | BankState::Refused
                | BankState::Expired
                | BankState::Refunded => None,
            };
            store::set_state(tx, &booked, state, code.as_deref(), now).await?;
            let after = Booked {
                state,
                ..booked.clone()
            };
            notify(app, tx, &after, answer).await?;
            Ok(match state {
                BankState::Challenged => Next::Challenge,
                BankState::Open
                | BankState::Captured
                | BankState::Refused
                | BankState::Expired
                | BankState::Refunded => Next::BackToShop(booked.return_url),
            })
        })
        .await
}

/// The state that an answer leads to; none when it changes nothing.
fn state_after(booked: &Booked, answer: &Answer) -> Option<BankState> {
    match (booked.state, answer.decision) {
        (BankState::Open, Some(Decision::Accept)) => Some(BankState::Captured),
        (BankState::Open | BankState::Challenged, Some(Decision::Refuse)) => {
            Some(BankState::Refused)
        }
        (BankState::Open, Some(Decision::Challenge)) => Some(BankState::Challenged),
        (BankState::Challenged, None | Some(Decision::Accept)) => {
            let is_right = match answer.code.as_deref().map(str::trim) {
                Some(typed) => booked.challenge_code.as_deref() == Some(typed),
                // Decided outright, without the page's field for the code.
                None => answer.decision.is_some(),
            };
            Some(if is_right {
                BankState::Captured
            } else {
                BankState::Refused
            })
        }
        (
            BankState::Open
            | BankState::Challenged
            | BankState::Captured
            | BankState::Refused
            | BankState::Expired
            | BankState::Refunded,
            _,
        ) => None,
    }
}

/// Six digits, shown on the page in place of a telephone.
fn challenge_code() -> Result<String, Error> {
    let number = u32::from_be_bytes(random_bytes::<4>()?) % 1_000_000;
    Ok(format!("{number:06}"))
}

/// Writes the webhooks that a payment's new state calls for.
pub(super) async fn notify(
    app: &App,
    tx: &Tx<'_>,
    booked: &Booked,
    answer: &Answer,
) -> Result<(), Error> {
    let now = app.clock.now();
    let news = event(app, booked, now)?;
    let send_at = now + SignedDuration::from_secs(i64::from(answer.delay_seconds));
    let older = match answer.webhook {
        Delivery::Lost => return Ok(()),
        Delivery::Normal | Delivery::Delayed => None,
        Delivery::Doubled => Some(news.clone()),
        Delivery::Reordered => {
            let before = Booked {
                state: BankState::Open,
                ..booked.clone()
            };
            Some(event(app, &before, now - SignedDuration::from_secs(30))?)
        }
    };
    store::insert_webhook(tx, &booked.reference, &news, send_at).await?;
    if let Some(older) = older {
        store::insert_webhook(tx, &booked.reference, &older, send_at).await?;
    }
    Ok(())
}

/// The body of a webhook.
fn event(app: &App, booked: &Booked, at: Timestamp) -> Result<String, Error> {
    let kind = match booked.state {
        BankState::Open | BankState::Challenged => "payment.pending",
        BankState::Captured => "payment.captured",
        BankState::Refused => "payment.refused",
        BankState::Expired => "payment.expired",
        BankState::Refunded => "payment.refunded",
    };
    let event = BankEvent {
        id: format!("evt_{}", token()?),
        r#type: kind.to_owned(),
        created_at: at,
        payment: told(app, booked),
    };
    serde_json::to_string(&event).map_err(Error::bug)
}

/// A random name that nobody guesses.
pub(super) fn token() -> Result<String, Error> {
    Ok(uuid::Uuid::from_bytes(random_bytes()?).simple().to_string())
}
