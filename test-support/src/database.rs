//! A database per test, cloned from a template that is migrated once per schema version.

use std::future::Future;
use std::str::FromStr;

use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

/// Held while a template is made, so that parallel test processes make it once.
const TEMPLATE_LOCK: i64 = 0x6775_6963;

/// A database of one test; dropped with it.
#[derive(Debug)]
pub struct Database {
    name: String,
    /// As the owner of the tables.
    pub owner_url: String,
    /// As the service's least-privileged role.
    pub app_url: String,
}

impl Database {
    /// Clones the template of this `schema` (a name that changes with the migrations), making it
    /// first with `migrate(owner_url)` when it is missing.
    ///
    /// # Panics
    /// When PostgreSQL does not answer: tests cannot go on.
    pub async fn fresh<F, Fut>(schema: &str, migrate: F) -> Self
    where
        F: FnOnce(String) -> Fut,
        Fut: Future<Output = Result<usize, String>>,
    {
        let admin = connect(&crate::setting("TEST_DATABASE_URL")).await;
        let template = format!("guichet_template_{schema}");
        ensure_template(&admin, &template, migrate).await;
        let name = format!("guichet_{}", Uuid::new_v4().simple());
        run(
            &admin,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        let owner_url = url_of(&name, None);
        Self {
            app_url: url_of(&name, Some(("guichet_app", "app"))),
            owner_url,
            name,
        }
    }

    /// A connection as the owner, for hand-written SQL.
    ///
    /// # Panics
    /// When PostgreSQL does not answer.
    pub async fn owner(&self) -> Client {
        connect(&self.owner_url).await
    }

    /// A connection as the service's role.
    ///
    /// # Panics
    /// When PostgreSQL does not answer.
    pub async fn app(&self) -> Client {
        connect(&self.app_url).await
    }
}

impl Drop for Database {
    /// In a thread of its own that nobody waits for: to drop a database PostgreSQL waits for
    /// everyone who is just signing in, and that may be a client of this very thread.
    fn drop(&mut self) {
        let name = self.name.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async move {
                    let admin = connect(&crate::setting("TEST_DATABASE_URL")).await;
                    let _ = admin
                        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                        .await;
                });
            }
        });
    }
}

async fn ensure_template<F, Fut>(admin: &Client, template: &str, migrate: F)
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = Result<usize, String>>,
{
    run(admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let found = admin
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&template])
        .await
        .unwrap_or_else(|error| panic!("cannot list databases: {error}"));
    if found.is_none() {
        run(admin, &ROLE.replace('\n', " ")).await;
        let making = format!("{template}_making");
        run(
            admin,
            &format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"),
        )
        .await;
        run(admin, &format!("CREATE DATABASE {making}")).await;
        migrate(url_of(&making, None))
            .await
            .unwrap_or_else(|error| panic!("migrate: {error}"));
        // The migrating connection may still be closing.
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{making}'"
        );
        run(admin, &end).await;
        run(
            admin,
            &format!("ALTER DATABASE {making} RENAME TO {template}"),
        )
        .await;
    }
    run(
        admin,
        &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"),
    )
    .await;
}

const ROLE: &str = "DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'guichet_app') THEN
        CREATE ROLE guichet_app LOGIN PASSWORD 'app';
    END IF; END $$";

async fn run(client: &Client, sql: &str) {
    client
        .batch_execute(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .unwrap_or_else(|error| panic!("PostgreSQL does not answer: {error}"));
    tokio::spawn(connection);
    client
}

/// The test server's address with another database, and another role if given.
fn url_of(database: &str, role: Option<(&str, &str)>) -> String {
    let base = Config::from_str(&crate::setting("TEST_DATABASE_URL"))
        .unwrap_or_else(|error| panic!("TEST_DATABASE_URL: {error}"));
    let host = match base.get_hosts().first() {
        Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
        _ => panic!("TEST_DATABASE_URL needs a TCP host"),
    };
    let port = base.get_ports().first().copied().unwrap_or(5432);
    let own_password = base
        .get_password()
        .map(|p| String::from_utf8_lossy(p).into_owned());
    let (user, password) = role.map_or_else(
        || {
            (
                base.get_user().unwrap_or("postgres").to_owned(),
                own_password,
            )
        },
        |(user, password)| (user.to_owned(), Some(password.to_owned())),
    );
    let secret = password.map(|p| format!(":{p}")).unwrap_or_default();
    format!("postgres://{user}{secret}@{host}:{port}/{database}")
}
