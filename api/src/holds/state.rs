//! What the slice keeps between requests.

use super::pointer::{self, Memory, Reader};

pub struct State {
    pub(super) pointers: Memory,
    pub(super) reader: Reader,
}

impl Default for State {
    fn default() -> Self {
        Self {
            pointers: Memory::default(),
            reader: pointer::reader(),
        }
    }
}
