//! The files under `static/`, carried in the binary. An address with the version of the content
//! is cached for good; a new content has a new address.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{self, HeaderValue, IF_NONE_MATCH};
use actix_web::web::{Bytes, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::error::Error;
use super::front::{Packing, knows};
use super::packed;

/// Enough of the content's digest to tell two versions apart.
const VERSION_BYTES: usize = 9;

macro_rules! files {
    ($(($name:literal, $kind:literal)),* $(,)?) => {
        [$(($name, $kind, include_bytes!(concat!("../../static/", $name)).as_slice())),*]
    };
}

const FILES: [(&str, &str, &[u8]); 19] = files![
    ("guichet.css", "text/css; charset=utf-8"),
    ("bank.css", "text/css; charset=utf-8"),
    ("guichet.js", "text/javascript; charset=utf-8"),
    ("search.js", "text/javascript; charset=utf-8"),
    ("seats.js", "text/javascript; charset=utf-8"),
    ("proof.js", "text/javascript; charset=utf-8"),
    ("draw.js", "text/javascript; charset=utf-8"),
    ("m-ticket.js", "text/javascript; charset=utf-8"),
    ("offline.js", "text/javascript; charset=utf-8"),
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
    ("fonts/cairo-arabic-wght-normal.woff2", "font/woff2"),
    ("fonts/LICENSE-cairo.txt", "text/plain; charset=utf-8"),
    ("fonts/LICENSE-sofia-sans.txt", "text/plain; charset=utf-8"),
    (
        "fonts/LICENSE-atkinson-hyperlegible.txt",
        "text/plain; charset=utf-8"
    ),
];

/// What anyone recomputes a draw with: the documentation's own script.
const DRAW: (&str, &str, &[u8]) = (
    "draw.py",
    "text/x-python; charset=utf-8",
    include_bytes!("../../../docs/draw.py"),
);

/// How a QR code is drawn on a page: the gate's own script.
const QR: (&str, &str, &[u8]) = (
    "qr.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../gate-scanner/src/tablet/page/qr.js"),
);

struct File {
    kind: &'static str,
    content: &'static [u8],
    version: String,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

impl File {
    /// Fonts are packed already.
    fn is_text(&self) -> bool {
        !self.kind.starts_with("font/")
    }

