//! `GET /api/v1/events`, `/api/v1/events/{code}`, `/api/v1/sports`, `/api/v1/venues`: the
//! catalogue as JSON, from memory, with validators so that readers may keep it.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ticket_core::event::EventState;
use ticket_core::ids::EventCode;
use utoipa::IntoParams;

use super::answers::{
    EventAnswer, EventsAnswer, SportAnswer, VenueAnswer, event_answer, sport, summary, venue,
};
use super::event::SaleState;
use super::free::{SHOWN_FOR, free_places};
use super::search::{Search, search};
use super::snapshot;
use crate::app::App;
use crate::platform::error::{Error, Problem};

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(list_events)
        .service(show_event)
        .service(list_sports)
        .service(list_venues);
}

const EVENTS_PER_PAGE: usize = 24;
const WORDS_CHARS_MAX: usize = 200;
/// How long readers and caches in between may keep an answer without asking again.
const CACHED: &str = "public, max-age=5, s-maxage=5, stale-while-revalidate=10";

/// Every wish narrows the result.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct EventsQuery {
    /// Words that must all occur in titles, programmes, sport, venue or city, in either language;
    /// accents, capitals and small mistakes do not matter.
    q: String,
    /// Code of a sport.
    sport: String,
    /// Code of a venue.
    venue: String,
    /// First day, `2026-12-24`, on the venue's clock.
    from: String,
    /// Last day.
    to: String,
    /// The cheapest place costs at most this.
    max_price_cents: String,
    /// `1` or `true`: only what is on sale and not sold out.
    available: String,
    /// From 1.
    page: String,
}

#[utoipa::path(get, path = "/api/v1/events", tag = "catalogue", params(EventsQuery), responses(
    (status = 200, description = "What was found, by start", body = EventsAnswer),
    (status = 422, description = "A wish cannot be read", body = Problem),
))]
#[get("/api/v1/events")]
pub(crate) async fn list_events(
    app: Data<App>,
    query: Query<EventsQuery>,
) -> Result<HttpResponse, Error> {
    let (wanted, available) = read(&query)?;
    let page = read_number("page", &query.page)?.unwrap_or(1).max(1);
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let snapshot = snapshot(&app).await?;
    let now = app.clock.now();
    let mut found = search(&snapshot, &wanted, now).events;
    if available {
        let free = free_places(&app, &found, SHOWN_FOR).await;
        found.retain(|event| event.sale_state(now) == SaleState::Open && free.is_likely(event.id));
    }
    let shown = found
        .iter()
        .skip((page - 1).saturating_mul(EVENTS_PER_PAGE))
        .take(EVENTS_PER_PAGE);
    let answer = EventsAnswer {
        events: shown.map(|event| summary(event, now)).collect(),
        total: found.len(),
        page,
        pages: found.len().div_ceil(EVENTS_PER_PAGE),
        per_page: EVENTS_PER_PAGE,
    };
    cacheable(&answer)
}

#[utoipa::path(get, path = "/api/v1/events/{code}", tag = "catalogue",
    params(("code" = String, Path, description = "Code of the event")),
    responses(
        (status = 200, description = "One event with its categories, prices and sale window",
            body = EventAnswer),
        (status = 404, description = "No such event", body = Problem),
))]
#[get("/api/v1/events/{code}")]
pub(crate) async fn show_event(app: Data<App>, code: Path<String>) -> Result<HttpResponse, Error> {
    let snapshot = snapshot(&app).await?;
    let event = EventCode::parse(&code)
        .ok()
        .and_then(|code| snapshot.event_by_code(&code))
        .filter(|event| event.state != EventState::Draft)
        .ok_or_else(Error::not_found)?;
    let answer = event_answer(event, app.clock.now());
    cacheable(&answer)
}

#[utoipa::path(get, path = "/api/v1/sports", tag = "catalogue", responses(
    (status = 200, description = "Sports that have events", body = [SportAnswer]),
))]
#[get("/api/v1/sports")]
pub(crate) async fn list_sports(app: Data<App>) -> Result<HttpResponse, Error> {
    let snapshot = snapshot(&app).await?;
    let sports: Vec<_> = snapshot.sports().iter().map(|each| sport(each)).collect();
    cacheable(&sports)
}

#[utoipa::path(get, path = "/api/v1/venues", tag = "catalogue", responses(
    (status = 200, description = "Venues that have events", body = [VenueAnswer]),
))]
#[get("/api/v1/venues")]
pub(crate) async fn list_venues(app: Data<App>) -> Result<HttpResponse, Error> {
    let snapshot = snapshot(&app).await?;
    let venues: Vec<_> = snapshot.venues().iter().map(|each| venue(each)).collect();
    cacheable(&venues)
}

fn read(query: &EventsQuery) -> Result<(Search, bool), Error> {
    if query.q.chars().count() > WORDS_CHARS_MAX {
        return Err(Error::invalid("q", "more than 200 characters"));
    }
    let available = match query.available.as_str() {
        "" | "0" | "false" => false,
        "1" | "true" => true,
        _ => return Err(Error::invalid("available", "neither 0 nor 1")),
    };
    let code = |text: &str| Some(text.to_owned()).filter(|code| !code.is_empty());
    let wanted = Search {
        q: query.q.clone(),
        sport: code(&query.sport),
        venue: code(&query.venue),
        from: read_date("from", &query.from)?,
        to: read_date("to", &query.to)?,
        max_price_cents: read_number("max_price_cents", &query.max_price_cents)?,
        ..Search::default()
    };
    Ok((wanted, available))
}

fn read_date(field: &'static str, text: &str) -> Result<Option<Date>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let date = text
        .parse()
        .map_err(|_| Error::invalid(field, "not a date like 2026-12-24"))?;
    Ok(Some(date))
}

fn read_number(field: &'static str, text: &str) -> Result<Option<i64>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(number) if number >= 0 => Ok(Some(number)),
        _ => Err(Error::invalid(field, "not a whole number from 0 up")),
    }
}

/// For everybody alike; the front door adds the validator.
fn cacheable(answer: &impl Serialize) -> Result<HttpResponse, Error> {
    let body = serde_json::to_vec(answer).map_err(Error::bug)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHED))
        .insert_header((header::VARY, "accept-encoding"))
        .content_type("application/json")
        .body(body))
}
