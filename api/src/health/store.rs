//! The smallest statement: does PostgreSQL answer, with the schema in place?

use crate::platform::db::{Db, Sql};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&PING];

const PING: Sql = sql!(
    "health.ping",
    "SELECT count(*) FROM (SELECT 1 FROM events LIMIT 1) AS one"
);

pub(super) async fn ping(db: &Db) -> Result<(), Error> {
    db.read().await?.query_one(&PING, &[]).await?;
    Ok(())
}
