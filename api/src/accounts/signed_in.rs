//! The person behind a request of the JSON API: a live session, and on calls that change
//! something the anti-forgery token in `X-CSRF-Token`.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ticket_core::access::{Permission, Role, allows};
use ticket_core::ids::UserId;

use super::cookies;
use super::session::{self, Session, Token};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::i18n::{LOCALE_COOKIE, Locale};

const CSRF_HEADER: &str = "X-CSRF-Token";

/// As an extractor: 401 `sign_in_required` without a session, 403 `csrf` without its token.
/// Pages with forms take a [`Visitor`](super::Visitor) instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn {
    pub user_id: UserId,
    pub role: Role,
    pub locale: Locale,
}

impl SignedIn {
    /// # Errors
    /// 403 `forbidden` when the role does not allow it.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), Error> {
        if allows(self.role, permission) {
            return Ok(());
        }
        Err(Error::refused(
            StatusCode::FORBIDDEN,
            "forbidden",
            "your account may not do this",
        ))
    }

    pub(super) fn of(session: Session, request: &HttpRequest) -> Self {
        let chosen = cookies::text_of(request, LOCALE_COOKIE).and_then(|text| text.parse().ok());
        Self {
            user_id: session.user_id,
            role: session.role,
            locale: chosen.unwrap_or(session.locale),
        }
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = app_of(&request)?;
            let token = session_token(&app, &request).ok_or_else(sign_in_required)?;
            let session = session::find(&app, &token)
                .await?
                .ok_or_else(sign_in_required)?;
            if !request.method().is_safe() {
                check_header(&app, &request, &token)?;
            }
            Ok(Self::of(session, &request))
        })
    }
}

/// The token in the session cookie, live or not.
pub(super) fn session_token(app: &App, request: &HttpRequest) -> Option<Token> {
    Token::parse(cookies::text_of(
        request,
        cookies::session_name(&app.config),
    )?)
}

/// A session's cookie is sent along by any site; only our pages know the header's value.
pub(super) fn check_header(app: &App, request: &HttpRequest, token: &Token) -> Result<(), Error> {
    let given = request
        .headers()
        .get(CSRF_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if app.csrf.holds(token.as_str(), given) {
        Ok(())
    } else {
        Err(csrf_refused())
    }
}

pub(super) fn app_of(request: &HttpRequest) -> Result<App, Error> {
    request
        .app_data::<Data<App>>()
        .map(|app| app.get_ref().clone())
        .ok_or_else(|| Error::bug("the application is not mounted"))
}

pub(super) fn csrf_refused() -> Error {
    Error::refused(
        StatusCode::FORBIDDEN,
        "csrf",
        "the anti-forgery token is missing or stale: read the page again",
    )
}

pub(crate) fn sign_in_required() -> Error {
    Error::refused(
        StatusCode::UNAUTHORIZED,
        "sign_in_required",
        "sign in first",
    )
}
