//! Settings, from the environment or the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;

#[derive(Debug, Clone, Args)]
pub(crate) struct Config {
    /// Address of the gate's own HTTP service.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8090")]
    pub(crate) listen: String,
    /// The centre, without a path.
    #[arg(long, env = "API_URL")]
    pub(crate) api_url: String,
    /// What this device signs in with at the centre, and tablets and readers here.
    #[arg(long, env = "GATE_TOKEN", hide_env_values = true)]
    pub(crate) gate_token: SecretString,
    /// The gate whose entries tablets show when they name none.
    #[arg(long, env = "GATE_NAME")]
    pub(crate) gate_name: String,
    /// The device's name in reports.
    #[arg(long, env = "DEVICE_NAME", default_value = "gate-scanner")]
    pub(crate) device_name: String,
    /// File of the durable ledger; the list of tickets is kept beside it.
    #[arg(long, env = "LEDGER")]
    pub(crate) ledger: PathBuf,
    /// Base64 of the key that manifests are signed with. Without it, the centre is asked once and
    /// its answer is kept for ever.
    #[arg(long, env = "MANIFEST_PUBLIC_KEY")]
    pub(crate) manifest_public_key: Option<String>,
    /// How often changes are asked for.
    #[arg(long, env = "POLL_MILLISECONDS", default_value_t = 1500)]
    pub(crate) poll_milliseconds: u64,
    /// How long a scan waits for the centre before it is decided here alone.
    #[arg(long, env = "ASK_MILLISECONDS", default_value_t = 800)]
    pub(crate) ask_milliseconds: u64,
    /// How often the full list replaces what changes have made of it.
    #[arg(long, env = "FULL_LIST_SECONDS", default_value_t = 3600)]
    pub(crate) full_list_seconds: u64,
}

impl Config {
    pub(crate) const fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_milliseconds)
    }

    pub(crate) const fn ask(&self) -> Duration {
        Duration::from_millis(self.ask_milliseconds)
    }

    pub(crate) const fn full_list(&self) -> Duration {
        Duration::from_secs(self.full_list_seconds)
    }
}
