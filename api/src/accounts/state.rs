//! What the slice keeps between requests.

use super::session::Memory;

#[derive(Default)]
pub struct State {
    pub(super) sessions: Memory,
}
