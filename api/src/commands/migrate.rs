//! `api migrate`: applies the migrations as the owner of the tables.

use secrecy::ExposeSecret;
use tokio_postgres::NoTls;

use crate::platform::config::Config;

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// # Errors
/// When the database cannot be reached or refuses a migration.
pub async fn run(config: &Config) -> Result<(), String> {
    let url = config
        .database_owner_url
        .as_ref()
        .ok_or("migrate needs DATABASE_OWNER_URL")?;
    let applied = migrate(url.expose_secret()).await?;
    tracing::info!(applied, "schema is up to date");
    Ok(())
}

/// Applies what is missing; returns how many migrations that was.
///
/// # Errors
/// When the database cannot be reached or refuses a migration.
pub async fn migrate(owner_url: &str) -> Result<usize, String> {
    let (mut client, connection) = tokio_postgres::connect(owner_url, NoTls)
        .await
        .map_err(|error| format!("cannot reach PostgreSQL: {error}"))?;
    let connection = actix_web::rt::spawn(connection);
    let report = embedded::migrations::runner().run_async(&mut client).await;
    drop(client);
    connection.abort();
    report
        .map(|done| done.applied_migrations().len())
        .map_err(|error| format!("{error:#}"))
}
