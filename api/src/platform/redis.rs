//! Redis, alone or as a cluster: one multiplexed connection, scripts, a key prefix. Callers do
//! not know which it is; every command and every script touches the keys of one hash slot.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{
    Cmd, FromRedisValue, Pipeline, RedisError, RedisFuture, RedisResult, Script, ToRedisArgs, Value,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;

use super::error::Error;

const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// With the retries of a cluster's client: who waits for a failover is told to come back.
const OVERALL_TIMEOUT: Duration = Duration::from_secs(3);
/// Longer than a failover takes; a client that nothing answered for so long is given up.
const SILENT_MAX: Duration = Duration::from_secs(5);
const CLUSTER_SCHEME: &str = "redis+cluster://";

#[derive(Clone)]
pub struct Redis {
    connection: Connection,
    prefix: String,
}

impl Redis {
    /// Several addresses, comma-separated, or the scheme `redis+cluster://` mean a cluster: any
    /// of its nodes tells the others. Does not need Redis to be up yet: the first command connects.
    ///
    /// # Errors
    /// When the address cannot be parsed.
    pub fn new(url: &SecretString, prefix: &str) -> Result<Self, String> {
        let url = url.expose_secret();
        let connection = if url.contains(',') || url.starts_with(CLUSTER_SCHEME) {
            Connection::Cluster(Cluster::new(url)?)
        } else {
            Connection::Single(single(url)?)
        };
        Ok(Self {
            connection,
            prefix: prefix.to_owned(),
        })
    }

    /// A key of this shop.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A connection for plain commands.
    pub fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// Runs a script by its hash, loading it when the server has forgotten it (a promoted replica
    /// never knew it).
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
        Ok(call.invoke_async(&mut self.connection()).await?)
    }

    pub async fn ping(&self) -> Result<(), Error> {
        // A cluster answers once, or once per node.
        let _: Value = redis::cmd("PING")
            .query_async(&mut self.connection())
            .await?;
        Ok(())
    }

    /// Changes when a server restarts or another takes over.
    pub async fn servers(&self) -> Result<String, Error> {
        let info: Value = redis::cmd("INFO")
            .arg("server")
            .query_async(&mut self.connection())
            .await?;
        let mut ids = Vec::new();
        run_ids(&info, &mut ids);
        ids.sort_unstable();
        Ok(ids.join(" "))
    }
}

/// One server answers a text, a cluster a text per node.
fn run_ids(info: &Value, ids: &mut Vec<String>) {
    let mut note = |text: &str| {
        let id = text.lines().find_map(|line| line.strip_prefix("run_id:"));
        ids.extend(id.map(str::to_owned));
    };
    if let Value::BulkString(bytes) = info {
        note(&String::from_utf8_lossy(bytes));
    } else if let Value::VerbatimString { text, .. } = info {
        note(text);
    } else if let Value::Map(nodes) = info {
        for (_, node) in nodes {
            run_ids(node, ids);
        }
    } else if let Value::Array(nodes) = info {
        for node in nodes {
            run_ids(node, ids);
        }
    }
}

fn single(url: &str) -> Result<ConnectionManager, String> {
    let client = redis::Client::open(url).map_err(|_| "REDIS_URL cannot be parsed".to_owned())?;
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(RESPONSE_TIMEOUT))
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_number_of_retries(2);
    ConnectionManager::new_lazy_with_config(client, config).map_err(|error| error.to_string())
}

/// Where commands go.
#[derive(Clone)]
pub enum Connection {
    Single(ConnectionManager),
    Cluster(Cluster),
}

/// A cluster's client; connected by the first command that finds a node, and anew when it has been
/// silent for long: a client may wait for ever for what it asked a node that has gone.
#[derive(Clone)]
pub struct Cluster {
    client: Arc<ClusterClient>,
    current: Arc<Mutex<Current>>,
}

struct Current {
    connection: Arc<OnceCell<ClusterConnection>>,
    /// When it last answered, or was made.
    answered: Instant,
}

impl Current {
    fn new() -> Self {
        Self {
            connection: Arc::default(),
            answered: Instant::now(),
        }
    }
}

impl Cluster {
    fn new(url: &str) -> Result<Self, String> {
        let nodes = url
            .split(',')
            .map(|node| node.trim().replacen(CLUSTER_SCHEME, "redis://", 1));
        let client = ClusterClient::builder(nodes)
            .response_timeout(RESPONSE_TIMEOUT)
            .connection_timeout(CONNECT_TIMEOUT)
            .overall_response_timeout(Some(OVERALL_TIMEOUT))
            .retries(4)
            .build()
            .map_err(|_| "REDIS_URL cannot be parsed as a cluster's".to_owned())?;
        Ok(Self {
            client: Arc::new(client),
            current: Arc::new(Mutex::new(Current::new())),
        })
    }

    async fn ask<T>(
        &self,
        asked: impl AsyncFnOnce(&mut ClusterConnection) -> RedisResult<T>,
    ) -> RedisResult<T> {
        let cell = self.lock().connection.clone();
        let answer = async {
            let connect = || self.client.get_async_connection();
            let mut connection = cell.get_or_try_init(connect).await?.clone();
            asked(&mut connection).await
        };
        let answer = answer.await;
        let is_silent = answer.as_ref().is_err_and(RedisError::is_timeout);
        self.note(&cell, is_silent);
        answer
    }

    fn note(&self, cell: &Arc<OnceCell<ClusterConnection>>, is_silent: bool) {
        let mut current = self.lock();
        if !Arc::ptr_eq(&current.connection, cell) {
            return;
        }
        if !is_silent {
            current.answered = Instant::now();
        } else if current.answered.elapsed() > SILENT_MAX {
            tracing::warn!("the cluster's client is silent: it connects anew");
            *current = Current::new();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(manager) => manager.req_packed_command(cmd),
            Self::Cluster(cluster) => {
                Box::pin(cluster.ask(async |connection| connection.req_packed_command(cmd).await))
            }
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(manager) => manager.req_packed_commands(pipeline, offset, count),
            Self::Cluster(cluster) => Box::pin(cluster.ask(async move |connection| {
                connection
                    .req_packed_commands(pipeline, offset, count)
                    .await
            })),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(manager) => manager.get_db(),
            // A cluster has one only.
            Self::Cluster(_) => 0,
        }
    }
}
