//! The composition root: everything a request or a job may need, built once per process.

use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::catalogue;
use crate::payments::Payments;
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::csrf::Csrf;
use crate::platform::db::Db;
use crate::platform::front::{Front, FrontCookies};
use crate::platform::jobs::Wake;
use crate::platform::proof_of_work::ProofOfWork;
use crate::platform::redis::Redis;
use crate::platform::seal::{self, Keyring};
use crate::platform::tally::Tally;
use crate::{accounts, availability, gates, holds, notifications, orders, support, waiting_room};

/// Cheap to clone: one shared body.
#[derive(Clone)]
pub struct App(Arc<Body>);

pub struct Body {
    pub config: Config,
    pub clock: Clock,
    pub db: Db,
    pub front: Arc<Front>,
    pub redis: Redis,
    pub keyring: Keyring,
    pub csrf: Csrf,
    pub tally: Tally,
    pub proof_of_work: Arc<ProofOfWork>,
    pub wake: Wake,
    pub catalogue: catalogue::Cache,
    pub inventory: availability::Inventory,
    pub accounts: accounts::State,
    pub notifications: notifications::State,
    pub payments: Payments,
    pub gates: gates::State,
    pub holds: holds::State,
    pub orders: orders::State,
    pub support: support::State,
    pub waiting_room: waiting_room::State,
}

impl std::ops::Deref for App {
    type Target = Body;
    fn deref(&self) -> &Body {
        &self.0
    }
}

impl App {
    /// Builds everything; connects to nothing yet.
    ///
    /// # Errors
    /// A sentence for the operator about the setting at fault.
    pub fn new(config: Config, clock: Clock) -> Result<Self, String> {
        config.check()?;
        // A second installation (in tests) keeps the first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let cookie_key = seal::decode_key("COOKIE_KEY", config.cookie_key.expose_secret())?;
        let redis = Redis::new(&config.redis_url, &config.redis_prefix)?;
        let tally = Tally::new(&redis, &clock, &cookie_key);
        let proof_of_work = Arc::new(ProofOfWork::new(&tally));
        let queue_signer = waiting_room::Signer::new(&cookie_key);
        Ok(Self(Arc::new(Body {
            db: Db::new(&config.database_url, config.database_connections_max)?,
            redis,
            keyring: Keyring::new(&config.key_encryption_keys, &config.index_key)?,
            csrf: Csrf::new(&cookie_key),
            wake: Wake::default(),
            front: Front::new(
                &config,
                &clock,
                FrontCookies {
                    session: accounts::session_cookie(&config),
                    is_admitted: waiting_room::admission_check(&queue_signer, &clock),
                },
            ),
            catalogue: catalogue::Cache::default(),
            inventory: availability::Inventory::default(),
            accounts: accounts::State::new(&config, &tally, &proof_of_work),
            support: support::State::new(&config, &tally, &proof_of_work),
            waiting_room: waiting_room::State::new(&config, queue_signer, (&tally, &proof_of_work)),
            gates: gates::State::new(&tally),
            tally,
            proof_of_work,
            notifications: notifications::State::new(&config)?,
            payments: Payments::new(&config)?,
            holds: holds::State::default(),
            orders: orders::State::default(),
            clock,
            config,
        })))
    }
}
