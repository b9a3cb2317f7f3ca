//! From an order to money and back: being taken to the bank, coming back from it, trying again,
//! giving up, and the page of one order.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::ids::OrderId;

use super::outcome_page::{self, Kind};
use super::{cancel, find, order_page, pay_again};
use crate::accounts::Visitor;
use crate::app::App;
use crate::payments;
use crate::platform::error::Error;
use crate::platform::html;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show_pay)
        .service(try_again)
        .service(come_back)
        .service(give_up)
        .service(order_page::show_order);
}

/// The last page before the bank's. A page of its own, because a form may not be sent on to
/// another site, and because the spectator should see that they are leaving.
#[get("/orders/{id}/pay")]
async fn show_pay(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let order = find(&app, *id, owner.user_id).await?;
    let mut kind = Kind::of(&order);
    if matches!(kind, Kind::Abandoned) && order.payment_url().is_some() {
        kind = Kind::Leaving;
    }
    outcome_page::page(&app, visitor.page(&request), &order, kind).await
}

fn to_pay(order: OrderId) -> HttpResponse {
    html::see_other(&format!("/orders/{order}/pay"))
}

#[derive(Deserialize)]
struct CsrfForm {
    csrf: String,
}

/// Another attempt, or the same one if it is still open.
#[post("/orders/{id}/pay")]
async fn try_again(
    app: Data<App>,
    visitor: Visitor,
    id: Path<OrderId>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    match pay_again(&app, *id, owner.user_id).await {
        Ok(_) => Ok(to_pay(*id)),
        // Paid, expired or cancelled meanwhile: its page says so.
        Err(Error::Refused(refused)) if refused.status != StatusCode::NOT_FOUND => Ok(to_pay(*id)),
        Err(error) => Err(error),
    }
}

/// Where the bank sends its cardholder back to. The bank is asked at once; when it does not
/// answer, the page waits for its webhook.
#[get("/orders/{id}/return")]
async fn come_back(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    find(&app, *id, owner.user_id).await?;
    let asked = payments::refresh(&app, *id).await;
    if let Err(error) = &asked {
        tracing::warn!(%error, "a payment could not be asked about");
    }
    let order = find(&app, *id, owner.user_id).await?;
    let mut kind = Kind::of(&order);
    if matches!(kind, Kind::Abandoned) && asked.is_err() {
        kind = Kind::Waiting;
    }
    let page = visitor.page(&request);
    outcome_page::page(&app, page, &order, kind).await
}

#[post("/orders/{id}/cancel")]
async fn give_up(
    app: Data<App>,
    visitor: Visitor,
    id: Path<OrderId>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let shown = html::see_other(&format!("/account/orders/{}", *id));
    match cancel(&app, *id, owner.user_id).await {
        Ok(_) => Ok(shown),
        Err(Error::Refused(refused)) if refused.status != StatusCode::NOT_FOUND => Ok(shown),
        Err(error) => Err(error),
    }
}
