//! Redis: one multiplexed connection, scripts, a key prefix.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{FromRedisValue, Script, ToRedisArgs};
use secrecy::{ExposeSecret, SecretString};

use super::error::Error;

const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Redis {
    manager: ConnectionManager,
    prefix: String,
}

impl Redis {
    /// Does not need Redis to be up yet: the first command connects.
    ///
    /// # Errors
    /// When the address cannot be parsed.
    pub fn new(url: &SecretString, prefix: &str) -> Result<Self, String> {
        let client = redis::Client::open(url.expose_secret())
            .map_err(|_| "REDIS_URL cannot be parsed".to_owned())?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_number_of_retries(2);
        let manager = ConnectionManager::new_lazy_with_config(client, config)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            manager,
            prefix: prefix.to_owned(),
        })
    }

    /// A key of this shop.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A connection for plain commands.
    pub fn connection(&self) -> ConnectionManager {
        self.manager.clone()
    }

    /// Runs a script by its hash, loading it when the server has forgotten it.
    pub async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[String],
        values: &[impl ToRedisArgs],
    ) -> Result<T, Error> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(key.as_str());
        }
        for value in values {
            call.arg(value);
        }
        Ok(call.invoke_async(&mut self.manager.clone()).await?)
    }

    pub async fn ping(&self) -> Result<(), Error> {
        let () = redis::cmd("PING")
            .query_async(&mut self.manager.clone())
            .await?;
        Ok(())
    }
}
