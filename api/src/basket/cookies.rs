//! How many holds the masthead shows beside the link to the basket. The cookie has the moments at
//! which they end and nothing else, so that the number is right as time passes and no page has to
//! ask Redis for it; the basket itself is always read anew.

use std::time::Duration as StdDuration;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use jiff::Timestamp;
use ticket_core::ids::UserId;

use super::gather::gather;
use crate::app::App;
use crate::holds::Hold;
use crate::platform::config::Config;

/// More than anybody holds: a cookie by another hand is not read without end.
const SHOWN_MAX: usize = 99;
/// Those who sign in or order wait for the number so long.
const BADGE_TIMEOUT: StdDuration = StdDuration::from_millis(200);

fn name(config: &Config) -> &'static str {
    if config.is_development() {
        "guichet_basket"
    } else {
        "__Host-guichet_basket"
    }
}

fn build(config: &Config, value: String) -> Cookie<'static> {
    Cookie::build(name(config), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(!config.is_development())
        .finish()
}

/// For these holds; the cookie ends with the last of them.
pub(super) fn badge_for(app: &App, live: &[Hold]) -> Cookie<'static> {
    let ends = || live.iter().filter_map(|hold| hold.state.ends_at());
    let Some(last) = ends().max() else {
        return no_badge(&app.config);
    };
    let seconds: Vec<String> = ends().map(|end| end.as_second().to_string()).collect();
    let mut cookie = build(&app.config, seconds.join("."));
    let left = last.duration_since(app.clock.now()).as_secs();
    cookie.set_max_age(Duration::seconds(left));
    cookie
}

/// For what this person holds, also when it was held on another device. Whoever signs in or orders
/// neither fails nor waits for it: the number comes with the basket's page at the latest.
pub(crate) async fn badge_after(app: &App, owner: UserId) -> Cookie<'static> {
    match tokio::time::timeout(BADGE_TIMEOUT, gather(app, owner)).await {
        Ok(Ok(basket)) => return badge_for(app, &basket.live()),
        Ok(Err(error)) => error.log(),
        Err(_) => tracing::warn!("the basket could not be counted in time"),
    }
    no_badge(&app.config)
}

/// Tells the browser to forget the number.
pub(crate) fn no_badge(config: &Config) -> Cookie<'static> {
    let mut cookie = build(config, String::new());
    cookie.make_removal();
    cookie
}

/// How many holds this browser knows of that have not ended.
pub(crate) fn badge(app: &App, request: &HttpRequest) -> usize {
    let cookie = request.cookie(name(&app.config));
    cookie.map_or(0, |cookie| count(cookie.value(), app.clock.now()))
}

fn count(ends: &str, now: Timestamp) -> usize {
    ends.split('.')
        .take(SHOWN_MAX)
        .filter_map(|end| end.parse::<i64>().ok())
        .filter(|end| *end > now.as_second())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_is_not_counted_nor_what_makes_no_sense() {
        let now = Timestamp::from_second(1_000).unwrap();
        assert_eq!(count("1600.1000.1200", now), 2);
        for nothing in ["", "x.y", "-5", "999999999999999999999", "1 600"] {
            assert_eq!(count(nothing, now), 0, "{nothing}");
        }
        assert_eq!(count(&"2000.".repeat(500), now), SHOWN_MAX);
    }
}
