//! What every HTML page starts from: the reader's words, where they are, the anti-forgery token,
//! and the language switch. Slices add their own view on top.

use std::ops::Deref;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use fluent_templates::fluent_bundle::FluentValue;
use serde::Deserialize;

use super::i18n::{LOCALE_COOKIE, Locale};
use super::{static_files, wording};

/// The texts of one language, in the shape templates call.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Locale);

impl Words {
    pub fn lang(&self) -> &'static str {
        self.0.code()
    }

    /// Writing direction.
    pub fn dir(&self) -> &'static str {
        self.0.dir()
    }

    pub fn t(&self, key: &str) -> String {
        self.0.t(key)
    }

    /// One of a family of texts: `ticket-state-` and `paid`.
    pub fn pick(&self, family: &str, member: impl AsRef<str>) -> String {
        self.0.t(&format!("{family}{}", member.as_ref()))
    }

    /// A text with one word in it.
    #[expect(clippy::needless_pass_by_value, reason = "templates lend, code gives")]
    pub fn with(&self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.with_all(key, &[(name, value.to_string())])
    }

    /// A text with several words in it.
    pub fn with_all(&self, key: &str, values: &[(&'static str, String)]) -> String {
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(value.clone())))
            .collect();
        self.0.t_with(key, &values)
    }

    /// The same, with the number also as `$shown`: digits in groups, as people write them.
    pub fn count_shown(&self, key: &str, count: impl CountOf) -> String {
        let number = count.number();
        let shown = wording::grouped(number, &self.t("thousands-mark"));
        let values = [
            ("count", FluentValue::from(chooser(self.0, number))),
            ("shown", FluentValue::from(shown)),
        ];
        self.0.t_with(key, &values)
    }

    /// What a refusal's stable code says to the reader.
    pub fn refusal(&self, code: &str) -> String {
        let key = format!("refusal-{code}");
        let text = self.t(&key);
        if text.contains(&key) {
            return self.with("refusal-other", "code", code);
        }
        text
    }

    /// A text whose plural follows a number.
    pub fn count(&self, key: &str, name: &'static str, count: impl CountOf) -> String {
        self.0
            .t_with(key, &[(name, FluentValue::from(count.number()))])
    }
}

/// The number by which a plural's form is chosen. Arabic counts 103 as 3 and 111 as 11 (CLDR:
/// `n % 100`); the library of plural rules (`intl_pluralrules` 7.0) leaves that out.
fn chooser(locale: Locale, number: i64) -> i64 {
    match locale {
        Locale::Ar if number >= 100 && number % 100 > 2 => number % 100,
        Locale::Fr | Locale::En | Locale::Es | Locale::De | Locale::Ar => number,
    }
}

/// Anything a template may count by, borrowed or not.
pub trait CountOf {
    fn number(&self) -> i64;
}

impl CountOf for usize {
    fn number(&self) -> i64 {
        i64::try_from(*self).unwrap_or(i64::MAX)
    }
}

impl CountOf for u32 {
    fn number(&self) -> i64 {
        i64::from(*self)
    }
}

impl CountOf for u64 {
    fn number(&self) -> i64 {
        i64::try_from(*self).unwrap_or(i64::MAX)
    }
}

impl CountOf for i64 {
    fn number(&self) -> i64 {
        *self
    }
}

impl<T: CountOf> CountOf for &T {
    fn number(&self) -> i64 {
        (**self).number()
    }
}

/// The frame of one page.
#[derive(Debug, Clone)]
pub struct Page {
    words: Words,
    path: String,
    here: String,
    csrf: String,
    signed_in: bool,
    basket: usize,
    for_anybody: bool,
    sale_paused: bool,
}

/// Whether the sale is paused for maintenance, for every page to say so.
#[derive(Debug, Clone, Copy)]
pub struct SalePaused(pub bool);

/// One choice of the language switch.
pub struct LanguageLink {
    pub code: &'static str,
    pub short: &'static str,
    pub name: String,
    pub href: String,
    pub current: bool,
}

impl Deref for Page {
    type Target = Words;
    fn deref(&self) -> &Words {
        &self.words
    }
}

impl Page {
    pub fn new(request: &HttpRequest) -> Self {
        let here = request.uri().path_and_query().map_or("/", |it| it.as_str());
        Self {
            words: Words(Locale::of(request)),
            path: request.path().to_owned(),
            here: here.to_owned(),
            csrf: String::new(),
            signed_in: false,
            basket: 0,
            for_anybody: false,
            sale_paused: request
                .app_data::<Data<SalePaused>>()
                .is_some_and(|paused| paused.0),
        }
    }

    /// In this language rather than the one the request asks for.
    #[must_use]
    pub fn speaking(mut self, locale: Locale) -> Self {
        self.words = Words(locale);
        self
    }

