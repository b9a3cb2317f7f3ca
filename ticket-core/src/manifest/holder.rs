//! A holder's record, sealed so that only the code presented at the gate opens it: a fresh record
//! key seals the record, and that key is wrapped once for the full code and once for the short one.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::base64_text;
use crate::{
    credential::HolderKey,
    formula::Formula,
    ids::{CategoryCode, TicketId, TicketSerial},
};

const NONCE_BYTES: usize = 12;
/// Say what is sealed, so that a sealed text never opens in another's place.
const RECORD_CONTEXT: &[u8] = b"guichet-holder-record-v1";
const BY_KEYS_CONTEXT: &[u8] = b"guichet-holder-key-v1";
const BY_SHORT_CONTEXT: &[u8] = b"guichet-holder-key-short-v1";

/// What the agent compares with the identity document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderRecord {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub formula: Formula,
    pub category: CategoryCode,
    /// As printed on the ticket.
    pub seat: String,
    /// The other tickets of the same Duo or Family: who opens one sees with whom its holder comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<PartyMember>,
}

/// Another ticket of the party.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyMember {
    pub ticket_id: TicketId,
    pub serial: TicketSerial,
    pub first_name: String,
    pub last_name: String,
    pub seat: String,
}

impl fmt::Debug for PartyMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartyMember(personal)")
    }
}

impl fmt::Debug for HolderRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderRecord(personal)")
    }
}

/// Each part: nonce (12) ‖ AES-256-GCM ciphertext and tag, bound to its use and to the ticket's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHolder {
    /// The record as JSON, under the record key.
    #[serde(with = "base64_text")]
    pub sealed: Vec<u8>,
    /// The record key under [`crate::credential::holder_key_from_keys`].
    #[serde(with = "base64_text")]
    pub key_by_keys: Vec<u8>,
    /// The record key under [`crate::credential::holder_key_from_short`].
    #[serde(with = "base64_text")]
    pub key_by_short: Vec<u8>,
}

/// Which code was presented, with the holder key made from it.
#[derive(Debug, Clone, Copy)]
pub enum HolderKeyFrom<'a> {
    Keys(&'a HolderKey),
    Short(&'a HolderKey),
}

/// The two keys that open one record.
#[derive(Debug)]
pub struct HolderKeys {
    pub by_keys: HolderKey,
    pub by_short: HolderKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the holder's record does not open with this code")]
pub struct HolderRefused;

/// Seals a record for its ticket.
///
/// # Errors
/// Never with the sizes in use; sealing is fallible in the cipher's interface.
pub fn seal_holder<R: CryptoRng + ?Sized>(
    record: &HolderRecord,
    ticket: TicketId,
    keys: &HolderKeys,
    rng: &mut R,
) -> Result<SealedHolder, HolderRefused> {
    let mut record_key = Zeroizing::new([0; 32]);
    rng.fill_bytes(record_key.as_mut_slice());
    let json = Zeroizing::new(serde_json::to_vec(record).map_err(|_| HolderRefused)?);
    let mut seal = |key: &[u8; 32], context: &[u8], plain: &[u8]| {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let aad = associated(context, ticket);
        let payload = Payload {
            msg: plain,
            aad: &aad,
        };
        let sealed = Aes256Gcm::new(key.into()).encrypt(&nonce.into(), payload);
        sealed
            .map(|sealed| [nonce.as_slice(), &sealed].concat())
            .map_err(|_| HolderRefused)
    };
    Ok(SealedHolder {
        sealed: seal(&record_key, RECORD_CONTEXT, &json)?,
        key_by_keys: seal(
            keys.by_keys.as_bytes(),
            BY_KEYS_CONTEXT,
            record_key.as_slice(),
        )?,
        key_by_short: seal(
            keys.by_short.as_bytes(),
            BY_SHORT_CONTEXT,
            record_key.as_slice(),
        )?,
    })
}

/// Opens a record with the key of the code that was presented.
///
/// # Errors
/// When the record is another ticket's, was changed, or the code is not its own.
pub fn open_holder(
    holder: &SealedHolder,
    ticket: TicketId,
    from: HolderKeyFrom<'_>,
) -> Result<HolderRecord, HolderRefused> {
    let (key, context, wrapped) = match from {
        HolderKeyFrom::Keys(key) => (key, BY_KEYS_CONTEXT, &holder.key_by_keys),
        HolderKeyFrom::Short(key) => (key, BY_SHORT_CONTEXT, &holder.key_by_short),
    };
    let record_key = open(key.as_bytes(), &associated(context, ticket), wrapped)?;
    let record_key: &[u8; 32] = record_key
        .as_slice()
        .try_into()
        .map_err(|_| HolderRefused)?;
    let json = open(
        record_key,
        &associated(RECORD_CONTEXT, ticket),
        &holder.sealed,
    )?;
    serde_json::from_slice(&json).map_err(|_| HolderRefused)
}

fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, HolderRefused> {
    let (nonce, msg) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(HolderRefused)?;
    let plain = Aes256Gcm::new(key.into()).decrypt(nonce.into(), Payload { msg, aad });
    plain.map(Zeroizing::new).map_err(|_| HolderRefused)
}

fn associated(context: &[u8], ticket: TicketId) -> Vec<u8> {
    [context, ticket.as_uuid().as_bytes()].concat()
}
