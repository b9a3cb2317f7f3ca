//! The secrets of an event: signing keys by slot and one sealing key, wrapped by the keyring.

use std::collections::BTreeMap;

use ticket_core::credential::{self, EventSigner, SealingKey, SigningSlot};
use ticket_core::ids::EventId;

use super::store;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::seal::{Keyring, Place, Wrapped, random_bytes};

/// What issuing needs and what gates get.
#[derive(Debug)]
pub struct EventKeys {
    /// Signs new credentials: the highest slot.
    pub signer: EventSigner,
    /// Verifying keys of every slot, and the sealing key.
    pub gate: credential::EventKeys,
}

/// The keys of one event, unwrapped.
///
/// # Errors
/// When PostgreSQL does not answer, or a key-encryption key is missing.
pub async fn event_keys(app: &App, event: EventId) -> Result<EventKeys, Error> {
    let rows = store::list_keys(&app.db.read().await?, event).await?;
    let sealing = app
        .keyring
        .unwrap(Place::event_sealing_key(event.as_uuid()), &rows.sealing)?;
    let sealing = SealingKey::from_slice(&sealing)
        .ok_or_else(|| Error::bug("a sealing key has another length"))?;
    let mut verifiers = BTreeMap::new();
    let mut signer = None;
    for (slot, wrapped) in &rows.signing {
        let bytes = app.keyring.unwrap(
            Place::event_signing_key(event.as_uuid(), slot.get()),
            wrapped,
        )?;
        let bytes: &[u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| Error::bug("a signing key has another length"))?;
        let key = EventSigner::from_bytes(*slot, bytes);
        verifiers.insert(*slot, key.verifier());
        signer = Some(key);
    }
    Ok(EventKeys {
        signer: signer.ok_or_else(|| Error::bug("an event has no signing key"))?,
        gate: credential::EventKeys { verifiers, sealing },
    })
}

/// Fresh keys of a new event, as they are stored.
pub(super) struct NewKeys {
    pub(super) public_key: Vec<u8>,
    pub(super) signing: Wrapped,
    pub(super) sealing: Wrapped,
}

impl NewKeys {
    pub(super) fn make(keyring: &Keyring, event: EventId) -> Result<Self, Error> {
        let slot = SigningSlot::new(0).map_err(Error::bug)?;
        let signer = EventSigner::from_bytes(slot, &random_bytes()?);
        let sealing = SealingKey::from_bytes(random_bytes()?);
        Ok(Self {
            public_key: signer.verifier().to_bytes().to_vec(),
            signing: keyring.wrap(
                Place::event_signing_key(event.as_uuid(), slot.get()),
                &*signer.to_bytes(),
            )?,
            sealing: keyring.wrap(
                Place::event_sealing_key(event.as_uuid()),
                sealing.as_bytes(),
            )?,
        })
    }
}
