//! My account: the tickets one can still use first, then the used ones, then the orders.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::views::AccountView;
use super::{Visitor, person};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;
use crate::{catalogue, orders, tickets};

#[get("/account")]
pub(super) async fn show_account(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Error> {
    let signed_in = visitor.require_signed_in()?;
    let person = person(&app, signed_in.user_id).await?;
    let mut owned = tickets::of_user(&app, signed_in.user_id).await?;
    let ordered = orders::list(&app, signed_in.user_id).await?;
    let catalogue = catalogue::snapshot(&app).await?;
    let page = visitor.page(&request);
    let words = page.words();
    owned.sort_by_key(|ticket| {
        let starts_at = catalogue.event(ticket.event).map(|event| event.starts_at);
        (tickets::is_over(ticket), starts_at)
    });
    let rows = owned.iter().filter_map(|ticket| {
        let event = catalogue.event(ticket.event)?;
        Some(tickets::row(words, ticket, event))
    });
    let orders = ordered.iter();
    let orders = orders.filter_map(|order| orders::order_view(words, order, &catalogue));
    html::page(&AccountView {
        name: format!("{} {}", person.first_name, person.last_name),
        email: person.email,
        tickets: rows.collect(),
        orders: orders.collect(),
        page,
    })
}
