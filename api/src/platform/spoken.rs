//! A text that may be in another language than the page it stands on, as texts of the catalogue
//! are where nobody translated them.

use std::fmt;

use askama::filters::{Escaper, Html, HtmlSafe};

use super::i18n::Locale;
use super::page::Words;
use super::wording;

/// Shows itself plainly, for titles and attributes; [`Spoken::tagged`] is for the page's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    text: String,
    /// Its language, where that is not the page's.
    other: Option<Locale>,
}

impl Spoken {
    /// A text in this language, on a page in the reader's.
    pub fn new(words: Words, (text, locale): (&str, Locale)) -> Self {
        Self {
            text: wording::typeset(locale, text),
            other: (locale != words.0).then_some(locale),
        }
    }

    /// A text in the page's own language.
    pub fn own(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            other: None,
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same text under other words.
    #[must_use]
    pub fn map(&self, change: impl FnOnce(&str) -> String) -> Self {
        Self {
            text: change(&self.text),
            other: self.other,
        }
    }

    /// Escaped, and marked with its language and direction where they differ from the page's, so
    /// that it is spoken and ordered right.
    pub fn tagged(&self) -> Tagged<'_> {
        Tagged(self)
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// HTML of a [`Spoken`].
pub struct Tagged<'a>(&'a Spoken);

impl HtmlSafe for Tagged<'_> {}

impl fmt::Display for Tagged<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(locale) = self.0.other else {
            return Html.write_escaped_str(out, &self.0.text);
        };
        let (lang, dir) = (locale.code(), locale.dir());
        write!(out, "<bdi lang=\"{lang}\" dir=\"{dir}\">")?;
        Html.write_escaped_str(&mut *out, &self.0.text)?;
        out.write_str("</bdi>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_in_another_language_is_marked_and_all_are_escaped() {
        let arabic = Words(Locale::Ar);
        let other = Spoken::new(arabic, ("Judo <i>", Locale::En));
        assert_eq!(other.to_string(), "Judo <i>");
        assert_eq!(
            other.tagged().to_string(),
            "<bdi lang=\"en\" dir=\"ltr\">Judo &#60;i&#62;</bdi>"
        );
        let own = Spoken::new(arabic, ("جودو & <i>", Locale::Ar));
        assert_eq!(own.tagged().to_string(), "جودو &#38; &#60;i&#62;");
    }

    #[test]
    fn a_text_keeps_the_spaces_of_its_own_language() {
        let french = Spoken::new(Words(Locale::De), ("Judo : finales", Locale::Fr));
        assert_eq!(french.as_str(), "Judo\u{a0}: finales");
    }
}
