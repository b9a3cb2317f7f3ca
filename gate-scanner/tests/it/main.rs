//! The gate service as a whole: the real program with a ledger of its own, against a centre that
//! speaks the real wire types and signs real manifests.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should end there"
)]

mod centre;
mod desk;
mod following;
mod gate;
mod held;
mod hostile;
mod large;
mod live_codes;
mod offline;
mod parties;
mod people;
mod power_loss;
mod readers;
mod requests;
mod scans;
mod secrecy;
mod shift;
mod supervisors;
mod told;
mod two_gates;
