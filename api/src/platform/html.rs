//! HTML answers: rendering, the security headers of every answer, and errors as pages.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;

use super::error::{Error, Refusal};

/// Sent with every answer. No inline script or style exists anywhere.
pub const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// 200 with a page; never stored, since pages carry anti-forgery tokens and names.
pub fn page(template: &impl Template) -> Result<HttpResponse, Error> {
    render(HttpResponse::Ok(), template)
}

pub fn render(
    mut builder: HttpResponseBuilder,
    template: &impl Template,
) -> Result<HttpResponse, Error> {
    let body = template.render().map_err(Error::bug)?;
    Ok(builder
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .content_type("text/html; charset=utf-8")
        .body(body))
}

/// The answer that shows a refusal on a page of its own.
pub fn refused(refusal: &Refusal) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(refusal.status);
    if let Some(seconds) = refusal.retry_after_seconds {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    answer
}

/// 303: after a form, go and look there.
pub fn see_other(path: &str) -> HttpResponse {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, place))
        .finish()
}
