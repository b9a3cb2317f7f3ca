//! What the pages of settings are fed with.

use askama::Template;

use crate::platform::field::Field;
use crate::platform::page::Page;

#[derive(Template)]
#[template(path = "accounts/settings.html")]
pub(super) struct SettingsView {
    pub(super) page: Page,
    /// What was just done.
    pub(super) done: Option<String>,
    pub(super) first_name: Field,
    pub(super) last_name: Field,
    pub(super) phone: Field,
    /// Another telephone needs the password.
    pub(super) asks_for_phone: bool,
    pub(super) languages: Vec<LanguageChoice>,
    pub(super) person_error: Option<String>,
    pub(super) email: String,
    pub(super) new_email: Field,
    /// The address that awaits its codes.
    pub(super) pending: Option<String>,
    pub(super) email_error: Option<String>,
    pub(super) password: Field,
    pub(super) password_min: usize,
    pub(super) password_error: Option<String>,
    /// Reminders are wished.
    pub(super) reminders: bool,
    /// Two factors are on.
    pub(super) two_factors: bool,
    pub(super) sessions: Vec<SessionView>,
}

pub(super) struct LanguageChoice {
    pub(super) code: &'static str,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

pub(super) struct SessionView {
    pub(super) id: String,
    pub(super) device: String,
    /// RFC 3339.
    pub(super) seen: String,
    pub(super) seen_words: String,
    /// RFC 3339.
    pub(super) since: String,
    pub(super) since_words: String,
    pub(super) is_this: bool,
}

#[derive(Template)]
#[template(path = "accounts/close.html")]
pub(super) struct CloseView {
    pub(super) page: Page,
    pub(super) error: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/closed.html")]
pub(super) struct ClosedView {
    pub(super) page: Page,
}
