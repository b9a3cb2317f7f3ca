//! The JSON API of accounts.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Json, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket_core::access::{Permission, Role, allows};
use ticket_core::account::AccountRefused;
use uuid::Uuid;

use super::activate::{self, Proof};
use super::codes::SignUpId;
use super::device::Device;
use super::limits::Entering;
use super::session::{Opened, Token};
use super::sign_in::Entered;
use super::sign_up::SignUpForm;
use super::signed_in::{SignedIn, check_header, session_token};
use super::visitor::Visitor;
use super::{cookies, person, resend, session, sign_in, sign_up};
use crate::app::App;
use crate::platform::error::{Error, Problem, Refusal};
use crate::platform::http::caller;
use crate::platform::i18n::Locale;
use crate::platform::proof_of_work::Proof as Work;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .route("/api/v1/accounts", web::post().to(create))
        .route(
            "/api/v1/accounts/activate",
            web::post().to(activate_account),
        )
        .route("/api/v1/accounts/resend-code", web::post().to(resend_code))
        .route("/api/v1/login", web::post().to(login))
        .route("/api/v1/logout", web::post().to(logout))
        .route("/api/v1/me", web::get().to(me));
}

/// The same answer for new and known addresses.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = SignUpForm,
    responses(
        (status = 202, description = "A code is on its way, or a mail to the account's owner",
            body = CodeSent),
        (status = 422, description = "A field is not right", body = Problem),
        (status = 428, description = "`proof_of_work_required`", body = Problem),
        (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn create(
    app: Data<App>,
    request: HttpRequest,
    form: Json<SignUpForm>,
) -> Result<HttpResponse, Error> {
    let mut form = form.into_inner();
    let (caller, altcha) = (caller(&request, &app.config), form.altcha.take());
    let from = (
        entering(&request, &caller, altcha.as_deref()),
        Locale::of(&request),
    );
    let id = sign_up::sign_up(&app, form, from).await?;
    Ok(HttpResponse::Accepted().json(CodeSent {
        status: "code_sent",
        sign_up_id: id.0,
    }))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CodeSent {
    status: &'static str,
    /// To be handed back on activation.
    sign_up_id: Uuid,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct ActivateBody {
    email: String,
    code: String,
    /// From the answer to the sign-up: accept only its own codes.
    #[serde(default)]
    sign_up_id: Option<Uuid>,
    /// A solved challenge, when `proof_of_work_required` was the answer.
    #[serde(default)]
    altcha: Option<String>,
}

/// Activates and signs in.
#[utoipa::path(post, path = "/api/v1/accounts/activate", tag = "accounts",
    request_body = ActivateBody, responses(
        (status = 200, description = "Active and signed in", body = Me),
        (status = 422, description = "`code_wrong` or `code_expired`", body = Problem),
        (status = 428, description = "`proof_of_work_required`", body = Problem),
        (status = 429, description = "Too many tries", body = Problem),
))]
pub(crate) async fn activate_account(
    app: Data<App>,
    request: HttpRequest,
    body: Json<ActivateBody>,
) -> Result<HttpResponse, Error> {
    let proof = Proof {
        email: &body.email,
        code: &body.code,
        sign_up: body.sign_up_id.map(SignUpId),
    };
    let caller = caller(&request, &app.config);
    let from = entering(&request, &caller, body.altcha.as_deref());
    let opened = activate::activate(&app, &proof, from)
        .await?
        .map_err(refusal)?;
    signed_in_answer(&app, &request, &opened).await
}

#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct ResendBody {
    email: String,
    #[serde(default)]
    sign_up_id: Option<Uuid>,
    /// A solved challenge, when `proof_of_work_required` was the answer.
    #[serde(default)]
    altcha: Option<String>,
}

/// Another code, at most three in ten minutes; the same answer for unknown addresses.
#[utoipa::path(post, path = "/api/v1/accounts/resend-code", tag = "accounts",
    request_body = ResendBody, responses(
        (status = 202, description = "A code is on its way if an account waits for one"),
        (status = 428, description = "`proof_of_work_required`", body = Problem),
        (status = 429, description = "Too many codes", body = Problem),
))]
pub(crate) async fn resend_code(
    app: Data<App>,
    request: HttpRequest,
    body: Json<ResendBody>,
) -> Result<HttpResponse, Error> {
    let caller = caller(&request, &app.config);
    let sign_up = body.sign_up_id.map(SignUpId);
    let from = entering(&request, &caller, body.altcha.as_deref());
    resend::resend_code(&app, &body.email, sign_up, from).await?;
    Ok(HttpResponse::Accepted().json(json!({ "status": "code_sent" })))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct LoginBody {
    email: String,
    password: String,
    /// Of the second factor: six digits of the telephone, or one of the codes that were kept.
    #[serde(default)]
    code: Option<String>,
    /// A solved challenge, when `proof_of_work_required` was the answer.
    #[serde(default)]
    altcha: Option<String>,
}

/// Signs in with a fresh session.
#[utoipa::path(post, path = "/api/v1/login", tag = "accounts", request_body = LoginBody,
    responses(
        (status = 200, description = "Signed in", body = Me),
        (status = 401, description = "`credentials_wrong`; `second_factor_required`: send a `code` \
            too", body = Problem),
        (status = 403, description = "`account_not_active`: a code was sent", body = Problem),
        (status = 422, description = "`code_wrong`", body = Problem),
        (status = 428, description = "`proof_of_work_required`", body = Problem),
        (status = 429, description = "Too many tries", body = Problem),
        (status = 503, description = "Too many sign-ins at once", body = Problem),
))]
pub(crate) async fn login(
    app: Data<App>,
    request: HttpRequest,
    body: Json<LoginBody>,
) -> Result<HttpResponse, Error> {
    let LoginBody {
        email,
        password,
        code,
        altcha,
    } = body.into_inner();
    let caller = caller(&request, &app.config);
    let previous = session_token(&app, &request);
    let from = entering(&request, &caller, altcha.as_deref());
    let entered = sign_in::sign_in(&app, (&email, password.into()), previous.clone(), from)
        .await?
        .map_err(refusal)?;
    let opened = match (entered, code) {
        (Entered::Opened(opened), _) => opened,
        (Entered::AwaitsCode(token), Some(code)) => {
            sign_in::finish(&app, (&token, &code), previous, from.device)
                .await?
                .map_err(refusal)?
        }
        (Entered::AwaitsCode(_), None) => {
            return Err(refusal(AccountRefused::SecondFactorRequired));
        }
    };
    signed_in_answer(&app, &request, &opened).await
}

