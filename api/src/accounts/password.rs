//! Passwords: Argon2id in a bounded pool. Hashing is the dearest thing the service does; as many
//! run at once as there are cores, a bounded number waits, and the rest is told to come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::rt;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::platform::error::Error;
use crate::platform::seal::random_bytes;

/// OWASP's first choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
/// A core does about 66 a second: nobody waits much longer than a second.
const WAITING_PER_CORE: usize = 64;

/// Verified when there is no account, so that the answer takes as long. No password has it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
    Z3VpY2hldC1ub2JvZHktMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub(super) struct Hasher {
    cores: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with(cores, cores * WAITING_PER_CORE)
    }
}

impl Hasher {
    fn with(cores: usize, waiting_max: usize) -> Self {
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            waiting: AtomicUsize::new(0),
            waiting_max,
        }
    }

    /// # Errors
    /// Unavailable when too many wait already.
    pub(super) async fn hash(&self, password: SecretString) -> Result<String, Error> {
        let turn = self.turn().await?;
        let salt = random_bytes::<SALT_BYTES>()?;
        run(turn, move || {
            let hash = argon2()?
                .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
                .map_err(|error| Error::bug(error.to_string()))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether it is the password of this hash; without a hash it takes as long and says no.
    ///
    /// # Errors
    /// Unavailable when too many wait already.
    pub(super) async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        let turn = self.turn().await?;
        run(turn, move || {
            let known = hash.as_deref().unwrap_or(NOBODYS_HASH);
            let right = argon2()?
                .verify_password(password.expose_secret().as_bytes(), known)
                .is_ok();
            Ok(right && hash.is_some())
        })
        .await
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(turn) = self.cores.clone().try_acquire_owned() {
            return Ok(turn);
        }
        let _place = Place::take(&self.waiting, self.waiting_max)?;
        self.cores
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Error::bug("the pool of hashing is closed"))
    }
}

/// A place in the queue, given back also when the caller hangs up.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, waiting_max: usize) -> Result<Self, Error> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::AcqRel) >= waiting_max {
            return Err(Error::unavailable("too many sign-ins at once"));
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Error::bug(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn run<T: Send + 'static>(
    turn: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    rt::task::spawn_blocking(move || {
        // Given back when the work is done, whether or not anyone still waits for it.
        let _turn = turn;
        work()
    })
    .await
    .map_err(Error::bug)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[actix_web::test]
    async fn a_password_is_known_by_its_hash_only() {
        let hasher = Hasher::default();
        let hash = hasher.hash(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify = |text, hash| hasher.verify(secret(text), hash);
        assert!(verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!verify("wrong horse", Some(hash)).await.unwrap());
        assert!(!verify("correct horse", None).await.unwrap());
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_anyones() {
        let parsed = argon2::password_hash::phc::PasswordHash::new(NOBODYS_HASH).unwrap();
        let (nobody, anyone) = (Params::try_from(&parsed).unwrap(), argon2().unwrap());
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        assert_eq!(cost(&nobody), cost(anyone.params()));
    }

    #[actix_web::test]
    async fn a_full_queue_turns_people_away_and_frees_its_places() {
        let hasher = Hasher::with(1, 1);
        let busy = hasher.turn().await.unwrap();
        let waiting = hasher.turn();
        futures_util::pin_mut!(waiting);
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        let third = hasher.turn().await;
        assert_eq!(third.unwrap_err().code(), "unavailable");
        drop(busy);
        assert!(waiting.await.is_ok());
        assert_eq!(hasher.waiting.load(Ordering::Acquire), 0);
    }
}
