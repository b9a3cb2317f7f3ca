//! Following the list: what changed every second or two, and at once when a scan meets a ticket
//! that the list does not know yet. The whole list comes beside it, see `full`.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ticket_core::ids::{EventNumber, TicketSerial};
use ticket_core::manifest::{Manifest, ManifestVerifier, SignedManifest};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::centre::{self, NoAnswer};
use super::full::{self, FullLists};
use super::link::LinkState;
use super::list::NeedsFull;
use crate::app::App;

/// What is known of the pulls; the lock of `pulls` lets one pull run at a time.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    pub(super) pulls: Mutex<Pulls>,
    /// Since the start.
    has_pulled: AtomicBool,
    pub(super) full_lists: FullLists,
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
    /// Whether the centre has told since the start what it knows: until then a list from the disk
    /// may lack whoever is new.
    pub(crate) fn has_pulled(&self) -> bool {
        self.has_pulled.load(Ordering::Relaxed)
    }

    /// What the last full list and the largest changes cost.
    pub(super) fn costs(&self) -> (Value, Value) {
        (self.full.seen(), self.changes.seen())
    }

    pub(super) fn note(&self, came: &Came) {
        let is_full = came.manifest.since.is_none();
        let (tickets, took) = (came.count(), came.asked.elapsed());
        let largest = self.changes.tickets.load(Ordering::Relaxed);
        if is_full {
            self.full.note(tickets, took);
        } else if u64::try_from(tickets).is_ok_and(|tickets| tickets > largest) {
            self.changes.note(tickets, took);
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Pulls {
    key: Option<ManifestVerifier>,
    /// When the last pull that succeeded began.
    began: Option<Instant>,
}

impl Pulls {
    pub(super) async fn key(&mut self, app: &App) -> Result<ManifestVerifier, NoAnswer> {
        Ok(match self.key {
            Some(key) => key,
            None => *self.key.insert(manifest_key(app).await?),
        })
    }
}

/// A manifest that is the centre's own.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) signed: SignedManifest,
    pub(super) manifest: Manifest,
    asked: Instant,
}

impl Came {
    fn count(&self) -> usize {
        let listed = self.manifest.events.iter().map(|event| event.tickets.len());
        listed.sum::<usize>() + self.manifest.entered.len()
    }
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
    let app = app.clone();
    // It goes on to its end, though whoever asked may give up waiting.
    let pulled = actix_web::rt::spawn(async move { pull_in_turn(&app, asked).await });
    pulled.await.map_err(|_| NoAnswer::Senseless)?
}

async fn pull_in_turn(app: &App, asked: Instant) -> Result<(), NoAnswer> {
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
    if result.is_ok() {
        app.follower.has_pulled.store(true, Ordering::Relaxed);
    }
    app.link.set(state, app.clock.now());
    forget_names(app);
    if result.is_ok() {
        pulls.began = Some(began);
        // What waits may be told now.
        app.ledger.news.notify_one();
    }
    result
}

async fn pull(app: &App, pulls: &mut Pulls) -> Result<(), NoAnswer> {
    let key = pulls.key(app).await?;
    if app.list().is_none() {
        let full = fetch(app, key, None).await?;
        let app = app.clone();
        let done = spawn_blocking(move || full::install(&app, full, None));
        done.await.map_err(|_| NoAnswer::Senseless)?;
    }
    let since = app.list().map(|list| list.cursor);
    let came = fetch(app, key, since).await?;
    let app = app.clone();
    let done = spawn_blocking(move || apply(&app, came));
    done.await.map_err(|_| NoAnswer::Senseless)
}

/// Asks for the whole list, or for what changed since a cursor; the answer may be all of it.
pub(super) async fn fetch(
    app: &App,
    key: ManifestVerifier,
    since: Option<i64>,
) -> Result<Came, NoAnswer> {
    let asked = Instant::now();
    let signed = app.centre.manifest(since).await?;
    let received = app.clock.now();
    // Half a second of work for 100,000 tickets.
    let opened = spawn_blocking(move || {
        let manifest = key.open(&signed)?;
        Ok::<_, NoAnswer>(Came {
            signed,
            manifest,
            asked,
        })
    });
    let came = opened.await.map_err(|_| NoAnswer::Senseless)??;
    if came.manifest.since.is_some() {
        // Made in an instant and sent at once; the full list takes seconds.
        app.skew.note_centre(came.manifest.generated_at, received);
    }
    Ok(came)
}

/// The list's cursor is that of the file beside the ledger, which has no hole that way: it moves
/// when changes are on the disk. What was told after it is told again.
fn apply(app: &App, came: Came) {
    if came.manifest.since.is_none() {
        full::install(app, came, None);
        return;
    }
    app.follower.note(&came);
    let Some(list) = app.list() else {
        return;
    };
    let mut changes = came.manifest;
    let is_whole = list.retain_known(&mut changes).is_ok();
    let is_changed = list.is_changed_by(&changes);
    let cursor = std::mem::replace(&mut changes.cursor, list.cursor);
    drop(list);
    let tickets = tickets_of(&changes);
    if let Some(Err(NeedsFull)) = app.change_list(|list| list.merge(changes)) {
        app.follower.full_lists.want();
        return;
    }
    if is_changed {
        app.changes.note(tickets);
    }
    if !is_whole {
        app.follower.full_lists.want();
    } else if is_changed && noted(app.kept.append(&came.signed)) {
        app.change_list(|list| list.cursor = cursor);
    }
}

fn tickets_of(changes: &Manifest) -> Vec<(EventNumber, TicketSerial)> {
    let of_events = changes.events.iter();
    let told = of_events.flat_map(|event| {
        let tickets = event.tickets.iter();
        tickets.map(move |ticket| (event.number, ticket.serial))
    });
    let entered = changes.entered.iter().map(|one| (one.event, one.serial));
    told.chain(entered).collect()
}

/// Once an event is over, nobody's name is needed here any more.
fn forget_names(app: &App) {
    let now = app.clock.now();
    let has_any = app.list().is_some_and(|list| list.has_names_too_long(now));
    if has_any {
        app.change_list(|list| list.forget_names(now));
        // The file beside the ledger has them too: a full list replaces it.
        app.follower.full_lists.want();
    }
    let is_over = app.list().is_some_and(|list| list.is_over(now));
    if is_over && !app.link.is_up() {
        noted(app.kept.remove());
    }
}

/// A list that is not kept only matters at a start without the centre.
pub(super) fn noted(kept: std::io::Result<()>) -> bool {
    kept.inspect_err(|error| tracing::warn!(%error, "the list is not kept on disk"))
        .is_ok()
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
