//! What the pages of cases are fed with.

use askama::Template;

use crate::platform::field::Field;
use crate::platform::page::Page;
use crate::platform::proof_of_work::ProofField;

/// What the part of a form that takes words and files is given back with.
pub(super) struct WritingView {
    /// The id that this form makes.
    pub(super) id: String,
    pub(super) text: Field,
    pub(super) text_max: usize,
    pub(super) files_max: usize,
    pub(super) files_error: Option<String>,
}

#[derive(Template)]
#[template(path = "support/contact.html")]
pub(super) struct ContactView {
    pub(super) page: Page,
    pub(super) subjects: Vec<Choice>,
    pub(super) subject_error: Option<String>,
    /// One's own, when signed in.
    pub(super) orders: Vec<Choice>,
    pub(super) tickets: Vec<Choice>,
    /// Of whoever is not signed in.
    pub(super) email: Option<Field>,
    pub(super) writing: WritingView,
    pub(super) error: Option<String>,
    pub(super) proof: Option<ProofField>,
}

pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) is_chosen: bool,
}

#[derive(Template)]
#[template(path = "support/sent.html")]
pub(super) struct SentView {
    pub(super) page: Page,
    pub(super) number: String,
}

#[derive(Template)]
#[template(path = "support/cases.html")]
pub(super) struct CasesView {
    pub(super) page: Page,
    pub(super) cases: Vec<CaseRow>,
}

pub(super) struct CaseRow {
    pub(super) href: String,
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) changed: String,
    pub(super) state: &'static str,
}

#[derive(Template)]
#[template(path = "support/case.html")]
pub(super) struct CaseView {
    pub(super) page: Page,
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) state: &'static str,
    pub(super) opened: String,
    /// The order or ticket it is about.
    pub(super) about_href: Option<String>,
    /// The address of this page, which its forms are below.
    pub(super) base: String,
    /// Whoever follows it in their account.
    pub(super) in_account: bool,
    pub(super) done: Option<String>,
    pub(super) messages: Vec<MessageView>,
    pub(super) writing: WritingView,
    pub(super) error: Option<String>,
}

pub(super) struct MessageView {
    /// `person` or `staff`.
    pub(super) author: &'static str,
    /// RFC 3339, with its offset in digits.
    pub(super) at: String,
    pub(super) at_words: String,
    pub(super) text: String,
    pub(super) files: Vec<FileView>,
}

pub(super) struct FileView {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) size: String,
}
