//! `POST /v1/sign-in` and `POST /v1/sign-out`.

use actix_web::http::header;
use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use serde_json::json;
use ticket_core::manifest::AgentNumber;

use super::{check_pin, sessions};
use crate::app::App;
use crate::device::{Device, Presented};
use crate::error::{Error, Refusal};

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(sign_in).service(sign_out);
}

#[derive(Deserialize)]
struct Typed {
    agent: String,
    pin: String,
}

#[post("/v1/sign-in")]
async fn sign_in(
    app: Data<App>,
    device: Device,
    typed: Json<Typed>,
) -> Result<HttpResponse, Error> {
    let typed = typed.into_inner();
    // What is no number is nobody's.
    let number = AgentNumber::parse(typed.agent.trim()).map_err(|_| Refusal::PinWrong)?;
    let agent = check_pin(&app, number, typed.pin).await?;
    let (token, session) = sessions::open(&app, &agent, device.tablet_id()).await?;
    tracing::info!(agent = %agent.number, "signed in");
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({
            "session": token,
            "agent": { "number": agent.number, "role": agent.role },
            "expires_at": session.expires_at,
        })))
}

/// Whether or not the session still holds.
#[post("/v1/sign-out")]
async fn sign_out(app: Data<App>, _: Device, session: Presented) -> Result<HttpResponse, Error> {
    if let Some(token) = session.0 {
        sessions::end(&app, &token).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
