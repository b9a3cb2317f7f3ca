//! The bank's hosted page: the cardholder accepts, refuses, is challenged or walks away, and is
//! sent back to the shop as a bank would.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path, Query, ServiceConfig, get, resource};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::ExposeSecret;

use super::super::sandbox_client::BankState;
use super::super::sandbox_link::Link;
use super::decide::{self, Answer, Next};
use super::store::{self, Booked};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::page::Words;
use crate::platform::{html, static_files, wording};

pub(super) fn routes(routes: &mut ServiceConfig) {
    for path in [
        "/sandbox-bank/pay/{reference}",
        "/sandbox-bank/pay/{reference}/challenge",
    ] {
        routes.service(
            resource(path)
                .route(get().to(show))
                .route(web::post().to(decide)),
        );
    }
}

#[derive(Template)]
#[template(path = "sandbox_bank/pay.html")]
struct PayPage {
    words: Words,
    css_href: String,
    action: String,
    reference: String,
    amount: String,
    /// Shown in place of the telephone that would receive it.
    challenge_code: Option<String>,
    faults: Vec<FaultChoice>,
}

/// What may become of the webhook, to be chosen on the page.
struct FaultChoice {
    value: &'static str,
    label: String,
}

const FAULTS: [&str; 5] = ["normal", "lost", "doubled", "reordered", "delayed"];

async fn show(
    app: Data<App>,
    request: HttpRequest,
    reference: Path<String>,
) -> Result<HttpResponse, Error> {
    let link = link(&app, &request, &reference)?;
    let now = app.clock.now();
    let booked = app
        .db
        .write("sandbox_bank.show", async |tx| {
            if let Some(link) = &link {
                store::arrive(tx, &reference, link, now).await?;
            }
            store::lock_payment(tx, &reference).await
        })
        .await?
        .filter(Booked::is_seen)
        .ok_or_else(Error::not_found)?;
    if !matches!(booked.state, BankState::Open | BankState::Challenged) {
        return Ok(html::see_other(&booked.return_url));
    }
    let words = Words(booked.locale.parse().unwrap_or(Locale::En));
    let choice = |value| FaultChoice {
        value,
        label: words.pick("bank-webhook-", value),
    };
    html::page(&PayPage {
        css_href: static_files::href("bank.css"),
        action: format!("/sandbox-bank/pay/{}", booked.reference),
        amount: wording::money(words, booked.amount_cents, &booked.currency),
        reference: booked.order_number,
        challenge_code: booked.challenge_code,
        faults: FAULTS.map(choice).into(),
        words,
    })
}

async fn decide(
    app: Data<App>,
    request: HttpRequest,
    reference: Path<String>,
    answer: Form<Answer>,
) -> Result<HttpResponse, Error> {
    let link = link(&app, &request, &reference)?;
    let next = decide::decide(&app, (&reference, link.as_ref()), &answer).await?;
    app.payments.wake.now();
    Ok(match next {
        Next::BackToShop(url) => html::see_other(&url),
        Next::Challenge => {
            let page = decide::payment_url(&app, &reference);
            html::see_other(&format!("{page}/challenge"))
        }
    })
}

/// What the payer brings along. Nothing at all is no fault: the payment may be known.
///
/// # Errors
/// `link_invalid` when the shop has not signed this.
fn link(app: &App, request: &HttpRequest, reference: &str) -> Result<Option<Link>, Error> {
    if request.query_string().is_empty() {
        return Ok(None);
    }
    let link = Query::<Link>::from_query(request.query_string()).map(Query::into_inner);
    let secret = app.config.sandbox_bank_secret.as_ref();
    let is_signed = |link: &Link| {
        secret.is_some_and(|secret| link.holds(reference, secret.expose_secret().as_bytes()))
    };
    link.ok().filter(is_signed).map(Some).ok_or_else(|| {
        Error::refused(
            StatusCode::BAD_REQUEST,
            "link_invalid",
            "this link to the bank was not signed by the shop",
        )
    })
}
