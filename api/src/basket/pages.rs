//! The page of the basket, and ordering what is in it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{HoldId, OrderId};
use ticket_core::order::OrderRefused;

use super::cookies;
use super::form::Typed;
use super::gather::{Basket, gather};
use super::present::{self, Names};
use super::views::BasketView;
use crate::accounts::{self, SignedIn, Visitor};
use crate::app::App;
use crate::orders::{self, OrderRequest};
use crate::platform::error::{Error, Refusal};
use crate::platform::html;
use crate::platform::page::Page;
use crate::platform::seal::random_bytes;
use crate::{catalogue, holds};

const ADDRESS: &str = "/basket";

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(show).service(change).service(order_all);
}

type Pairs = Form<Vec<(String, String)>>;

#[get("/basket")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let basket = gather(&app, owner.user_id).await?;
    render(
        &app,
        (visitor.page(&request), owner),
        &basket,
        Said::default(),
    )
    .await
}

/// Gives one hold back, or only shows how things stand; what was typed stays typed.
#[post("/basket")]
async fn change(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Pairs,
) -> Result<HttpResponse, Error> {
    let typed = Typed::read(&form)?;
    let Some(owner) = visitor.signed_in()? else {
        return Ok(sign_in_first());
    };
    visitor.check_form(&typed.csrf)?;
    let page = visitor.page(&request);
    let mut done = None;
    if let Some(hold) = typed.remove {
        done = give_back(&app, &page, hold, owner).await?;
    }
    let basket = gather(&app, owner.user_id).await?;
    let said = Said {
        typed: Some(&typed),
        done,
        ..Said::default()
    };
    render(&app, (page, owner), &basket, said).await
}

/// Again, and after the order, it changes nothing and is no failure: the basket says how it is.
async fn give_back(
    app: &App,
    page: &Page,
    hold: HoldId,
    owner: SignedIn,
) -> Result<Option<String>, Error> {
    match holds::release(app, hold, owner.user_id).await {
        Ok(()) => Ok(Some(page.t("basket-given-back"))),
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[post("/orders")]
async fn order_all(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Pairs,
) -> Result<HttpResponse, Error> {
    let typed = Typed::read(&form)?;
    let Some(owner) = visitor.signed_in()? else {
        return Ok(sign_in_first());
    };
    visitor.check_form(&typed.csrf)?;
    let wanted = OrderRequest {
        id: typed.order,
        owner: owner.user_id,
        locale: visitor.locale,
        holds: typed.hold_ids(),
        holders: typed.holders(),
        accept_terms: typed.accept_terms,
    };
    let order = match orders::place(&app, wanted).await {
        Ok(placed) => placed.order.id,
        Err(Error::Refused(refused)) => {
            let page = visitor.page(&request);
            return show_refused(&app, (page, owner), &typed, &refused).await;
        }
        // Without the bank the order may exist all the same: its page goes on from there.
        Err(error) => match orders::find(&app, typed.order, owner.user_id).await {
            Ok(order) => order.id,
            Err(_) => return Err(error),
        },
    };
    let mut answer = html::see_other(&format!("/orders/{order}/pay"));
    let rest_is_empty = typed.hold_ids().len() >= cookies::badge(&app, &request);
    let badge = if rest_is_empty {
        cookies::no_badge(&app.config)
    } else {
        cookies::badge_after(&app, owner.user_id).await
    };
    answer.add_cookie(&badge).map_err(Error::bug)?;
    Ok(answer)
}

/// The basket is kept with the account: it is there after signing in again.
fn sign_in_first() -> HttpResponse {
    html::see_other(&format!("/sign-in?next={ADDRESS}"))
}

/// The basket as it now is, with what is wrong.
async fn show_refused(
    app: &App,
    (page, owner): (Page, SignedIn),
    typed: &Typed,
    refused: &Refusal,
) -> Result<HttpResponse, Error> {
    let basket = gather(app, owner.user_id).await?;
    let words = page.words();
    // What is missing of the typed lines is told below, line by line, where that is known.
    let is_told = refused.code == HoldRefused::Expired.code() && !basket.ran_out.is_empty();
    let error = match refused.code {
        _ if is_told && basket.is_empty() => None,
        _ if is_told => Some(words.t("basket-rest-kept")),
        code if code == HoldRefused::Expired.code() => Some(words.t("basket-changed")),
        code => Some(words.refusal(code)),
    };
    let said = Said {
        typed: Some(typed),
        is_checked: true,
        // An id that stands for another order is not used again.
        is_id_used: refused.code == OrderRefused::IdReused.code(),
        error,
        done: None,
        status: if refused.status.is_client_error() {
            refused.status
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        },
    };
    render(app, (page, owner), &basket, said).await
}

/// What the page says beside what is in the basket.
struct Said<'a> {
    typed: Option<&'a Typed>,
    /// Whether what was typed is shown with what is wrong with it.
    is_checked: bool,
    is_id_used: bool,
    error: Option<String>,
    done: Option<String>,
    status: StatusCode,
}

impl Default for Said<'_> {
    fn default() -> Self {
        Self {
            typed: None,
            is_checked: false,
            is_id_used: false,
            error: None,
            done: None,
            status: StatusCode::OK,
        }
    }
}

impl Said<'_> {
    fn order_id(&self, basket: &Basket) -> Result<OrderId, Error> {
        let typed = self.typed.filter(|_| !self.is_id_used);
        match basket.begun.or(typed.map(|typed| typed.order)) {
            Some(order) => Ok(order),
            None => Ok(OrderId::from_random_bytes(random_bytes()?)),
        }
    }
}

async fn render(
    app: &App,
    (page, owner): (Page, SignedIn),
    basket: &Basket,
    said: Said<'_>,
) -> Result<HttpResponse, Error> {
    let live = basket.live();
    let page = page.as_if_at(ADDRESS).with_basket(live.len());
    let words = page.words();
    let catalogue = catalogue::snapshot(app).await?;
    let person = accounts::person(app, owner.user_id).await?;
    let names = Names {
        typed: said.typed,
        is_checked: said.is_checked,
        own: (person.first_name, person.last_name),
    };
    let terms_missing = said.is_checked && said.typed.is_some_and(|typed| !typed.accept_terms);
    let view = BasketView {
        order_id: said.order_id(basket)?.to_string(),
        lines: present::lines(words, (basket, &catalogue), &names)?,
        later: basket.later.len(),
        lost: present::lost(words, basket, &catalogue),
        unpaid: present::unpaid(words, basket, &catalogue),
        total: present::total(words, &basket.lines)?,
        timer: present::timer(app, words, &basket.lines, &catalogue),
        accepted: said.typed.is_some_and(|typed| typed.accept_terms),
        terms_error: terms_missing.then(|| words.t("hold-accept-missing")),
        error: said.error,
        done: said.done,
        page,
    };
    let mut answer = html::render(HttpResponse::build(said.status), &view)?;
    let badge = cookies::badge_for(app, &live);
    answer.add_cookie(&badge).map_err(Error::bug)?;
    Ok(answer)
}
