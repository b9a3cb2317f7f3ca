//! The files of the tablet's page, as they are built into the program.

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Route};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const FONT: &str = "font/woff2";

macro_rules! files {
    ($($path:literal, $kind:expr, $file:literal;)+) => {
        [$(($path, $kind, include_bytes!(concat!("page/", $file)).as_slice())),+]
    };
}

const FILES: [(&str, &str, &[u8]); 12] = files! {
    "/", HTML, "index.html";
    "/tablet/tablet.css", CSS, "tablet.css";
    "/tablet/verdict.css", CSS, "verdict.css";
    "/tablet/tablet.js", SCRIPT, "tablet.js";
    "/tablet/gate.js", SCRIPT, "gate.js";
    "/tablet/reader.js", SCRIPT, "reader.js";
    "/tablet/texts.js", SCRIPT, "texts.js";
    "/tablet/verdict.js", SCRIPT, "verdict.js";
    "/tablet/mark.svg", SVG, "mark.svg";
    "/tablet/fonts/display.woff2", FONT, "fonts/sofia-sans-extra-condensed-latin-wght-normal.woff2";
    "/tablet/fonts/text.woff2", FONT, "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2";
    "/tablet/fonts/text-ext.woff2", FONT,
        "fonts/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2";
};

pub(crate) fn routes(routes: &mut ServiceConfig) {
    for (path, kind, body) in FILES {
        routes.route(path, file(kind, body));
    }
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
