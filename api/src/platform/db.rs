//! PostgreSQL: named statements, a pool, and the one door through which transactions open.

use std::ops::Deref;
use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
    Transaction,
};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};

use super::error::Error;

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// Longer than any statement may take.
const SILENCE_MAX: Duration = Duration::from_secs(12);
/// The same for one question on all that there is: a Games has millions of rows to read.
const EXAMINATION_MAX: Duration = Duration::from_secs(1805);
const RERUNS_MAX: u32 = 5;

/// A statement with its name; the name leads the text as a comment, so that the server's own
/// statistics speak our words. Made by [`sql!`](crate::sql).
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    pub name: &'static str,
    pub text: &'static str,
}

/// `sql!("orders.claim_seats", "INSERT …")`
#[macro_export]
macro_rules! sql {
    ($name:literal, $text:literal) => {
        $crate::platform::db::Sql {
            name: $name,
            text: concat!("/* ", $name, " */ ", $text),
        }
    };
}

/// A value for a statement's parameter.
pub type Value<'a> = &'a (dyn ToSql + Sync);

/// A transaction in course, and how long it waits for an answer. Opened by [`Db::write`] and
/// [`Db::examine`] only.
pub struct Tx<'a>(Transaction<'a>, Duration);

/// A connection for reading, and how long it waits for an answer.
pub struct Conn(Object, Duration);

/// A server that is frozen, not dead, keeps its connections open: nobody waits for it longer.
async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(patience, answer).await {
        Ok(answered) => Ok(answered?),
        Err(_) => Err(Error::unavailable("postgresql is silent")),
    }
}

