//! The pages of one's own account, by plain forms. Each form says what it did by coming back to
//! the page; what was refused is shown in its own form.

use actix_web::http::header;
use actix_web::web::{Data, Form, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use ticket_core::account::AccountRefused;
use ticket_core::limits::PASSWORD_CHARS_MIN;

use super::address;
use super::asks_for_phone;
use super::change::{self, Wanted};
use super::close;
use super::export;
use super::sessions_page;
use super::store;
use super::views::{CloseView, ClosedView, LanguageChoice, SettingsView};
use crate::accounts::pages::settle;
use crate::accounts::person::person;
use crate::accounts::session::TokenHash;
use crate::accounts::signed_in::{session_token, sign_in_required};
use crate::accounts::{SignedIn, Visitor, cookies, two_factors};
use crate::app::App;
use crate::notices;
use crate::platform::error::{Error, Refusal};
use crate::platform::field::Field;
use crate::platform::html;
use crate::platform::i18n::Locale;
use crate::platform::page::{Page, language_cookie};

pub(in crate::accounts) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(show_settings)
        .service(send_person)
        .service(send_email)
        .service(send_codes)
        .service(send_password)
        .service(send_wishes)
        .configure(sessions_page::routes)
        .service(download)
        .service(show_close)
        .service(send_close);
}

/// What a form did, as the address says it.
const DONE: [&str; 8] = [
    "messages",
    "person",
    "codes-sent",
    "email",
    "password",
    "sessions",
    "session",
    "two-factors-off",
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

#[get("/account/settings")]
async fn show_settings(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    done: Query<Done>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let mut view = view_of(&app, &request, (&visitor, owner)).await?;
    let done = DONE.iter().find(|known| **known == done.done);
    view.done = done.map(|done| view.page.pick("settings-done-", done));
    html::page(&view)
}

/// The page as it stands in the database.
async fn view_of(
    app: &App,
    request: &HttpRequest,
    (visitor, owner): (&Visitor, SignedIn),
) -> Result<SettingsView, Error> {
    let person = person(app, owner.user_id).await?;
    let pending = address::pending(app, owner.user_id).await?;
    let conn = app.db.read().await?;
    let sessions = store::list_sessions(&conn, owner.user_id, app.clock.now()).await?;
    drop(conn);
    let page = visitor.page(request).as_if_at("/account/settings");
    let this = this_session(app, request)?;
    Ok(SettingsView {
        done: None,
        first_name: Field::required(&person.first_name),
        last_name: Field::required(&person.last_name),
        phone: Field::optional(person.phone.as_deref().unwrap_or_default()),
        asks_for_phone: asks_for_phone(app, owner.user_id).await?,
        languages: languages(person.locale),
        person_error: None,
        email: person.email,
        new_email: Field::required(""),
        pending,
        email_error: None,
        password: Field::required(""),
        password_min: PASSWORD_CHARS_MIN,
        password_error: None,
        reminders: notices::wants_reminders(app, owner.user_id).await?,
        two_factors: two_factors::asks(app, owner.user_id).await?,
        sessions: sessions_page::views(page.words(), &sessions, &this),
        page,
    })
}

fn languages(chosen: Locale) -> Vec<LanguageChoice> {
    let choice = |locale: &Locale| LanguageChoice {
        code: locale.code(),
        name: locale.t("language-name"),
        is_chosen: *locale == chosen,
    };
    Locale::ALL.iter().map(choice).collect()
}

pub(in crate::accounts) fn this_session(
    app: &App,
    request: &HttpRequest,
) -> Result<TokenHash, Error> {
    let token = session_token(app, request).ok_or_else(sign_in_required)?;
    Ok(token.hash())
}

pub(super) fn done(what: &str) -> HttpResponse {
    html::see_other(&format!("/account/settings?done={what}"))
}

#[derive(Deserialize)]
struct PersonForm {
    csrf: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    language: String,
    /// Asked of those whose telephone proves whose account it is.
    #[serde(default)]
    password: String,
}

#[post("/account/settings/person")]
async fn send_person(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<PersonForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let form = form.into_inner();
    let wanted = Wanted {
        first_name: &form.first_name,
        last_name: &form.last_name,
        phone: &form.phone,
        locale: form.language.parse().unwrap_or(owner.locale),
    };
    let password = form.password.into();
    match settle(change::change_person(&app, owner.user_id, &wanted, password).await)? {
        Ok(()) => {
            let mut answer = done("person");
            let cookie = language_cookie(wanted.locale);
            answer.add_cookie(&cookie).map_err(Error::bug)?;
            Ok(answer)
        }
        Err(refused) => {
            let mut view = view_of(&app, &request, (&visitor, owner)).await?;
            view.first_name = Field::required(&form.first_name);
            view.last_name = Field::required(&form.last_name);
            view.phone = Field::optional(&form.phone);
            view.languages = languages(wanted.locale);
            show_wrong_person(&mut view, &refused);
            html::render(html::refused(&refused), &view)
        }
    }
}

fn show_wrong_person(view: &mut SettingsView, refused: &Refusal) {
    let words = view.page.words();
    view.person_error = Some(wrong_password_or(&view.page, refused));
    let (field, text) = match refused.field {
        Some("first_name") => (&mut view.first_name, "field-error-name"),
        Some("last_name") => (&mut view.last_name, "field-error-name"),
        Some("phone") => (&mut view.phone, "field-error-phone"),
        _ => return,
    };
    field.error = Some(words.t(text));
}

#[derive(Deserialize)]
struct EmailForm {
    csrf: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

#[post("/account/settings/email")]
async fn send_email(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<EmailForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let form = form.into_inner();
    let asked = (form.email.as_str(), form.password.into());
    match settle(address::begin(&app, owner.user_id, asked).await)? {
        Ok(()) => Ok(done("codes-sent")),
        Err(refused) => {
            let mut view = view_of(&app, &request, (&visitor, owner)).await?;
            view.new_email = Field::required(&form.email);
            if refused.field == Some("email") {
                view.new_email.error = Some(view.page.t("field-error-email"));
            }
            view.email_error = Some(wrong_password_or(&view.page, &refused));
            html::render(html::refused(&refused), &view)
        }
    }
}

#[derive(Deserialize)]
struct CodesForm {
    csrf: String,
    #[serde(default)]
    old_code: String,
    #[serde(default)]
    new_code: String,
}

#[post("/account/settings/email/confirm")]
async fn send_codes(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<CodesForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let session = this_session(&app, &request)?;
    let codes = (form.old_code.as_str(), form.new_code.as_str());
    match settle(address::confirm(&app, (owner.user_id, &session), codes).await)? {
        Ok(()) => Ok(done("email")),
        Err(refused) => {
            let mut view = view_of(&app, &request, (&visitor, owner)).await?;
            view.email_error = Some(view.page.refusal(refused.code));
            html::render(html::refused(&refused), &view)
        }
    }
}

#[derive(Deserialize)]
struct PasswordForm {
    csrf: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

#[post("/account/settings/password")]
async fn send_password(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<PasswordForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let session = this_session(&app, &request)?;
    let form = form.into_inner();
    let passwords = (form.current.into(), form.password.into());
    let who = (owner.user_id, &session);
    match settle(change::change_password(&app, who, passwords).await)? {
        Ok(()) => Ok(done("password")),
        Err(refused) => {
            let mut view = view_of(&app, &request, (&visitor, owner)).await?;
            if refused.field == Some("password") {
                let words = view.page.words();
                let text = words.count("field-error-password", "min", PASSWORD_CHARS_MIN);
                view.password.error = Some(text);
            }
            view.password_error = Some(wrong_password_or(&view.page, &refused));
            html::render(html::refused(&refused), &view)
        }
    }
}

#[derive(Deserialize)]
struct WishesForm {
    csrf: String,
    /// A box that is not ticked is not sent.
    #[serde(default)]
    reminders: String,
}

#[post("/account/settings/messages")]
async fn send_wishes(
    app: Data<App>,
    visitor: Visitor,
    form: Form<WishesForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let reminders = form.reminders == "yes";
    notices::set_wishes(&app, owner.user_id, reminders).await?;
    Ok(done("messages"))
}

#[get("/account/data.json")]
async fn download(app: Data<App>, visitor: Visitor) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let data = export::export(&app, owner.user_id).await?;
    let file = "attachment; filename=\"guichet-data.json\"";
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, file))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(data))
}

