//! Forgotten passwords: a code to the mailbox, and with it a new password. Nothing that is
//! answered tells whether an address has an account. Two factors are asked at sign-in as ever.

mod ask;
pub(super) mod pages;
mod reset;
mod store;
mod views;

pub(crate) use ask::{SEND_RESET_CODE, send_reset_code};
pub(crate) use store::STATEMENTS;

use ticket_core::ids::UserId;

use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Codes that are under way open nothing any more: the password or the mailbox is another.
pub(super) async fn end(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    store::delete_of_user(tx, user).await
}
