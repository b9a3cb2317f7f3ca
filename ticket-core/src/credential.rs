//! The credential: the signed digits shown at a gate, and what is derived from the same keys.
//!
//! `docs/credential.md` is the specification; this is its reference implementation. A credential is
//! never stored: it is made from the keys when it is shown. Keys are [`zeroize`]d, compared in
//! constant time and never printed. Sealing keys at rest is left to the services.

mod derived;
mod digits;
mod keys;
mod live;
mod short;
mod signed;

pub use derived::{
    HolderKey, KeysDigest, ShortCodeDigest, holder_key_from_keys, holder_key_from_short,
    keys_digest, short_code_digest,
};
pub use digits::{CredentialDigits, Presented, Unreadable, classify};
pub use keys::{
    CredentialKeys, EventKeys, EventSigner, EventVerifier, SealingKey, SigningSlot, TicketKey,
    UserKey,
};
pub use live::{
    LiveCode, LiveCodeStale, LiveDigits, check_live, live_digits, live_seed, live_steps,
};
pub use short::ShortCode;
pub use signed::{CredentialRefused, Opened, issue, open};

use crate::ids::{EventNumber, IssueNumber, TicketSerial};

/// Which ticket a credential is of. Invariant kept by the issuer: whenever a key of a ticket's
/// holder changes, `issue` goes up, so that no keystream is ever used for two contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketNumbers {
    pub event: EventNumber,
    pub serial: TicketSerial,
    pub issue: IssueNumber,
}

impl TicketNumbers {
    /// Bytes 1–8 of the credential.
    fn to_be_bytes(self) -> [u8; 8] {
        let [e0, e1, e2] = self.event.to_be_bytes();
        let [s0, s1, s2, s3] = self.serial.0.to_be_bytes();
        [e0, e1, e2, s0, s1, s2, s3, self.issue.0]
    }

    const fn from_be_bytes(bytes: [u8; 8]) -> Self {
        let [e0, e1, e2, s0, s1, s2, s3, issue] = bytes;
        Self {
            event: EventNumber::from_be_bytes([e0, e1, e2]),
            serial: TicketSerial(u32::from_be_bytes([s0, s1, s2, s3])),
            issue: IssueNumber(issue),
        }
    }
}

#[cfg(test)]
mod tests;
