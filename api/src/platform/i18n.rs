//! Languages: which one a reader wants, and the texts in it.

use std::collections::HashMap;
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{Loader, static_loader};
use serde::{Deserialize, Serialize};
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "en",
        // Names, addresses and numbers inside a text that runs from right to left keep their own
        // order only between isolation marks; the other languages need none.
        customise: |bundle| {
            let is_rtl = bundle.locales.first() == Some(&AR);
            bundle.set_use_isolating(is_rtl);
        },
    };
}

static FR: LanguageIdentifier = langid!("fr");
static EN: LanguageIdentifier = langid!("en");
static ES: LanguageIdentifier = langid!("es");
static DE: LanguageIdentifier = langid!("de");
static AR: LanguageIdentifier = langid!("ar");

#[cfg(test)]
mod complete;

/// The cookie that remembers the reader's choice.
pub const LOCALE_COOKIE: &str = "guichet_lang";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    Fr,
    En,
    Es,
    De,
    Ar,
}

/// One value for each language.
#[derive(Debug)]
pub struct PerLocale<T>([T; Locale::ALL.len()]);

impl<T> PerLocale<T> {
    pub fn new(make: impl FnMut(Locale) -> T) -> Self {
        Self(Locale::ALL.map(make))
    }

    pub fn get(&self, locale: Locale) -> &T {
        let [fr, en, es, de, ar] = &self.0;
        match locale {
            Locale::Fr => fr,
            Locale::En => en,
            Locale::Es => es,
            Locale::De => de,
            Locale::Ar => ar,
        }
    }
}

impl Locale {
    /// In the order of the language choice.
    pub const ALL: [Self; 5] = [Self::Fr, Self::En, Self::Es, Self::De, Self::Ar];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
            Self::Es => "es",
            Self::De => "de",
            Self::Ar => "ar",
        }
    }

    /// Writing direction, as the `dir` attribute says it.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::Fr | Self::En | Self::Es | Self::De => "ltr",
            Self::Ar => "rtl",
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Fr => &FR,
            Self::En => &EN,
            Self::Es => &ES,
            Self::De => &DE,
            Self::Ar => &AR,
        }
    }

    /// A text by its key; a missing key shows itself.
    pub fn t(self, key: &str) -> String {
        TEXTS.lookup(self.id(), key)
    }

    /// A text with arguments.
    pub fn t_with(self, key: &str, values: &[(&'static str, FluentValue<'static>)]) -> String {
        let map: HashMap<_, _> = values
            .iter()
            .map(|(name, value)| ((*name).into(), value.clone()))
            .collect();
        TEXTS.lookup_with_args(self.id(), key, &map)
    }

    /// What the request asks for: the cookie first, then `Accept-Language`, then French.
    pub fn of(request: &HttpRequest) -> Self {
        Self::of_headers(request.headers())
    }

    /// The same, without allocating.
    pub fn of_headers(headers: &HeaderMap) -> Self {
        let pairs = headers.get_all(header::COOKIE).flat_map(|cookies| {
            let text = cookies.to_str().unwrap_or_default();
            text.split(';').filter_map(|pair| pair.split_once('='))
        });
        let mut chosen = pairs.filter(|(name, _)| name.trim() == LOCALE_COOKIE);
        if let Some(locale) = chosen.find_map(|(_, code)| code.trim().parse().ok()) {
            return locale;
        }
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .and_then(|list| {
                // Only the language counts: `de-AT;q=0.8` is German, `est` is not Spanish.
                let languages = list
                    .split(',')
                    .filter_map(|tag| tag.split(['-', ';']).next());
                languages.map(str::trim).find_map(|it| it.parse().ok())
            })
            .unwrap_or(Self::Fr)
    }
}

impl FromStr for Locale {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|locale| text.eq_ignore_ascii_case(locale.code()))
            .ok_or(())
    }
}