/// What both a transaction and a connection can do with a statement.
macro_rules! statements {
    ($type:ty) => {
        impl $type {
            pub async fn query(&self, sql: &Sql, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
                let statement = within(self.1, self.0.prepare_cached(sql.text)).await?;
                within(self.1, self.0.query(&statement, values)).await
            }
            pub async fn query_opt(
                &self,
                sql: &Sql,
                values: &[Value<'_>],
            ) -> Result<Option<Row>, Error> {
                let statement = within(self.1, self.0.prepare_cached(sql.text)).await?;
                within(self.1, self.0.query_opt(&statement, values)).await
            }
            pub async fn query_one(&self, sql: &Sql, values: &[Value<'_>]) -> Result<Row, Error> {
                let statement = within(self.1, self.0.prepare_cached(sql.text)).await?;
                within(self.1, self.0.query_one(&statement, values)).await
            }
            /// Rows touched.
            pub async fn execute(&self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, Error> {
                let statement = within(self.1, self.0.prepare_cached(sql.text)).await?;
                within(self.1, self.0.execute(&statement, values)).await
            }
            /// A guarded write: touches exactly one row, or it is a bug.
            pub async fn execute_one(&self, sql: &Sql, values: &[Value<'_>]) -> Result<(), Error> {
                match self.execute(sql, values).await? {
                    1 => Ok(()),
                    n => Err(Error::bug(format!("{} touched {n} rows, not 1", sql.name))),
                }
            }
        }
    };
}
statements!(Tx<'_>);
statements!(Conn);

impl Tx<'_> {
    /// From now on the statement is sent when its future is polled first: of several that are asked
    /// together, PostgreSQL answers those first that were polled first.
    pub async fn make_ready(&self, sql: &Sql) -> Result<(), Error> {
        within(self.1, self.0.prepare_cached(sql.text)).await?;
        Ok(())
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Transaction<'a>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Set once connected and not at the start of the session, where PgBouncer refuses options. A plan
/// made while a table is small is kept while a rush makes it long: no plan reads a whole table
/// where an index serves, nor is one compiled because it looks dear then. A plan serves whatever
/// the values are: made for those of each call it was a tenth of what a checkout cost PostgreSQL.
const BOUNDS: &str =
    "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s';
    SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan";

/// For what reads whole tables: no other bound is needed, since it keeps nobody from writing.
const EXAMINATION_BOUNDS: &str = "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '30min';
    SET LOCAL work_mem = '64MB'; SET LOCAL enable_seqscan = on; SET LOCAL jit = on;
    SET LOCAL plan_cache_mode = auto";

async fn bound(client: &mut ClientWrapper) -> Result<(), HookError> {
    client
        .batch_execute(BOUNDS)
        .await
        .map_err(HookError::Backend)
}

/// The pool.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
}

impl Db {
    /// # Errors
    /// When the address cannot be parsed.
    pub fn new(url: &SecretString, connections_max: usize) -> Result<Self, String> {
        let mut config = tokio_postgres::Config::from_str(url.expose_secret())
            .map_err(|_| "DATABASE_URL cannot be parsed".to_owned())?;
        config.connect_timeout(ACQUIRE_TIMEOUT);
        // A server that fell silent is noticed by the kernel, not waited for.
        config.tcp_user_timeout(SILENCE_MAX);
        config.keepalives_idle(SILENCE_MAX);
        // A standby answers while it waits to be promoted: it is no place to sell from.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(config, NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(connections_max)
            .post_create(Hook::async_fn(|client, _| Box::pin(bound(client))))
            .wait_timeout(Some(ACQUIRE_TIMEOUT))
            .create_timeout(Some(ACQUIRE_TIMEOUT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { pool })
    }

    /// A connection for plain reads.
    pub async fn read(&self) -> Result<Conn, Error> {
        Ok(Conn(self.pool.get().await?, SILENCE_MAX))
    }

    /// Runs `body` in one transaction and commits it. A serialization failure or a deadlock runs
    /// it again, a bounded number of times; any error rolls back. No network call inside.
    pub async fn write<T>(
        &self,
        name: &'static str,
        body: impl AsyncFn(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut reruns = 0;
        loop {
            match self.attempt(SILENCE_MAX, &body).await {
                Err(Error::Bug(source)) if reruns < RERUNS_MAX && is_rerunnable(&*source) => {
                    reruns += 1;
                    tracing::debug!(transaction = name, reruns, "rerun");
                }
                Err(Error::Bug(source)) if is_rerunnable(&*source) => {
                    return Err(Error::unavailable(format!("{name} is contended")));
                }
                other => return other,
            }
        }
    }

    /// Asks one question on all that there is, in a transaction that may only read, for as long as
    /// half an hour.
    pub async fn examine<T>(
        &self,
        body: impl AsyncFn(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let body = async |tx: &Tx<'_>| {
            within(SILENCE_MAX, tx.0.batch_execute(EXAMINATION_BOUNDS)).await?;
            body(tx).await
        };
        self.attempt(EXAMINATION_MAX, &body).await
    }

    async fn attempt<T>(
        &self,
        patience: Duration,
        body: &impl AsyncFn(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.pool.get().await?;
        let done = Self::transact(&mut connection, patience, body).await;
        if matches!(done, Err(Error::Unavailable(_))) {
            // Its server has gone, is silent or may no longer write: the next caller gets another.
            drop(Object::take(connection));
        }
        done
    }

    async fn transact<T>(
        connection: &mut Object,
        patience: Duration,
        body: &impl AsyncFn(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let begun = within(SILENCE_MAX, connection.transaction()).await?;
        let tx = Tx(begun, patience);
        let value = body(&tx).await?;
        within(SILENCE_MAX, tx.0.commit()).await?;
        Ok(value)
    }
}

fn is_rerunnable(source: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    source
        .downcast_ref::<tokio_postgres::Error>()
        .and_then(tokio_postgres::Error::code)
        .is_some_and(|code| {
            *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
        })
}

/// The named constraint a failure broke, if that is what it is: stores map it to a refusal.
pub fn broken_constraint(error: &Error) -> Option<&str> {
    let Error::Bug(source) = error else {
        return None;
    };
    source
        .downcast_ref::<tokio_postgres::Error>()?
        .as_db_error()?
        .constraint()
}
