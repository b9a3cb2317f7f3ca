//! What the pages of accounts are fed with.

use askama::Template;

use crate::orders::OrderView;
use crate::platform::field::Field;
use crate::platform::page::Page;
use crate::platform::proof_of_work::ProofField;
use crate::tickets::TicketRow;

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
pub(crate) struct SignUpView {
    pub page: Page,
    pub next: String,
    pub sign_in_href: String,
    pub first_name: Field,
    pub last_name: Field,
    pub email: Field,
    pub phone: Field,
    pub password: Field,
    pub password_min: usize,
    pub error: Option<String>,
    pub proof: Option<ProofField>,
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
pub(crate) struct SignInView {
    pub page: Page,
    pub next: String,
    pub sign_up_href: String,
    pub forgotten_href: String,
    pub email: Field,
    pub reason: Option<String>,
    pub done: Option<String>,
    pub error: Option<String>,
    pub proof: Option<ProofField>,
}

#[derive(Template)]
#[template(path = "accounts/activate.html")]
pub(crate) struct ActivateView {
    pub page: Page,
    pub next: String,
    pub email: Field,
    pub sign_up_id: String,
    pub resent: Option<String>,
    pub error: Option<String>,
    pub proof: Option<ProofField>,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
pub(crate) struct AccountView {
    pub page: Page,
    pub name: String,
    pub email: String,
    pub tickets: Vec<TicketRow>,
    pub orders: Vec<OrderView>,
}
