//! The files under `static/`, carried in the binary. An address with the version of the content
//! is cached for good; a new content has a new address.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::{self, ETag, EntityTag, HeaderValue, IF_NONE_MATCH};
use actix_web::web::{Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::error::Error;

/// Enough of the content's digest to tell two versions apart.
const VERSION_BYTES: usize = 9;

macro_rules! files {
    ($(($name:literal, $kind:literal)),* $(,)?) => {
        [$(($name, $kind, include_bytes!(concat!("../../static/", $name)).as_slice())),*]
    };
}

const FILES: [(&str, &str, &[u8]); 12] = files![
    ("guichet.css", "text/css; charset=utf-8"),
    ("bank.css", "text/css; charset=utf-8"),
    ("guichet.js", "text/javascript; charset=utf-8"),
    ("proof.js", "text/javascript; charset=utf-8"),
    ("mark.svg", "image/svg+xml"),
    ("sports.svg", "image/svg+xml"),
    (
        "fonts/sofia-sans-extra-condensed-latin-wght-normal.woff2",
        "font/woff2"
    ),
    (
        "fonts/sofia-sans-extra-condensed-latin-ext-wght-normal.woff2",
        "font/woff2"
    ),
    (
        "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
        "font/woff2"
    ),
    (
        "fonts/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
        "font/woff2"
    ),
    ("fonts/LICENSE-sofia-sans.txt", "text/plain; charset=utf-8"),
    (
        "fonts/LICENSE-atkinson-hyperlegible.txt",
        "text/plain; charset=utf-8"
    ),
];

struct File {
    kind: &'static str,
    content: &'static [u8],
    version: String,
}

static BY_NAME: LazyLock<HashMap<&'static str, File>> = LazyLock::new(|| {
    FILES
        .into_iter()
        .map(|(name, kind, content)| {
            let digest = Sha256::digest(content);
            let version = URL_SAFE_NO_PAD.encode(digest.get(..VERSION_BYTES).unwrap_or(&digest));
            (
                name,
                File {
                    kind,
                    content,
                    version,
                },
            )
        })
        .collect()
});

/// Where a file is to be fetched, its version included.
pub fn href(name: &str) -> String {
    match BY_NAME.get(name) {
        Some(file) => format!("/static/{name}?v={}", file.version),
        None => format!("/static/{name}"),
    }
}

#[get("/static/{name:.*}")]
async fn serve(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Error> {
    let file = BY_NAME.get(name.as_str()).ok_or_else(Error::not_found)?;
    let tag = EntityTag::new_strong(file.version.clone());
    // Fonts are named by the style sheet without a version: their content never changes.
    let lasting =
        request.query_string() == format!("v={}", file.version) || name.starts_with("fonts/");
    let cache = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let seen = request
        .headers()
        .get(IF_NONE_MATCH)
        .map(HeaderValue::as_bytes);
    let mut answer = if seen == Some(tag.to_string().as_bytes()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((header::CACHE_CONTROL, cache));
    answer.insert_header(ETag(tag));
    Ok(answer.content_type(file.kind).body(file.content))
}

pub fn routes(routes: &mut ServiceConfig) {
    routes.service(serve);
}

#[cfg(test)]
mod tests {
    use actix_web::{App, test};

    use super::*;

    #[actix_web::test]
    async fn a_versioned_address_is_cached_for_good_and_an_unknown_file_is_not_found() {
        let app = test::init_service(App::new().configure(routes)).await;
        let ask = |uri: String| test::TestRequest::get().uri(&uri).to_request();
        let answer = test::call_service(&app, ask(href("guichet.css"))).await;
        assert_eq!(answer.status(), 200);
        let cache = answer.headers().get(header::CACHE_CONTROL).unwrap();
        assert!(cache.to_str().unwrap().contains("immutable"));
        let plain = test::call_service(&app, ask("/static/guichet.css".into())).await;
        assert!(
            !plain
                .headers()
                .get(header::CACHE_CONTROL)
                .unwrap()
                .to_str()
                .unwrap()
                .contains("imm")
        );
        for bad in [
            "/static/nothing.css",
            "/static/../Cargo.toml",
            "/static/%2e%2e/Cargo.toml",
        ] {
            let answer = test::call_service(&app, ask(bad.into())).await;
            assert_eq!(answer.status(), 404, "{bad}");
        }
    }
}
