//! Signing up, activating, signing in and out, by plain forms.

use actix_web::web::{Data, Form, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::account::AccountRefused;
use ticket_core::limits::PASSWORD_CHARS_MIN;
use uuid::Uuid;

use super::activate::{self, Proof};
use super::codes::SignUpId;
use super::device::Device;
use super::http::refusal;
use super::limits::Entering;
use super::session::Opened;
use super::sign_in::Entered;
use super::sign_up::{self, SignUpForm};
use super::signed_in::session_token;
use super::views::{ActivateView, SignInView, SignUpView};
use super::{
    Visitor, account_page, cookies, forgotten, resend, session, settings, sign_in, two_factors,
};
use crate::app::App;
use crate::basket;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::html;
use crate::platform::http::caller;
use crate::platform::page::{Page, local_path, percent};
use crate::platform::proof_of_work::Proof as Work;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show_sign_up)
        .service(send_sign_up)
        .service(show_activate)
        .service(send_activate)
        .service(send_again)
        .service(show_sign_in)
        .service(send_sign_in)
        .service(sign_out)
        .service(account_page::show_account)
        .configure(forgotten::pages::routes)
        .configure(two_factors::code_page::routes)
        .configure(two_factors::pages::routes)
        .configure(settings::pages::routes);
}

/// Where to go once signed in: a page of ours, else the account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Next {
    pub(super) next: String,
    /// Why one is here again: `code` when the time to type one was over, `password` when it is new.
    again: String,
}

impl Next {
    pub(super) fn to(next: String) -> Self {
        let again = String::new();
        Self { next, again }
    }

    pub(super) fn path(&self) -> &str {
        local_path(&self.next).unwrap_or("/account")
    }

    pub(super) fn href(&self, page: &str) -> String {
        match local_path(&self.next) {
            Some(next) => format!("{page}?next={}", percent(next)),
            None => page.to_owned(),
        }
    }
}

impl Next {
    /// The password is asked again, and the page says why.
    pub(super) fn href_again(&self, why: &str) -> String {
        let href = self.href("/sign-in");
        let mark = if href.contains('?') { '&' } else { '?' };
        format!("{href}{mark}again={why}")
    }
}

