//! What a person does with their own account: correct it, move it to another address, see where
//! it is open, take their data along, and close it.

mod address;
mod change;
mod close;
mod export;
pub(super) mod pages;
mod sessions_page;
mod store;
mod views;

pub(crate) use address::{SEND_ADDRESS_CODES, send_address_codes};
pub(super) use change::entry;
pub(super) use pages::this_session;
pub(crate) use store::STATEMENTS;
pub(super) use store::{revoke_other_sessions, set_password};

use secrecy::SecretString;
use ticket_core::account::AccountRefused;
use ticket_core::ids::UserId;

use super::store::{self as accounts_store, AccountState};
use crate::app::App;
use crate::platform::error::Error;

/// Whether the telephone is all that shows whose account it is: another one needs the password.
async fn asks_for_phone(app: &App, user: UserId) -> Result<bool, Error> {
    let account = accounts_store::find_account(&app.db.read().await?, user).await?;
    Ok(account.is_some_and(|account| account.by_phone_only))
}

/// Whoever has the session must also know the password before something that cannot be taken
/// back.
pub(super) async fn confirm_password(
    app: &App,
    user: UserId,
    password: SecretString,
) -> Result<Result<(), AccountRefused>, Error> {
    app.accounts.limits.confirm(user).await?;
    let conn = app.db.read().await?;
    let account = accounts_store::find_account(&conn, user).await?;
    drop(conn);
    let open_to = account.filter(|account| account.state == AccountState::Active);
    let hash = open_to.map(|account| account.password_hash);
    let is_right = app.accounts.hasher.verify(password, hash).await?;
    Ok(if is_right {
        Ok(())
    } else {
        Err(AccountRefused::SignInWrong)
    })
}
