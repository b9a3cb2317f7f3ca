//! The smallest statement: does PostgreSQL answer, with the schema in place?

use jiff::Timestamp;

use crate::platform::db::{Conn, Db, Sql};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&PING, &NOW];

const PING: Sql = sql!(
    "health.ping",
    "SELECT count(*) FROM (SELECT 1 FROM events LIMIT 1) AS one"
);

const NOW: Sql = sql!("health.now", "SELECT clock_timestamp() AS now");

pub(super) async fn ping(db: &Db) -> Result<(), Error> {
    db.read().await?.query_one(&PING, &[]).await?;
    Ok(())
}

pub(super) async fn now(connection: &Conn) -> Result<Timestamp, Error> {
    Ok(connection.query_one(&NOW, &[]).await?.get("now"))
}
