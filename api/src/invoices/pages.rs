//! The papers of one's own orders, as PDF.

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, get};
use ticket_core::ids::OrderId;
use ticket_core::invoice::PaperKind;

use super::{draw, has, issue, store};
use crate::accounts::{SignedIn, Visitor};
use crate::app::App;
use crate::orders;
use crate::platform::error::Error;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(invoice).service(credit_note);
}

/// Where a paper is for the owner of its order.
pub(crate) fn path(order: OrderId, kind: PaperKind) -> String {
    let file = match kind {
        PaperKind::Invoice => "invoice",
        PaperKind::CreditNote => "credit-note",
    };
    format!("/account/orders/{order}/{file}.pdf")
}

#[get("/account/orders/{id}/invoice.pdf")]
async fn invoice(
    app: Data<App>,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    answer(&app, owner, (*id, PaperKind::Invoice)).await
}

#[get("/account/orders/{id}/credit-note.pdf")]
async fn credit_note(
    app: Data<App>,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    answer(&app, owner, (*id, PaperKind::CreditNote)).await
}

/// A paper that the loop has not come to is written now.
async fn answer(
    app: &App,
    owner: SignedIn,
    (id, kind): (OrderId, PaperKind),
) -> Result<HttpResponse, Error> {
    let order = orders::find(app, id, owner.user_id).await?;
    if !has(&order, kind) {
        return Err(Error::not_found());
    }
    let mut paper = store::find_paper(&app.db.read().await?, id, kind).await?;
    if paper.is_none() {
        issue::issue(app, &[id]).await?;
        paper = store::find_paper(&app.db.read().await?, id, kind).await?;
    }
    let paper = paper.ok_or_else(Error::not_found)?;
    let number = paper.number;
    let pdf = draw::pdf(app, paper).await?;
    let file = format!("inline; filename=\"guichet-{number}.pdf\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, file))
        .content_type("application/pdf")
        .body(pdf))
}
