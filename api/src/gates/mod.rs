//! What the centre does for gates: devices sign in with a token, take the signed manifest of
//! their gate, and report every scan; an admission marks its ticket *Scanned*, once.

mod admissions;
mod conflicts;
mod device;
pub(crate) mod http;
mod manifest;
pub(crate) mod setup;
mod store;

pub(crate) use store::STATEMENTS;
