//! Closing an account for good: the key of the person's data is destroyed, and with it everything
//! personal that is sealed under it, in every table and every backup. Amounts and dates of
//! purchases stay, without a name, for as long as the law wants them.

use secrecy::SecretString;
use ticket_core::access::Role;
use ticket_core::ids::UserId;

use super::change::entry;
use super::{confirm_password, store};
use crate::accounts::{forgotten, session, two_factors};
use crate::app::App;
use crate::audit_log;
use crate::orders;
use crate::platform::error::Error;
use crate::platform::seal::random_bytes;
use crate::support;

/// Why an account stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Tickets for events that are not over: the gate needs their names.
    TicketsToCome,
    /// An order awaits its payment, or money is on its way back.
    MoneyUnderWay,
    /// Staff accounts end with the role, by an administrator.
    Staff,
    WrongPassword,
}

impl Kept {
    /// The end of its text's key.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TicketsToCome => "tickets-to-come",
            Self::MoneyUnderWay => "money-under-way",
            Self::Staff => "staff",
            Self::WrongPassword => "wrong-password",
        }
    }
}

/// # Errors
/// `rate_limited`; unavailable.
pub(super) async fn close(
    app: &App,
    (user, role): (UserId, Role),
    password: SecretString,
) -> Result<Result<(), Kept>, Error> {
    if role.is_staff() {
        return Ok(Err(Kept::Staff));
    }
    if confirm_password(app, user, password).await?.is_err() {
        return Ok(Err(Kept::WrongPassword));
    }
    let now = app.clock.now();
    let nobody = random_bytes::<32>()?;
    let outcome = app
        .db
        .write("accounts.close", async |tx| {
            // Whoever buys at this moment does so before or after.
            orders::lock_buyer(tx, user).await?;
            let open = store::count_open(tx, user, now).await?;
            if open.tickets_to_come > 0 {
                return Ok(Err(Kept::TicketsToCome));
            }
            if open.money_under_way > 0 {
                return Ok(Err(Kept::MoneyUnderWay));
            }
            audit_log::record(tx, &entry(user, "account.closed"), now).await?;
            store::close_account(tx, user, &nobody).await?;
            session::store::revoke_sessions_of_user(tx, user, now).await?;
            support::erase_of_user(tx, user).await?;
            two_factors::forget(tx, user).await?;
            forgotten::end(tx, user).await?;
            // Last, since it changes the row that counts them all.
            store::forget_person(tx, user).await?;
            Ok(Ok(()))
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    app.accounts.keys.forget_all();
    Ok(outcome)
}