    /// The token that this page's forms carry.
    #[must_use]
    pub fn with_csrf(mut self, token: String) -> Self {
        self.csrf = token;
        self
    }

    #[must_use]
    pub fn for_signed_in(mut self) -> Self {
        self.signed_in = true;
        self
    }

    /// With so many holds beside the link to the basket.
    #[must_use]
    pub fn with_basket(mut self, holds: usize) -> Self {
        self.basket = holds;
        self
    }

    /// After a form was answered in place, the switch must lead to a page one can `GET`.
    #[must_use]
    pub fn as_if_at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        path.clone_into(&mut self.here);
        self
    }

    /// A failure is no part of the shop: the masthead marks nothing, the switch leads home.
    #[must_use]
    pub fn as_if_nowhere(mut self) -> Self {
        self.path.clear();
        "/".clone_into(&mut self.here);
        self
    }

    pub fn locale(&self) -> Locale {
        self.words.0
    }

    pub fn words(&self) -> Words {
        self.words
    }

    /// The address of this page, with its query.
    pub fn here(&self) -> &str {
        &self.here
    }

    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// The same for everybody who reads this language and is not signed in.
    #[must_use]
    pub fn for_anybody(mut self) -> Self {
        self.for_anybody = true;
        self
    }

    pub fn is_for_anybody(&self) -> bool {
        self.for_anybody
    }

    pub fn sale_paused(&self) -> bool {
        self.sale_paused
    }

    pub fn signed_in(&self) -> bool {
        self.signed_in
    }

    /// How many holds wait to be ordered.
    pub fn basket(&self) -> usize {
        self.basket
    }

    pub fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    pub fn asset(&self, name: &str) -> String {
        static_files::href(name)
    }

    pub fn languages(&self) -> Vec<LanguageLink> {
        Locale::ALL
            .into_iter()
            .map(|locale| LanguageLink {
                code: locale.code(),
                short: short_name(locale),
                name: locale.t("language-name"),
                href: format!("/language/{}?to={}", locale.code(), percent(&self.here)),
                current: locale == self.words.0,
            })
            .collect()
    }
}

/// A language as its readers find it at a glance.
const fn short_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => "FR",
        Locale::En => "EN",
        Locale::Es => "ES",
        Locale::De => "DE",
        Locale::Ar => "ع",
    }
}

/// A local address made safe inside a query.
pub fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The address to go back to, if it is one of ours: a path, never another site's.
pub fn local_path(to: &str) -> Option<&str> {
    let plain = to
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && to.starts_with('/') && !to.starts_with("//")).then_some(to)
}

#[derive(Deserialize)]
struct ReturnTo {
    #[serde(default)]
    to: String,
}

/// Remembers the reader's language and goes back to where they were.
#[get("/language/{code}")]
async fn choose_language(code: Path<String>, back: Query<ReturnTo>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    if let Ok(locale) = code.parse::<Locale>() {
        answer.cookie(language_cookie(locale));
    }
    let to = local_path(&back.to).unwrap_or("/").to_owned();
    answer.insert_header((header::LOCATION, to)).finish()
}

/// Remembers a language for half a year.
pub fn language_cookie(locale: Locale) -> Cookie<'static> {
    Cookie::build(LOCALE_COOKIE, locale.code())
        .path("/")
        .max_age(Duration::days(180))
        .same_site(SameSite::Lax)
        .http_only(true)
        .finish()
}

pub fn routes(routes: &mut ServiceConfig) {
    routes.service(choose_language);
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_own_addresses_are_gone_back_to() {
        assert_eq!(local_path("/events/ATH01?x=1"), Some("/events/ATH01?x=1"));
        for bad in [
            "//evil.example",
            "https://evil.example",
            "",
            "/a\r\nb",
            "/\\evil.example",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_switch_leads_back_to_the_page_it_is_on() {
        let request = TestRequest::with_uri("/?q=a&sport=ATH")
            .insert_header(("Accept-Language", "en-GB,en;q=0.8"))
            .to_http_request();
        let page = Page::new(&request);
        let links = page.languages();
        let current: Vec<_> = links.iter().filter(|l| l.current).map(|l| l.code).collect();
        assert_eq!(current, ["en"]);
        assert!(
            links
                .iter()
                .any(|l| l.href == "/language/fr?to=/%3Fq%3Da%26sport%3DATH")
        );
    }

    #[test]
    fn an_unknown_refusal_still_says_something() {
        let words = Words(Locale::En);
        assert!(words.refusal("sold_out").starts_with("No seats"));
        assert!(words.refusal("never_heard_of").contains("never_heard_of"));
        assert!(!words.refusal("never_heard_of").contains("refusal-"));
    }
}
