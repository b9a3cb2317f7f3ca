//! What the slice keeps between requests.

use super::limits::Limits;
use super::lookups::Lookups;
use super::password::Hasher;
use super::session::Memory;
use crate::platform::config::Config;

pub struct State {
    pub(super) sessions: Memory,
    pub(super) hasher: Hasher,
    pub(super) limits: Limits,
    pub(super) lookups: Lookups,
}

impl State {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            sessions: Memory::default(),
            hasher: Hasher::default(),
            limits: Limits::new(config.rate_limit_factor),
            lookups: Lookups::default(),
        }
    }
}
