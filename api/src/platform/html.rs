//! HTML answers: rendering, the security headers of every answer, and errors as pages.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;

use super::error::{Error, Refusal};
use super::page::Page;

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

/// Whether somebody with a browser asks for a page.
pub fn wants_page(request: &HttpRequest) -> bool {
    let accepts_html = || {
        let accept = request.headers().get(header::ACCEPT);
        accept.is_some_and(|list| list.as_bytes().windows(9).any(|it| it == b"text/html"))
    };
    !request.path().starts_with("/api/") && accepts_html()
}

/// 200 with a page; never stored, since pages carry anti-forgery tokens and names.
pub fn page(template: &impl Template) -> Result<HttpResponse, Error> {
    render(HttpResponse::Ok(), template)
}

/// How long browsers and caches in between may show a page that is the same for everybody. What
/// depends on cookies is said, so that nobody who signs in is shown a page from before.
const FOR_ANYBODY: [(HeaderName, &str); 2] = [
    (
        header::CACHE_CONTROL,
        "public, max-age=1, s-maxage=2, stale-while-revalidate=5",
    ),
    (header::VARY, "accept-encoding, accept-language, cookie"),
];

/// 200 with a page for everybody, or for the one who is signed in.
pub fn browse_page(page: &Page, template: &impl Template) -> Result<HttpResponse, Error> {
    let mut answer = self::page(template)?;
    if page.is_for_anybody() {
        for (name, value) in FOR_ANYBODY {
            let value = HeaderValue::from_static(value);
            answer.headers_mut().insert(name, value);
        }
    }
    Ok(answer)
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
