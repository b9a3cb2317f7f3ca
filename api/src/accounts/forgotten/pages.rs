//! The pages of a forgotten password: whose, then the code with a new one.

use actix_web::web::{Data, Form, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::limits::PASSWORD_CHARS_MIN;
use uuid::Uuid;

use super::ask::ask;
use super::reset::reset;
use super::views::{AskView, ResetView};
use crate::accounts::Visitor;
use crate::accounts::cookies::{self, Awaited};
use crate::accounts::pages::{Next, entering, settle};
use crate::app::App;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::html;
use crate::platform::http::caller;
use crate::platform::page::Page;

const PATH: &str = "/forgotten-password";
const CODE_PATH: &str = "/forgotten-password/code";

pub(in crate::accounts) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show_ask)
        .service(send_ask)
        .service(show_reset)
        .service(send_reset);
}

fn ask_view(page: Page, next: &Next, email: &str) -> AskView {
    AskView {
        next: next.next.clone(),
        id: Uuid::new_v4().to_string(),
        sign_in_href: next.href("/sign-in"),
        email: Field::required(email),
        error: None,
        proof: None,
        page: page.as_if_at(PATH),
    }
}

#[get("/forgotten-password")]
async fn show_ask(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    next: Query<Next>,
) -> Result<HttpResponse, Error> {
    let mut view = ask_view(visitor.page(&request), &next, "");
    let caller = caller(&request, &app.config);
    view.proof = app.accounts.limits.codes.field(&caller).await?;
    html::page(&view)
}

#[derive(Deserialize)]
struct AskForm {
    csrf: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    altcha: String,
    #[serde(default)]
    waited: String,
}

/// The next page is the same for every address.
#[post("/forgotten-password")]
async fn send_ask(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<AskForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let next = Next::to(form.next.clone());
    let caller = caller(&request, &app.config);
    let from = entering((&request, &caller), &form.altcha, &form.waited);
    let id = form.id.parse().unwrap_or_else(|_| Uuid::new_v4());
    match ask(&app, (id, &form.email), from).await {
        Ok(()) => {
            let asked = Awaited {
                email: form.email.clone(),
                sign_up: id,
            };
            let mut answer = html::see_other(&next.href(CODE_PATH));
            let cookie = cookies::forgotten(&app.config, &asked)?;
            answer.add_cookie(&cookie).map_err(Error::bug)?;
            Ok(answer)
        }
        Err(Error::Refused(refused)) => {
            let mut view = ask_view(visitor.page(&request), &next, &form.email);
            view.error = Some(view.page.refusal(refused.code));
            if refused.field == Some("email") {
                view.email.error = Some(view.page.t("field-error-email"));
            }
            let entrance = &app.accounts.limits.codes;
            view.proof = entrance.field_again(&caller, &refused, from.proof).await?;
            html::render(html::refused(&refused), &view)
        }
        Err(error) => Err(error),
    }
}

fn reset_view(page: Page, (next, email): (&Next, &str), reset_id: &str) -> ResetView {
    ResetView {
        next: next.next.clone(),
        email: email.to_owned(),
        reset_id: reset_id.to_owned(),
        next_id: Uuid::new_v4().to_string(),
        code: Field::required(""),
        password: Field::required(""),
        password_min: PASSWORD_CHARS_MIN,
        error: None,
        proof: None,
        page: page.as_if_at(CODE_PATH),
    }
}

#[get("/forgotten-password/code")]
async fn show_reset(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    next: Query<Next>,
) -> Result<HttpResponse, Error> {
    let Some(asked) = cookies::read_forgotten(&request) else {
        return Ok(html::see_other(&next.href(PATH)));
    };
    let id = asked.sign_up.to_string();
    let mut view = reset_view(visitor.page(&request), (&next.0, asked.email.as_str()), &id);
    let caller = caller(&request, &app.config);
    view.proof = app.accounts.limits.codes.field(&caller).await?;
    html::page(&view)
}

#[derive(Deserialize)]
struct ResetForm {
    csrf: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    reset_id: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    altcha: String,
    #[serde(default)]
    waited: String,
}

#[post("/forgotten-password/code")]
async fn send_reset(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<ResetForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let ResetForm {
        next,
        email,
        reset_id,
        code,
        password,
        altcha,
        waited,
        ..
    } = form.into_inner();
    let next = Next::to(next);
    let caller = caller(&request, &app.config);
    let from = entering((&request, &caller), &altcha, &waited);
    // What is no id was never asked for: as unknown as one that is over.
    let id = reset_id.parse().unwrap_or(Uuid::nil());
    match settle(reset(&app, (id, &code), password.into(), from).await)? {
        Ok(()) => {
            let mut answer = html::see_other(&next.href_again("password"));
            let cookie = cookies::no_forgotten(&app.config);
            answer.add_cookie(&cookie).map_err(Error::bug)?;
            Ok(answer)
        }
        Err(refused) => {
            let mut view = reset_view(visitor.page(&request), (&next, email.as_str()), &reset_id);
            view.code = Field::required(&code);
            show_refusal(&mut view, &refused);
            let entrance = &app.accounts.limits.codes;
            view.proof = entrance.field_again(&caller, &refused, from.proof).await?;
            html::render(html::refused(&refused), &view)
        }
    }
}

fn show_refusal(view: &mut ResetView, refused: &Refusal) {
    let words = view.page.words();
    view.error = Some(words.refusal(refused.code));
    if refused.field == Some("password") {
        let text = words.count("field-error-password", "min", PASSWORD_CHARS_MIN);
        view.password.error = Some(text);
    }
}
