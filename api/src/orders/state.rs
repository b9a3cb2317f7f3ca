//! What the slice keeps between requests.

use std::time::Duration;

use super::write_batch::{Draft, Written};
use crate::platform::batch::{Batcher, Bounds};

/// A batch is one transaction of a few milliseconds: two seconds' worth of orders may wait.
const BOUNDS: Bounds = Bounds {
    batch_max: 256,
    queue_max: 2048,
    writers_max: 2,
    gather: Duration::from_millis(1),
    enough: 64,
};

pub struct State {
    pub(super) writer: Batcher<Draft, Written>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            writer: Batcher::new(BOUNDS),
        }
    }
}
