//! Sealing at rest: AES-256-GCM in envelopes. A key-encryption key (by id, from configuration)
//! wraps data keys; a data key seals values, bound to their table, column and row.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::Error;

const KEY_LEN: usize = 32;

/// Where a sealed value lives; a value moved to another place does not open.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
    /// Tells apart what shares table, column and row; 0 nearly always.
    slot: u8,
}

impl Place {
    pub const fn new(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self {
            table,
            column,
            row,
            slot: 0,
        }
    }

    /// Of a person's wrapped data key.
    pub const fn data_key(person: Uuid) -> Self {
        Self::new("data_keys", "wrapped", person)
    }

    /// Of an event's wrapped sealing key.
    pub const fn event_sealing_key(event: Uuid) -> Self {
        Self::new("event_sealing_keys", "wrapped", event)
    }

    /// Of an event's wrapped signing key; each slot is a place of its own.
    pub const fn event_signing_key(event: Uuid, slot: u8) -> Self {
        let mut place = Self::new("event_signing_keys", "wrapped", event);
        place.slot = slot;
        place
    }

    fn associated_data(&self) -> Vec<u8> {
        let Self {
            table,
            column,
            row,
            slot,
        } = self;
        format!("{table}|{column}|{row}|{slot}").into_bytes()
    }
}

/// A wrapped key as it is stored: which key-encryption key wrapped it, and the bytes.
#[derive(Debug, Clone)]
pub struct Wrapped {
    pub kek_id: String,
    pub bytes: Vec<u8>,
}

/// One person's key. Dropping it is enough to forget it.
pub struct DataKey(LessSafeKey);

impl DataKey {
    /// Nonce, ciphertext and tag.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>, Error> {
        seal(&self.0, &place.associated_data(), plain)
    }

    pub fn seal_text(&self, place: Place, plain: &str) -> Result<Vec<u8>, Error> {
        self.seal(place, plain.as_bytes())
    }

    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        open(&self.0, &place.associated_data(), sealed)
    }

    pub fn open_text(&self, place: Place, sealed: &[u8]) -> Result<String, Error> {
        String::from_utf8(self.open(place, sealed)?.to_vec()).map_err(Error::bug)
    }
}

/// The key-encryption keys of the configuration, and the key of the blind index.
pub struct Keyring {
    keks: HashMap<String, LessSafeKey>,
    current_id: String,
    index_key: hmac::Key,
}

impl Keyring {
    /// # Errors
    /// A sentence for the operator when a key is missing or has the wrong length.
    pub fn new(keks: &SecretString, index_key: &SecretString) -> Result<Self, String> {
        let mut by_id = HashMap::new();
        let mut current_id = None;
        for entry in keks
            .expose_secret()
            .split(',')
            .map(str::trim)
            .filter(|e| !e.is_empty())
        {
            let (id, text) = entry
                .split_once(':')
                .ok_or("KEY_ENCRYPTION_KEYS: expected id:base64")?;
            let key = bound_key(&*decode_key("KEY_ENCRYPTION_KEYS", text)?)
                .map_err(|_| "KEY_ENCRYPTION_KEYS: unusable key")?;
            current_id.get_or_insert_with(|| id.to_owned());
            by_id.insert(id.to_owned(), key);
        }
        let index = decode_key("INDEX_KEY", index_key.expose_secret())?;
        Ok(Self {
            keks: by_id,
            current_id: current_id.ok_or("KEY_ENCRYPTION_KEYS is empty")?,
            index_key: hmac::Key::new(hmac::HMAC_SHA256, &*index),
        })
    }

    /// The id under which new keys are wrapped.
    pub fn current_id(&self) -> &str {
        &self.current_id
    }

    /// A fresh data key and its wrapped form, bound to `place`.
    pub fn make_data_key(&self, place: Place) -> Result<(DataKey, Wrapped), Error> {
        let bytes = Zeroizing::new(random_bytes::<KEY_LEN>()?);
        let key = bound_key(&*bytes)?;
        Ok((DataKey(key), self.wrap(place, &*bytes)?))
    }

    pub fn data_key(&self, place: Place, wrapped: &Wrapped) -> Result<DataKey, Error> {
        let bytes = self.unwrap(place, wrapped)?;
        Ok(DataKey(bound_key(&bytes)?))
    }

    /// Wraps secret bytes (a data key, an event's key) under the current key.
    pub fn wrap(&self, place: Place, secret: &[u8]) -> Result<Wrapped, Error> {
        let kek = self.kek(&self.current_id)?;
        let bytes = seal(kek, &place.associated_data(), secret)?;
        Ok(Wrapped {
            kek_id: self.current_id.clone(),
            bytes,
        })
    }

