//! Configuration: read once from the environment or the command line, checked before anything
//! starts. Secrets never appear in `Debug`.

use std::net::IpAddr;

use clap::{Args, ValueEnum, value_parser};
use secrecy::SecretString;

/// Development has a mailbox page and a sandbox bank; production refuses both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    Development,
    Production,
}

const DEMONSTRATION_SELLER: &str =
    "Guichet (démonstration) | 1, rue de l’Exemple | 75000 Paris | SIREN 000 000 000";
const DEMONSTRATION_VAT_NUMBER: &str = "FR 00 000000000";

/// What every command needs.
#[derive(Debug, Clone, Args)]
pub struct Config {
    #[arg(long, env = "MODE", value_enum, default_value = "production")]
    pub mode: Mode,
    /// Address the service listens on.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Address spectators type, without a slash at the end.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    pub public_url: String,
    /// Maintenance: nobody begins to buy, what is begun goes on, and the programme can be read.
    #[arg(long, env = "MAINTENANCE", value_name = "BOOL", default_value_t = false,
        action = clap::ArgAction::Set)]
    pub maintenance: bool,
    /// PostgreSQL, as the least-privileged role.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,
    /// PostgreSQL, as the owner of the tables: for `migrate` only.
    #[arg(long, env = "DATABASE_OWNER_URL", hide_env_values = true)]
    pub database_owner_url: Option<SecretString>,
    /// Proxies whose `X-Forwarded-For` is believed, comma-separated.
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// Multiplies the limits per network address: for load tests from one machine.
    #[arg(long, env = "RATE_LIMIT_FACTOR", default_value_t = 1)]
    pub rate_limit_factor: u32,
    /// Sign-ups a minute, and ten times as many sign-ins, above which all are asked for a proof of
    /// work.
    #[arg(long, env = "CROWDED_ABOVE_PER_MINUTE", default_value_t = 600)]
    pub crowded_above_per_minute: u32,
    /// Text messages an hour by country prefix; `*` is for all other countries together.
    #[arg(long, env = "SMS_CEILINGS", default_value = "+33:5000,*:500")]
    pub sms_ceilings: String,
    #[arg(long, env = "DATABASE_CONNECTIONS_MAX", default_value_t = 16)]
    pub database_connections_max: usize,
    /// Threads that answer requests; absent: one for each core.
    #[arg(long, env = "WORKERS", value_parser = value_parser!(u32).range(1..))]
    pub workers: Option<u32>,
    /// Requests at the same time that take seats or join a queue, in this process; a hold takes
    /// a few milliseconds. While they take longer fewer are let in, and what is above waits a
    /// fortieth of a second at most before it is turned away.
    #[arg(long, env = "ARRIVALS_IN_FLIGHT_MAX", default_value_t = 256,
        value_parser = value_parser!(u32).range(1..))]
    pub arrivals_in_flight_max: u32,
    /// Requests at the same time of those who order, pay or enter; they have places of their
    /// own, more than arrivals, since many orders are written together.
    #[arg(long, env = "ADMITTED_IN_FLIGHT_MAX", default_value_t = 1024,
        value_parser = value_parser!(u32).range(1..))]
    pub admitted_in_flight_max: u32,
    /// One address; several, comma-separated, or `redis+cluster://` for a Redis Cluster.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: SecretString,
    /// Before every key in Redis; lets several shops share one.
    #[arg(long, env = "REDIS_PREFIX", default_value = "")]
    pub redis_prefix: String,
    /// `id:base64` of 32 bytes, comma-separated; the first wraps, all unwrap.
    #[arg(long, env = "KEY_ENCRYPTION_KEYS", hide_env_values = true)]
    pub key_encryption_keys: SecretString,
    /// base64 of 32 bytes: keys the blind index of e-mail addresses.
    #[arg(long, env = "INDEX_KEY", hide_env_values = true)]
    pub index_key: SecretString,
    /// base64 of 32 bytes: keys CSRF tokens and other short-lived tokens.
    #[arg(long, env = "COOKIE_KEY", hide_env_values = true)]
    pub cookie_key: SecretString,
    /// base64 of 32 bytes: the Ed25519 seed that signs manifests for gates.
    #[arg(long, env = "MANIFEST_SIGNING_KEY", hide_env_values = true)]
    pub manifest_signing_key: SecretString,
    /// `smtp://user:password@host:port`; in development the service's own mailbox.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    #[arg(
        long,
        env = "MAIL_FROM",
        default_value = "Guichet <tickets@guichet.example>"
    )]
    pub mail_from: String,
    /// Development: where the in-process mail receiver behind `/dev/mailbox` listens.
    #[arg(long, env = "MAILBOX_SMTP_LISTEN")]
    pub mailbox_smtp_listen: Option<String>,
    /// Twilio-shaped SMS service: `https://sid:token@host/base`.
    #[arg(long, env = "SMS_URL", hide_env_values = true)]
    pub sms_url: Option<SecretString>,
    /// Who text messages come from: a number or a name of at most 11 letters.
    #[arg(long, env = "SMS_FROM", default_value = "Guichet")]
    pub sms_from: String,
    /// Who sells, as invoices say it: the name, then lines of address and registration, parted by
    /// `|`. Development has one of its own.
    #[arg(long, env = "SELLER")]
    pub seller: Option<String>,
    #[arg(long, env = "SELLER_VAT_NUMBER")]
    pub seller_vat_number: Option<String>,
    /// The tax within every price, in hundredths of a percent: 550 is the 5.5 % of sport and shows.
    #[arg(long, env = "VAT_BASIS_POINTS", default_value_t = 550,
        value_parser = value_parser!(u16).range(..=10_000))]
    pub vat_basis_points: u16,
    /// Shared secret of the sandbox bank; absent: no sandbox bank.
    #[arg(long, env = "SANDBOX_BANK_SECRET", hide_env_values = true)]
    pub sandbox_bank_secret: Option<SecretString>,
}

impl Config {
    pub fn is_development(&self) -> bool {
        self.mode == Mode::Development
    }

    pub fn seller(&self) -> &str {
        self.seller.as_deref().unwrap_or(DEMONSTRATION_SELLER)
    }

    pub fn seller_vat_number(&self) -> &str {
        let given = self.seller_vat_number.as_deref();
        given.unwrap_or(DEMONSTRATION_VAT_NUMBER)
    }

    /// Refuses settings that must not reach production.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn check(&self) -> Result<(), String> {
        if self.is_development() {
            return Ok(());
        }
        if self.sandbox_bank_secret.is_some() {
            return Err(
                "the sandbox bank is refused in production: unset SANDBOX_BANK_SECRET".into(),
            );
        }
        if self.mailbox_smtp_listen.is_some() {
            return Err("the mailbox is refused in production: unset MAILBOX_SMTP_LISTEN".into());
        }
        let named = [&self.seller, &self.seller_vat_number];
        let is_blank = |name: &&Option<String>| {
            let name = name.as_deref().unwrap_or_default();
            name.trim().is_empty()
        };
        if named.iter().any(is_blank) {
            return Err("production needs SELLER and SELLER_VAT_NUMBER: invoices name them".into());
        }
        if !self.public_url.starts_with("https://") {
            return Err("production needs an https:// PUBLIC_URL".into());
        }
        Ok(())
    }
}
