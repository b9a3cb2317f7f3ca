//! What Redis says of itself.

use redis::aio::{ConnectionManager, ConnectionManagerConfig};

pub(super) struct RedisServer(ConnectionManager);

impl RedisServer {
    /// # Errors
    /// When it does not answer.
    pub(super) async fn open(url: &str) -> Result<Self, String> {
        let client = redis::Client::open(url).map_err(told)?;
        let connection =
            ConnectionManager::new_with_config(client, ConnectionManagerConfig::new()).await;
        connection.map(Self).map_err(told)
    }

    /// Processor time that it has used since its start, in microseconds.
    pub(super) async fn cpu_us(&self) -> Result<f64, String> {
        let info = self.info("cpu").await?;
        let seconds = field(&info, "used_cpu_user:")? + field(&info, "used_cpu_sys:")?;
        Ok(seconds * 1e6)
    }

    /// Bytes that it has allocated for data and itself.
    pub(super) async fn memory_bytes(&self) -> Result<f64, String> {
        field(&self.info("memory").await?, "used_memory:")
    }

    pub(super) async fn count_keys(&self) -> Result<u64, String> {
        let mut connection = self.0.clone();
        let count = redis::cmd("DBSIZE");
        count.query_async(&mut connection).await.map_err(told)
    }

    /// Forgets everything: only for a Redis that serves nothing but this measurement.
    pub(super) async fn erase(&self) -> Result<(), String> {
        let mut connection = self.0.clone();
        let erase = redis::cmd("FLUSHALL");
        erase.query_async(&mut connection).await.map_err(told)
    }

    async fn info(&self, section: &str) -> Result<String, String> {
        let mut connection = self.0.clone();
        let mut info = redis::cmd("INFO");
        info.arg(section)
            .query_async(&mut connection)
            .await
            .map_err(told)
    }
}

fn field(info: &str, name: &str) -> Result<f64, String> {
    let value = info.lines().find_map(|line| line.strip_prefix(name));
    value
        .and_then(|value| value.trim().parse().ok())
        .ok_or_else(|| format!("Redis says nothing of {name}"))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn told(error: redis::RedisError) -> String {
    format!("Redis: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let info = "# Memory\r\nused_memory_rss:9\r\nused_memory:1024\r\n";
        assert_eq!(field(info, "used_memory:"), Ok(1024.0));
        assert!(field(info, "used_cpu_sys:").is_err());
    }
}
