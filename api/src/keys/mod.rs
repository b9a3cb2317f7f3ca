//! Rotation of key-encryption keys: data keys and event keys are re-wrapped, in batches that
//! lock only their own rows; sealed values are not touched. To retire a key: put the new one
//! first in the configuration of every process, rotate, then drop the old one.

mod rotate;
mod store;

pub use rotate::rotate;
pub(crate) use store::STATEMENTS;
