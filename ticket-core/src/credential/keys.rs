//! The keys: of a user, of a ticket, and of an event (signing with slots, sealing).
//! None prints its content; all are wiped when dropped.

use std::{collections::BTreeMap, fmt};

use ed25519_dalek::{SigningKey, VerifyingKey};
use rand::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

macro_rules! secret_keys {
    ($($(#[$doc:meta])* $name:ident, $length:literal);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; $length]);

        impl $name {
            pub const LENGTH_BYTES: usize = $length;

            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// `None` unless there are exactly as many bytes as the key has.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
                let mut bytes = [0; $length];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }

            pub const fn as_bytes(&self) -> &[u8; $length] {
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

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    )+};
}

secret_keys! {
    /// One per account, made with it, never changed.
    UserKey, 16;
    /// One per ticket, made with it, never changed.
    TicketKey, 16;
    /// Encrypts the two keys inside an event's credentials. One per event.
    SealingKey, 32;
}

/// The two keys that a credential carries and a gate compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialKeys {
    pub user: UserKey,
    pub ticket: TicketKey,
}

impl CredentialKeys {
    /// User key ‖ ticket key.
    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        let (user, ticket) = bytes.split_at_mut(UserKey::LENGTH_BYTES);
        user.copy_from_slice(self.user.as_bytes());
        ticket.copy_from_slice(self.ticket.as_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let (user, ticket) = bytes.split_at(UserKey::LENGTH_BYTES);
        Some(Self {
            user: UserKey::from_slice(user)?,
            ticket: TicketKey::from_slice(ticket)?,
        })
    }
}

/// Which of an event's signing keys; the low nibble of a credential's first byte.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u8", into = "u8")]
pub struct SigningSlot(u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing slot is 0 to 15")]
pub struct NotSigningSlot;

impl SigningSlot {
    pub const fn new(slot: u8) -> Result<Self, NotSigningSlot> {
        if slot < 16 {
            Ok(Self(slot))
        } else {
            Err(NotSigningSlot)
        }
    }

    pub const fn get(self) -> u8 {
        self.0
    }

    pub(super) const fn of_low_nibble(byte: u8) -> Self {
        Self(byte & 0x0f)
    }
}

impl TryFrom<u8> for SigningSlot {
    type Error = NotSigningSlot;

    fn try_from(slot: u8) -> Result<Self, NotSigningSlot> {
        Self::new(slot)
    }
}

impl From<SigningSlot> for u8 {
    fn from(slot: SigningSlot) -> Self {
        slot.0
    }
}

/// A signing key of an event in its slot. Wiped when dropped.
pub struct EventSigner {
    slot: SigningSlot,
    key: SigningKey,
}

impl EventSigner {
    pub fn generate<R: CryptoRng + ?Sized>(slot: SigningSlot, rng: &mut R) -> Self {
        Self {
            slot,
            key: SigningKey::generate(rng),
        }
    }

    /// From the 32 bytes of RFC 8032's private key.
    pub fn from_bytes(slot: SigningSlot, bytes: &[u8; 32]) -> Self {
        Self {
            slot,
            key: SigningKey::from_bytes(bytes),
        }
    }

    /// For sealing at rest only.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes())
    }

    pub const fn slot(&self) -> SigningSlot {
        self.slot
    }

    pub fn verifier(&self) -> EventVerifier {
        EventVerifier(self.key.verifying_key())
    }

    pub(super) const fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl fmt::Debug for EventSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventSigner(slot {}, secret)", self.slot.get())
    }
}

/// The public half of an [`EventSigner`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventVerifier(VerifyingKey);

impl EventVerifier {
    /// `None` for bytes that are no point of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().map(Self)
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    pub(super) const fn key(&self) -> &VerifyingKey {
        &self.0
    }
}

/// What a gate needs to open the credentials of one event.
#[derive(Debug, Clone)]
pub struct EventKeys {
    pub verifiers: BTreeMap<SigningSlot, EventVerifier>,
    pub sealing: SealingKey,
}
