//! `POST /v1/enrolments`: the one thing a tablet asks for without a token.

use actix_web::http::header;
use actix_web::web::{Data, Json, ServiceConfig};
use actix_web::{HttpResponse, post};
use ticket_core::manifest::EnrolmentRequest;

use super::enrol::enrol;
use crate::app::App;
use crate::error::Error;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(post_enrolment);
}

#[post("/v1/enrolments")]
async fn post_enrolment(
    app: Data<App>,
    body: Json<EnrolmentRequest>,
) -> Result<HttpResponse, Error> {
    let enrolled = enrol(&app, &body).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(enrolled))
}