fn entering<'a>(request: &HttpRequest, caller: &'a str, altcha: Option<&'a str>) -> Entering<'a> {
    Entering {
        device: Device::of(request),
        caller,
        proof: Work::solved(altcha),
    }
}

/// Ends the session, if there is one; a live one needs its anti-forgery token.
#[utoipa::path(post, path = "/api/v1/logout", tag = "accounts", responses(
    (status = 204, description = "Signed out"),
    (status = 403, description = "`csrf`", body = Problem),
))]
pub(crate) async fn logout(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let mut answer = HttpResponse::NoContent().finish();
    let Some(token) = session_token(&app, &request) else {
        // Any site can ask for this: nothing of the person is forgotten for its sake.
        let cookie = cookies::no_session(&app.config);
        answer.add_cookie(&cookie).map_err(Error::bug)?;
        return Ok(answer);
    };
    if session::find(&app, &token).await?.is_some() {
        check_header(&app, &request, &token)?;
        session::revoke(&app, &token).await?;
    }
    cookies::forget(&app.config, &mut answer)?;
    Ok(answer)
}

/// Who am I? Works signed out too: pages and scripts take their anti-forgery token here.
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", responses(
    (status = 200, description = "The person, or only `signed_in: false` with a token", body = Me),
    (status = 503, description = "Sessions cannot be read now", body = Problem),
))]
pub(crate) async fn me(app: Data<App>, visitor: Visitor) -> Result<HttpResponse, Error> {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    let Some(signed_in) = visitor.signed_in()? else {
        let Visitor {
            csrf_token, locale, ..
        } = visitor;
        let body = json!({ "signed_in": false, "csrf_token": csrf_token, "locale": locale });
        return Ok(answer.json(body));
    };
    Ok(answer.json(about(&app, signed_in, visitor.csrf_token).await?))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Me {
    signed_in: bool,
    csrf_token: String,
    locale: Locale,
    id: Uuid,
    email: String,
    phone: Option<String>,
    first_name: String,
    last_name: String,
    #[schema(value_type = String)]
    role: Role,
    #[schema(value_type = Vec<String>)]
    permissions: Vec<Permission>,
}

async fn about(app: &App, signed_in: SignedIn, csrf_token: String) -> Result<Me, Error> {
    let SignedIn {
        user_id, locale, ..
    } = signed_in;
    let person = person(app, user_id).await?;
    let role = person.role;
    Ok(Me {
        signed_in: true,
        csrf_token,
        locale,
        id: user_id.as_uuid(),
        email: person.email,
        phone: person.phone,
        first_name: person.first_name,
        last_name: person.last_name,
        role,
        permissions: Permission::ALL
            .into_iter()
            .filter(|permission| allows(role, *permission))
            .collect(),
    })
}

/// The session's cookie, with what `GET /api/v1/me` would say next.
async fn signed_in_answer(
    app: &App,
    request: &HttpRequest,
    opened: &Opened,
) -> Result<HttpResponse, Error> {
    let session = find_opened(app, &opened.token).await?;
    let signed_in = SignedIn::of(session, request);
    let body = about(app, signed_in, app.csrf.token(opened.token.as_str())).await?;
    let mut answer = HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body);
    cookies::signed_in(&app.config, opened, &mut answer)?;
    Ok(answer)
}

async fn find_opened(app: &App, token: &Token) -> Result<session::Session, Error> {
    session::find(app, token)
        .await?
        .ok_or_else(|| Error::bug("a session that was just opened is not there"))
}

pub(super) fn refusal(refused: AccountRefused) -> Error {
    let (status, field) = match refused {
        AccountRefused::NotActive => (StatusCode::FORBIDDEN, None),
        AccountRefused::SignInWrong => (StatusCode::UNAUTHORIZED, None),
        AccountRefused::SecondFactorRequired => (StatusCode::UNAUTHORIZED, Some("code")),
        AccountRefused::CodeWrong | AccountRefused::CodeExpired => {
            (StatusCode::UNPROCESSABLE_ENTITY, Some("code"))
        }
        AccountRefused::RateLimited => (StatusCode::TOO_MANY_REQUESTS, None),
    };
    Error::Refused(Refusal {
        status,
        code: refused.code(),
        detail: refused.to_string().into(),
        field,
        retry_after_seconds: None,
    })
}
