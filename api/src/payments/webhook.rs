//! `POST /webhooks/{provider}`: checked against the provider's signature on the raw bytes, kept
//! in the inbox, answered once that is durable. Whatever a capture simply pays is settled with it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};

use super::receive;
use crate::app::App;
use crate::platform::error::Error;

/// No provider's event comes near this.
const BODY_BYTES_MAX: usize = 64 * 1024;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(hear);
}

#[post("/webhooks/{provider}")]
async fn hear(
    app: Data<App>,
    request: HttpRequest,
    provider: Path<String>,
    body: Payload,
) -> Result<HttpResponse, Error> {
    let provider = app
        .payments
        .by_name(&provider)
        .ok_or_else(Error::not_found)?;
    let body = match body.to_bytes_limited(BODY_BYTES_MAX).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Err(Error::invalid("body", "the body was cut short")),
        Err(_) => return Err(too_large()),
    };
    let header = |name: &str| {
        let value = request.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let now = app.clock.now();
    let event = provider
        .verify_webhook(&header, &body, now)
        .ok_or_else(forged)?;
    // What cannot be read waits in the inbox, where the worker tells of it.
    let told = provider.read_event(&event.payload).ok();
    receive::receive(&app, provider.name(), (event, told)).await?;
    Ok(HttpResponse::Ok().finish())
}

fn forged() -> Error {
    Error::refused(
        StatusCode::BAD_REQUEST,
        "signature_invalid",
        "the signature does not hold",
    )
}

fn too_large() -> Error {
    Error::refused(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        "an event of at most 64 kB is expected",
    )
}
