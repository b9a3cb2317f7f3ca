//! The page between the password and the account, for those with two factors.

use actix_web::web::{Data, Form, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;

use super::find_awaited;
use super::pages::refusal_words;
use super::views::CodeView;
use crate::accounts::device::Device;
use crate::accounts::pages::{Next, enter, settle};
use crate::accounts::signed_in::session_token;
use crate::accounts::{Visitor, cookies, sign_in};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;

pub(in crate::accounts) fn routes(routes: &mut ServiceConfig) {
    routes.service(show_code).service(send_code);
}

#[get("/sign-in/code")]
async fn show_code(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    next: Query<Next>,
) -> Result<HttpResponse, Error> {
    let is_awaited = match cookies::code_token(&request) {
        Some(token) => find_awaited(&app, &token).await?.is_some(),
        None => false,
    };
    if !is_awaited {
        return Ok(html::see_other(&next.href_again("code")));
    }
    html::page(&CodeView {
        page: visitor.page(&request),
        next: next.into_inner().next,
        error: None,
        is_recovery: false,
    })
}

#[derive(Deserialize)]
struct CodeForm {
    csrf: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    recovery: String,
}

#[post("/sign-in/code")]
async fn send_code(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<CodeForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let CodeForm {
        next,
        code,
        recovery,
        ..
    } = form.into_inner();
    let next = Next::to(next);
    let again = || Ok(html::see_other(&next.href_again("code")));
    let Some(token) = cookies::code_token(&request) else {
        return again();
    };
    let is_recovery = !recovery.trim().is_empty();
    let typed = if is_recovery { &recovery } else { &code };
    let previous = session_token(&app, &request);
    let device = Device::of(&request);
    let outcome = sign_in::finish(&app, (&token, typed), previous, device).await;
    match settle(outcome)? {
        Ok(opened) => {
            let mut answer = enter(&app, &opened, next.path()).await?;
            let cookie = cookies::no_code(&app.config);
            answer.add_cookie(&cookie).map_err(Error::bug)?;
            Ok(answer)
        }
        Err(refused) if refused.code == "code_expired" => again(),
        Err(refused) => {
            let page = visitor.page(&request);
            let view = CodeView {
                error: Some(refusal_words(&page, &refused)),
                next: next.next,
                is_recovery,
                page,
            };
            html::render(html::refused(&refused), &view)
        }
    }
}
