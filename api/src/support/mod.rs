//! Requests and claims: whoever needs a person writes here, gets a number to quote, and follows
//! what comes of it in their account, or behind the link of their mail if they have none. What is
//! written and attached is sealed under the writer's own key. The staff's side is
//! `api staff cases`.

mod attachment;
mod case;
mod limits;
mod mail;
mod open;
pub(crate) mod pages;
mod pdf;
mod read;
mod seal;
mod staff;
mod state;
mod store;
mod views;
mod write;

pub(crate) use case::{Case, Message};
pub(crate) use mail::send_case_mail;
pub(crate) use read::all_of_user;
pub(crate) use staff::{StaffMember, answer, close_as_staff, list_lines, second_factor_off, show};
pub(crate) use state::State;
pub(crate) use store::{STATEMENTS, erase_of_user};

/// Kind of the job that mails a case's number, or an answer to it.
pub(crate) const CASE_MAIL: &str = "support.case_mail";
