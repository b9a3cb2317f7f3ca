//! `/api/v1/queues/{id}`: entering, the draw, the serving number, and coming in; and the check
//! of those who want to hold seats.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, post};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket_core::access::Permission;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{EventId, QueueId, UserId};
use ticket_core::queue::people_before;
use uuid::Uuid;

use super::admit::{self, Stay};
use super::pass::{Admission, PlacePass, Signer};
use super::queue::{self, Queue};
use super::{QueueRefused, enter};
use crate::accounts::SignedIn;
use crate::app::App;
use crate::platform::clock::Clock;
use crate::platform::error::{Error, Problem};
use crate::platform::front::IsAdmitted;
use crate::platform::proof_of_work::Proof;

const PLACE_HEADER: &str = "X-Queue-Place";
const ADMISSION_HEADER: &str = "X-Queue-Admission";
/// Followed by the queue's id.
const ADMISSION_COOKIES: &str = "guichet_admission_";
/// Nobody is inside more sales at the same time, and a signature is checked for each.
const ADMISSIONS_SHOWN_MAX: usize = 4;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show_queue)
        .service(show_serving)
        .service(enter_queue)
        .service(come_in)
        .service(more_time);
}

/// What was published of the draw, and when.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct QueueAnswer {
    id: Uuid,
    /// Absent for the whole shop.
    event: Option<Uuid>,
    /// `pre_queue`, `listed`, `open`, `sold_out` or `closed`.
    state: &'static str,
    #[schema(value_type = String)]
    opens_at: Timestamp,
    seed_sha256: String,
    /// How many are drawn; from the end of the pre-queue on.
    list_size: Option<u64>,
    list_sha256: Option<String>,
    /// Told when the queue opens.
    seed: Option<String>,
}

/// The one number that those who wait ask for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ServingAnswer {
    state: &'static str,
    /// Ranks up to this one may come in.
    serving: u64,
    waiting: u64,
    rate_per_minute: u32,
    #[schema(value_type = String)]
    as_of: Timestamp,
}

/// What entering needs when many do; nothing else.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct EntryBody {
    /// A solved challenge, when `proof_of_work_required` was answered.
    altcha: Option<String>,
}

/// A place in line; `place` is to be shown again in `X-Queue-Place` or as the cookie.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PlaceAnswer {
    place: String,
    /// Known once the queue is open.
    rank: Option<u64>,
    people_before: Option<u64>,
    state: &'static str,
}

/// The right to hold seats for a while; `admission` goes into `X-Queue-Admission` or the cookie.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AdmissionAnswer {
    admission: String,
    #[schema(value_type = String)]
    until: Timestamp,
    extensions_left: u32,
}

#[utoipa::path(get, path = "/api/v1/queues/{id}", tag = "queues", params(("id" = Uuid, Path)),
    responses((status = 200, body = QueueAnswer),
        (status = 404, description = "`not_found`", body = Problem)))]
#[get("/api/v1/queues/{id}")]
async fn show_queue(app: Data<App>, id: Path<Uuid>) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, QueueId::from_uuid(*id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=2"))
        .json(QueueAnswer {
            id: queue.id.as_uuid(),
            event: queue.event.map(|event| event.as_uuid()),
            state: queue.shown_state(),
            opens_at: queue.opens_at,
            seed_sha256: hex(&queue.seed_hash),
            list_size: queue.list_size,
            list_sha256: queue.list_hash.map(|hash| hex(&hash)),
            seed: queue.seed.map(|seed| hex(&seed)),
        }))
}

#[utoipa::path(get, path = "/api/v1/queues/{id}/serving", tag = "queues",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ServingAnswer), (status = 304),
        (status = 404, description = "`not_found`", body = Problem)))]
#[get("/api/v1/queues/{id}/serving")]
async fn show_serving(
    app: Data<App>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, QueueId::from_uuid(*id)).await?;
    let answer = ServingAnswer {
        state: queue.shown_state(),
        serving: queue.inlet.serving,
        waiting: queue.waiting(),
        rate_per_minute: queue.inlet.called_per_minute,
        as_of: queue.paced_at,
    };
    let tag = format!(
        "\"{}-{}-{}\"",
        answer.state,
        answer.serving,
        answer.as_of.as_millisecond()
    );
    let known = request.headers().get(header::IF_NONE_MATCH);
    let fresh = known.is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut builder = if fresh {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    builder
        .insert_header((header::CACHE_CONTROL, "public, max-age=2"))
        .insert_header((header::ETAG, tag));
    if fresh {
        return Ok(builder.finish());
    }
    Ok(builder.json(answer))
}

