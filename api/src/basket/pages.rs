//! The page of the basket, and ordering what is in it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{HoldId, OrderId};

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
    routes
        .service(show)
        .service(change)
        .service(order_all)
        .service(show_instead_of_hold);
}

/// Each hold had a page before: it is in mails, in bookmarks, and written by processes of the
/// release before this one.
#[get("/holds/{id}")]
async fn show_instead_of_hold() -> HttpResponse {
    html::see_other(ADDRESS)
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
    let mut said = Said::default();
    if let Some(hold) = typed.remove {
        said = give_back(&app, &page, hold, owner).await?;
    }
    said.typed = Some(&typed);
    let basket = gather(&app, owner.user_id).await?;
    render(&app, (page, owner), &basket, said).await
}

/// Again it changes nothing and is no failure: the basket says how it is. What an order has stays
/// there, and that is said.
async fn give_back(
    app: &App,
    page: &Page,
    hold: HoldId,
    owner: SignedIn,
) -> Result<Said<'static>, Error> {
    let ordered = HoldRefused::AlreadyOrdered.code();
    let mut said = Said::default();
    let is_free = match holds::release(app, hold, owner.user_id).await {
        Ok(()) => true,
        Err(Error::Refused(refused)) if refused.code == ordered => {
            orders::give_back_unwritten(app, hold, owner.user_id).await?
        }
        Err(Error::Refused(_)) => return Ok(said),
        Err(error) => return Err(error),
    };
    if is_free {
        said.done = Some(page.t("basket-given-back"));
    } else {
        said.error = Some(page.refusal(ordered));
    }
    Ok(said)
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
        // Whatever else is missing is told at its place, too.
        "terms_not_accepted" => Some(words.refusal("invalid")),
        code => Some(words.refusal(code)),
    };
    let said = Said {
        typed: Some(typed),
        is_checked: true,
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
    error: Option<String>,
    done: Option<String>,
    status: StatusCode,
}

impl Default for Said<'_> {
    fn default() -> Self {
        Self {
            typed: None,
            is_checked: false,
            error: None,
            done: None,
            status: StatusCode::OK,
        }
    }
}

/// That of the order that was begun, else a fresh one. Never the one that was typed: an order may
/// stand under it by now, and would refuse what is in the basket today. A form sent twice has one
/// id all the same, and what is kept for an order is not ordered by another.
fn order_id(app: &App, basket: &Basket) -> Result<OrderId, Error> {
    if let Some(order) = basket.begun {
        return Ok(order);
    }
    // When it was made is no secret, and orders of one moment then share pages of their indexes.
    let since_1970 = app.clock.now().as_millisecond();
    let since_1970 = u64::try_from(since_1970).map_err(Error::bug)?;
    Ok(OrderId::from_moment(since_1970, &random_bytes()?))
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
        order_id: order_id(app, basket)?.to_string(),
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
