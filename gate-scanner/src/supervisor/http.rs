//! `POST /v1/supervisor/search` and `POST /v1/supervisor/override`.

use actix_web::http::header;
use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{HttpResponse, post, rt};
use serde::{Deserialize, Serialize};
use ticket_core::ids::{EventCode, ScanId};
use ticket_core::manifest::{AgentNumber, DESK_TEXT_LENGTH_MAX, SearchRequest};

use crate::agents::check_pin;
use crate::app::App;
use crate::device::Worker;
use crate::error::{Error, Refusal};
use crate::scan::overrides::{self, Wanted};
use crate::sync::Asked;

const REASON_LENGTH_MIN: usize = 3;
/// The centre gives back one search in about that time.
const SEARCH_WAIT_SECONDS: u64 = 30;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(search).service(let_in);
}

#[derive(Deserialize)]
struct Search {
    name: String,
    event: Option<EventCode>,
    reason: String,
}

#[post("/v1/supervisor/search")]
async fn search(app: Data<App>, worker: Worker, body: Json<Search>) -> Result<HttpResponse, Error> {
    let supervisor = worker.supervisor()?;
    let body = body.into_inner();
    let request = SearchRequest {
        name: body.name,
        event: body.event,
        reason: parse_reason(&body.reason)?,
        agent: supervisor.number,
    };
    match app.centre.search(&request).await? {
        Asked::Answered(found) => Ok(private(&found)),
        Asked::Refused(code) if code == "supervisor_needed" => {
            Err(Refusal::SupervisorNeeded.into())
        }
        Asked::Refused(code) if code == "rate_limited" => Err(Refusal::RateLimited {
            seconds: SEARCH_WAIT_SECONDS,
        }
        .into()),
        Asked::Refused(_) => Err(Refusal::Invalid("name: 2 to 120 characters".into()).into()),
    }
}

#[derive(Deserialize)]
struct Second {
    agent: String,
    pin: String,
}

#[derive(Deserialize)]
struct Body {
    scan_id: ScanId,
    of: ScanId,
    reason: String,
    second: Option<Second>,
}

#[post("/v1/supervisor/override")]
async fn let_in(app: Data<App>, worker: Worker, body: Json<Body>) -> Result<HttpResponse, Error> {
    let supervisor = worker.supervisor()?;
    let body = body.into_inner();
    let second = match body.second {
        Some(second) => {
            let number = AgentNumber::parse(second.agent.trim()).map_err(|_| Refusal::PinWrong)?;
            if number == supervisor.number {
                return Err(Refusal::SecondPersonNeeded.into());
            }
            Some(check_pin(&app, number, second.pin).await?.number)
        }
        None => None,
    };
    let wanted = Wanted {
        scan_id: body.scan_id,
        of: body.of,
        reason: parse_reason(&body.reason)?,
        supervisor,
        tablet: worker.device.tablet_id(),
        second,
    };
    let task = rt::spawn(overrides::let_in(app.get_ref().clone(), wanted));
    Ok(private(&task.await.map_err(Error::bug)??))
}

fn parse_reason(text: &str) -> Result<String, Refusal> {
    let reason = text.trim();
    let is_reason = (REASON_LENGTH_MIN..=DESK_TEXT_LENGTH_MAX).contains(&reason.chars().count())
        && !reason.chars().any(char::is_control);
    if is_reason {
        return Ok(reason.to_owned());
    }
    Err(Refusal::Invalid("reason: 3 to 120 characters".into()))
}

fn private(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}
