//! Orders over JSON: placing, reading, cancelling, paying again.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{HttpResponse, get, post, put};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket_core::access::Permission;
use ticket_core::ids::{HoldId, OrderId};
use ticket_core::order::{OrderRefused, OrderState};
use ticket_core::venue::SeatLabel;
use uuid::Uuid;

use super::order::{Holder, Line, Order, OrderRequest};
use super::{close, pay, place, read};
use crate::accounts::SignedIn;
use crate::app::App;
use crate::catalogue::{self, Snapshot};
use crate::platform::error::{Error, Problem};

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(put_order)
        .service(list_orders)
        .service(get_order)
        .service(cancel_order)
        .service(pay_order);
}

/// What a caller sends. Holders are named in the order of the holds and of their seats.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct OrderBody {
    #[schema(value_type = Vec<Uuid>)]
    holds: Vec<HoldId>,
    holders: Vec<Holder>,
    #[serde(default)]
    accept_terms: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OrdersAnswer {
    orders: Vec<OrderAnswer>,
}

/// An order as its buyer sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OrderAnswer {
    id: Uuid,
    number: String,
    state: &'static str,
    /// While it can be paid: the provider's page.
    payment_url: Option<String>,
    #[schema(value_type = String)]
    pay_before: Timestamp,
    amount_cents: i64,
    currency: &'static str,
    #[schema(value_type = String)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>)]
    paid_at: Option<Timestamp>,
    payment: Option<PaymentAnswer>,
    lines: Vec<LineAnswer>,
}

/// How the latest attempt to collect stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PaymentAnswer {
    state: String,
    refund_cause: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LineAnswer {
    id: Uuid,
    /// The event's code.
    event: Option<String>,
    category: Option<String>,
    formula: &'static str,
    #[schema(value_type = Object)]
    seat: SeatLabel,
    price_cents: i64,
    holder: Holder,
}

#[utoipa::path(put, path = "/api/v1/orders/{id}", tag = "orders",
    params(("id" = Uuid, Path, description = "Made by the caller; the same again is harmless")),
    request_body = OrderBody,
    responses(
        (status = 201, description = "Placed: to be paid at `payment_url`", body = OrderAnswer),
        (status = 200, description = "It was there already", body = OrderAnswer),
        (status = 409, description = "`seats_taken`, `hold_ordered`, `too_many_tickets`, \
            `id_reused`", body = Problem),
        (status = 410, description = "`hold_expired`", body = Problem),
        (status = 422, description = "`terms_not_accepted`, `holder_count`, `hold_count`, \
            `invalid`", body = Problem),
        (status = 503, description = "Ask again with the same id: it goes on", body = Problem),
))]
#[put("/api/v1/orders/{id}")]
pub(crate) async fn put_order(
    app: Data<App>,
    buyer: SignedIn,
    id: Path<Uuid>,
    body: Json<OrderBody>,
) -> Result<HttpResponse, Error> {
    buyer.require(Permission::Buy)?;
    let body = body.into_inner();
    let request = OrderRequest {
        id: OrderId::from_uuid(*id),
        owner: buyer.user_id,
        locale: buyer.locale,
        holds: body.holds,
        holders: body.holders,
        accept_terms: body.accept_terms,
    };
    let placed = place::place(&app, request).await?;
    let mut answer = if placed.created {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    let catalogue = catalogue::snapshot(&app).await?;
    Ok(answer.json(answer_of(&placed.order, &catalogue)))
}

#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", responses(
    (status = 200, description = "The buyer's orders, newest first", body = OrdersAnswer),
))]
#[get("/api/v1/orders")]
pub(crate) async fn list_orders(app: Data<App>, buyer: SignedIn) -> Result<HttpResponse, Error> {
    let catalogue = catalogue::snapshot(&app).await?;
    let orders = read::list(&app, buyer.user_id).await?;
    Ok(HttpResponse::Ok().json(OrdersAnswer {
        orders: orders
            .iter()
            .map(|order| answer_of(order, &catalogue))
            .collect(),
    }))
}