#[utoipa::path(post, path = "/api/v1/queues/{id}/entry", tag = "queues",
    params(("id" = Uuid, Path)), request_body = Option<EntryBody>,
    responses((status = 200, body = PlaceAnswer),
        (status = 401, description = "`sign_in_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`queue_closed`, `queue_sold_out`", body = Problem),
        (status = 422, description = "`proof_of_work_wrong`", body = Problem),
        (status = 428, description = "`proof_of_work_required`", body = Problem),
        (status = 429, description = "`rate_limited`", body = Problem)))]
#[post("/api/v1/queues/{id}/entry")]
async fn enter_queue(
    app: Data<App>,
    request: HttpRequest,
    person: SignedIn,
    id: Path<Uuid>,
    body: Option<Json<EntryBody>>,
) -> Result<HttpResponse, Error> {
    person.require(Permission::Buy)?;
    let queue = queue::get(&app, QueueId::from_uuid(*id)).await?;
    let shown = shown_place(&app, &request, queue.id);
    let altcha = body.as_ref().and_then(|body| body.altcha.as_deref());
    let brought = (shown, Proof::solved(altcha));
    let pass = enter::enter(&app, &queue, person.user_id, brought).await?;
    let rank = queue.rank(pass.place);
    let mut builder = HttpResponse::Ok();
    give_place(&app, &mut builder, &pass);
    Ok(builder.json(PlaceAnswer {
        place: app.waiting_room.signer.place(&pass),
        rank,
        people_before: rank.map(|rank| people_before(rank, queue.inlet.serving)),
        state: queue.shown_state(),
    }))
}

#[utoipa::path(post, path = "/api/v1/queues/{id}/admission", tag = "queues",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = AdmissionAnswer),
        (status = 401, description = "`sign_in_required`", body = Problem),
        (status = 403, description = "`queue_place_wrong`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`queue_not_your_turn`, `queue_place_used`, \
            `queue_sold_out`, `queue_closed`", body = Problem)))]
#[post("/api/v1/queues/{id}/admission")]
async fn come_in(
    app: Data<App>,
    request: HttpRequest,
    person: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, QueueId::from_uuid(*id)).await?;
    let pass = own_place(&app, &request, (queue.id, person.user_id))?;
    let stay = admit::admit(&app, &queue, &pass).await?;
    Ok(answer_stay(&app, &stay))
}

#[utoipa::path(post, path = "/api/v1/queues/{id}/more-time", tag = "queues",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = AdmissionAnswer),
        (status = 401, description = "`sign_in_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`queue_no_more_time`", body = Problem)))]
#[post("/api/v1/queues/{id}/more-time")]
async fn more_time(
    app: Data<App>,
    person: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let queue = queue::get(&app, QueueId::from_uuid(*id)).await?;
    let stay = admit::extend(&app, &queue, person.user_id).await?;
    Ok(answer_stay(&app, &stay))
}

fn answer_stay(app: &App, stay: &Stay) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    give_admission(app, &mut builder, &stay.admission);
    builder.json(AdmissionAnswer {
        admission: app.waiting_room.signer.admission(&stay.admission),
        until: stay.admission.until,
        extensions_left: stay.extensions_left,
    })
}

/// Lets pass who is admitted, and everybody where no queue is: costs a look into memory.
///
/// # Errors
/// 429 `queue_required` with the queue's address.
pub(crate) async fn require(
    app: &App,
    request: &HttpRequest,
    event: EventId,
    owner: UserId,
) -> Result<(), Error> {
    match address_before(app, request, event, owner).await? {
        None => Ok(()),
        Some(address) => Err(Error::refused(
            StatusCode::TOO_MANY_REQUESTS,
            HoldRefused::QueueRequired.code(),
            format!("the waiting room comes first: {address}"),
        )),
    }
}

/// Where the owner has to queue before holding seats of the event, if they have to.
pub(crate) async fn address_before(
    app: &App,
    request: &HttpRequest,
    event: EventId,
    owner: UserId,
) -> Result<Option<String>, Error> {
    let Some(queue) = queue::before(app, event).await? else {
        return Ok(None);
    };
    let admitted = shown_admission(app, request, queue.id)
        .is_some_and(|it| it.account == owner && it.until > app.clock.now());
    if !admitted {
        return Ok(Some(format!("/queues/{}", queue.id)));
    }
    // They choose seats now, and no longer count as somebody who is about to.
    admit::leave(app, &queue, owner).await?;
    Ok(None)
}

