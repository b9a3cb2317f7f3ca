//! The bank's interface for its merchant, and the switch for its faults.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::SignedDuration;
use ring::digest;
use secrecy::ExposeSecret;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::super::sandbox_client::BankState;
use super::super::sandbox_link::merchant_id;
use super::decide::{self, Answer, told};
use super::pages;
use super::store::{self, Booked, Faults};
use crate::app::App;
use crate::platform::error::Error;

const SLOW_MS_MAX: u32 = 30_000;

/// Mounts the bank in development with its secret set; else nothing at all.
pub(crate) fn routes(app: &App, routes: &mut ServiceConfig) {
    if app.config.is_development() && app.config.sandbox_bank_secret.is_some() {
        routes
            .service(status)
            .service(expire)
            .service(refund)
            .service(set_faults)
            .configure(pages::routes);
    }
}

#[get("/sandbox-bank/api/payments/{reference}")]
async fn status(
    app: Data<App>,
    request: HttpRequest,
    reference: Path<String>,
) -> Result<HttpResponse, Error> {
    admit(&app, &request).await?;
    let conn = app.db.read().await?;
    let booked = match store::find_payment(&conn, &reference).await? {
        Some(booked) => booked,
        None => unseen(&reference, BankState::Open)?,
    };
    Ok(HttpResponse::Ok().json(told(&app, &booked)))
}

#[post("/sandbox-bank/api/payments/{reference}/expire")]
async fn expire(
    app: Data<App>,
    request: HttpRequest,
    reference: Path<String>,
) -> Result<HttpResponse, Error> {
    let faults = admit(&app, &request).await?;
    let now = app.clock.now();
    let booked = app
        .db
        .write("sandbox_bank.expire", async |tx| {
            let is_unseen = if faults.ignores_expiry {
                store::lock_payment(tx, &reference).await?.is_none()
            } else {
                store::close_unseen(tx, &reference, now).await?
            };
            if is_unseen {
                return unseen(&reference, BankState::Expired);
            }
            let booked = store::lock_payment(tx, &reference)
                .await?
                .ok_or_else(Error::not_found)?;
            if !matches!(booked.state, BankState::Open | BankState::Challenged) {
                return Ok(booked);
            }
            let expired = Booked {
                state: BankState::Expired,
                ..booked.clone()
            };
            if !faults.ignores_expiry {
                store::set_state(tx, &booked, BankState::Expired, None, now).await?;
                decide::notify(&app, tx, &expired, &Answer::default()).await?;
            }
            Ok(expired)
        })
        .await?;
    Ok(HttpResponse::Ok().json(told(&app, &booked)))
}

/// A payment whose payer has not come yet; nothing is known of it but its name.
fn unseen(reference: &str, state: BankState) -> Result<Booked, Error> {
    merchant_id(reference).ok_or_else(Error::not_found)?;
    Ok(Booked {
        reference: reference.to_owned(),
        order_number: String::new(),
        amount_cents: 0,
        currency: String::new(),
        locale: String::new(),
        return_url: String::new(),
        state,
        challenge_code: None,
        refund_key: None,
        refund_ref: None,
    })
}

#[derive(Deserialize)]
struct NewRefund {
    idempotency_key: String,
    amount_cents: i64,
}

#[post("/sandbox-bank/api/payments/{reference}/refund")]
async fn refund(
    app: Data<App>,
    request: HttpRequest,
    reference: Path<String>,
    wanted: Json<NewRefund>,
) -> Result<HttpResponse, Error> {
    admit(&app, &request).await?;
    let refund_ref = format!("ref_{}", decide::token()?);
    let booked = app
        .db
        .write("sandbox_bank.refund", async |tx| {
            let booked = store::lock_payment(tx, &reference)
                .await?
                .ok_or_else(Error::not_found)?;
            if booked.refund_key.as_deref() == Some(wanted.idempotency_key.as_str()) {
                return Ok(booked);
            }
            if booked.state != BankState::Captured || booked.amount_cents != wanted.amount_cents {
                return Err(Error::invalid("amount_cents", "not to be refunded"));
            }
            store::set_refunded(tx, &reference, &wanted.idempotency_key, &refund_ref).await?;
            let refunded = Booked {
                state: BankState::Refunded,
                refund_ref: Some(refund_ref.clone()),
                ..booked
            };
            decide::notify(&app, tx, &refunded, &Answer::default()).await?;
            Ok(refunded)
        })
        .await?;
    Ok(HttpResponse::Ok().json(told(&app, &booked)))
}

#[derive(Deserialize)]
struct WantedFaults {
    #[serde(default)]
    down_for_seconds: u32,
    #[serde(default)]
    slow_ms: u32,
    /// Says that a payment has expired, and lets it be paid all the same.
    #[serde(default)]
    ignores_expiry: bool,
}

/// `POST /sandbox-bank/faults`; zeros mend everything.
#[post("/sandbox-bank/faults")]
async fn set_faults(app: Data<App>, wanted: Json<WantedFaults>) -> Result<HttpResponse, Error> {
    let down_for = SignedDuration::from_secs(i64::from(wanted.down_for_seconds));
    let faults = Faults {
        down_until: (!down_for.is_zero()).then(|| app.clock.now() + down_for),
        slow_ms: i64::from(wanted.slow_ms.min(SLOW_MS_MAX)),
        ignores_expiry: wanted.ignores_expiry,
    };
    app.db
        .write("sandbox_bank.set_faults", async |tx| {
            store::set_faults(tx, faults).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets the merchant in, unless the bank plays dead.
async fn admit(app: &App, request: &HttpRequest) -> Result<Faults, Error> {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = app.config.sandbox_bank_secret.as_ref();
    let is_merchant = given.zip(known).is_some_and(|(given, known)| {
        let sum = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
        sum(given)
            .as_ref()
            .ct_eq(sum(known.expose_secret()).as_ref())
            .into()
    });
    if !is_merchant {
        return Err(Error::not_found());
    }
    let faults = store::get_faults(&app.db.read().await?).await?;
    if faults.slow_ms > 0 {
        let pause = Duration::from_millis(faults.slow_ms.unsigned_abs());
        actix_web::rt::time::sleep(pause).await;
    }
    if faults
        .down_until
        .is_some_and(|until| app.clock.now() < until)
    {
        return Err(Error::unavailable("the sandbox bank plays dead"));
    }
    Ok(faults)
}