#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders",
    params(("id" = Uuid, Path, description = "Of the order")),
    responses(
        (status = 200, description = "One order", body = OrderAnswer),
        (status = 404, description = "`unknown_order`", body = Problem),
))]
#[get("/api/v1/orders/{id}")]
pub(crate) async fn get_order(
    app: Data<App>,
    buyer: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let order = read::find(&app, OrderId::from_uuid(*id), buyer.user_id).await?;
    answer(&app, &order).await
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/cancel", tag = "orders",
    params(("id" = Uuid, Path, description = "Of the order")),
    responses(
        (status = 200, description = "Its seats are free again", body = OrderAnswer),
        (status = 404, description = "`unknown_order`", body = Problem),
        (status = 409, description = "`already_paid`, `order_expired`", body = Problem),
))]
#[post("/api/v1/orders/{id}/cancel")]
pub(crate) async fn cancel_order(
    app: Data<App>,
    buyer: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let order = close::cancel(&app, OrderId::from_uuid(*id), buyer.user_id).await?;
    answer(&app, &order).await
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/pay", tag = "orders",
    params(("id" = Uuid, Path, description = "Of the order")),
    responses(
        (status = 200, description = "To be paid at `payment_url`", body = OrderAnswer),
        (status = 404, description = "`unknown_order`", body = Problem),
        (status = 409, description = "`already_paid`, `order_expired`, `order_cancelled`",
            body = Problem),
))]
#[post("/api/v1/orders/{id}/pay")]
pub(crate) async fn pay_order(
    app: Data<App>,
    buyer: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let order = pay::pay_again(&app, OrderId::from_uuid(*id), buyer.user_id).await?;
    answer(&app, &order).await
}

async fn answer(app: &App, order: &Order) -> Result<HttpResponse, Error> {
    let catalogue = catalogue::snapshot(app).await?;
    Ok(HttpResponse::Ok().json(answer_of(order, &catalogue)))
}

fn answer_of(order: &Order, catalogue: &Snapshot) -> OrderAnswer {
    let paid_at = match order.state {
        OrderState::Paid { paid_at, .. } => Some(paid_at),
        OrderState::AwaitingPayment { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => None,
    };
    OrderAnswer {
        id: order.id.as_uuid(),
        number: order.number.to_string(),
        state: order.state.name(),
        payment_url: order.payment_url().map(str::to_owned),
        pay_before: order.pay_before,
        amount_cents: order.amount.amount_cents(),
        currency: order.amount.currency().code(),
        created_at: order.created_at,
        paid_at,
        payment: order.payment.as_ref().map(|attempt| PaymentAnswer {
            state: attempt.state.clone(),
            refund_cause: attempt.refund_cause.clone(),
        }),
        lines: order
            .lines
            .iter()
            .map(|line| line_answer(line, catalogue))
            .collect(),
    }
}

fn line_answer(line: &Line, catalogue: &Snapshot) -> LineAnswer {
    let event = catalogue.event(line.event);
    let category = event.and_then(|event| event.category_no(line.category_no));
    LineAnswer {
        id: line.id,
        event: event.map(|event| event.code.to_string()),
        category: category.map(|category| category.code.to_string()),
        formula: line.formula.name(),
        seat: line.label.clone(),
        price_cents: line.price.amount_cents(),
        holder: line.holder.clone(),
    }
}

impl From<OrderRefused> for Error {
    fn from(refused: OrderRefused) -> Self {
        let status = match refused {
            OrderRefused::UnknownOrder => StatusCode::NOT_FOUND,
            OrderRefused::HoldCount
            | OrderRefused::HolderCount
            | OrderRefused::TermsNotAccepted => StatusCode::UNPROCESSABLE_ENTITY,
            OrderRefused::IdReused
            | OrderRefused::Hold(_)
            | OrderRefused::TooManyTickets
            | OrderRefused::SeatsTaken
            | OrderRefused::AlreadyPaid
            | OrderRefused::AlreadyRefunded
            | OrderRefused::NotPaid
            | OrderRefused::Expired
            | OrderRefused::NotExpiredYet
            | OrderRefused::Cancelled => StatusCode::CONFLICT,
        };
        Self::refused(status, refused.code(), refused.to_string())
    }
}