#[get("/account/close")]
async fn show_close(request: HttpRequest, visitor: Visitor) -> Result<HttpResponse, Error> {
    visitor.require_signed_in()?;
    let page = visitor.page(&request);
    html::page(&CloseView { page, error: None })
}

#[derive(Deserialize)]
struct CloseForm {
    csrf: String,
    #[serde(default)]
    password: String,
}

#[post("/account/close")]
async fn send_close(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    form: Form<CloseForm>,
) -> Result<HttpResponse, Error> {
    visitor.check_form(&form.csrf)?;
    let owner = visitor.require_signed_in()?;
    let form = form.into_inner();
    let who = (owner.user_id, owner.role);
    match close::close(&app, who, form.password.into()).await {
        Ok(Ok(())) => {
            let page = Page::new(&request).speaking(visitor.locale);
            let mut answer = html::page(&ClosedView { page })?;
            cookies::forget(&app.config, &mut answer)?;
            Ok(answer)
        }
        Ok(Err(kept)) => {
            let page = visitor.page(&request);
            let error = Some(page.pick("close-kept-", kept.name()));
            html::render(HttpResponse::Conflict(), &CloseView { page, error })
        }
        Err(Error::Refused(refused)) => {
            let page = visitor.page(&request);
            let error = Some(page.refusal(refused.code));
            html::render(html::refused(&refused), &CloseView { page, error })
        }
        Err(error) => Err(error),
    }
}

/// The password alone was asked: nothing is said of an address.
fn wrong_password_or(page: &Page, refused: &Refusal) -> String {
    if refused.code == AccountRefused::SignInWrong.code() {
        page.t("settings-wrong-password")
    } else {
        page.refusal(refused.code)
    }
}
