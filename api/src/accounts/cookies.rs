//! The two cookies: the session's, and the visitor's that forms of signed-out people ride on.

use actix_web::cookie::{Cookie, SameSite, time::Duration};

use super::session::Token;
use crate::platform::config::Config;

/// `__Host-` binds a cookie to this host, path `/` and TLS; plain HTTP in development forbids it.
pub(super) fn session_name(config: &Config) -> &'static str {
    if config.is_development() {
        "guichet"
    } else {
        "__Host-guichet"
    }
}

pub(super) fn visitor_name(config: &Config) -> &'static str {
    if config.is_development() {
        "guichet_visitor"
    } else {
        "__Host-guichet_visitor"
    }
}

pub(super) fn session(config: &Config, token: &Token, lives_seconds: i64) -> Cookie<'static> {
    let mut cookie = build(config, session_name(config), token.as_str().to_owned());
    cookie.set_max_age(Duration::seconds(lives_seconds));
    cookie
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

fn build(config: &Config, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(!config.is_development())
        .finish()
}
