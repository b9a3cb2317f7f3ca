//! What manifests hold instead of keys and codes: digests to compare with, and the keys that open
//! a holder's record only for whoever presents the code.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{CredentialKeys, SealingKey, ShortCode};

macro_rules! digests {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name([u8; 32]);

        impl $name {
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl PartialEq for $name {
            /// In constant time.
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}
    )+};
}

digests! {
    /// SHA-256 of the two keys: what a gate without the database compares.
    KeysDigest,
    /// HMAC of the short code under the event's sealing key: how a gate finds a ticket by it.
    ShortCodeDigest,
}

/// `SHA-256("guichet-keys-v1" ‖ user key ‖ ticket key)`.
pub fn keys_digest(keys: &CredentialKeys) -> KeysDigest {
    let digest = Sha256::new()
        .chain_update(b"guichet-keys-v1")
        .chain_update(keys.to_bytes().as_slice());
    KeysDigest(digest.finalize().into())
}

/// `HMAC-SHA256(sealing key, "guichet-short-digest-v1" ‖ 22 digits)`. Keyed, because 10^20
/// codes could be tried against a bare digest; the list of one event is useless for another.
pub fn short_code_digest(sealing: &SealingKey, code: &ShortCode) -> ShortCodeDigest {
    let parts: [&[u8]; 2] = [b"guichet-short-digest-v1", code.as_str().as_bytes()];
    ShortCodeDigest(hmac_sha256(sealing.as_bytes(), &parts))
}

/// Wraps the key of a holder's record. Wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct HolderKey([u8; 32]);

impl HolderKey {
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKey(secret)")
    }
}

/// For whoever presents the full or live code: HKDF of user key ‖ ticket key.
pub fn holder_key_from_keys(keys: &CredentialKeys) -> HolderKey {
    HolderKey(*hkdf_sha256(
        None,
        keys.to_bytes().as_slice(),
        b"guichet-holder-v1",
    ))
}

/// For whoever presents the short code: HKDF of its 22 digits, salted with the event's sealing key.
pub fn holder_key_from_short(sealing: &SealingKey, code: &ShortCode) -> HolderKey {
    let salt = Some(sealing.as_bytes().as_slice());
    HolderKey(*hkdf_sha256(
        salt,
        code.as_str().as_bytes(),
        b"guichet-holder-short-v1",
    ))
}

pub(super) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(super) fn hkdf_sha256(salt: Option<&[u8]>, ikm: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut okm = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(salt, ikm)
        .expand(info, okm.as_mut_slice())
        .expect("32 bytes are one block, HKDF gives 255");
    okm
}
