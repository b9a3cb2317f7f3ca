//! Agents at this service: they sign in on a tablet with number and PIN, also without the centre.

pub(crate) mod http;
mod pin;
pub(crate) mod sessions;
mod sign_in;
mod throttle;

use ticket_core::manifest::{AgentNumber, AgentRole};

use pin::PinCheck;
pub(crate) use sign_in::check_pin;
use throttle::Throttle;

/// Somebody with a session that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignedIn {
    pub(crate) number: AgentNumber,
    pub(crate) role: AgentRole,
}

#[derive(Debug, Default)]
pub(crate) struct Agents {
    throttle: Throttle,
    pins: PinCheck,
}
