//! What the slice keeps between requests.

use super::pointer::{self, Binder, Memory};

pub struct State {
    pub(super) pointers: Memory,
    pub(super) binder: Binder,
}

impl Default for State {
    fn default() -> Self {
        Self {
            pointers: Memory::default(),
            binder: pointer::binder(),
        }
    }
}
