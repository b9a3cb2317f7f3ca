//! From named seats to money and back: ordering, being taken to the bank, coming back from it,
//! trying again, giving up, and the page of one order.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::ids::{HoldId, OrderId};

use super::outcome_page::{self, Kind};
use super::{Holder, OrderRequest, cancel, find, order_page, pay_again, place};
use crate::accounts::{SignedIn, Visitor};
use crate::app::App;
use crate::holds::{self, Naming};
use crate::payments;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::html;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(order_seats)
        .service(show_pay)
        .service(try_again)
        .service(come_back)
        .service(give_up)
        .service(order_page::show_order);
}

/// The form of names as it was sent. First and last names come in the order of the seats.
struct Ordering {
    csrf: String,
    order: OrderId,
    hold: HoldId,
    first_names: Vec<String>,
    last_names: Vec<String>,
    accept_terms: bool,
}

impl Ordering {
    fn read(pairs: &[(String, String)]) -> Result<Self, Error> {
        let all = |wanted: &str| -> Vec<String> {
            let named = pairs.iter().filter(|(name, _)| name == wanted);
            named.map(|(_, value)| value.clone()).collect()
        };
        let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
        let bad = |field| Error::invalid(field, "not an id");
        Ok(Self {
            csrf: one("csrf"),
            order: one("order_id").parse().map_err(|_| bad("order_id"))?,
            hold: one("hold_id").parse().map_err(|_| bad("hold_id"))?,
            first_names: all("first_name"),
            last_names: all("last_name"),
            accept_terms: one("accept_terms") == "yes",
        })
    }

    fn holders(&self) -> Vec<Holder> {
        let pairs = self.first_names.iter().zip(&self.last_names);
        pairs
            .map(|(first_name, last_name)| Holder {
                first_name: first_name.clone(),
                last_name: last_name.clone(),
            })
            .collect()
    }
}

#[post("/orders")]
async fn order_seats(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Error> {
    let form = Ordering::read(&form)?;
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let wanted = OrderRequest {
        id: form.order,
        owner: owner.user_id,
        locale: visitor.locale,
        holds: vec![form.hold],
        holders: form.holders(),
        accept_terms: form.accept_terms,
    };
    match place(&app, wanted).await {
        Ok(placed) => Ok(to_pay(placed.order.id)),
        Err(Error::Refused(refused)) => {
            name_again(&app, (&request, &visitor), owner, (&form, &refused)).await
        }
        // Without the bank the order may exist all the same: its page goes on from there.
        Err(error) => match find(&app, form.order, owner.user_id).await {
            Ok(order) => Ok(to_pay(order.id)),
            Err(_) => Err(error),
        },
    }
}

fn to_pay(order: OrderId) -> HttpResponse {
    html::see_other(&format!("/orders/{order}/pay"))
}

/// The form of names once more, with what is wrong; or the failure when the hold is gone.
async fn name_again(
    app: &App,
    (request, visitor): (&HttpRequest, &Visitor),
    owner: SignedIn,
    (form, refused): (&Ordering, &Refusal),
) -> Result<HttpResponse, Error> {
    let hold = holds::find(app, form.hold, owner.user_id).await?;
    let page = visitor.page(request);
    let words = page.words();
    let field = |typed: Option<&String>| {
        let mut field = Field::required(typed.map_or("", String::as_str));
        if field.value.trim().is_empty() {
            field.error = Some(words.t("field-error-required"));
        }
        field
    };
    let seats = 0..hold.seats.len();
    let names = seats.map(|seat| {
        (
            field(form.first_names.get(seat)),
            field(form.last_names.get(seat)),
        )
    });
    let terms_missing = !form.accept_terms;
    let naming = Naming {
        order: form.order,
        names: names.collect(),
        terms_error: terms_missing.then(|| words.t("hold-accept-missing")),
        error: Some(words.refusal(refused.code)),
        status: if refused.status.is_client_error() {
            refused.status
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        },
    };
    holds::hold_page(app, page, &hold, naming).await
}

/// The last page before the bank's. A page of its own, because a form may not be sent on to
/// another site, and because the spectator should see that they are leaving.
#[get("/orders/{id}/pay")]
async fn show_pay(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let order = find(&app, *id, owner.user_id).await?;
    let mut kind = Kind::of(&order);
    if matches!(kind, Kind::Abandoned) && order.payment_url().is_some() {
        kind = Kind::Leaving;
    }
    outcome_page::page(&app, visitor.page(&request), &order, kind).await
}

#[derive(Deserialize)]
struct CsrfForm {
    csrf: String,
}

/// Another attempt, or the same one if it is still open.
#[post("/orders/{id}/pay")]
async fn try_again(
    app: Data<App>,
    visitor: Visitor,
    id: Path<OrderId>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    match pay_again(&app, *id, owner.user_id).await {
        Ok(_) => Ok(to_pay(*id)),
        // Paid, expired or cancelled meanwhile: its page says so.
        Err(Error::Refused(refused)) if refused.status != StatusCode::NOT_FOUND => Ok(to_pay(*id)),
        Err(error) => Err(error),
    }
}

/// Where the bank sends its cardholder back to. The bank is asked at once; when it does not
/// answer, the page waits for its webhook.
#[get("/orders/{id}/return")]
async fn come_back(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    find(&app, *id, owner.user_id).await?;
    let asked = payments::refresh(&app, *id).await;
    if let Err(error) = &asked {
        tracing::warn!(%error, "a payment could not be asked about");
    }
    let order = find(&app, *id, owner.user_id).await?;
    let mut kind = Kind::of(&order);
    if matches!(kind, Kind::Abandoned) && asked.is_err() {
        kind = Kind::Waiting;
    }
    let page = visitor.page(&request);
    outcome_page::page(&app, page, &order, kind).await
}

#[post("/orders/{id}/cancel")]
async fn give_up(
    app: Data<App>,
    visitor: Visitor,
    id: Path<OrderId>,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let shown = html::see_other(&format!("/account/orders/{}", *id));
    match cancel(&app, *id, owner.user_id).await {
        Ok(_) => Ok(shown),
        Err(Error::Refused(refused)) if refused.status != StatusCode::NOT_FOUND => Ok(shown),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_the_order_of_the_seats() {
        let id = "0190f0c2-7d4e-7000-8000-000000000001";
        let pairs = [
            ("csrf", "t"),
            ("order_id", id),
            ("hold_id", id),
            ("first_name", "Amina"),
            ("last_name", "Belkacem"),
            ("first_name", "Jean"),
            ("last_name", "Lefèvre"),
        ];
        let pairs: Vec<_> = pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let form = Ordering::read(&pairs).unwrap();
        assert!(!form.accept_terms);
        let names: Vec<_> = form
            .holders()
            .into_iter()
            .map(|holder| holder.last_name)
            .collect();
        assert_eq!(names, ["Belkacem", "Lefèvre"]);
        assert!(Ordering::read(&pairs[..1]).is_err());
    }
}
