//! What a request says about itself, read from its headers without allocating.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::platform::i18n::Locale;

/// How a body may be packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::platform) enum Packing {
    Plain,
    Gzip,
    Brotli,
}

impl Packing {
    pub(in crate::platform) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// The tightest that the reader takes.
    pub(in crate::platform) fn wished(headers: &HeaderMap) -> Self {
        let mut best = Self::Plain;
        let Some(list) = text(headers.get(header::ACCEPT_ENCODING)) else {
            return best;
        };
        for item in list.split(',') {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            if matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000") {
                continue;
            }
            match name.trim() {
                "br" => return Self::Brotli,
                "gzip" => best = Self::Gzip,
                _ => {}
            }
        }
        best
    }
}

/// How the answer is to be given.
pub(super) struct Wishes<'a> {
    pub packing: Packing,
    pub known_tags: Option<&'a HeaderValue>,
}

impl<'a> Wishes<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        Self {
            packing: Packing::wished(headers),
            known_tags: headers.get(header::IF_NONE_MATCH),
        }
    }

    pub(super) fn kept(&self) -> KeptWishes {
        KeptWishes {
            packing: self.packing,
            known_tags: self.known_tags.cloned(),
        }
    }
}

/// The same, when the request is gone.
pub(super) struct KeptWishes {
    packing: Packing,
    known_tags: Option<HeaderValue>,
}

impl KeptWishes {
    pub(super) fn lent(&self) -> Wishes<'_> {
        Wishes {
            packing: self.packing,
            known_tags: self.known_tags.as_ref(),
        }
    }
}

/// Whether a reader who names these tags has the content with this one.
pub(in crate::platform) fn knows(known_tags: &HeaderValue, tag: &HeaderValue) -> bool {
    let Some(list) = text(Some(known_tags)) else {
        return false;
    };
    list.split(',').map(str::trim).any(|known| {
        let known = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || known.as_bytes() == tag.as_bytes()
    })
}

/// Whether the request may come from somebody with a session: rather once too often.
pub(super) fn may_be_signed_in(headers: &HeaderMap, session_cookie: &str) -> bool {
    headers.get_all(header::COOKIE).any(|cookies| {
        cookies.to_str().map_or(true, |text| {
            text.split(';').any(|pair| {
                let name = pair.split('=').next().unwrap_or_default().trim();
                name == session_cookie || name.contains('%')
            })
        })
    })
}

/// Takes away all that tells one reader from another, but for the language.
pub(super) fn make_anonymous(request: &mut ServiceRequest, locale: Locale) {
    let headers = request.headers_mut();
    for name in [
        header::COOKIE,
        header::AUTHORIZATION,
        header::ACCEPT_ENCODING,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::RANGE,
    ] {
        headers.remove(name);
    }
    headers.insert(
        header::ACCEPT_LANGUAGE,
        HeaderValue::from_static(locale.code()),
    );
}

fn text(value: Option<&HeaderValue>) -> Option<&str> {
    value.and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn the_tightest_packing_that_is_taken_is_chosen() {
        for (accepted, packing) in [
            ("gzip, deflate, br", Packing::Brotli),
            ("gzip;q=1.0, br;q=0", Packing::Gzip),
            ("br;q=0.5,gzip", Packing::Brotli),
            ("identity", Packing::Plain),
            ("*", Packing::Plain),
        ] {
            let headers = with(header::ACCEPT_ENCODING, accepted);
            assert_eq!(Packing::wished(&headers), packing, "{accepted}");
        }
    }

    #[test]
    fn a_session_is_suspected_in_every_spelling_of_its_cookie() {
        for (cookies, suspected) in [
            ("guichet=abc", true),
            ("a=b; guichet =abc", true),
            ("%67uichet=abc", true),
            ("guichet_lang=en; guichet_visitor=x", false),
            ("a=guichet", false),
        ] {
            let headers = with(header::COOKIE, cookies);
            assert_eq!(
                may_be_signed_in(&headers, "guichet"),
                suspected,
                "{cookies}"
            );
        }
    }

    #[test]
    fn a_known_tag_is_found_in_a_list_of_them() {
        let tag = HeaderValue::from_static("\"abc\"");
        for (list, known) in [
            ("\"abc\"", true),
            ("\"x\", W/\"abc\"", true),
            ("*", true),
            ("\"abcd\"", false),
        ] {
            assert_eq!(
                knows(&HeaderValue::from_static(list), &tag),
                known,
                "{list}"
            );
        }
    }
}
