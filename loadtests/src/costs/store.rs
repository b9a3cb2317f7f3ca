//! What PostgreSQL says of the size of things.

use tokio_postgres::{Client, NoTls};

const QUEUE_BYTES: &str = "SELECT pg_total_relation_size('queues')";
const TICKETS: &str = "SELECT count(*) FROM tickets";
const SETTLE: [&str; 2] = [
    "VACUUM ANALYZE orders, seat_claims, payments, tickets",
    "CHECKPOINT",
];
const DATABASE_BYTES: &str = "SELECT pg_database_size(current_database())";

pub(super) struct Database(Client);

impl Database {
    /// # Errors
    /// When it does not answer.
    pub(super) async fn open(url: &str) -> Result<Self, String> {
        let connected = tokio_postgres::connect(url, NoTls).await;
        let (client, connection) = connected.map_err(|error| format!("PostgreSQL: {error}"))?;
        tokio::spawn(connection);
        Ok(Self(client))
    }

    /// Of the waiting rooms' table with its index.
    pub(super) async fn queue_bytes(&self) -> Result<u64, String> {
        self.number(QUEUE_BYTES).await
    }

    pub(super) async fn count_tickets(&self) -> Result<u64, String> {
        self.number(TICKETS).await
    }

    pub(super) async fn bytes(&self) -> Result<u64, String> {
        self.number(DATABASE_BYTES).await
    }

    /// As the server itself would within minutes: it knows what is in its tables, and has written
    /// them to its files.
    pub(super) async fn settle(&self) -> Result<(), String> {
        for statement in SETTLE {
            let done = self.0.batch_execute(statement).await;
            done.map_err(|error| format!("PostgreSQL: {error}"))?;
        }
        Ok(())
    }

    async fn number(&self, query: &str) -> Result<u64, String> {
        let row = self.0.query_one(query, &[]).await;
        let number: i64 = row.map_err(|error| format!("PostgreSQL: {error}"))?.get(0);
        Ok(u64::try_from(number).unwrap_or(0))
    }
}
