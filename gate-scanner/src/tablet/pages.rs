//! The files of the tablet's page, as they are built into the program.

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Route};

const PAGE: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/tablet.css");
const SCRIPT: &str = include_str!("page/tablet.js");

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .route("/", file("text/html; charset=utf-8", PAGE.as_bytes()))
        .route(
            "/tablet/tablet.css",
            file("text/css; charset=utf-8", STYLE.as_bytes()),
        )
        .route(
            "/tablet/tablet.js",
            file("text/javascript; charset=utf-8", SCRIPT.as_bytes()),
        );
}

/// Asked for anew each time: a gate that was updated must not show an old page.
fn file(content_type: &'static str, body: &'static [u8]) -> Route {
    web::get().to(move || async move {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .content_type(content_type)
            .body(body)
    })
}
