//! From an offer on the event's page to held seats, which are then in the basket.

use actix_web::web::{Data, Form, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::formula::Formula;
use ticket_core::ids::{CategoryCode, EventCode, HoldId};
use ticket_core::venue::SeatRef;

use super::HoldRequest;
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue::{self, Refused, SeatsQuery};
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Words, percent};
use crate::waiting_room;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(hold_seats).service(choose_signed_out);
}

#[derive(Deserialize)]
struct OfferForm {
    csrf: String,
    /// Made by the page, so that pressing twice holds once.
    hold_id: HoldId,
    /// `category:formula`.
    offer: String,
    #[serde(flatten)]
    chosen: OnTheMap,
}

/// What was chosen on the seat map; empty for the best seats.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct OnTheMap {
    block: String,
    /// `row:position` of the first seat, counted in the category.
    seat: String,
}

impl OnTheMap {
    fn is_used(&self) -> bool {
        !self.block.is_empty()
    }

    /// So many seats from the first on; `None` when none was chosen.
    fn seats(&self, formula: Formula) -> Result<Option<Vec<SeatRef>>, Error> {
        if self.seat.is_empty() {
            return Ok(None);
        }
        let wrong = || Error::invalid("seat", "a seat is a row and a position");
        let (row, first) = self.seat.split_once(':').ok_or_else(wrong)?;
        let row = row.parse().map_err(|_| wrong())?;
        let first: u16 = first.parse().map_err(|_| wrong())?;
        let last = first.checked_add(formula.seats()).ok_or_else(wrong)?;
        let seats = (first..last).map(|position| SeatRef { row, position });
        Ok(Some(seats.collect()))
    }

    fn query(&self, offer: &str) -> SeatsQuery {
        SeatsQuery {
            block: self.block.clone(),
            seat: self.seat.clone(),
            formula: offer.split_once(':').map_or("", |(_, it)| it).to_owned(),
        }
    }
}

#[post("/events/{code}/hold")]
async fn hold_seats(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    code: Path<String>,
    form: Form<OfferForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let code = EventCode::parse(&code).map_err(|_| Error::not_found())?;
    let snapshot = catalogue::snapshot(&app).await?;
    let event = snapshot.event_by_code(&code).ok_or_else(Error::not_found)?;
    let Some(person) = visitor.signed_in()? else {
        return Ok(sign_in_first(&code, &form.offer, &form.chosen));
    };
    let owner = person.user_id;
    if let Some(address) = waiting_room::address_before(&app, &request, event.id, owner).await? {
        return Ok(html::see_other(&address));
    }
    let (category, formula) = parse_offer(&form.offer)?;
    let wanted = HoldRequest {
        id: form.hold_id,
        owner: person.user_id,
        event: event.id,
        category,
        formula,
        seats: form.chosen.seats(formula)?,
    };
    match super::place(&app, wanted).await {
        Ok(_) => Ok(html::see_other("/basket")),
        Err(Error::Refused(refusal)) => {
            let page = visitor.page(&request).as_if_at(&format!("/events/{code}"));
            let refused = Refused {
                status: refusal.status,
                code: refusal.code,
            };
            if form.chosen.is_used() {
                let chosen = form.chosen.query(&form.offer);
                return catalogue::seats_page(&app, page, event, &chosen, Some(refused)).await;
            }
            catalogue::event_page(&app, page, event, &form.offer, Some(refused)).await
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    offer: String,
    #[serde(flatten)]
    chosen: OnTheMap,
}

/// What the form of a signed-out reader does: it holds nothing, and leads back by the sign-in
/// page, which sends on who has signed in meanwhile.
#[get("/events/{code}/hold")]
async fn choose_signed_out(
    code: Path<String>,
    choice: Query<Choice>,
) -> Result<HttpResponse, Error> {
    let code = EventCode::parse(&code).map_err(|_| Error::not_found())?;
    Ok(sign_in_first(&code, &choice.offer, &choice.chosen))
}

fn sign_in_first(code: &EventCode, offer: &str, chosen: &OnTheMap) -> HttpResponse {
    let back = if chosen.is_used() {
        let query = chosen.query(offer);
        format!(
            "/events/{code}/seats?block={}&formula={}&seat={}",
            percent(&query.block),
            percent(&query.formula),
            percent(&query.seat)
        )
    } else {
        format!("/events/{code}?offer={}", percent(offer))
    };
    html::see_other(&format!("/sign-in?next={}", percent(&back)))
}

fn parse_offer(offer: &str) -> Result<(CategoryCode, Formula), Error> {
    let wrong = || Error::invalid("offer", "an offer is a category and a formula");
    let (category, formula) = offer.split_once(':').ok_or_else(wrong)?;
    Ok((
        CategoryCode::parse(category).map_err(|_| wrong())?,
        Formula::parse(formula).map_err(|_| wrong())?,
    ))
}

/// `Duo, Category B`.
pub(crate) fn formula_words(words: Words, formula: Formula, category: &CategoryCode) -> String {
    words.with_all(
        "hold-formula",
        &[
            ("formula", words.pick("formula-", formula.name())),
            ("category", words.with("category-name", "code", category)),
        ],
    )
}
