//! Failures as pages. Handlers answer problems in JSON; whoever asked for a page gets the same
//! failure as a page in their language, and whoever must sign in is taken there.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use tracing_actix_web::RequestId;

use crate::accounts::Reader;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Page, percent};

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorView {
    page: Page,
    kind: &'static str,
    tone: &'static str,
    status: u16,
    words: String,
    request_id: Option<String>,
    /// Where to try again, and in how many seconds.
    again: Option<(String, u64)>,
}

/// Middleware, innermost: replaces the body of a failure when the reader is a person.
pub(crate) async fn show_errors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let status = answer.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || !html::wants_page(answer.request()) || is_page(&answer) {
        return Ok(answer);
    }
    let code = code_of(&answer);
    let (request, failure) = answer.into_parts();
    let wait = failure.headers().get(header::RETRY_AFTER);
    let wait_seconds = wait.and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let Ok(mut page) = page_of(&request, (status, code), wait_seconds).await else {
        return Ok(ServiceResponse::new(request, failure));
    };
    if let Some(wait) = failure.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    Ok(ServiceResponse::new(request, page))
}

fn is_page(answer: &ServiceResponse) -> bool {
    answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn code_of(answer: &ServiceResponse) -> Option<&'static str> {
    let error = answer.response().error()?;
    error.as_error::<Error>().map(Error::code)
}

async fn page_of(
    request: &HttpRequest,
    (status, code): (StatusCode, Option<&'static str>),
    wait_seconds: Option<u64>,
) -> Result<HttpResponse, Error> {
    if code == Some("sign_in_required") {
        let next = match *request.method() {
            Method::GET => request.uri().path_and_query().map_or("/", |it| it.as_str()),
            _ => "/",
        };
        return Ok(html::see_other(&format!("/sign-in?next={}", percent(next))));
    }
    let Ok(reader) = Reader::extract(request).await;
    let page = reader.page(request).as_if_nowhere();
    let (kind, tone) = kind_of(status);
    let words = match (kind, code) {
        ("refused", Some(code)) | ("too-large", Some(code @ "files_too_large")) => {
            page.refusal(code)
        }
        ("refused", None) => page.t("error-text-bad-request"),
        _ => page.pick("error-text-", kind),
    };
    let request_id = (kind == "bug")
        .then(|| {
            request
                .extensions()
                .get::<RequestId>()
                .map(ToString::to_string)
        })
        .flatten();
    // A form is sent again from its own page.
    let again = wait_seconds.filter(|_| *request.method() == Method::GET);
    let here = request.uri().path_and_query().map(ToString::to_string);
    let view = ErrorView {
        again: here.zip(again),
        page,
        kind,
        tone,
        status: status.as_u16(),
        words,
        request_id,
    };
    html::render(HttpResponse::build(status), &view)
}

fn kind_of(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        403 => ("forbidden", "alarm"),
        404 | 405 => ("not-found", "wait"),
        429 => ("rate-limited", "heed"),
        503 => ("unavailable", "heed"),
        500.. => ("bug", "alarm"),
        413 => ("too-large", "heed"),
        400 | 415 => ("bad-request", "heed"),
        _ => ("refused", "heed"),
    }
}
