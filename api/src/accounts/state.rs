//! What the slice keeps between requests.

use std::sync::Arc;

use super::key_memory::KeyMemory;
use super::limits::Limits;
use super::lookups::Lookups;
use super::password::Hasher;
use super::session::Memory;
use crate::platform::config::Config;
use crate::platform::proof_of_work::ProofOfWork;
use crate::platform::tally::Tally;

pub struct State {
    pub(super) sessions: Memory,
    pub(super) keys: KeyMemory,
    pub(super) hasher: Hasher,
    pub(super) limits: Limits,
    pub(super) lookups: Lookups,
}

impl State {
    pub(crate) fn new(config: &Config, tally: &Tally, proofs: &Arc<ProofOfWork>) -> Self {
        Self {
            sessions: Memory::default(),
            keys: KeyMemory::default(),
            hasher: Hasher::default(),
            lookups: Lookups::default(),
            limits: Limits::new(config, tally, proofs),
        }
    }
}
