//! Making the 105 signed bytes and opening them again: encrypt-then-sign, so nothing is decrypted
//! before the signature holds.

use aes::Aes256;
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit, StreamCipher},
};
use ed25519_dalek::{Signature, Signer};
use zeroize::Zeroizing;

use super::{
    CredentialDigits, CredentialKeys, EventKeys, EventSigner, SealingKey, SigningSlot,
    TicketNumbers,
};
use crate::ids::EventNumber;

pub(super) const CREDENTIAL_BYTES: usize = 105;
const SIGNED_BYTES: usize = 41;
const HEADER_BYTES: usize = 9;
const FORMAT_VERSION: u8 = 1;
/// Separates these signatures from any other made with the same key.
const CONTEXT: &[u8] = b"guichet-credential-v1";

/// A credential whose signature held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub slot: SigningSlot,
    pub numbers: TicketNumbers,
    pub keys: CredentialKeys,
}

/// Why 253 digits are no credential of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialRefused {
    #[error("the digits are no 105 bytes")]
    Overflow,
    #[error("unknown format version")]
    UnknownVersion,
    #[error("no keys of event {0} here")]
    UnknownEvent(EventNumber),
    #[error("the event has no signing key in this slot")]
    UnknownSlot,
    #[error("the signature does not hold")]
    WrongSignature,
}

/// Makes the digits of a ticket. The same arguments always make the same digits.
pub fn issue(
    signer: &EventSigner,
    sealing: &SealingKey,
    numbers: TicketNumbers,
    keys: &CredentialKeys,
) -> CredentialDigits {
    let mut bytes = [0; CREDENTIAL_BYTES];
    let (body, signature) = bytes.split_at_mut(SIGNED_BYTES);
    let (header, sealed) = body.split_at_mut(HEADER_BYTES);
    let (first, rest) = header.split_at_mut(1);
    first.fill((FORMAT_VERSION << 4) | signer.slot().get());
    rest.copy_from_slice(&numbers.to_be_bytes());
    sealed.copy_from_slice(keys.to_bytes().as_slice());
    apply_keystream(sealing, header, sealed);
    signature.copy_from_slice(&signer.key().sign(&message(body)).to_bytes());
    CredentialDigits::from_bytes(&bytes)
}

/// Verifies, then decrypts. `event_keys` finds the keys of an event known here.
///
/// # Errors
/// In the order of [`CredentialRefused`]; the event number of `UnknownEvent` is a claim that
/// nothing has verified.
pub fn open<'k>(
    digits: &CredentialDigits,
    event_keys: impl FnOnce(EventNumber) -> Option<&'k EventKeys>,
) -> Result<Opened, CredentialRefused> {
    let bytes = digits.to_bytes().map_err(|_| CredentialRefused::Overflow)?;
    let parts = Parts::of(&bytes).ok_or(CredentialRefused::Overflow)?;
    let [first, numbers @ ..] = *parts.header;
    if first >> 4 != FORMAT_VERSION {
        return Err(CredentialRefused::UnknownVersion);
    }
    let slot = SigningSlot::of_low_nibble(first);
    let numbers = TicketNumbers::from_be_bytes(numbers);
    let known = event_keys(numbers.event).ok_or(CredentialRefused::UnknownEvent(numbers.event))?;
    let verifier = known
        .verifiers
        .get(&slot)
        .ok_or(CredentialRefused::UnknownSlot)?;
    verifier
        .key()
        .verify_strict(
            &message(parts.signed),
            &Signature::from_bytes(parts.signature),
        )
        .map_err(|_| CredentialRefused::WrongSignature)?;
    let mut plain = Zeroizing::new(*parts.sealed);
    apply_keystream(&known.sealing, parts.header, plain.as_mut_slice());
    let keys = CredentialKeys::from_bytes(&plain).ok_or(CredentialRefused::Overflow)?;
    Ok(Opened {
        slot,
        numbers,
        keys,
    })
}

struct Parts<'a> {
    header: &'a [u8; HEADER_BYTES],
    sealed: &'a [u8; 32],
    signed: &'a [u8],
    signature: &'a [u8; 64],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8; CREDENTIAL_BYTES]) -> Option<Self> {
        let (signed, signature) = bytes.split_at_checked(SIGNED_BYTES)?;
        let (header, sealed) = signed.split_first_chunk()?;
        Some(Self {
            header,
            sealed: sealed.try_into().ok()?,
            signed,
            signature: signature.try_into().ok()?,
        })
    }
}

fn message(signed: &[u8]) -> Vec<u8> {
    [CONTEXT, signed].concat()
}

/// AES-256-CTR: the counter block starts as the header followed by zeros.
fn apply_keystream(sealing: &SealingKey, header: &[u8], bytes: &mut [u8]) {
    let mut counter = [0; 16];
    for (place, byte) in counter.iter_mut().zip(header) {
        *place = *byte;
    }
    Ctr128BE::<Aes256>::new(sealing.as_bytes().into(), &counter.into()).apply_keystream(bytes);
}
