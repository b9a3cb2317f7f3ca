//! Whoever asks for a page, signed in or not, with the anti-forgery token of their forms. A
//! signed-out visitor's token rides on a random cookie of its own.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use subtle::ConstantTimeEq;

use super::cookies;
use super::session::{self, Token};
use super::signed_in::{SignedIn, app_of, csrf_refused, session_token, sign_in_required};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;

/// As an extractor it never fails: when sessions cannot be read, public pages are shown as to
/// anyone, and whatever depends on who it is answers that it cannot know now.
#[derive(Clone)]
pub(crate) struct Visitor {
    who: Who,
    pub csrf_token: String,
    pub locale: Locale,
    from_our_pages: bool,
}

/// Whoever looks at a page for everybody. As an extractor it never fails, and never gives a
/// cookie: without a session's cookie nobody is told from anybody else.
pub(crate) enum Reader {
    Anybody(Locale),
    Somebody(Box<Visitor>),
}

impl FromRequest for Reader {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let may_have_session = app_of(&request).is_ok_and(|app| {
                cookies::text_of(&request, cookies::session_name(&app.config)).is_some()
            });
            if !may_have_session {
                return Ok(Self::Anybody(Locale::of(&request)));
            }
            Ok(Self::Somebody(Box::new(read(&request).await)))
        })
    }
}

#[derive(Clone, Copy)]
enum Who {
    SignedIn(SignedIn),
    SignedOut,
    /// There is a session's cookie, but sessions cannot be read.
    Unknown,
}

impl Visitor {
    /// Who it is, for what differs between people.
    ///
    /// # Errors
    /// Unavailable when sessions cannot be read.
    pub(crate) fn signed_in(&self) -> Result<Option<SignedIn>, Error> {
        match self.who {
            Who::SignedIn(person) => Ok(Some(person)),
            Who::SignedOut => Ok(None),
            Who::Unknown => Err(Error::unavailable("sessions")),
        }
    }

    /// For the looks of a public page only.
    pub(super) fn is_seen_signed_in(&self) -> bool {
        matches!(self.who, Who::SignedIn(_))
    }

    /// Checks a form's `csrf` field, and that the browser says the form is one of ours.
    ///
    /// # Errors
    /// 403 `csrf`; unavailable when sessions cannot be read.
    pub(crate) fn check_form(&self, token: &str) -> Result<(), Error> {
        self.signed_in()?;
        let right = self.csrf_token.as_bytes().ct_eq(token.as_bytes());
        if self.from_our_pages && !self.csrf_token.is_empty() && bool::from(right) {
            Ok(())
        } else {
            Err(csrf_refused())
        }
    }

    /// # Errors
    /// 401 `sign_in_required`: pages answer it with the sign-in page. Unavailable when sessions
    /// cannot be read.
    pub(crate) fn require_signed_in(&self) -> Result<SignedIn, Error> {
        self.signed_in()?.ok_or_else(sign_in_required)
    }
}

impl FromRequest for Visitor {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(read(&request).await) })
    }
}

async fn read(request: &HttpRequest) -> Visitor {
    let Ok(app) = app_of(request) else {
        return Visitor {
            who: Who::SignedOut,
            csrf_token: String::new(),
            locale: Locale::of(request),
            from_our_pages: false,
        };
    };
    let cookie = session_token(&app, request);
    let who = match &cookie {
        None => Who::SignedOut,
        Some(token) => who_is(&app, token, request).await,
    };
    // Whose session cannot be read now keeps the token that its forms will need again.
    let csrf_of = match who {
        Who::SignedIn(_) | Who::Unknown => cookie,
        Who::SignedOut => visitor_token(&app, request),
    };
    Visitor {
        locale: match who {
            Who::SignedIn(person) => person.locale,
            Who::SignedOut | Who::Unknown => Locale::of(request),
        },
        who,
        csrf_token: csrf_of
            .map(|token| app.csrf.token(token.as_str()))
            .unwrap_or_default(),
        from_our_pages: is_from_our_pages(&app, request),
    }
}

async fn who_is(app: &App, token: &Token, request: &HttpRequest) -> Who {
    match session::find(app, token).await {
        Ok(Some(session)) => Who::SignedIn(SignedIn::of(session, request)),
        Ok(None) => Who::SignedOut,
        Err(error) => {
            error.log();
            Who::Unknown
        }
    }
}

/// A cookie to be set on the answer of this request.
#[derive(Clone)]
struct NewVisitor(Token);

/// The visitor cookie's token; one is made, and given with the answer, if there is none yet.
fn visitor_token(app: &App, request: &HttpRequest) -> Option<Token> {
    let name = cookies::visitor_name(&app.config);
    if let Some(token) = cookies::text_of(request, name).and_then(Token::parse) {
        return Some(token);
    }
    if let Some(NewVisitor(token)) = request.extensions().get::<NewVisitor>() {
        return Some(token.clone());
    }
    let token = Token::make().ok()?;
    request.extensions_mut().insert(NewVisitor(token.clone()));
    Some(token)
}

/// Middleware: gives a new visitor the cookie that [`Visitor`] made for them.
pub(crate) async fn give_visitor_cookie(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut answer = next.call(request).await?;
    let made = answer.request().extensions().get::<NewVisitor>().cloned();
    if let (Some(NewVisitor(token)), Ok(app)) = (made, app_of(answer.request())) {
        let cookie = cookies::visitor(&app.config, &token);
        let added = answer.response_mut().add_cookie(&cookie);
        added.map_err(Error::bug)?;
    }
    Ok(answer)
}

/// The second line behind the token: what browsers themselves say about where a form came from.
/// Old browsers say nothing, and the token alone decides.
fn is_from_our_pages(app: &App, request: &HttpRequest) -> bool {
    let text = |name| request.headers().get(name).map(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site"))
        && !matches!(site, Some("same-origin" | "none"))
    {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(None) => false,
        Some(Some(origin)) => {
            let host = text(header::HOST).flatten().unwrap_or_default();
            let authority = origin.split_once("://").map_or("", |(_, rest)| rest);
            origin == app.config.public_url || (!host.is_empty() && authority == host)
        }
    }
}
