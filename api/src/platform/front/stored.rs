//! One finished page: its head, its body in every packing, each packed when first asked for.

use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use super::request::{Packing, Wishes, knows};
use crate::platform::packed;

/// Enough of a body's digest to tell two versions apart.
const TAG_BYTES: usize = 12;
/// Below this, packing saves less than it costs.
const PACKED_FROM_BYTES: usize = 512;

/// When and in which state of the shop a page began to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Began {
    pub at_ms: i64,
    pub generation: u64,
}

pub(super) struct Stored {
    pub began: Began,
    head: Vec<(HeaderName, HeaderValue)>,
    body: Arc<Body>,
}

struct Body {
    digest: String,
    plain: Packed,
    gzip: OnceLock<Packed>,
    brotli: OnceLock<Packed>,
}

struct Packed {
    bytes: Bytes,
    tag: HeaderValue,
}

/// Only what its maker marked as the same for everybody, and sets no cookie.
pub(super) fn may_be_shared<B>(answer: &ServiceResponse<B>) -> bool {
    let headers = answer.headers();
    let is_public = headers
        .get(header::CACHE_CONTROL)
        .is_some_and(|value| value.as_bytes().starts_with(b"public"));
    is_public
        && answer.status() == StatusCode::OK
        && !headers.contains_key(header::SET_COOKIE)
        && !headers.contains_key(header::CONTENT_ENCODING)
}

impl Stored {
    /// A body that has not changed keeps its packed forms.
    pub(super) fn new(
        headers: &HeaderMap,
        body: Bytes,
        began: Began,
        before: Option<&Self>,
    ) -> Self {
        let body = match before {
            Some(before) if before.body.plain.bytes == body => before.body.clone(),
            _ => Arc::new(Body::new(body)),
        };
        let per_answer = [header::ETAG, header::CONTENT_LENGTH, header::DATE];
        let head = headers
            .iter()
            .filter(|(name, _)| !per_answer.contains(name))
            .map(|(name, value)| (name.clone(), value.clone()));
        Self {
            began,
            head: head.collect(),
            body,
        }
    }

    /// The answer for one reader: the body in their packing, or that they have it already.
    pub(super) fn answer(&self, wishes: &Wishes<'_>, now_ms: i64) -> HttpResponse<Bytes> {
        let (packed, packing) = self.body.in_packing(wishes.packing);
        let is_known = wishes
            .known_tags
            .is_some_and(|known| knows(known, &packed.tag));
        let mut answer = if is_known {
            HttpResponse::with_body(StatusCode::NOT_MODIFIED, Bytes::new())
        } else {
            HttpResponse::with_body(StatusCode::OK, packed.bytes.clone())
        };
        let headers = answer.headers_mut();
        for (name, value) in &self.head {
            headers.append(name.clone(), value.clone());
        }
        headers.insert(header::ETAG, packed.tag.clone());
        headers.insert(header::AGE, age(now_ms - self.began.at_ms));
        if packing != Packing::Plain {
            let name = HeaderValue::from_static(packing.name());
            headers.insert(header::CONTENT_ENCODING, name);
        }
        answer
    }
}

impl Body {
    fn new(bytes: Bytes) -> Self {
        let digest = digest(&SHA256, &bytes);
        let digest = digest.as_ref().get(..TAG_BYTES).unwrap_or_default();
        let digest = URL_SAFE_NO_PAD.encode(digest);
        Self {
            plain: Packed::new(bytes, &digest, ""),
            digest,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    fn in_packing(&self, wished: Packing) -> (&Packed, Packing) {
        if self.plain.bytes.len() < PACKED_FROM_BYTES {
            return (&self.plain, Packing::Plain);
        }
        let packed = match wished {
            Packing::Plain => &self.plain,
            Packing::Gzip => self
                .gzip
                .get_or_init(|| Packed::new(packed::gzip(&self.plain.bytes), &self.digest, "-g")),
            Packing::Brotli => self
                .brotli
                .get_or_init(|| Packed::new(packed::brotli(&self.plain.bytes), &self.digest, "-b")),
        };
        (packed, wished)
    }
}

impl Packed {
    /// Each packing is a representation of its own, with a tag of its own.
    fn new(bytes: Bytes, digest: &str, suffix: &str) -> Self {
        let tag = HeaderValue::from_str(&format!("\"{digest}{suffix}\""));
        Self {
            bytes,
            tag: tag.unwrap_or(HeaderValue::from_static("\"\"")),
        }
    }
}

/// How old the page is, in whole seconds begun: never said younger than it is.
fn age(age_ms: i64) -> HeaderValue {
    match age_ms {
        ..=0 => HeaderValue::from_static("0"),
        1..=1000 => HeaderValue::from_static("1"),
        1001..=2000 => HeaderValue::from_static("2"),
        _ => HeaderValue::from(age_ms.saturating_add(999) / 1000),
    }
}
