//! The live code: the credential followed by a time code, made on the phone without a network.
//! A gate that has opened the credential holds the ticket key and needs no list to check it.

use std::fmt;

use jiff::Timestamp;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{
    CredentialDigits, TicketKey, Unreadable,
    derived::{hkdf_sha256, hmac_sha256},
};
use crate::limits::{LIVE_CODE_STEP_SECONDS, LIVE_CODE_STEPS_TOLERANCE};

const INFO: &[u8] = b"guichet-live-v1";

/// Eight digits of TOTP (RFC 6238: SHA-256, 15 s step, T0 = 0). Compared in constant time.
#[derive(Clone, Copy)]
pub struct LiveCode(u32);

impl LiveCode {
    pub const DIGITS: usize = 8;
    const MODULUS: u32 = 100_000_000;

    pub fn at(key: &TicketKey, now: Timestamp) -> Self {
        Self::at_step(key, step(now))
    }

    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if text.len() != Self::DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Unreadable);
        }
        text.parse().map(Self).map_err(|_| Unreadable)
    }

    fn at_step(key: &TicketKey, step: i64) -> Self {
        Self(totp(live_seed(key).as_slice(), step))
    }
}

/// What a phone makes live codes of. Leads back to no key, and makes no credential.
pub fn live_seed(key: &TicketKey) -> Zeroizing<[u8; 32]> {
    hkdf_sha256(None, key.as_bytes(), INFO)
}

/// RFC 4226, section 5.3, with the 32 bytes of HMAC-SHA256, to eight digits.
pub(super) fn totp(seed: &[u8], step: i64) -> u32 {
    let mac = hmac_sha256(seed, &[&step.max(0).to_be_bytes()]);
    let [.., last] = mac;
    let offset = usize::from(last & 0x0f);
    let word = mac
        .iter()
        .skip(offset)
        .take(4)
        .fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
    (word & 0x7fff_ffff) % LiveCode::MODULUS
}

impl PartialEq for LiveCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for LiveCode {}

impl fmt::Display for LiveCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

impl fmt::Debug for LiveCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LiveCode(secret)")
    }
}

/// 261 digits, good for about half a minute.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveDigits(String);

impl LiveDigits {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LiveDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LiveDigits(secret)")
    }
}

/// The credential with the time code of `now`.
pub fn live_digits(credential: &CredentialDigits, key: &TicketKey, now: Timestamp) -> LiveDigits {
    LiveDigits(format!("{}{}", credential.as_str(), LiveCode::at(key, now)))
}

/// A screenshot, a wrong clock, or an invented code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the live code is not of this moment")]
pub struct LiveCodeStale;

/// Accepts the code of this step and of two steps either way.
pub fn check_live(key: &TicketKey, code: LiveCode, now: Timestamp) -> Result<(), LiveCodeStale> {
    let here = step(now);
    let fits = (-LIVE_CODE_STEPS_TOLERANCE..=LIVE_CODE_STEPS_TOLERANCE)
        .map(|away| LiveCode::at_step(key, here + away).0.ct_eq(&code.0))
        .fold(Choice::from(0), |any, one| any | one);
    if bool::from(fits) {
        Ok(())
    } else {
        Err(LiveCodeStale)
    }
}

/// How many steps the code is away from `now`, where negative is the past; `None` when it is not
/// within `reach` steps. Measures clocks; whether a code is accepted is [`check_live`]'s to say.
pub fn live_steps(key: &TicketKey, code: LiveCode, now: Timestamp, reach: u16) -> Option<i64> {
    let (here, reach) = (step(now), i64::from(reach));
    // The nearest one first: by chance another one may fit as well.
    let outwards = (0..=reach).flat_map(|away| [-away, away]);
    let seed = live_seed(key);
    let mut fits = outwards.filter(|away| LiveCode(totp(seed.as_slice(), here + away)) == code);
    fits.next()
}

fn step(now: Timestamp) -> i64 {
    now.as_second().div_euclid(LIVE_CODE_STEP_SECONDS)
}