/// For the front door, before anybody is known: whether some admission is shown that we signed and
/// that is not over. Whose it is and for what, the handler asks.
pub(crate) fn admission_check(signer: &Signer, clock: &Clock) -> IsAdmitted {
    let (signer, clock) = (signer.clone(), clock.clone());
    Box::new(move |headers| {
        let holds = |token: &str| {
            let admission = signer.read_admission(token.trim());
            admission.is_some_and(|it| it.until > clock.now())
        };
        if let Some(shown) = headers.get(ADMISSION_HEADER) {
            return shown.to_str().is_ok_and(holds);
        }
        headers
            .get_all(header::COOKIE)
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim_start().strip_prefix(ADMISSION_COOKIES))
            .take(ADMISSIONS_SHOWN_MAX)
            .filter_map(|cookie| cookie.split_once('='))
            .any(|(_, token)| holds(token))
    })
}

pub(super) fn shown_place(app: &App, request: &HttpRequest, queue: QueueId) -> Option<PlacePass> {
    let token = token(request, PLACE_HEADER, &place_cookie(queue))?;
    let pass = app.waiting_room.signer.read_place(&token)?;
    (pass.queue == queue).then_some(pass)
}

pub(super) fn shown_admission(
    app: &App,
    request: &HttpRequest,
    queue: QueueId,
) -> Option<Admission> {
    let token = token(request, ADMISSION_HEADER, &admission_cookie(queue))?;
    let admission = app.waiting_room.signer.read_admission(&token)?;
    (admission.queue == queue).then_some(admission)
}

/// # Errors
/// 403 `queue_place_wrong`.
pub(super) fn own_place(
    app: &App,
    request: &HttpRequest,
    (queue, account): (QueueId, UserId),
) -> Result<PlacePass, Error> {
    shown_place(app, request, queue)
        .filter(|pass| pass.account == account)
        .ok_or_else(|| QueueRefused::WrongPlace.into())
}

fn token(request: &HttpRequest, name: &str, cookie: &str) -> Option<String> {
    match request.headers().get(name) {
        Some(value) => value.to_str().ok().map(str::to_owned),
        None => request.cookie(cookie).map(|it| it.value().to_owned()),
    }
}

pub(super) fn give_place(app: &App, answer: &mut HttpResponseBuilder, pass: &PlacePass) {
    let token = app.waiting_room.signer.place(pass);
    answer.cookie(cookie(app, place_cookie(pass.queue), token));
}

pub(super) fn give_admission(app: &App, answer: &mut HttpResponseBuilder, pass: &Admission) {
    let token = app.waiting_room.signer.admission(pass);
    answer.cookie(cookie(app, admission_cookie(pass.queue), token));
}

/// After a stay that is over, the next entry gives a new place.
pub(super) fn take_place(app: &App, answer: &mut HttpResponseBuilder, queue: &Queue) {
    let mut gone = cookie(app, place_cookie(queue.id), String::new());
    gone.make_removal();
    answer.cookie(gone);
}

fn place_cookie(queue: QueueId) -> String {
    format!("guichet_place_{}", queue.as_uuid().simple())
}

fn admission_cookie(queue: QueueId) -> String {
    format!("{ADMISSION_COOKIES}{}", queue.as_uuid().simple())
}

/// Lasts until the browser ends: losing it costs one's place.
fn cookie(app: &App, name: String, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(!app.config.is_development())
        .finish()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

impl From<QueueRefused> for Error {
    fn from(refused: QueueRefused) -> Self {
        let (status, code, detail) = match refused {
            QueueRefused::NotYourTurn => (
                StatusCode::CONFLICT,
                "queue_not_your_turn",
                "this place is not called yet",
            ),
            QueueRefused::WrongPlace => (
                StatusCode::FORBIDDEN,
                "queue_place_wrong",
                "no place of this queue and account was shown",
            ),
            QueueRefused::Used => (
                StatusCode::CONFLICT,
                "queue_place_used",
                "the stay that belonged to this place is over: enter again",
            ),
            QueueRefused::NoMoreTime => (
                StatusCode::CONFLICT,
                "queue_no_more_time",
                "this stay is over or was extended often enough",
            ),
            QueueRefused::SoldOut => (
                StatusCode::CONFLICT,
                "queue_sold_out",
                "nothing is left to buy",
            ),
            QueueRefused::Closed => (StatusCode::CONFLICT, "queue_closed", "this queue is closed"),
        };
        Self::refused(status, code, detail)
    }
}
