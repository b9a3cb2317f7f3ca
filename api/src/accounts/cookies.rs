//! The cookies: the session's, the visitor's that forms of signed-out people ride on, and three
//! short ones: between signing up or forgetting a password and typing the code, so that the
//! address is in no URL and in no log, and between the password and the second factor's code.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::session::{Opened, Token};
use crate::basket;
use crate::platform::config::Config;
use crate::platform::error::Error;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const AWAITED_NAME: &str = "guichet_sign_up";
const AWAITED_PATH: &str = "/activate";
/// Codes live ten minutes and can be sent again a few times.
const AWAITED_MINUTES: i64 = 60;

const FORGOTTEN_NAME: &str = "guichet_forgotten";
const FORGOTTEN_PATH: &str = "/forgotten-password";

const CODE_NAME: &str = "guichet_code";
const CODE_PATH: &str = "/sign-in";
const CODE_MINUTES: i64 = 10;

/// Whose code a browser waits for.
#[derive(Serialize, Deserialize)]
pub(super) struct Awaited {
    pub email: String,
    /// The sign-up's id, or the forgotten password's.
    pub sign_up: Uuid,
}

/// `__Host-` binds a cookie to this host, path `/` and TLS; plain HTTP in development forbids it.
pub(crate) fn session_name(config: &Config) -> &'static str {
    if config.is_development() {
        "guichet"
    } else {
        "__Host-guichet"
    }
}

/// A cookie's text as it was sent, without making a list of all of them.
pub(super) fn text_of<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.split_once('='))
        .find(|(is, _)| is.trim() == name)
        .map(|(_, text)| text.trim())
}

pub(super) fn visitor_name(config: &Config) -> &'static str {
    if config.is_development() {
        "guichet_visitor"
    } else {
        "__Host-guichet_visitor"
    }
}

/// Gives the session's cookie. What pages kept in this browser goes, M-tickets among it, unless
/// it is known to be of the person who signs in: a session may have ended without a word.
pub(super) fn signed_in(
    config: &Config,
    opened: &Opened,
    answer: &mut HttpResponse,
) -> Result<(), Error> {
    let mut cookie = build(
        config,
        session_name(config),
        opened.token.as_str().to_owned(),
    );
    cookie.set_max_age(Duration::seconds(opened.lives_seconds));
    answer.add_cookie(&cookie).map_err(Error::bug)?;
    if !opened.is_own_browser {
        // No page of a person is in the cache of HTTP: style and scripts may stay there.
        let kept = HeaderValue::from_static("\"storage\"");
        answer.headers_mut().insert(CLEAR_SITE_DATA, kept);
    }
    Ok(())
}

/// Ends with the browser.
pub(super) fn visitor(config: &Config, token: &Token) -> Cookie<'static> {
    build(config, visitor_name(config), token.as_str().to_owned())
}

/// Tells the browser to forget its session.
pub(super) fn no_session(config: &Config) -> Cookie<'static> {
    let mut cookie = build(config, session_name(config), String::new());
    cookie.make_removal();
    cookie
}

/// Tells the browser to forget the session and everything that pages kept, M-tickets among it.
pub(super) fn forget(config: &Config, answer: &mut HttpResponse) -> Result<(), Error> {
    for cookie in [no_session(config), basket::no_badge(config)] {
        answer.add_cookie(&cookie).map_err(Error::bug)?;
    }
    let kept = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(CLEAR_SITE_DATA, kept);
    Ok(())
}

fn build(config: &Config, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(!config.is_development())
        .finish()
}

pub(super) fn awaited(config: &Config, awaited: &Awaited) -> Result<Cookie<'static>, Error> {
    short(config, (AWAITED_NAME, AWAITED_PATH), awaited)
}

pub(super) fn read_awaited(request: &HttpRequest) -> Option<Awaited> {
    read_short(request, AWAITED_NAME)
}

pub(super) fn forgotten(config: &Config, asked: &Awaited) -> Result<Cookie<'static>, Error> {
    short(config, (FORGOTTEN_NAME, FORGOTTEN_PATH), asked)
}

pub(super) fn read_forgotten(request: &HttpRequest) -> Option<Awaited> {
    read_short(request, FORGOTTEN_NAME)
}

fn short(
    config: &Config,
    (name, path): (&'static str, &'static str),
    awaited: &Awaited,
) -> Result<Cookie<'static>, Error> {
    let json = serde_json::to_vec(awaited).map_err(Error::bug)?;
    let mut cookie = build(config, name, URL_SAFE_NO_PAD.encode(json));
    cookie.set_path(path);
    cookie.set_max_age(Duration::minutes(AWAITED_MINUTES));
    Ok(cookie)
}

fn read_short(request: &HttpRequest, name: &str) -> Option<Awaited> {
    let cookie = request.cookie(name)?;
    let json = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
    serde_json::from_slice(&json).ok()
}

/// What stands for the right password until the code is typed.
pub(super) fn code(config: &Config, token: &Token) -> Cookie<'static> {
    let mut cookie = build(config, CODE_NAME, token.as_str().to_owned());
    cookie.set_path(CODE_PATH);
    cookie.set_max_age(Duration::minutes(CODE_MINUTES));
    cookie
}

pub(super) fn code_token(request: &HttpRequest) -> Option<Token> {
    Token::parse(text_of(request, CODE_NAME)?)
}

pub(super) fn no_code(config: &Config) -> Cookie<'static> {
    removal(config, CODE_NAME, CODE_PATH)
}

pub(super) fn no_awaited(config: &Config) -> Cookie<'static> {
    removal(config, AWAITED_NAME, AWAITED_PATH)
}

pub(super) fn no_forgotten(config: &Config) -> Cookie<'static> {
    removal(config, FORGOTTEN_NAME, FORGOTTEN_PATH)
}

fn removal(config: &Config, name: &'static str, path: &'static str) -> Cookie<'static> {
    let mut cookie = build(config, name, String::new());
    cookie.set_path(path);
    cookie.make_removal();
    cookie
}
