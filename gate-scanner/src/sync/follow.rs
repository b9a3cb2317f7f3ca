//! Following the list: all of it at the start and now and then, what changed every second or two,
//! and at once when a scan meets a ticket that the list does not know yet.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ticket_core::manifest::{Manifest, ManifestVerifier, SignedManifest};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::centre::{self, NoAnswer};
use super::link::LinkState;
use super::list::{List, NeedsFull};
use crate::app::App;

/// What is known of the pulls; the lock of `pulls` lets one pull run at a time.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    pulls: Mutex<Pulls>,
    full: Cost,
    /// Of those with the most tickets.
    changes: Cost,
}

/// From the question until the list is in use.
#[derive(Debug, Default)]
struct Cost {
    tickets: AtomicU64,
    milliseconds: AtomicU64,
}

impl Cost {
    fn note(&self, tickets: usize, took: Duration) {
        let tickets = u64::try_from(tickets).unwrap_or(u64::MAX);
        self.tickets.store(tickets, Ordering::Relaxed);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.milliseconds.store(milliseconds, Ordering::Relaxed);
    }

    fn seen(&self) -> Value {
        json!({
            "tickets": self.tickets.load(Ordering::Relaxed),
            "milliseconds": self.milliseconds.load(Ordering::Relaxed),
        })
    }
}

impl Follower {
    /// What the last full list and the largest changes cost.
    pub(super) fn costs(&self) -> (Value, Value) {
        (self.full.seen(), self.changes.seen())
    }

    fn note(&self, is_full: bool, tickets: usize, took: Duration) {
        let largest = self.changes.tickets.load(Ordering::Relaxed);
        if is_full {
            self.full.note(tickets, took);
        } else if u64::try_from(tickets).is_ok_and(|tickets| tickets > largest) {
            self.changes.note(tickets, took);
        }
    }
}

#[derive(Debug, Default)]
struct Pulls {
    key: Option<ManifestVerifier>,
    /// When the last pull that succeeded began.
    began: Option<Instant>,
    /// When the last full list was taken.
    full: Option<Instant>,
}

/// Runs until the process ends.
pub(super) async fn follow(app: App) {
    loop {
        if let Err(error) = pull_once(&app).await {
            tracing::debug!(%error, "the list was not brought up to date");
        }
        tokio::time::sleep(app.config.poll()).await;
    }
}

/// Brings the list up to date as of this call; callers that wait together share one pull.
pub(crate) async fn pull_once(app: &App) -> Result<(), NoAnswer> {
    let asked = Instant::now();
    let mut pulls = app.follower.pulls.lock().await;
    if pulls.began.is_some_and(|began| began >= asked) {
        return Ok(());
    }
    let began = Instant::now();
    let result = pull(app, &mut pulls).await;
    let state = match &result {
        Ok(()) => LinkState::Up,
        Err(error) => {
            if let NoAnswer::Forged(refused) = error {
                tracing::error!(%refused, "the centre's list is refused");
            }
            LinkState::Down
        }
    };
    app.link.set(state, app.clock.now());
    forget_names(app, &mut pulls);
    if result.is_ok() {
        pulls.began = Some(began);
        // What waits may be told now.
        app.ledger.news.notify_one();
    }
    result
}

async fn pull(app: &App, pulls: &mut Pulls) -> Result<(), NoAnswer> {
    let key = match pulls.key {
        Some(key) => key,
        None => *pulls.key.insert(manifest_key(app).await?),
    };
    let fresh = pulls
        .full
        .is_some_and(|full| full.elapsed() < app.config.full_list());
    // The list that was loaded from disk stands until the first full one has come.
    let since = app.list().filter(|_| fresh).map(|list| list.cursor);
    let took = take(app, key, since).await?;
    if took == Took::NeedsFull {
        take(app, key, None).await?;
    }
    if took != Took::Changes {
        pulls.full = Some(Instant::now());
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Took {
    Full,
    Changes,
    NeedsFull,
}

async fn take(app: &App, key: ManifestVerifier, since: Option<i64>) -> Result<Took, NoAnswer> {
    let asked = Instant::now();
    let signed = app.centre.manifest(since).await?;
    let received = app.clock.now();
    let app = app.clone();
    // Half a second of work for 100,000 tickets.
    let done = spawn_blocking(move || {
        let manifest = key.open(&signed)?;
        if manifest.since.is_some() {
            // Made in an instant and sent at once; the full list takes seconds.
            app.skew.note_centre(manifest.generated_at, received);
        }
        let listed = manifest.events.iter().map(|event| event.tickets.len());
        let tickets = listed.sum::<usize>() + manifest.entered.len();
        let took = apply(&app, &signed, manifest);
        app.follower
            .note(took == Took::Full, tickets, asked.elapsed());
        Ok(took)
    });
    done.await.map_err(|_| NoAnswer::Senseless)?
}

fn apply(app: &App, signed: &SignedManifest, manifest: Manifest) -> Took {
    if manifest.since.is_none() {
        let mut newer = List::of(manifest);
        newer.forget_names(app.clock.now());
        let changed = app.list().and_then(|list| list.differences(&newer));
        app.set_list(newer);
        match changed {
            Some(changed) => app.changes.note(changed),
            None => app.changes.begin_again(),
        }
        note(app.kept.replace(signed));
        return Took::Full;
    }
    let Some(list) = app.list() else {
        return Took::NeedsFull;
    };
    let is_changed = list.is_changed_by(&manifest);
    drop(list);
    let of_events = manifest.events.iter();
    let changed = of_events.flat_map(|event| {
        let tickets = event.tickets.iter();
        tickets.map(move |ticket| (event.number, ticket.serial))
    });
    let entered = manifest.entered.iter().map(|one| (one.event, one.serial));
    let changed: Vec<_> = changed.chain(entered).collect();
    match app.change_list(|list| list.merge(manifest)) {
        Some(Ok(())) => {
            app.changes.note(changed);
            if is_changed {
                note(app.kept.append(signed));
            }
            Took::Changes
        }
        Some(Err(NeedsFull)) | None => Took::NeedsFull,
    }
}

/// Once an event is over, nobody's name is needed here any more.
fn forget_names(app: &App, pulls: &mut Pulls) {
    let now = app.clock.now();
    let has_any = app.list().is_some_and(|list| list.has_names_too_long(now));
    if has_any {
        app.change_list(|list| list.forget_names(now));
        // The file beside the ledger has them too: a full list replaces it.
        pulls.full = None;
    }
    let is_over = app.list().is_some_and(|list| list.is_over(now));
    if is_over && !app.link.is_up() {
        note(app.kept.remove());
    }
}

/// A list that is not kept only matters at a start without the centre.
fn note(kept: std::io::Result<()>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "the list is not kept on disk");
    }
}

/// As configured, as pinned, or asked for once and pinned.
async fn manifest_key(app: &App) -> Result<ManifestVerifier, NoAnswer> {
    if let Some(key) = known_key(app) {
        return Ok(key);
    }
    let key = app.centre.manifest_key().await?;
    let pinned = app.ledger.pin_manifest_key(key.to_bytes()).await;
    pinned.map_err(|_| NoAnswer::Senseless)?;
    Ok(key)
}

/// The key of manifests, unless the centre has yet to be asked.
pub(crate) fn known_key(app: &App) -> Option<ManifestVerifier> {
    let configured = app.config.manifest_public_key.as_deref();
    configured.and_then(centre::parse_key).or_else(|| {
        let pinned = app.ledger.manifest_key()?;
        ManifestVerifier::from_bytes(&pinned)
    })
}
