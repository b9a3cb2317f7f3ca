//! Tablets of this gate: each is enrolled once with a code that the centre knows, and gets a token
//! of its own, so that one that is lost can be revoked without the others.

mod enrol;
pub(crate) mod http;

pub(crate) use enrol::Enrolments;
