//! What is told at the front door: made beforehand, so that saying no costs next to nothing. A page
//! for whoever looks at pages, a problem for programs.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::body::Fault;
use super::doors::TurnedAway;
use crate::platform::error::Error;
use crate::platform::html::{self, SECURITY_HEADERS};
use crate::platform::i18n::{Locale, PerLocale};
use crate::platform::page::Words;
use crate::platform::static_files;

/// When somebody who met maintenance should look again.
const PAUSE_SECONDS: u64 = 120;

/// Who is told: somebody with a browser, in their language, or a program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Audience(Option<Locale>);

impl Audience {
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self(html::wants_page(request).then(|| Locale::of_headers(request.headers())))
    }
}

#[derive(Template)]
#[template(path = "errors/door.html")]
struct ToldView {
    words: Words,
    style: String,
    kind: &'static str,
}

struct Told {
    status: StatusCode,
    pages: PerLocale<Bytes>,
    problem: Bytes,
}

impl Told {
    /// `kind`: of the texts `error-title-` and `error-text-`.
    fn new(
        status: StatusCode,
        kind: &'static str,
        (code, detail): (&'static str, &'static str),
    ) -> Self {
        let pages = PerLocale::new(|locale| {
            let view = ToldView {
                words: Words(locale),
                style: static_files::href("guichet.css"),
                kind,
            };
            view.render().unwrap_or_default().into()
        });
        let problem = Error::refused(status, code, detail).problem();
        Self {
            status,
            pages,
            problem: serde_json::to_string(&problem).unwrap_or_default().into(),
        }
    }

    fn answer(&self, Audience(locale): Audience) -> HttpResponse<Bytes> {
        let (kind, body) = match locale {
            Some(locale) => ("text/html; charset=utf-8", self.pages.get(locale)),
            None => ("application/problem+json", &self.problem),
        };
        let mut answer = HttpResponse::with_body(self.status, body.clone());
        let headers = answer.headers_mut();
        for (name, value) in SECURITY_HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        answer
    }

    fn answer_after(&self, audience: Audience, retry_after_seconds: u64) -> HttpResponse<Bytes> {
        let mut answer = self.answer(audience);
        let headers = answer.headers_mut();
        headers.insert(header::RETRY_AFTER, retry_after_seconds.into());
        answer
    }
}

static BUSY: LazyLock<Told> = LazyLock::new(|| {
    let detail = "too many requests at this moment: try again in a few seconds";
    Told::new(StatusCode::SERVICE_UNAVAILABLE, "busy", ("busy", detail))
});

static PAUSED: LazyLock<Told> = LazyLock::new(|| {
    let what = ("maintenance", "sales are paused: the programme can be read");
    Told::new(StatusCode::SERVICE_UNAVAILABLE, "maintenance", what)
});

static TOO_LONG: LazyLock<Told> = LazyLock::new(|| {
    let what = ("too_large", "at most 64 kB here");
    Told::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", what)
});

static TOO_SLOW: LazyLock<Told> = LazyLock::new(|| {
    let what = ("too_slow", "the body was not sent in time");
    Told::new(StatusCode::REQUEST_TIMEOUT, "unread", what)
});

static CUT_SHORT: LazyLock<Told> = LazyLock::new(|| {
    let what = ("malformed", "the body was cut short");
    Told::new(StatusCode::BAD_REQUEST, "unread", what)
});

/// What is told when a door is full.
pub(super) fn busy(audience: Audience, away: &TurnedAway) -> HttpResponse<Bytes> {
    BUSY.answer_after(audience, away.seconds())
}

/// What is told who was let in and was not served in time; a door knows better when to come back.
pub(super) fn late(audience: Audience) -> HttpResponse<Bytes> {
    busy(audience, &TurnedAway::SOON)
}

/// What is told whose body did not come whole.
pub(super) fn unread(audience: Audience, fault: Fault) -> HttpResponse<Bytes> {
    let told = match fault {
        Fault::TooLong => &TOO_LONG,
        Fault::TooSlow => &TOO_SLOW,
        Fault::CutShort => &CUT_SHORT,
    };
    told.answer(audience)
}

/// What is told who would begin to buy during maintenance.
pub(super) fn paused(audience: Audience) -> HttpResponse<Bytes> {
    PAUSED.answer_after(audience, PAUSE_SECONDS)
}
