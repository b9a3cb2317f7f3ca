//! The files of the tablet's page, as they are built into the program.

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Route};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const PNG: &str = "image/png";
const MANIFEST: &str = "application/manifest+json";
const FONT: &str = "font/woff2";

macro_rules! files {
    ($($path:literal, $kind:expr, $file:literal;)+) => {
        [$(($path, $kind, include_bytes!(concat!("page/", $file)).as_slice())),+]
    };
}

const FILES: [(&str, &str, &[u8]); 43] = files! {
    "/", HTML, "index.html";
    "/sw.js", SCRIPT, "sw.js";
    "/tablet/card", HTML, "card.html";
    "/tablet/manifest.webmanifest", MANIFEST, "manifest.webmanifest";
    "/tablet/alone.js", SCRIPT, "alone.js";
    "/tablet/camera.js", SCRIPT, "camera.js";
    "/tablet/card.css", CSS, "card.css";
    "/tablet/card.js", SCRIPT, "card.js";
    "/tablet/credential.js", SCRIPT, "credential.js";
    "/tablet/decide.js", SCRIPT, "decide.js";
    "/tablet/door.js", SCRIPT, "door.js";
    "/tablet/gate.js", SCRIPT, "gate.js";
    "/tablet/history.js", SCRIPT, "history.js";
    "/tablet/layouts.js", SCRIPT, "layouts.js";
    "/tablet/linear.js", SCRIPT, "linear.js";
    "/tablet/mark.svg", SVG, "mark.svg";
    "/tablet/more.js", SCRIPT, "more.js";
    "/tablet/panels.css", CSS, "panels.css";
    "/tablet/panels.js", SCRIPT, "panels.js";
    "/tablet/party.js", SCRIPT, "party.js";
    "/tablet/pos.js", SCRIPT, "pos.js";
    "/tablet/qr.js", SCRIPT, "qr.js";
    "/tablet/readers.js", SCRIPT, "readers.js";
    "/tablet/serial.js", SCRIPT, "serial.js";
    "/tablet/sound.js", SCRIPT, "sound.js";
    "/tablet/store.js", SCRIPT, "store.js";
    "/tablet/supervisor.js", SCRIPT, "supervisor.js";
    "/tablet/tablet.css", CSS, "tablet.css";
    "/tablet/tablet.js", SCRIPT, "tablet.js";
    "/tablet/testcodes.js", SCRIPT, "testcodes.js";
    "/tablet/texts.js", SCRIPT, "texts.js";
    "/tablet/texts_en.js", SCRIPT, "texts_en.js";
    "/tablet/texts_fr.js", SCRIPT, "texts_fr.js";
    "/tablet/tick.svg", SVG, "tick.svg";
    "/tablet/verdict.css", CSS, "verdict.css";
    "/tablet/verdict.js", SCRIPT, "verdict.js";
    "/tablet/wedge.js", SCRIPT, "wedge.js";
    "/tablet/icons/192.png", PNG, "icons/192.png";
    "/tablet/icons/512.png", PNG, "icons/512.png";
    "/tablet/icons/maskable.png", PNG, "icons/maskable.png";
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
