//! The bank's hosted page: the cardholder accepts, refuses, is challenged or walks away, and is
//! sent back to the shop as a bank would.

use actix_web::web::{Data, Form, Path, ServiceConfig, get, resource};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::sandbox_client::BankState;
use super::decide::{self, Answer, Next};
use super::store;
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

async fn show(app: Data<App>, reference: Path<String>) -> Result<HttpResponse, Error> {
    let booked = store::find_payment(&app.db.read().await?, &reference)
        .await?
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
    reference: Path<String>,
    answer: Form<Answer>,
) -> Result<HttpResponse, Error> {
    let next = decide::decide(&app, &reference, &answer).await?;
    app.payments.wake.now();
    Ok(match next {
        Next::BackToShop(url) => html::see_other(&url),
        Next::Challenge => {
            let page = decide::payment_url(&app, &reference);
            html::see_other(&format!("{page}/challenge"))
        }
    })
}
