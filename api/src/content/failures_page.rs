//! Development only: `/dev/failures/{kind}`, every failure that is told as a page, so that people
//! and tests look at those too that are hard to cause.

use actix_web::http::StatusCode;
use actix_web::web::{Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};

use crate::platform::error::Error;
use crate::platform::front;

/// Long enough to be read as a time and not as a blink.
const WAIT_SECONDS: u64 = 90;

/// Mounted in development only.
pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(show);
}

#[get("/dev/failures/{kind}")]
async fn show(request: HttpRequest, kind: Path<String>) -> Result<HttpResponse, Error> {
    if let Some(told) = front::refusal(&kind, &request) {
        return Ok(told.map_into_boxed_body());
    }
    let refused = |status, code| Error::refused(status, code, "on purpose");
    Err(match kind.as_str() {
        "bad-request" => refused(StatusCode::BAD_REQUEST, "bad_request"),
        "forbidden" => refused(StatusCode::FORBIDDEN, "forbidden"),
        "rate-limited" => Error::rate_limited(WAIT_SECONDS),
        "unavailable" => Error::unavailable("a failure on purpose"),
        "bug" => Error::bug("a failure on purpose"),
        _ => Error::not_found(),
    })
}
