//! What machines that read the web are told: `robots.txt`, `sitemap.xml`, and the picture of an
//! event for those who share its address.

use std::sync::LazyLock;
use std::time::Duration;

use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use ticket_core::event::EventState;
use ticket_core::ids::EventCode;
use tokio::sync::Semaphore;

use super::event::Event;
use super::plates::{drawing, plate};
use super::snapshot;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::page::Words;
use crate::platform::wording;

/// A picture takes some tens of milliseconds of a core: they are drawn one at a time.
static DRAWING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(1));
const DRAWN_WITHIN: Duration = Duration::from_secs(2);

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(robots).service(sitemap).service(picture);
}

/// The programme is for everybody; what belongs to one person is for nobody else. Whoever asks for
/// an account without having one is sent to sign in, machines too.
#[get("/robots.txt")]
async fn robots(app: Data<App>) -> HttpResponse {
    let shop = &app.config.public_url;
    let private = [
        "/activate",
        "/api/",
        "/basket",
        "/contact/",
        "/forgotten-password",
        "/language/",
        "/orders/",
        "/queues/",
        "/sign-in",
        "/sign-up",
    ];
    let mut text = String::from("User-agent: *\n");
    for path in private {
        text = format!("{text}Disallow: {path}\n");
    }
    // The same events in another order, over and over.
    text =
        format!("{text}Disallow: /*?*sort=\nDisallow: /*/seats\n\nSitemap: {shop}/sitemap.xml\n");
    shared("text/plain; charset=utf-8").body(text)
}

#[get("/sitemap.xml")]
async fn sitemap(app: Data<App>) -> Result<HttpResponse, Error> {
    let shop = &app.config.public_url;
    let snapshot = snapshot(&app).await?;
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let now = app.clock.now();
    let events = snapshot
        .events()
        .iter()
        .filter(|event| event.state != EventState::Draft && event.ends_at > now)
        .map(|event| format!("/events/{}", event.code));
    let fixed = ["/", "/?view=calendar", "/help", "/contact", "/terms"].map(str::to_owned);
    for path in fixed.into_iter().chain(events) {
        text = format!("{text}<url><loc>{shop}{path}</loc></url>\n");
    }
    let text = format!("{text}</urlset>\n");
    Ok(shared("application/xml; charset=utf-8").body(text))
}

/// 1200 × 630: the plate of the sport, the title, when and where.
#[get("/events/{code}/picture.png")]
async fn picture(
    app: Data<App>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, Error> {
    let snapshot = snapshot(&app).await?;
    let event = EventCode::parse(&code)
        .ok()
        .and_then(|code| snapshot.event_by_code(&code))
        .filter(|event| event.state != EventState::Draft)
        .ok_or_else(Error::not_found)?;
    let poster = poster(event, Words(Locale::of(&request)));
    let _turn = timeout(DRAWN_WITHIN, DRAWING.acquire())
        .await
        .map_err(|_| Error::unavailable("too many pictures at once"))?;
    let drawn = web::block(move || e_ticket::draw_poster(&poster)).await;
    let bytes = drawn.map_err(Error::bug)?.map_err(Error::bug)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .insert_header((header::VARY, "accept-language, cookie"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .content_type("image/png")
        .body(bytes))
}

fn poster(event: &Event, words: Words) -> e_ticket::Poster {
    let (from, to) = (event.local_start().datetime(), event.local_end().datetime());
    let (drawing, accent) = drawing(plate(&event.sport.code));
    e_ticket::Poster {
        drawing,
        accent,
        kicker: event.sport.name.of(words.0).to_owned(),
        title: event.title.of(words.0).to_owned(),
        lines: vec![
            wording::days(words, from, to),
            format!("{}, {}", event.venue.name, event.venue.city),
        ],
    }
}

fn shared(kind: &'static str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::VARY, "accept-encoding"))
        .content_type(kind);
    answer
}