    pub fn unwrap(&self, place: Place, wrapped: &Wrapped) -> Result<Zeroizing<Vec<u8>>, Error> {
        open(
            self.kek(&wrapped.kek_id)?,
            &place.associated_data(),
            &wrapped.bytes,
        )
    }

    /// The same secret under the current key.
    pub fn rewrap(&self, place: Place, wrapped: &Wrapped) -> Result<Wrapped, Error> {
        self.wrap(place, &self.unwrap(place, wrapped)?)
    }

    /// Keyed blind index: equal values, equal bytes, and nothing else is learnt.
    pub fn blind_index(&self, kind: &str, normalised: &str) -> Vec<u8> {
        let text = format!("{kind}|{normalised}");
        hmac::sign(&self.index_key, text.as_bytes())
            .as_ref()
            .to_vec()
    }

    fn kek(&self, id: &str) -> Result<&LessSafeKey, Error> {
        self.keks
            .get(id)
            .ok_or_else(|| Error::bug(format!("no key-encryption key with id {id}")))
    }
}

/// Decodes base64 of exactly 32 bytes.
///
/// # Errors
/// A sentence that names the setting, never its value.
pub fn decode_key(setting: &str, text: &str) -> Result<Zeroizing<[u8; KEY_LEN]>, String> {
    let bytes = Zeroizing::new(
        STANDARD
            .decode(text.trim())
            .map_err(|_| format!("{setting}: not base64"))?,
    );
    let key: [u8; KEY_LEN] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| format!("{setting}: not {KEY_LEN} bytes"))?;
    Ok(Zeroizing::new(key))
}

/// Bytes from the operating system's generator.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::bug("no randomness"))?;
    Ok(bytes)
}

fn bound_key(bytes: &[u8]) -> Result<LessSafeKey, Error> {
    UnboundKey::new(&AES_256_GCM, bytes)
        .map(LessSafeKey::new)
        .map_err(|_| Error::bug("unusable key"))
}

fn seal(key: &LessSafeKey, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    // Never used twice is all that is asked of it: no call of the system for each.
    let nonce: [u8; NONCE_LEN] = rand::random();
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(associated),
        &mut body,
    )
    .map_err(|_| Error::bug("sealing failed"))?;
    let mut sealed = nonce.to_vec();
    sealed.append(&mut body);
    Ok(sealed)
}

fn open(key: &LessSafeKey, associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, body) = sealed
        .split_first_chunk::<NONCE_LEN>()
        .ok_or_else(|| Error::bug("a sealed value is too short"))?;
    let mut body = Zeroizing::new(body.to_vec());
    let plain_len = key
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(associated),
            &mut body,
        )
        .map_err(|_| Error::bug("a sealed value does not open"))?
        .len();
    body.truncate(plain_len);
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(keks: &str) -> Keyring {
        let index = STANDARD.encode([9u8; 32]);
        Keyring::new(&keks.to_owned().into(), &index.into()).unwrap()
    }

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let ring = keyring(&format!("k1:{}", STANDARD.encode([1u8; 32])));
        let row = Uuid::new_v4();
        let (key, _) = ring
            .make_data_key(Place::new("data_keys", "wrapped", row))
            .unwrap();
        let sealed = key
            .seal_text(Place::new("users", "email", row), "a@b.example")
            .unwrap();
        assert_eq!(
            key.open_text(Place::new("users", "email", row), &sealed)
                .unwrap(),
            "a@b.example"
        );
        assert!(
            key.open_text(Place::new("users", "phone", row), &sealed)
                .is_err()
        );
        assert!(
            key.open_text(Place::new("users", "email", Uuid::new_v4()), &sealed)
                .is_err()
        );
    }

    #[test]
    fn rewrapping_keeps_the_data_key() {
        let (old, new) = (STANDARD.encode([1u8; 32]), STANDARD.encode([2u8; 32]));
        let before = keyring(&format!("k1:{old}"));
        let after = keyring(&format!("k2:{new},k1:{old}"));
        let place = Place::new("data_keys", "wrapped", Uuid::new_v4());
        let (key, wrapped) = before.make_data_key(place).unwrap();
        let sealed = key.seal(place, b"x").unwrap();
        let rewrapped = after.rewrap(place, &wrapped).unwrap();
        assert_eq!(rewrapped.kek_id, "k2");
        assert_eq!(
            &*after
                .data_key(place, &rewrapped)
                .unwrap()
                .open(place, &sealed)
                .unwrap(),
            b"x"
        );
        assert!(before.data_key(place, &rewrapped).is_err());
    }
}
