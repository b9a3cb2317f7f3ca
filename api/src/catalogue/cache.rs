//! Which snapshot is the present one: loaded at first use, replaced when the catalogue changes,
//! kept when PostgreSQL is down.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::rt::time::sleep;

use super::contents::Snapshot;
use super::free::LastLook;
use super::store;
use crate::app::App;
use crate::platform::error::Error;

/// How soon a change made elsewhere shows here.
const POLL: Duration = Duration::from_secs(2);

/// The slot for the present snapshot; one per process.
#[derive(Default)]
pub struct Cache {
    present: RwLock<Option<Arc<Snapshot>>>,
    pub(super) free: LastLook,
}

impl Cache {
    fn get(&self) -> Option<Arc<Snapshot>> {
        self.present
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn put(&self, snapshot: Arc<Snapshot>) {
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
    }
}

/// The present snapshot; the first caller of a process loads it.
///
/// # Errors
/// Only when nothing was ever loaded and PostgreSQL does not answer.
pub async fn snapshot(app: &App) -> Result<Arc<Snapshot>, Error> {
    match app.catalogue.get() {
        Some(snapshot) => Ok(snapshot),
        None => load(app).await,
    }
}

/// Looks whether the catalogue has changed, and loads it if so.
///
/// # Errors
/// When PostgreSQL does not answer; the snapshot in use stays.
pub async fn refresh(app: &App) -> Result<Arc<Snapshot>, Error> {
    if let Some(present) = app.catalogue.get() {
        let version = store::get_version(&app.db.read().await?).await?;
        if version == present.version() {
            return Ok(present);
        }
    }
    load(app).await
}

async fn load(app: &App) -> Result<Arc<Snapshot>, Error> {
    let conn = app.db.read().await?;
    // The version first: a change in between is then seen as one at the next poll.
    let version = store::get_version(&conn).await?;
    let events = store::list_events(&conn).await?;
    let snapshot = Arc::new(Snapshot::new(version, events));
    app.catalogue.put(snapshot.clone());
    app.front.forget_pages();
    tracing::info!(events = snapshot.events().len(), "catalogue loaded");
    Ok(snapshot)
}

/// Follows changes for as long as the process lives.
pub async fn watch(app: App) {
    loop {
        if let Err(error) = refresh(&app).await {
            error.log();
        }
        sleep(POLL).await;
    }
}
