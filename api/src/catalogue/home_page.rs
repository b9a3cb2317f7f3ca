//! The home page: the search panel and, under it, one card per event, or the calendar.

use std::sync::Arc;

use actix_web::rt::time::timeout;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::{SignedDuration, Timestamp};

use super::calendar::calendar;
use super::cards::{card, chips, filters};
use super::event::{Event, SaleState};
use super::free::{FILTERED_FOR, FreePlaces, SHOWN_FOR, free_places};
use super::pages::LOOK_MAX;
use super::plates::plate;
use super::search::{Found, Search, search};
use super::typed::{Show, Typed};
use super::views::{Counts, HomeView};
use super::{Snapshot, snapshot};
use crate::accounts::Reader;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Words;

const CARDS_PER_PAGE: usize = 24;
const HERO_PLATES: usize = 6;

#[get("/")]
pub(super) async fn show_home(
    app: Data<App>,
    request: HttpRequest,
    reader: Reader,
    typed: Query<Typed>,
) -> Result<HttpResponse, Error> {
    let page = reader.page(&request);
    let (words, now) = (page.words(), app.clock.now());
    let snapshot = snapshot(&app).await?;
    let (wanted, left_out) = typed.read();
    let mut found = search(&snapshot, &wanted, now);
    retain_free(&app, &mut found.events, &typed).await;
    let is_calendar = typed.show() == Show::Calendar;
    let pages = found.events.len().div_ceil(CARDS_PER_PAGE).max(1);
    let at = typed.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let cards_max = if is_calendar { 0 } else { CARDS_PER_PAGE };
    let shown = found.events.iter().skip((at - 1) * CARDS_PER_PAGE);
    let shown: Vec<Arc<Event>> = shown.take(cards_max).cloned().collect();
    let free = look(&app, &shown, SHOWN_FOR).await;
    let cards = shown
        .iter()
        .map(|event| card(words, (event, &free), &typed, now));
    let filters = filters(words, &snapshot, &typed);
    let at_page = |page: usize| typed.href(&[("page", &page.to_string())]);
    let view = HomeView {
        counts: counts(&snapshot, now),
        hero_plates: hero_plates(&snapshot),
        chips: chips(words, &filters, &typed),
        filters,
        notices: notices(words, &found, left_out, free.is_unknown()),
        total: found.events.len(),
        filtered: typed.is_filtered(),
        calendar: is_calendar.then(|| calendar(words, &found.events, &typed)),
        cards_href: typed.href(&[("view", "")]),
        calendar_href: typed.href(&[("view", "calendar")]),
        cards: cards.collect(),
        previous_href: (!is_calendar && at > 1).then(|| at_page(at - 1)),
        next_href: (!is_calendar && at < pages).then(|| at_page(at + 1)),
        address: app.config.public_url.clone(),
        page,
    };
    html::browse_page(&view.page, &view)
}

async fn look(app: &App, events: &[Arc<Event>], age_max: SignedDuration) -> Arc<FreePlaces> {
    let free = timeout(LOOK_MAX, free_places(app, events, age_max)).await;
    free.unwrap_or_else(|_| Arc::new(FreePlaces::unknown()))
}

async fn retain_free(app: &App, found: &mut Vec<Arc<Event>>, typed: &Typed) {
    let (places, now) = (typed.places_together(), app.clock.now());
    if !typed.wants_available() && places == 1 {
        return;
    }
    let free = look(app, found, FILTERED_FOR).await;
    found.retain(|event| {
        event.sale_state(now) == SaleState::Open && free.have_together(event.id, places)
    });
}

fn notices(words: Words, found: &Found, left_out: bool, is_unknown: bool) -> Vec<String> {
    let mut notices = Vec::new();
    for (typed, read_as) in &found.read_as {
        let both = [("typed", typed.clone()), ("word", read_as.clone())];
        notices.push(words.with_all("search-read-as", &both));
    }
    if left_out {
        notices.push(words.t("search-ignored"));
    }
    if is_unknown {
        notices.push(words.t("sale-unavailable"));
    }
    notices
}

fn counts(snapshot: &Snapshot, now: Timestamp) -> Counts {
    let events = search(snapshot, &Search::default(), now).events;
    Counts {
        events: events.len(),
        sports: snapshot.sports().len(),
        venues: snapshot.venues().len(),
    }
}

/// Some of the plates of the catalogue's own sports, each once.
fn hero_plates(snapshot: &Snapshot) -> Vec<&'static str> {
    let mut plates: Vec<&'static str> = Vec::new();
    for sport in snapshot.sports() {
        let drawn = plate(&sport.code);
        if !plates.contains(&drawn) && plates.len() < HERO_PLATES {
            plates.push(drawn);
        }
    }
    plates
}
