//! Where the link of a reminder leads. The mail program's own button posts here at once (RFC 8058);
//! a person who follows the link presses one button, since machines follow links too.

use actix_web::web::{Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;

use super::stop;
use super::views::StopView;
use crate::accounts::Visitor;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::percent;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(show_stop).service(send_stop);
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    of: String,
    #[serde(default)]
    sign: String,
}

#[get("/reminders/stop")]
async fn show_stop(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    link: Query<Link>,
) -> Result<HttpResponse, Error> {
    stop::open(&app, &link.of, &link.sign).ok_or_else(Error::not_found)?;
    let action = format!(
        "/reminders/stop?of={}&sign={}",
        percent(&link.of),
        percent(&link.sign)
    );
    html::page(&StopView {
        page: visitor.page(&request),
        action: Some(action),
    })
}

/// The signature stands for the anti-forgery token: only the reminder has it.
#[post("/reminders/stop")]
async fn send_stop(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    link: Query<Link>,
) -> Result<HttpResponse, Error> {
    let user = stop::open(&app, &link.of, &link.sign).ok_or_else(Error::not_found)?;
    stop::set_wishes(&app, user, false).await?;
    html::page(&StopView {
        page: visitor.page(&request).as_if_nowhere(),
        action: None,
    })
}
