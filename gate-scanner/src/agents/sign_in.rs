//! Who types a number and a PIN.

use ticket_core::manifest::{AgentNumber, ManifestAgent};

use crate::app::App;
use crate::error::{Error, Refusal};

/// # Errors
/// `pin_wrong` for a number that nobody has as well; `rate_limited` after five tries.
pub(crate) async fn check_pin(
    app: &App,
    number: AgentNumber,
    pin: String,
) -> Result<ManifestAgent, Error> {
    let agent = {
        let list = app.list().ok_or_else(Error::no_list)?;
        list.staff.agent(number).cloned()
    };
    let throttle = &app.agents.throttle;
    let taken = throttle.take(number, app.clock.now());
    taken.map_err(|seconds| Refusal::RateLimited { seconds })?;
    let hash = agent.as_ref().map(|agent| agent.pin_hash.clone());
    let is_right = app.agents.pins.holds(pin, hash).await?;
    let agent = agent.filter(|_| is_right).ok_or(Refusal::PinWrong)?;
    throttle.forget(number);
    Ok(agent)
}
