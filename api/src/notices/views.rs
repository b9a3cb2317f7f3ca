//! What the page that ends reminders is fed with.

use askama::Template;

use crate::platform::page::Page;

#[derive(Template)]
#[template(path = "notices/stop.html")]
pub(super) struct StopView {
    pub(super) page: Page,
    /// Of the form; none once it is done.
    pub(super) action: Option<String>,
}