#[get("/sign-up")]
async fn show_sign_up(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    next: Query<Next>,
) -> Result<HttpResponse, Error> {
    if visitor.is_seen_signed_in() {
        return Ok(html::see_other(next.path()));
    }
    let page = visitor.page(&request);
    let mut view = sign_up_view(page, &next, &SignUpFields::default());
    let caller = caller(&request, &app.config);
    view.proof = app.accounts.limits.sign_ups.field(&caller).await?;
    html::page(&view)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignUpFields {
    csrf: String,
    next: String,
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    password: String,
    altcha: String,
    waited: String,
}

fn sign_up_view(page: Page, next: &Next, typed: &SignUpFields) -> SignUpView {
    SignUpView {
        next: next.next.clone(),
        sign_in_href: next.href("/sign-in"),
        first_name: Field::required(&typed.first_name),
        last_name: Field::required(&typed.last_name),
        email: Field::required(&typed.email),
        phone: Field::optional(&typed.phone),
        password: Field::required(""),
        password_min: PASSWORD_CHARS_MIN,
        error: None,
        proof: None,
        page,
    }
}

/// The next page is the same for new and known addresses.
#[post("/sign-up")]
async fn send_sign_up(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<SignUpFields>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let page = visitor.page(&request);
    let next = Next::to(form.next.clone());
    let wanted = SignUpForm {
        email: form.email.clone(),
        phone: Some(form.phone.clone()),
        first_name: form.first_name.clone(),
        last_name: form.last_name.clone(),
        password: form.password.clone(),
        locale: Some(page.lang().to_owned()),
        channel: None,
        altcha: None,
    };
    let caller = caller(&request, &app.config);
    let from = entering((&request, &caller), &form.altcha, &form.waited);
    match sign_up::sign_up(&app, wanted, (from, page.locale())).await {
        Ok(id) => {
            let asked = cookies::Awaited {
                email: form.email.clone(),
                sign_up: id.0,
            };
            let mut answer = html::see_other(&next.href("/activate"));
            let cookie = cookies::awaited(&app.config, &asked)?;
            answer.add_cookie(&cookie).map_err(Error::bug)?;
            Ok(answer)
        }
        Err(Error::Refused(refused)) => {
            let mut view = sign_up_view(page, &next, &form);
            show_refusal(&mut view, &refused);
            let entrance = &app.accounts.limits.sign_ups;
            view.proof = entrance.field_again(&caller, &refused, from.proof).await?;
            html::render(html::refused(&refused), &view)
        }
        Err(error) => Err(error),
    }
}

fn show_refusal(view: &mut SignUpView, refused: &Refusal) {
    let words = view.page.words();
    view.error = Some(words.refusal(refused.code));
    let (field, text) = match refused.field {
        Some("first_name") => (&mut view.first_name, words.t("field-error-name")),
        Some("last_name") => (&mut view.last_name, words.t("field-error-name")),
        Some("email") => (&mut view.email, words.t("field-error-email")),
        Some("phone") => (&mut view.phone, words.t("field-error-phone")),
        Some("password") => {
            let text = words.count("field-error-password", "min", PASSWORD_CHARS_MIN);
            (&mut view.password, text)
        }
        _ => return,
    };
    field.error = Some(text);
}

/// Whose code is awaited. The sign-up's id keeps out the codes of other sign-ups.
struct Asked {
    email: String,
    sign_up: Option<Uuid>,
    next: Next,
}

fn activate_view(page: Page, asked: &Asked) -> ActivateView {
    ActivateView {
        next: asked.next.next.clone(),
        email: Field::required(&asked.email),
        sign_up_id: asked.sign_up.map(|id| id.to_string()).unwrap_or_default(),
        resent: None,
        error: None,
        proof: None,
        page: page.as_if_at("/activate"),
    }
}

#[get("/activate")]
async fn show_activate(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    next: Query<Next>,
) -> Result<HttpResponse, Error> {
    let awaited = cookies::read_awaited(&request);
    let asked = Asked {
        sign_up: awaited.as_ref().map(|awaited| awaited.sign_up),
        email: awaited.map(|awaited| awaited.email).unwrap_or_default(),
        next: next.into_inner(),
    };
    let mut view = activate_view(visitor.page(&request), &asked);
    let caller = caller(&request, &app.config);
    view.proof = app.accounts.limits.codes.field(&caller).await?;
    html::page(&view)
}

#[derive(Deserialize)]
struct CodeForm {
    csrf: String,
    #[serde(default)]
    next: String,
    email: String,
    #[serde(default)]
    sign_up_id: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    altcha: String,
    #[serde(default)]
    waited: String,
}

impl CodeForm {
    fn asked(&self) -> Asked {
        Asked {
            email: self.email.clone(),
            sign_up: self.sign_up_id.parse().ok(),
            next: Next::to(self.next.clone()),
        }
    }
}

#[post("/activate")]
async fn send_activate(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<CodeForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let asked = form.asked();
    let proof = Proof {
        email: &form.email,
        code: &form.code,
        sign_up: asked.sign_up.map(SignUpId),
    };
    let caller = caller(&request, &app.config);
    let from = entering((&request, &caller), &form.altcha, &form.waited);
    let outcome = activate::activate(&app, &proof, from).await;
    match settle(outcome)? {
        Ok(opened) => {
            let mut answer = enter(&app, &opened, asked.next.path()).await?;
            answer
                .add_cookie(&cookies::no_awaited(&app.config))
                .map_err(Error::bug)?;
            Ok(answer)
        }
        Err(refused) => {
            let mut view = activate_view(visitor.page(&request), &asked);
            view.error = Some(view.page.refusal(refused.code));
            let entrance = &app.accounts.limits.codes;
            view.proof = entrance.field_again(&caller, &refused, from.proof).await?;
            html::render(html::refused(&refused), &view)
        }
    }
}

#[post("/activate/resend")]
async fn send_again(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<CodeForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let asked = form.asked();
    let caller = caller(&request, &app.config);
    let from = entering((&request, &caller), &form.altcha, &form.waited);
    let sign_up = asked.sign_up.map(SignUpId);
    let outcome = resend::resend_code(&app, &form.email, sign_up, from).await;
    let mut view = activate_view(visitor.page(&request), &asked);
    let entrance = &app.accounts.limits.codes;
    match outcome {
        Ok(()) => {
            view.resent = Some(view.page.t("activate-resent"));
            view.proof = entrance.field(&caller).await?;
            html::page(&view)
        }
        Err(Error::Refused(refused)) => {
            view.proof = entrance.field_again(&caller, &refused, from.proof).await?;
            view.error = Some(view.page.refusal(refused.code));
            if refused.field == Some("email") {
                view.email.error = Some(view.page.t("field-error-email"));
            }
            html::render(html::refused(&refused), &view)
        }
        Err(error) => Err(error),
    }
}

#[get("/sign-in")]
async fn show_sign_in(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    next: Query<Next>,
) -> Result<HttpResponse, Error> {
    if visitor.is_seen_signed_in() {
        return Ok(html::see_other(next.path()));
    }
    let mut view = sign_in_view(visitor.page(&request), &next, "");
    let caller = caller(&request, &app.config);
    view.proof = app.accounts.limits.sign_ins.field(&caller).await?;
    html::page(&view)
}

fn sign_in_view(page: Page, next: &Next, email: &str) -> SignInView {
    let reason = match local_path(&next.next) {
        Some(path) if path.starts_with("/events/") => Some(page.t("sign-in-to-order")),
        Some(path) if path != "/" => Some(page.t("sign-in-needed")),
        _ => None,
    };
    SignInView {
        next: next.next.clone(),
        sign_up_href: next.href("/sign-up"),
        forgotten_href: next.href("/forgotten-password"),
        email: Field::required(email),
        reason,
        done: (next.again == "password").then(|| page.t("new-password-done")),
        error: (next.again == "code").then(|| page.t("two-factors-again")),
        proof: None,
        page,
    }
}

#[derive(Deserialize)]
struct SignInForm {
    csrf: String,
    #[serde(default)]
    next: String,
    email: String,
    password: String,
    #[serde(default)]
    altcha: String,
    #[serde(default)]
    waited: String,
}

#[post("/sign-in")]
async fn send_sign_in(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<SignInForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let SignInForm {
        next,
        email,
        password,
        altcha,
        waited,
        ..
    } = form.into_inner();
    let next = Next::to(next);
    let previous = session_token(&app, &request);
    let caller = caller(&request, &app.config);
    let from = entering((&request, &caller), &altcha, &waited);
    let outcome = sign_in::sign_in(&app, (&email, password.into()), previous, from).await;
    let page = visitor.page(&request);
    if let Ok(Err(AccountRefused::NotActive)) = outcome {
        let asked = Asked {
            email,
            sign_up: None,
            next,
        };
        let mut view = activate_view(page, &asked);
        view.error = Some(view.page.refusal(AccountRefused::NotActive.code()));
        return html::render(HttpResponse::Forbidden(), &view);
    }
    match settle(outcome)? {
        Ok(Entered::Opened(opened)) => enter(&app, &opened, next.path()).await,
        Ok(Entered::AwaitsCode(token)) => {
            let mut answer = html::see_other(&next.href("/sign-in/code"));
            let cookie = cookies::code(&app.config, &token);
            answer.add_cookie(&cookie).map_err(Error::bug)?;
            Ok(answer)
        }
        Err(refused) => {
            let mut view = sign_in_view(page, &next, &email);
            view.error = Some(view.page.refusal(refused.code));
            let entrance = &app.accounts.limits.sign_ins;
            view.proof = entrance.field_again(&caller, &refused, from.proof).await?;
            html::render(html::refused(&refused), &view)
        }
    }
}

#[derive(Deserialize)]
struct CsrfForm {
    csrf: String,
}

#[post("/sign-out")]
async fn sign_out(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<CsrfForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    if let Some(token) = session_token(&app, &request) {
        session::revoke(&app, &token).await?;
    }
    let mut answer = html::see_other("/");
    cookies::forget(&app.config, &mut answer)?;
    Ok(answer)
}

pub(super) fn entering<'a>(
    (request, caller): (&HttpRequest, &'a str),
    altcha: &'a str,
    waited: &'a str,
) -> Entering<'a> {
    Entering {
        device: Device::of(request),
        caller,
        proof: Work::of_form(altcha, waited),
    }
}

/// What the rules refused and what a limit refused are shown alike; the rest is an error page.
pub(super) fn settle<T>(
    outcome: Result<Result<T, AccountRefused>, Error>,
) -> Result<Result<T, Refusal>, Error> {
    match outcome {
        Ok(Ok(done)) => Ok(Ok(done)),
        Ok(Err(refused)) => match refusal(refused) {
            Error::Refused(refused) => Ok(Err(refused)),
            error @ (Error::Unavailable(_) | Error::Bug(_)) => Err(error),
        },
        // Closed meanwhile, there is no page of the account to say it on.
        Err(Error::Refused(refused)) if refused.code != "sign_in_required" => Ok(Err(refused)),
        Err(error) => Err(error),
    }
}

/// Signed in: the session's cookie, what their basket has since another device, and on to where
/// they were going.
pub(super) async fn enter(app: &App, opened: &Opened, path: &str) -> Result<HttpResponse, Error> {
    let mut answer = html::see_other(path);
    cookies::signed_in(&app.config, opened, &mut answer)?;
    let badge = basket::badge_after(app, opened.user).await;
    answer.add_cookie(&badge).map_err(Error::bug)?;
    Ok(answer)
}
