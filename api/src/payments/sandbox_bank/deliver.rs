//! Sending the bank's webhooks: signed, and sent again with longer and longer pauses until the
//! shop answers with success.

use std::sync::OnceLock;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use secrecy::ExposeSecret;

use super::super::{sandbox_client, signature};
use super::store::{self, Webhook};
use crate::app::App;
use crate::platform::error::Error;

const BATCH: i64 = 64;
/// On their way at once.
const TOGETHER: usize = 32;
const ATTEMPTS_MAX: i32 = 15;
const TIMEOUT: Duration = Duration::from_secs(5);

/// Sends what is due; returns how many webhooks reached the shop.
pub(in crate::payments) async fn deliver_due(app: &App) -> Result<usize, Error> {
    let Some(secret) = &app.config.sandbox_bank_secret else {
        return Ok(0);
    };
    let now = app.clock.now();
    let due = app
        .db
        .write("sandbox_bank.lease", async |tx| {
            store::lease_webhooks(tx, now, BATCH).await
        })
        .await?;
    let sent: Vec<(i64, bool, bool)> = stream::iter(due)
        .map(|webhook| async move {
            let header = signature::sign(
                secret.expose_secret().as_bytes(),
                webhook.body.as_bytes(),
                app.clock.now(),
            );
            let arrived = send(app, &webhook, &header).await;
            let is_done = arrived || webhook.attempts >= ATTEMPTS_MAX;
            (webhook.id, arrived, is_done)
        })
        .buffered(TOGETHER)
        .collect()
        .await;
    let done: Vec<i64> = sent
        .iter()
        .filter(|(_, _, is_done)| *is_done)
        .map(|(id, _, _)| *id)
        .collect();
    if !done.is_empty() {
        app.db
            .write("sandbox_bank.delivered", async |tx| {
                store::mark_webhooks_done(tx, &done, app.clock.now()).await
            })
            .await?;
    }
    Ok(sent.iter().filter(|(_, arrived, _)| *arrived).count())
}

async fn send(app: &App, webhook: &Webhook, header: &str) -> bool {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    let build = || {
        reqwest::Client::builder()
            .timeout(TIMEOUT)
            .no_proxy()
            .build()
            .ok()
    };
    let Some(client) = CLIENT.get_or_init(build) else {
        return false;
    };
    let url = format!(
        "{}/webhooks/{}",
        app.config.public_url,
        sandbox_client::NAME
    );
    let answer = client
        .post(url)
        .header(sandbox_client::SIGNATURE_HEADER, header)
        .header("content-type", "application/json")
        .body(webhook.body.clone())
        .send()
        .await;
    match answer {
        Ok(answer) => answer.status().is_success(),
        Err(error) => {
            tracing::info!(%error, webhook.attempts, "a webhook did not arrive");
            false
        }
    }
}
