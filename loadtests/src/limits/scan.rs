//! The least durable admission: one signature verified, one entry of a map, one line of a log that
//! is synced for all who wait together.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use tokio::sync::oneshot;

/// What a ticket's credential signs, about.
pub(crate) const MESSAGE_BYTES: usize = 41;
/// Whose tickets are admitted here; a rehearsal's key, worth nothing.
pub(crate) const SEED: [u8; 32] = [42; 32];

struct Line {
    ticket: Vec<u8>,
    synced: oneshot::Sender<()>,
}

pub(super) struct Scans {
    key: VerifyingKey,
    admitted: Mutex<HashSet<Vec<u8>>>,
    log: Sender<Line>,
}

impl Scans {
    pub(super) fn start(path: &Path) -> Result<Self, String> {
        let file = File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (log, lines) = channel();
        std::thread::spawn(move || write(file, &lines));
        Ok(Self {
            key: SigningKey::from_bytes(&SEED).verifying_key(),
            admitted: Mutex::default(),
            log,
        })
    }

    /// Whether it is the ticket's first time; `None` for what is no ticket.
    pub(super) async fn admit(&self, body: &[u8]) -> Option<bool> {
        let (message, signature) = body.split_at_checked(MESSAGE_BYTES)?;
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verify_strict(message, &signature).ok()?;
        let first = self
            .admitted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(message.to_vec());
        let (synced, done) = oneshot::channel();
        let ticket = message.to_vec();
        self.log.send(Line { ticket, synced }).ok()?;
        done.await.ok()?;
        Some(first)
    }
}

fn write(mut file: File, lines: &Receiver<Line>) {
    while let Ok(first) = lines.recv() {
        let batch: Vec<Line> = std::iter::once(first).chain(lines.try_iter()).collect();
        let bytes: Vec<u8> = batch.iter().flat_map(|line| line.ticket.clone()).collect();
        if file
            .write_all(&bytes)
            .and_then(|()| file.sync_data())
            .is_err()
        {
            // Dropped unanswered: nobody is told what is not on the disk.
            continue;
        }
        for line in batch {
            let _ = line.synced.send(());
        }
    }
}
