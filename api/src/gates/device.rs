//! Who asks: a gate device, by the token it was given once. Only the token's digest is stored.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ring::digest;
use uuid::Uuid;

use super::store;
use crate::app::App;
use crate::platform::error::Error;

/// A device whose token holds and is not revoked.
#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) id: Uuid,
    pub(super) gate: String,
    /// Where its gate is.
    pub(super) venue_id: Uuid,
    /// What enters there; empty: every event of the venue.
    pub(super) event_ids: Vec<Uuid>,
}

impl Device {
    /// Whether an event at a venue enters at its gate.
    pub(super) fn lets_in(&self, event: Uuid, venue: Uuid) -> bool {
        if self.event_ids.is_empty() {
            venue == self.venue_id
        } else {
            self.event_ids.contains(&event)
        }
    }
}

/// What the database keeps of a token.
pub(super) fn token_hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}

impl FromRequest for Device {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned();
        let token = bearer(request);
        Box::pin(async move {
            let app = app.ok_or_else(|| Error::bug("no app"))?;
            let hash = token_hash(&token.ok_or_else(refused)?);
            store::find_device(&app.db.read().await?, &hash)
                .await?
                .ok_or_else(refused)
        })
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

fn refused() -> Error {
    Error::refused(
        StatusCode::UNAUTHORIZED,
        "device_unknown",
        "this device is not known here",
    )
}
