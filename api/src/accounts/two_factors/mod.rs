//! Two factors, for those who want it: after the password a code from a telephone, or one of ten
//! codes kept for the day it is lost. Every entrance that takes a password asks here.

mod by_staff;
mod check;
pub(super) mod code_page;
pub(super) mod pages;
mod recovery;
mod set_up;
mod store;
mod totp;
mod views;

pub(crate) use by_staff::{Locked, switch_off_by_staff};
pub(super) use check::{asks, await_code, find_awaited, since, spend, take_try};
pub(crate) use store::STATEMENTS;

use ticket_core::ids::UserId;

use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Whoever takes an account over, or closes it, leaves nothing of the second factor.
pub(super) async fn forget(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    store::delete_all(tx, user).await
}

/// Sign-ins that only lack their code end: their password is right no more.
pub(super) async fn end_awaited(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    store::delete_awaited_of_user(tx, user).await
}
