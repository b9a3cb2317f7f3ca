//! `TestApp`: the service with a database, a Redis prefix and a clock of its own.

use std::net::TcpListener;

use api::app::App;
use api::commands::{migrate, serve};
use api::platform::clock::Clock;
use api::platform::config::Config;
use api::workers;
use clap::Parser;
use secrecy::ExposeSecret;
use test_support::{Client, Database, Proxy};
use uuid::Uuid;

/// Base64 of 32 bytes, for the test keys.
const KEY_A: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const KEY_B: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

/// The service, ready to be asked. Jobs run only in [`TestApp::settle`], so that tests decide when.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With further settings, as on the command line: `&["--mode", "production"]`.
    pub(crate) async fn start_with(settings: &[&str]) -> Self {
        let database =
            Database::fresh(
                &schema_name(),
                |url| async move { migrate::migrate(&url).await },
            )
            .await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let clock = Clock::default();
        let config = config(&database, &url, settings);
        let app = App::new(config, clock.clone()).unwrap();
        let server = serve::server(app.clone(), vec![listener]).unwrap();
        actix_web::rt::spawn(server);
        Self {
            app,
            url,
            clock,
            database,
        }
    }

    /// A browser of its own.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Another process of the same service, on the same stores.
    pub(crate) fn twin(&self) -> App {
        App::new(self.app.config.clone(), self.clock.clone()).unwrap()
    }

    /// The settings that a command of administration needs, for a process of its own.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let config = &self.app.config;
        let owner = self.database.owner_url.clone();
        vec![
            ("MODE", "development".to_owned()),
            ("PUBLIC_URL", config.public_url.clone()),
            (
                "DATABASE_URL",
                config.database_url.expose_secret().to_owned(),
            ),
            ("DATABASE_OWNER_URL", owner),
            ("REDIS_URL", config.redis_url.expose_secret().to_owned()),
            ("REDIS_PREFIX", config.redis_prefix.clone()),
            (
                "KEY_ENCRYPTION_KEYS",
                config.key_encryption_keys.expose_secret().to_owned(),
            ),
            ("INDEX_KEY", config.index_key.expose_secret().to_owned()),
            ("COOKIE_KEY", config.cookie_key.expose_secret().to_owned()),
            (
                "MANIFEST_SIGNING_KEY",
                config.manifest_signing_key.expose_secret().to_owned(),
            ),
        ]
    }

    /// Runs every due job and every reconciler until nothing is left to do.
    pub(crate) async fn settle(&self) {
        for _ in 0..20 {
            if workers::run_once(&self.app).await.unwrap() == 0 {
                return;
            }
        }
        panic!("jobs never come to an end");
    }
}

fn config(database: &Database, url: &str, settings: &[&str]) -> Config {
    let prefix = format!("t{}:", Uuid::new_v4().simple());
    let redis_url = test_support::redis_url();
    let keks = format!("k1:{KEY_A}");
    let mut arguments = vec![
        "api",
        "--mode",
        "development",
        "--public-url",
        url,
        "--database-url",
        &database.app_url,
        "--database-owner-url",
        &database.owner_url,
        "--database-connections-max",
        "8",
        "--redis-url",
        &redis_url,
        "--redis-prefix",
        &prefix,
        "--key-encryption-keys",
        &keks,
        "--index-key",
        KEY_B,
        "--cookie-key",
        KEY_B,
        "--manifest-signing-key",
        KEY_A,
        "--sandbox-bank-secret",
        "sandbox-secret",
        // Crowds of tests come from one address.
        "--rate-limit-factor",
        "1000",
    ];
    // A later setting replaces an earlier one; an empty one takes it away.
    for setting in settings.chunks(2) {
        if let Some(at) = arguments.iter().position(|a| Some(a) == setting.first()) {
            arguments.drain(at..at + 2);
        }
    }
    let given = settings.chunks(2).filter(|pair| pair.get(1) != Some(&""));
    arguments.extend(given.flatten());
    Settings::try_parse_from(arguments)
        .unwrap_or_else(|error| panic!("{error}"))
        .config
}

/// Changes with the migrations, so that an old template is never used for a new schema.
pub(crate) fn schema_name() -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read_to_string(file).unwrap().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// A proxy before the tests' Redis, which can be cut, and the address that leads through it.
pub(crate) async fn redis_behind_proxy() -> (Proxy, String) {
    let url = test_support::redis_url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (secret, address) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (address, path) = address.split_once('/').unwrap_or((address, ""));
    let proxy = Proxy::to(address.to_owned()).await;
    let at = if secret.is_empty() { "" } else { "@" };
    let through = format!("{scheme}://{secret}{at}{}/{path}", proxy.address);
    (proxy, through)
}
