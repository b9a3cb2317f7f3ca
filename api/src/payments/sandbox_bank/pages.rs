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
use crate::platform::html;

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
    locale: String,
    action: String,
    reference: String,
    amount: String,
    /// Shown in place of the telephone that would receive it.
    challenge_code: Option<String>,
}

async fn show(app: Data<App>, reference: Path<String>) -> Result<HttpResponse, Error> {
    let booked = store::find_payment(&app.db.read().await?, &reference)
        .await?
        .ok_or_else(Error::not_found)?;
    if !matches!(booked.state, BankState::Open | BankState::Challenged) {
        return Ok(html::see_other(&booked.return_url));
    }
    html::page(&PayPage {
        action: decide::payment_url(&app, &booked.reference),
        amount: format!(
            "{}.{:02} {}",
            booked.amount_cents / 100,
            booked.amount_cents % 100,
            booked.currency
        ),
        reference: booked.order_number,
        locale: booked.locale,
        challenge_code: booked.challenge_code,
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
