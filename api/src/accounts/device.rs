//! What a session was opened on, in two words: enough to know one's own, too little to follow
//! anybody.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;

use crate::platform::page::Words;

/// A browser on a system, by the names their makers give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Device {
    browser: &'static str,
    system: &'static str,
}

const OTHER: &str = "other";

/// What the browser calls itself and its name. The first that is found counts: nearly all say that
/// they are Safari too, and many that they are Chrome.
const BROWSERS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

impl Device {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let agent = request.headers().get(USER_AGENT);
        Self::read(agent.and_then(|it| it.to_str().ok()).unwrap_or_default())
    }

    fn read(agent: &str) -> Self {
        let named = |names: &[(&str, &'static str)]| {
            let mut names = names.iter();
            let found = names.find(|(mark, _)| agent.contains(mark));
            found.map_or(OTHER, |(_, name)| *name)
        };
        Self {
            browser: named(&BROWSERS),
            system: named(&SYSTEMS),
        }
    }

    /// As stored: the system last, which is one word.
    pub(super) fn stored(self) -> String {
        format!("{} {}", self.browser, self.system)
    }
}

/// What is stored, in the reader's words.
pub(super) fn device_words(words: Words, stored: &str) -> String {
    match stored.rsplit_once(' ') {
        Some((OTHER, OTHER)) | None => words.t("device-other"),
        Some((OTHER, system)) => system.to_owned(),
        Some((browser, OTHER)) => browser.to_owned(),
        Some((browser, system)) => words.with_all(
            "device-name",
            &[
                ("browser", browser.to_owned()),
                ("system", system.to_owned()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Locale;

    #[test]
    fn a_device_is_named_in_two_words() {
        let chrome = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, name) in [
            (
                format!("{chrome} Chrome/142.0 Mobile Safari/537.36"),
                "Chrome on Android",
            ),
            (
                format!("{chrome} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36"),
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/26.0 Safari/604.1"
                    .to_owned(),
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/142.0 Safari/537.36 Edg/142.0"
                    .to_owned(),
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned(),
                "Firefox on Linux",
            ),
            ("curl/8".to_owned(), "Another device"),
            ("<b>Windows".to_owned(), "Windows"),
        ] {
            let stored = Device::read(&agent).stored();
            assert_eq!(device_words(Words(Locale::En), &stored), name, "{agent}");
        }
    }
}
