//! Comparing a PIN with its Argon2id hash: dear on purpose, so beside the threads that answer scans
//! and few at a time.

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::error::Error;

const AT_ONCE: usize = 2;
/// Compared when nobody has the number, so that the answer takes as long. No PIN has it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
    Z3VpY2hldC1ub2JvZHktMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[derive(Debug)]
pub(super) struct PinCheck(Semaphore);

impl Default for PinCheck {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl PinCheck {
    /// Whether it is the PIN of this hash; without a hash it takes as long and says no.
    pub(super) async fn holds(&self, pin: String, hash: Option<String>) -> Result<bool, Error> {
        let _turn = self.0.acquire().await.map_err(Error::bug)?;
        let work = move || {
            let known = hash.as_deref().unwrap_or(NOBODYS_HASH);
            let right = Argon2::default().verify_password(pin.as_bytes(), known);
            right.is_ok() && hash.is_some()
        };
        spawn_blocking(work).await.map_err(Error::bug)
    }
}
