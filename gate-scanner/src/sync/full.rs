//! The whole list: now and then, and when changes are not enough. It takes minutes on a slow line,
//! so it comes beside the changes, which go on meanwhile; when it fails, link and list stay as they
//! are.

use std::sync::{Mutex as SyncMutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::spawn_blocking;

use super::centre::NoAnswer;
use super::follow::{Came, fetch, noted};
use super::list::List;
use crate::app::App;

/// After a full list that did not come, could not be kept, or was behind already.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// When the last one was taken.
#[derive(Debug, Default)]
pub(super) struct FullLists {
    taken: SyncMutex<Option<Instant>>,
    wanted: Notify,
}

impl FullLists {
    /// As soon as can be.
    pub(super) fn want(&self) {
        self.set(None);
        self.wanted.notify_one();
    }

    fn set(&self, taken: Option<Instant>) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = taken;
    }

    fn is_due(&self, every: Duration) -> bool {
        let taken = *self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.is_none_or(|taken| taken.elapsed() >= every)
    }
}

/// Runs until the process ends. The first list of all is left to whoever pulls.
pub(super) async fn follow(app: App) {
    let lists = &app.follower.full_lists;
    loop {
        if app.list().is_none() || !lists.is_due(app.config.full_list()) {
            let _ = tokio::time::timeout(app.config.poll(), lists.wanted.notified()).await;
            continue;
        }
        match take(&app).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(RETRY_AFTER).await,
            Err(error) => {
                tracing::warn!(%error, "the full list did not come");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

/// What changed since it was made goes in with it: nothing that is known is forgotten meanwhile.
async fn take(app: &App) -> Result<bool, NoAnswer> {
    let key = app.follower.pulls.lock().await.key(app).await?;
    let full = fetch(app, key, None).await?;
    let _one_at_a_time = app.follower.pulls.lock().await;
    let changes = fetch(app, key, Some(full.manifest.cursor)).await?;
    let app = app.clone();
    let done = spawn_blocking(move || install(&app, full, Some(changes)));
    done.await.map_err(|_| NoAnswer::Senseless)
}

/// Puts it in the place of what there was; `false` when another one is needed soon.
pub(super) fn install(app: &App, full: Came, changes: Option<Came>) -> bool {
    let (full, changes) = match changes {
        // The cursor of the first one means nothing any more.
        Some(instead) if instead.manifest.since.is_none() => (instead, None),
        changes => (full, changes),
    };
    app.follower.note(&full);
    let mut newer = List::of(full.manifest);
    let mut is_whole = true;
    let mut later = None;
    if let Some(Came {
        signed,
        mut manifest,
        ..
    }) = changes
    {
        is_whole = newer.retain_known(&mut manifest).is_ok();
        let is_changed = newer.is_changed_by(&manifest);
        let cursor = std::mem::replace(&mut manifest.cursor, newer.cursor);
        is_whole &= newer.merge(manifest).is_ok();
        later = Some((signed, cursor)).filter(|_| is_whole && is_changed);
    }
    newer.forget_names(app.clock.now());
    // Before it is seen: keeping it takes seconds, in which nobody need take another one.
    app.follower.full_lists.set(Some(Instant::now()));
    let differences = app.list().and_then(|list| list.differences(&newer));
    app.set_list(newer);
    match differences {
        Some(tickets) if tickets.is_empty() => {}
        Some(tickets) => app.changes.note(tickets),
        None => app.changes.begin_again(),
    }
    let is_kept = noted(app.kept.replace(&full.signed));
    if let Some((signed, cursor)) = later
        && is_kept
        && noted(app.kept.append(&signed))
    {
        app.change_list(|list| list.cursor = cursor);
    }
    let is_enough = is_whole && is_kept;
    if !is_enough {
        app.follower.full_lists.set(None);
    }
    is_enough
}