    /// The content, packed once when first asked for so, and its tag.
    fn packed(&self, packing: Packing) -> (Bytes, HeaderValue) {
        let body = match packing {
            Packing::Plain => Bytes::from_static(self.content),
            Packing::Gzip => {
                let packed = self.gzip.get_or_init(|| packed::gzip(self.content));
                packed.clone()
            }
            Packing::Brotli => {
                let packed = self.brotli.get_or_init(|| packed::brotli(self.content));
                packed.clone()
            }
        };
        let tag = HeaderValue::from_str(&format!("\"{}-{}\"", self.version, packing.name()));
        (body, tag.unwrap_or(HeaderValue::from_static("\"\"")))
    }
}

static BY_NAME: LazyLock<HashMap<&'static str, File>> = LazyLock::new(|| {
    FILES
        .into_iter()
        .chain([DRAW, QR])
        .map(|(name, kind, content)| {
            let digest = Sha256::digest(content);
            let version = URL_SAFE_NO_PAD.encode(digest.get(..VERSION_BYTES).unwrap_or(&digest));
            (
                name,
                File {
                    kind,
                    content,
                    version,
                    gzip: OnceLock::new(),
                    brotli: OnceLock::new(),
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
    let packing = if file.is_text() {
        Packing::wished(request.headers())
    } else {
        Packing::Plain
    };
    let (body, tag) = file.packed(packing);
    // Fonts are named by the style sheet without a version: their content never changes.
    let lasting =
        request.query_string() == format!("v={}", file.version) || name.starts_with("fonts/");
    let cache = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let known = request.headers().get(IF_NONE_MATCH);
    let mut answer = if known.is_some_and(|known| knows(known, &tag)) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((header::CACHE_CONTROL, cache));
    answer.insert_header((header::VARY, "accept-encoding"));
    answer.insert_header((header::ETAG, tag));
    // Said also of fonts: what is packed already is not to be packed again on the way.
    if packing != Packing::Plain || !file.is_text() {
        answer.insert_header((header::CONTENT_ENCODING, packing.name()));
    }
    Ok(answer.content_type(file.kind).body(body))
}

pub fn routes(routes: &mut ServiceConfig) {
    routes.service(serve);
}

#[cfg(test)]
mod tests {
    use actix_web::{App, test as browser};

    use super::*;

    fn text_of(name: &str) -> &'static str {
        std::str::from_utf8(BY_NAME[name].content).unwrap()
    }

    /// Relative luminance as WCAG 2 defines it, of `#10312b`.
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.03928 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The colours that a part of the style sheet names.
    fn colours(css: &str) -> HashMap<&str, &str> {
        css.lines()
            .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "))
            .filter(|(_, value)| value.starts_with('#'))
            .map(|(name, value)| (name, value.trim_end_matches(';')))
            .collect()
    }

    #[test]
    fn every_text_can_be_read_on_its_ground() {
        let css = text_of("guichet.css");
        let (light, rest) = css
            .split_once("@media (prefers-color-scheme: dark)")
            .unwrap();
        let (dark, _) = rest.split_once("/* one spot").unwrap();
        let light = colours(light);
        let mut turned = light.clone();
        turned.extend(colours(dark));
        for scheme in [&light, &turned] {
            for (ink, ground) in [
                ("ink", "paper"),
                ("ink", "sheet"),
                ("ink", "wash"),
                ("ink-soft", "paper"),
                ("ink-soft", "sheet"),
                ("ink-soft", "wash"),
                ("on-ink", "ink"),
                ("alarm", "alarm-wash"),
                ("alarm", "paper"),
                ("good", "good-wash"),
                ("ink", "heed-wash"),
            ] {
                let found = contrast(scheme[ink], scheme[ground]);
                assert!(found >= 4.5, "{ink} on {ground}: {found:.1}");
            }
        }
        let spots = css.split("{ --accent: ").chain(css.split("{ --cat: "));
        let spots: Vec<&str> = spots.filter(|it| it.starts_with('#')).collect();
        assert!(spots.len() > 25);
        for spot in spots {
            assert!(
                contrast(&spot[..7], light["plate-ink"]) >= 4.5,
                "{}",
                &spot[..7]
            );
        }
    }

    #[test]
    fn pages_stay_light() {
        let packed = |name: &str| packed::gzip(BY_NAME[name].content).len();
        let scripts = ["guichet.js", "search.js", "seats.js", "proof.js"].map(packed);
        assert!(packed("guichet.css") <= 20 << 10);
        assert!(scripts.iter().sum::<usize>() <= 40 << 10, "{scripts:?}");
        let fonts = [
            "fonts/sofia-sans-extra-condensed-latin-wght-normal.woff2",
            "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
        ];
        let fonts: usize = fonts.iter().map(|name| BY_NAME[name].content.len()).sum();
        let drawn = [
            "guichet.css",
            "guichet.js",
            "search.js",
            "sports.svg",
            "mark.svg",
        ];
        let page: usize = drawn.map(packed).iter().sum();
        // Leaves 40 kB to the page itself, which packs to about 10.
        assert!(fonts + page <= 110 << 10, "{}", fonts + page);
    }

    #[actix_web::test]
    async fn a_versioned_address_is_cached_for_good_and_an_unknown_file_is_not_found() {
        let app = browser::init_service(App::new().configure(routes)).await;
        let ask = |uri: String| browser::TestRequest::get().uri(&uri).to_request();
        let answer = browser::call_service(&app, ask(href("guichet.css"))).await;
        assert_eq!(answer.status(), 200);
        let cache = answer.headers().get(header::CACHE_CONTROL).unwrap();
        assert!(cache.to_str().unwrap().contains("immutable"));
        let plain = browser::call_service(&app, ask("/static/guichet.css".into())).await;
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
            let answer = browser::call_service(&app, ask(bad.into())).await;
            assert_eq!(answer.status(), 404, "{bad}");
        }
    }
}
