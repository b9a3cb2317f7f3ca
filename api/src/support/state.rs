//! What the slice keeps between requests.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::limits::Limits;
use crate::platform::config::Config;
use crate::platform::proof_of_work::ProofOfWork;
use crate::platform::tally::Tally;

/// Kilobytes of files that are being received or checked, of everybody together.
const UPLOADS_KIB_MAX: usize = 192 << 10;
/// Pictures are decoded two at a time.
const CHECKS_MAX: usize = 2;

pub struct State {
    pub(super) limits: Limits,
    pub(super) upload_room: Arc<Semaphore>,
    pub(super) checks: Semaphore,
}

impl State {
    pub(crate) fn new(config: &Config, tally: &Tally, proofs: &Arc<ProofOfWork>) -> Self {
        Self {
            limits: Limits::new(config, tally, proofs),
            upload_room: Arc::new(Semaphore::new(UPLOADS_KIB_MAX)),
            checks: Semaphore::new(CHECKS_MAX),
        }
    }
}
