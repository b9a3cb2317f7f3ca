//! What the pages of forgotten passwords are fed with.

use askama::Template;

use crate::platform::field::Field;
use crate::platform::page::Page;
use crate::platform::proof_of_work::ProofField;

#[derive(Template)]
#[template(path = "accounts/forgotten.html")]
pub(super) struct AskView {
    pub(super) page: Page,
    pub(super) next: String,
    /// Of what is asked.
    pub(super) id: String,
    pub(super) sign_in_href: String,
    pub(super) email: Field,
    pub(super) error: Option<String>,
    pub(super) proof: Option<ProofField>,
}

#[derive(Template)]
#[template(path = "accounts/new_password.html")]
pub(super) struct ResetView {
    pub(super) page: Page,
    pub(super) next: String,
    pub(super) email: String,
    pub(super) reset_id: String,
    /// Of another code, if that is asked.
    pub(super) next_id: String,
    /// As typed.
    pub(super) code: Field,
    pub(super) password: Field,
    pub(super) password_min: usize,
    pub(super) error: Option<String>,
    pub(super) proof: Option<ProofField>,
}
