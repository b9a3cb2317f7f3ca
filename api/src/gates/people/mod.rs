//! Who works at a gate: tablets enrolled by a one-time code, agents with a PIN, and what they ask
//! the centre for by way of their gate's device. Agents sign in at the gate service, which knows
//! them from the manifest.

mod agents;
mod checks;
mod enrol;
mod feed;
pub(super) mod http;
mod search;
mod searches;
mod store;
mod tablets;

pub(crate) use agents::{NewAgent, declare};
pub(crate) use enrol::{NewEnrolment, QR_PREFIX as ENROLMENT_QR_PREFIX, make_enrolment};
pub(super) use feed::{elsewhere, staff};
pub(crate) use searches::Searches;
pub(crate) use store::STATEMENTS;
pub(super) use store::find_account_of as account_of;
pub(crate) use tablets::revoke as revoke_tablet;
