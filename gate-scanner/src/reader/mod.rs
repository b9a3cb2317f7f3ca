//! `gate-scanner reader`: for fixed gates and Linux tablets. Finds USB readers, also when they are
//! plugged in later, keeps them for itself, and shows what they read to the gate service. One line
//! of JSON on the standard output for each verdict, for whatever opens the turnstile.

mod find;
mod keys;
mod listen;
mod pos;
mod post;
mod serial;
mod text;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;
use tokio::sync::mpsc;

use find::Found;
use listen::Read;

/// A reader that was plugged in is in use within that time.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Codes that wait for the service; who holds a ticket holds it up again.
const QUEUE_LENGTH: usize = 16;

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The gate service.
    #[arg(long, env = "GATE_URL", default_value = "http://127.0.0.1:8090")]
    gate_url: String,
    /// What this device signs in with there.
    #[arg(long, env = "GATE_TOKEN", hide_env_values = true)]
    gate_token: SecretString,
    /// The gate that the readers stand at.
    #[arg(long, env = "GATE_NAME")]
    gate_name: String,
    /// Parts of the names of keyboards that are readers, in lower case. An empty part takes every
    /// keyboard, also the one that people type on.
    #[arg(
        long,
        env = "READER_NAMES",
        value_delimiter = ',',
        default_value = "barcode,bar code,scanner,reader,imager,honeywell,zebra,symbol,datalogic,\
                         newland,opticon,denso,cipherlab,unitech,netum,tera,inateck,eyoyo"
    )]
    names: Vec<String>,
    /// More serial ports, besides those that USB readers make.
    #[arg(long, env = "READER_PORTS", value_delimiter = ',')]
    ports: Vec<PathBuf>,
    #[arg(long, hide = true, default_value = "/dev")]
    dev: PathBuf,
    #[arg(long, hide = true, default_value = "/sys")]
    sys: PathBuf,
}

/// Runs until it is told to stop.
///
/// # Errors
/// A sentence for the operator.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let poster = post::Poster::new(&settings)?;
    let (sender, mut codes) = mpsc::channel(QUEUE_LENGTH);
    actix_web::rt::spawn(look_out(settings, sender));
    tracing::info!("looking for readers");
    while let Some(read) = codes.recv().await {
        poster.show(&read).await;
    }
    Ok(())
}

/// Starts a thread for each reader that is new; it ends when its reader is gone.
async fn look_out(settings: Settings, codes: mpsc::Sender<Read>) {
    let mut heard: HashMap<Found, Arc<AtomicBool>> = HashMap::new();
    // What cannot be opened is said once, not every second.
    let mut refused: HashMap<Found, String> = HashMap::new();
    loop {
        let here = find::all(&settings);
        heard.retain(|found, ended| here.contains(found) && !ended.load(Ordering::Acquire));
        refused.retain(|found, _| here.contains(found));
        for found in here {
            if heard.contains_key(&found) {
                continue;
            }
            match listen::start(&found, &settings, codes.clone()) {
                Ok(ended) => {
                    refused.remove(&found);
                    heard.insert(found, ended);
                }
                Err(error) => {
                    let error = error.to_string();
                    if refused.get(&found) != Some(&error) {
                        let name = found.name();
                        tracing::warn!(reader = %name, error, "a reader cannot be used");
                        refused.insert(found, error);
                    }
                }
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
