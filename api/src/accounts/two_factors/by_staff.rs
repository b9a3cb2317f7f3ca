//! The way back for who lost the telephone and the kept codes: staff, who have checked who asks,
//! switch two factors off. Every session ends, and the owner is told by mail.

use serde_json::json;
use ticket_core::access::Role;
use ticket_core::ids::UserId;

use super::store;
use crate::accounts::notice::TWO_FACTORS_CHANGED;
use crate::accounts::store::{self as accounts_store, Account, AccountState};
use crate::accounts::{EmailAddress, Outcome, session};
use crate::app::App;
use crate::audit_log;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;

/// Whose two factors staff switch off.
pub(crate) enum Locked<'a> {
    User(UserId),
    Email(&'a str),
}

/// `case` is the number of the case that asked. `Unchanged` when there are no two factors.
///
/// # Errors
/// `not_found` without such an open account; `invalid` for one's own, and for staff's unless an
/// administrator does it; unavailable.
pub(crate) async fn switch_off_by_staff(
    app: &App,
    locked: Locked<'_>,
    (by, case): (UserId, &str),
) -> Result<Outcome, Error> {
    let (user, outcome) = app
        .db
        .write("two_factors.off_by_staff", async |tx| {
            let account = account(app, tx, &locked).await?;
            check(tx, &account, by).await?;
            let factor = store::lock_factor(tx, account.id).await?;
            if factor.and_then(|factor| factor.confirmed_at).is_none() {
                return Ok((account.id, Outcome::Unchanged));
            }
            switch_off(app, tx, account.id, (by, case)).await?;
            Ok((account.id, Outcome::Changed))
        })
        .await?;
    app.accounts.sessions.forget_user(user);
    app.wake.now();
    Ok(outcome)
}

async fn account(app: &App, tx: &Tx<'_>, locked: &Locked<'_>) -> Result<Account, Error> {
    let found = match locked {
        Locked::User(user) => Some(accounts_store::get_account(tx, *user).await?),
        Locked::Email(email) => {
            let index = app.email_index(&EmailAddress::parse(email)?);
            accounts_store::lock_by_email(tx, &index).await?
        }
    };
    found
        .filter(|account| account.state == AccountState::Active)
        .ok_or_else(Error::not_found)
}

/// Nobody opens their own account this way, and staff cannot open each other's.
async fn check(tx: &Tx<'_>, account: &Account, by: UserId) -> Result<(), Error> {
    if account.id == by {
        return Err(Error::invalid("by", "somebody else must do this"));
    }
    let who = accounts_store::get_account(tx, by).await?;
    if account.role.is_staff() && who.role != Role::Administrator {
        let why = "two factors of staff are switched off by an administrator";
        return Err(Error::invalid("by", why));
    }
    Ok(())
}

async fn switch_off(
    app: &App,
    tx: &Tx<'_>,
    user: UserId,
    (by, case): (UserId, &str),
) -> Result<(), Error> {
    let now = app.clock.now();
    store::delete_all(tx, user).await?;
    session::store::revoke_sessions_of_user(tx, user, now).await?;
    let entry = audit_log::Entry {
        actor: Some(by),
        action: "account.two_factors_off_by_staff",
        subject: format!("user:{user}"),
        detail: json!({ "case": case }),
    };
    audit_log::record(tx, &entry, now).await?;
    let payload = json!({ "user_id": user, "is_on": false, "by_staff": true });
    jobs::enqueue(tx, TWO_FACTORS_CHANGED, &payload, (now, now)).await
}
