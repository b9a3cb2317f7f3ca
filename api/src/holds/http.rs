//! `/api/v1/holds/{id}`: placing, looking at and giving back a hold.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket_core::access::Permission;
use ticket_core::formula::Formula;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{CategoryCode, EventCode, HoldId};
use ticket_core::venue::{SeatLabel, SeatRef};
use uuid::Uuid;

use super::{Hold, HoldRequest, Placed};
use crate::accounts::SignedIn;
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::platform::error::{Error, Problem};
use crate::waiting_room;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(place_hold)
        .service(find_hold)
        .service(release_hold);
}

/// What is asked for. `seats` when chosen on the plan: row and position, from 0, as answered.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldBody {
    event: String,
    category: String,
    formula: String,
    #[schema(value_type = Option<Vec<Object>>)]
    seats: Option<Vec<SeatRef>>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HoldAnswer {
    id: Uuid,
    event: String,
    category: String,
    formula: &'static str,
    state: &'static str,
    seats: Vec<SeatAnswer>,
    amount_cents: i64,
    currency: &'static str,
    /// When the seats are free again; for a kept hold, before when its order is to be paid.
    #[schema(value_type = String)]
    expires_at: Timestamp,
}

/// A seat as printed (`section`, `row`, `seat`, `standing`) and as counted within its category.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SeatAnswer {
    section: String,
    row: Option<String>,
    seat: u32,
    standing: bool,
    #[schema(value_type = Object)]
    place: SeatRef,
}

#[utoipa::path(put, path = "/api/v1/holds/{id}", tag = "holds", request_body = HoldBody,
    params(("id" = Uuid, Path, description = "made by the caller: the same again is one hold")),
    responses(
        (status = 201, description = "held", body = HoldAnswer),
        (status = 200, description = "held by this request before", body = HoldAnswer),
        (status = 401, description = "`sign_in_required`", body = Problem),
        (status = 404, description = "`unknown_event`, `unknown_category`", body = Problem),
        (status = 409, body = Problem, description = "`sold_out`, `seats_taken`, \
            `too_many_tickets`, `sale_closed`, `id_reused`, `hold_ordered`"),
        (status = 410, description = "`hold_expired`", body = Problem),
        (status = 422, body = Problem,
            description = "`seats_invalid`, `seats_not_adjacent`, `formula_not_sold`"),
        (status = 429, description = "`queue_required`, with its address", body = Problem),
        (status = 503, description = "`unavailable`", body = Problem),
    ))]
#[put("/api/v1/holds/{id}")]
async fn place_hold(
    app: Data<App>,
    call: HttpRequest,
    person: SignedIn,
    id: Path<Uuid>,
    body: Json<HoldBody>,
) -> Result<HttpResponse, Error> {
    person.require(Permission::Buy)?;
    let body = body.into_inner();
    let snapshot = catalogue::snapshot(&app).await?;
    let event = EventCode::parse(&body.event)
        .ok()
        .and_then(|code| snapshot.event_by_code(&code))
        .ok_or(HoldRefused::UnknownEvent)?;
    waiting_room::require(&app, &call, event.id, person.user_id).await?;
    let request = HoldRequest {
        id: HoldId::from_uuid(id.into_inner()),
        owner: person.user_id,
        event: event.id,
        category: CategoryCode::parse(&body.category).map_err(|_| HoldRefused::UnknownCategory)?,
        formula: Formula::parse(&body.formula)
            .map_err(|unknown| Error::invalid("formula", unknown.to_string()))?,
        seats: body.seats,
    };
    let Placed { hold, created } = super::place(&app, request).await?;
    let status = if created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(HttpResponse::build(status).json(answer(event, &hold)?))
}

#[utoipa::path(get, path = "/api/v1/holds/{id}", tag = "holds",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = HoldAnswer),
        (status = 404, description = "`unknown_hold`", body = Problem),
        (status = 409, description = "`hold_ordered`: it is paid", body = Problem),
        (status = 410, description = "`hold_expired`", body = Problem),
    ))]
#[get("/api/v1/holds/{id}")]
async fn find_hold(
    app: Data<App>,
    person: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let hold = super::find(&app, HoldId::from_uuid(*id), person.user_id).await?;
    let snapshot = catalogue::snapshot(&app).await?;
    let event = snapshot
        .event(hold.event)
        .ok_or(HoldRefused::UnknownEvent)?;
    Ok(HttpResponse::Ok().json(answer(event, &hold)?))
}

#[utoipa::path(delete, path = "/api/v1/holds/{id}", tag = "holds",
    params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "the seats are free; again is no error"),
        (status = 404, description = "`unknown_hold`", body = Problem),
        (status = 409, description = "`hold_ordered`", body = Problem),
    ))]
#[delete("/api/v1/holds/{id}")]
async fn release_hold(
    app: Data<App>,
    person: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    super::release(&app, HoldId::from_uuid(*id), person.user_id).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn answer(event: &Event, hold: &Hold) -> Result<HoldAnswer, Error> {
    let label = |seat: &SeatRef| {
        let SeatLabel {
            section,
            row,
            seat: number,
            standing,
        } = event.plan.label(&hold.category, *seat)?;
        Some(SeatAnswer {
            section,
            row,
            seat: number,
            standing,
            place: *seat,
        })
    };
    let seats: Option<Vec<SeatAnswer>> = hold.seats.iter().map(label).collect();
    let until = hold.state.ends_at();
    Ok(HoldAnswer {
        id: hold.id.as_uuid(),
        event: event.code.to_string(),
        category: hold.category.to_string(),
        formula: hold.formula.name(),
        state: hold.state.name(),
        seats: seats.ok_or_else(|| Error::bug("a held seat that the plan does not have"))?,
        amount_cents: hold.amount.amount_cents(),
        currency: hold.amount.currency().code(),
        expires_at: until.ok_or_else(|| Error::bug("an ended hold was answered"))?,
    })
}

impl From<HoldRefused> for Error {
    fn from(refused: HoldRefused) -> Self {
        let status = match refused {
            HoldRefused::SoldOut
            | HoldRefused::SeatsTaken
            | HoldRefused::TooManyTickets
            | HoldRefused::SaleClosed
            | HoldRefused::IdReused
            | HoldRefused::NotExpiredYet
            | HoldRefused::AlreadyOrdered
            | HoldRefused::NotOrdered => StatusCode::CONFLICT,
            HoldRefused::InvalidSeats
            | HoldRefused::SeatsNotAdjacent
            | HoldRefused::FormulaNotSold => StatusCode::UNPROCESSABLE_ENTITY,
            HoldRefused::Expired => StatusCode::GONE,
            HoldRefused::UnknownHold | HoldRefused::UnknownEvent | HoldRefused::UnknownCategory => {
                StatusCode::NOT_FOUND
            }
            HoldRefused::QueueRequired => StatusCode::TOO_MANY_REQUESTS,
        };
        Self::refused(status, refused.code(), refused.to_string())
    }
}
