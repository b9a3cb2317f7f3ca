//! Agents: staff accounts with a number and a PIN for the tablets.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use ticket_core::access::{Permission, allows};
use ticket_core::ids::UserId;
use ticket_core::manifest::{AgentNumber, AgentRole};

use super::store::{self, AgentRow};
use crate::accounts;
use crate::app::App;
use crate::audit_log;
use crate::platform::db::{Conn, Tx};
use crate::platform::error::Error;

const PIN_LENGTH: usize = 6;

#[derive(Debug)]
pub(crate) struct NewAgent {
    pub(crate) email: String,
    pub(crate) number: AgentNumber,
    pub(crate) pin: SecretString,
    pub(crate) role: AgentRole,
}

/// Makes an agent of a staff account, or gives an agent another PIN or role.
///
/// # Errors
/// `invalid` for an account that may not scan, a number of somebody else, a PIN that is guessed.
pub(crate) async fn declare(app: &App, new: NewAgent) -> Result<(), Error> {
    check_pin(new.pin.expose_secret())?;
    let account = accounts::find_staff(app, &new.email).await?;
    let account = account.filter(|(_, role)| allows(*role, Permission::Scan));
    let no_account = || Error::invalid("email", "no active account of a gate agent or manager");
    let (user, _) = account.ok_or_else(no_account)?;
    let pin_hash = accounts::hash_pin(app, new.pin).await?;
    let agent = AgentRow {
        number: new.number,
        user,
        role: new.role,
        pin_hash,
    };
    app.db
        .write("gates.declare_agent", async |tx| {
            declare_in(app, tx, &agent).await
        })
        .await
}

async fn declare_in(app: &App, tx: &Tx<'_>, agent: &AgentRow) -> Result<(), Error> {
    let now = app.clock.now();
    let other = store::find_number_of(tx, agent.user).await?;
    if other.is_some_and(|number| number != agent.number.to_string()) {
        let detail = "this account has another number already";
        return Err(Error::invalid("number", detail));
    }
    if !store::upsert_agent(tx, agent, now).await? {
        return Err(Error::invalid("number", "this number is somebody else's"));
    }
    let entry = audit_log::Entry {
        actor: None,
        action: "gate.agent_set",
        subject: format!("user:{}", agent.user),
        detail: json!({ "number": agent.number, "role": agent.role.name() }),
    };
    audit_log::record(tx, &entry, now).await
}

/// The account behind a number, unless it is revoked.
pub(super) async fn user_of(
    conn: &Conn,
    number: AgentNumber,
) -> Result<Option<(UserId, AgentRole)>, Error> {
    store::find_agent(conn, number).await
}

/// Six digits; not one digit six times, not counting up or down.
fn check_pin(pin: &str) -> Result<(), Error> {
    let refused = |why| Err(Error::invalid("pin", why));
    if pin.len() != PIN_LENGTH || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return refused("six digits");
    }
    let steps = pin.bytes().zip(pin.bytes().skip(1));
    let steps: Vec<i16> = steps.map(|(a, b)| i16::from(b) - i16::from(a)).collect();
    let is_run = |step: i16| steps.iter().all(|each| *each == step);
    if [0, 1, -1].into_iter().any(is_run) {
        return refused("too easily guessed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_six_digits_that_nobody_guesses_first() {
        for good in ["204816", "100000", "123457"] {
            assert!(check_pin(good).is_ok(), "{good}");
        }
        let bad = [
            "", "12345", "1234567", "12345a", "000000", "777777", "123456", "987654",
        ];
        for bad in bad {
            assert_eq!(check_pin(bad).unwrap_err().code(), "invalid", "{bad}");
        }
    }
}
