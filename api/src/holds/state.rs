//! What the slice keeps between requests.

use super::pointer::Memory;

#[derive(Default)]
pub struct State {
    pub(super) pointers: Memory,
}
