//! No language may lack a text, a word that a text is given, or a form of a plural.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::platform::page::Words;

/// The texts of one language by key, as they are written.
fn texts(locale: Locale) -> BTreeMap<String, String> {
    let dir = format!("{}/locales/{}", env!("CARGO_MANIFEST_DIR"), locale.code());
    let mut texts = BTreeMap::new();
    for file in std::fs::read_dir(dir).unwrap() {
        let content = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut last = String::new();
        for line in content.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, text)) = line.split_once(" =")
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                key.clone_into(&mut last);
                let before = texts.insert(last.clone(), text.to_owned());
                assert_eq!(before, None, "{key} is given twice in {}", locale.code());
            } else if let Some(text) = texts.get_mut(&last) {
                text.push_str(line);
            }
        }
    }
    texts
}

/// What stands in a text between these two, each once.
fn between<'a>(text: &'a str, start: &str, end: char) -> BTreeSet<&'a str> {
    let parts = text.split(start).skip(1);
    parts.filter_map(|part| part.split(end).next()).collect()
}

/// The words a text is given: `{ $name }` and the number that a plural follows.
fn variables(text: &str) -> BTreeSet<&str> {
    between(text, "{ $", ' ')
}

/// What scripts put in a text by themselves, and the parts that they cut it in.
fn marks(key: &str, text: &str) -> BTreeMap<&'static str, usize> {
    let marks = ["#number", "#place", "#", "|"].map(|mark| (mark, text.matches(mark).count()));
    let is_for_scripts = [
        "your-time",
        "countdown-words",
        "queue-before-script",
        "draw-result",
    ];
    marks
        .into_iter()
        .filter(|_| is_for_scripts.contains(&key))
        .collect()
}

/// The forms of a plural that Unicode's CLDR has for whole numbers below a million.
fn forms(locale: Locale) -> BTreeSet<&'static str> {
    match locale {
        Locale::Fr | Locale::En | Locale::Es | Locale::De => ["one", "other"].into(),
        Locale::Ar => ["zero", "one", "two", "few", "many", "other"].into(),
    }
}

#[test]
fn every_text_exists_in_every_language() {
    let english = texts(Locale::En);
    assert!(english.len() > 600);
    for locale in Locale::ALL {
        let code = locale.code();
        let own = texts(locale);
        let missing: Vec<_> = english
            .keys()
            .filter(|key| !own.contains_key(*key))
            .collect();
        let unknown: Vec<_> = own
            .keys()
            .filter(|key| !english.contains_key(*key))
            .collect();
        assert!(missing.is_empty(), "{code} lacks {missing:?}");
        assert!(unknown.is_empty(), "only {code} has {unknown:?}");
        for (key, text) in &own {
            assert_ne!(locale.t(key), *key, "{key} does not parse in {code}");
            assert!(!text.trim().is_empty(), "{key} is empty in {code}");
        }
    }
}

#[test]
fn every_language_uses_the_words_that_a_text_is_given() {
    let english = texts(Locale::En);
    for locale in Locale::ALL {
        for (key, text) in texts(locale) {
            let code = locale.code();
            assert_eq!(
                variables(&text),
                variables(&english[&key]),
                "{key} in {code}"
            );
            assert_eq!(
                marks(&key, &text),
                marks(&key, &english[&key]),
                "{key} in {code}"
            );
        }
    }
}

#[test]
fn every_plural_has_the_forms_of_its_language() {
    for locale in Locale::ALL {
        for (key, text) in texts(locale).iter().filter(|(_, text)| text.contains("->")) {
            let named = between(text, "[", ']');
            let mut named: BTreeSet<_> = named.into_iter().filter(|it| *it != "0").collect();
            // A text that says nothing for 0 in a form of its own says it as the language does.
            if text.contains("[0]") {
                named.extend(forms(locale).get("zero"));
            }
            assert_eq!(named, forms(locale), "{key} in {}", locale.code());
        }
    }
}

#[test]
fn numbers_choose_the_form_of_each_language() {
    let found = |locale: Locale, count: u32| Words(locale).count_shown("results-found", count);
    assert_eq!(found(Locale::Es, 1), "1 evento");
    assert_eq!(found(Locale::Es, 1024), "1.024 eventos");
    assert_eq!(found(Locale::De, 0), "Keine Veranstaltung gefunden");
    assert_eq!(found(Locale::De, 2), "2 Veranstaltungen");
    let plain = |count| found(Locale::Ar, count).replace(['\u{2068}', '\u{2069}'], "");
    for (count, words) in [
        (0, "لا توجد فعاليات"),
        (1, "فعالية واحدة"),
        (2, "فعاليتان"),
        (3, "3 فعاليات"),
        (10, "10 فعاليات"),
        (11, "11 فعالية"),
        (99, "99 فعالية"),
        (100, "100 فعالية"),
        (102, "102 فعالية"),
        (103, "103 فعاليات"),
        (1771, "1,771 فعالية"),
    ] {
        assert_eq!(plain(count), words, "{count}");
    }
}

#[test]
fn the_language_asked_for_is_read_whole() {
    let of = |wish: &str| {
        let request = actix_web::test::TestRequest::default();
        Locale::of(
            &request
                .insert_header(("accept-language", wish))
                .to_http_request(),
        )
    };
    assert_eq!(of("ar-EG, en;q=0.5"), Locale::Ar);
    assert_eq!(of("it, de-AT;q=0.8"), Locale::De);
    assert_eq!(of("est, arn, es-419"), Locale::Es);
    assert_eq!(of("zh"), Locale::Fr);
    assert_eq!(of(""), Locale::Fr);
    assert_eq!(
        Locale::ALL.map(Locale::dir),
        ["ltr", "ltr", "ltr", "ltr", "rtl"]
    );
}
