//! Pages that are text: terms, legal notice, privacy, cookies, accessibility, and questions with
//! their answers. Each is a list of headings; the words are in the locales.

use actix_web::http::header;
use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse, get};
use askama::Template;

use crate::accounts::Reader;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Page, Words};

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(terms)
        .service(legal_notice)
        .service(privacy)
        .service(cookies)
        .service(accessibility)
        .service(offline)
        .service(offline_worker)
        .service(help);
}

#[derive(Template)]
#[template(path = "content/terms.html")]
struct TermsView {
    page: Page,
}

#[derive(Template)]
#[template(path = "content/text.html")]
struct TextView {
    page: Page,
    title: String,
    parts: Vec<Part>,
    /// For the organiser's lawyer to complete.
    is_model: bool,
}

#[derive(Template)]
#[template(path = "content/help.html")]
struct HelpView {
    page: Page,
    themes: Vec<Theme>,
}

#[derive(Template)]
#[template(path = "content/offline.html")]
struct OfflineView {
    page: Page,
}

/// Keeps the page that is shown without a network.
const OFFLINE_WORKER: &str = include_str!("../../static/offline-worker.js");

/// A heading or question, and what follows it.
struct Part {
    id: &'static str,
    heading: String,
    text: String,
}

struct Theme {
    heading: String,
    questions: Vec<Part>,
}

/// Their keys are `<name>-<part>` and `<name>-<part>-text`.
fn parts(words: Words, name: &str, parts: &[&'static str]) -> Vec<Part> {
    let part = |id: &&'static str| Part {
        id,
        heading: words.t(&format!("{name}-{id}")),
        text: words.t(&format!("{name}-{id}-text")),
    };
    parts.iter().map(part).collect()
}

const LEGAL_NOTICE: &[&str] = &["publisher", "host", "mediation", "property"];
const PRIVACY: &[&str] = &[
    "what",
    "why",
    "who",
    "how-long",
    "how-safe",
    "rights",
    "authority",
];
const COOKIES: &[&str] = &[
    "session",
    "visitor",
    "language",
    "basket",
    "sign-up",
    "forgotten",
    "code",
    "kept",
    "none",
];
const ACCESSIBILITY: &[&str] = &["state", "tested", "keyboard", "venues", "tell"];
const QUESTIONS: &[(&str, &[&str])] = &[
    ("buy", &["formulas", "hold", "how-many", "queue", "refused"]),
    ("tickets", &["when", "phone", "name", "lost", "state"]),
    ("entrance", &["document", "late-friend", "no-network"]),
    ("account", &["no-code", "new-address", "close"]),
];

#[get("/terms")]
async fn terms(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    let view = TermsView {
        page: reader.page(&request),
    };
    html::browse_page(&view.page, &view)
}

fn text(
    (request, reader): (&HttpRequest, &Reader),
    (name, headings): (&str, &[&'static str]),
    is_model: bool,
) -> Result<HttpResponse, Error> {
    let page = reader.page(request);
    let view = TextView {
        title: page.t(&format!("{name}-title")),
        parts: parts(page.words(), name, headings),
        is_model,
        page,
    };
    html::browse_page(&view.page, &view)
}

#[get("/legal-notice")]
async fn legal_notice(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    text((&request, &reader), ("legal", LEGAL_NOTICE), true)
}

#[get("/privacy")]
async fn privacy(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    text((&request, &reader), ("privacy", PRIVACY), true)
}

#[get("/cookies")]
async fn cookies(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    text((&request, &reader), ("cookies", COOKIES), false)
}

#[get("/accessibility")]
async fn accessibility(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    let what = ("accessibility", ACCESSIBILITY);
    text((&request, &reader), what, false)
}

#[get("/help")]
async fn help(request: HttpRequest, reader: Reader) -> Result<HttpResponse, Error> {
    let page = reader.page(&request);
    let words = page.words();
    let theme = |(name, questions): &(&'static str, &[&'static str])| Theme {
        heading: words.t(&format!("faq-{name}")),
        questions: parts(words, "faq", questions),
    };
    let view = HelpView {
        themes: QUESTIONS.iter().map(theme).collect(),
        page,
    };
    html::browse_page(&view.page, &view)
}

/// Kept by browsers for when there is no network: nobody's name and no token is in it.
#[get("/offline")]
async fn offline(request: HttpRequest) -> Result<HttpResponse, Error> {
    let page = Page::new(&request).as_if_nowhere();
    html::page(&OfflineView { page })
}

#[get("/offline-worker.js")]
async fn offline_worker() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(OFFLINE_WORKER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Locale;

    #[test]
    fn every_heading_has_its_words_in_every_language() {
        let pages = [
            ("legal", LEGAL_NOTICE),
            ("privacy", PRIVACY),
            ("cookies", COOKIES),
            ("accessibility", ACCESSIBILITY),
        ];
        let questions = QUESTIONS.iter().map(|(_, questions)| ("faq", *questions));
        for (name, parts) in pages.into_iter().chain(questions) {
            for part in parts {
                for locale in Locale::ALL {
                    for key in [format!("{name}-{part}"), format!("{name}-{part}-text")] {
                        let text = locale.t(&key);
                        assert!(!text.contains(&key), "{key} in {}", locale.code());
                    }
                }
            }
        }
    }
}
