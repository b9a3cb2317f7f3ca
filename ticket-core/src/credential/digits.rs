//! Bytes as decimal digits and back, and telling the three kinds of presented code apart.

use std::fmt;

use num_bigint::BigUint;

use super::{LiveCode, ShortCode, signed::CREDENTIAL_BYTES};

/// ⌈105 · 8 · log10 2⌉: what 105 bytes need.
pub(super) const CREDENTIAL_DIGITS: usize = 253;
pub(super) const LIVE_DIGITS: usize = CREDENTIAL_DIGITS + LiveCode::DIGITS;

/// 253 digits, of which nothing is known yet but that they are 253 digits.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialDigits(String);

/// More than 105 bytes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overflow;

impl CredentialDigits {
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if text.len() == CREDENTIAL_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Unreadable)
        }
    }

    pub(super) fn from_bytes(bytes: &[u8; CREDENTIAL_BYTES]) -> Self {
        let digits = BigUint::from_bytes_be(bytes).to_str_radix(10);
        Self(format!("{digits:0>CREDENTIAL_DIGITS$}"))
    }

    pub(super) fn to_bytes(&self) -> Result<[u8; CREDENTIAL_BYTES], Overflow> {
        let number = BigUint::parse_bytes(self.0.as_bytes(), 10).ok_or(Overflow)?;
        let significant = number.to_bytes_be();
        let zeros = CREDENTIAL_BYTES
            .checked_sub(significant.len())
            .ok_or(Overflow)?;
        let mut bytes = [0; CREDENTIAL_BYTES];
        let (_, tail) = bytes.split_at_mut(zeros);
        tail.copy_from_slice(&significant);
        Ok(bytes)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CredentialDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialDigits(secret)")
    }
}

/// What was shown at a gate, told apart by length alone; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// 253 digits.
    Full(CredentialDigits),
    /// 253 + 8 digits.
    Live(CredentialDigits, LiveCode),
    /// 22 digits with right check digits.
    Short(ShortCode),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither 253, 261 nor 22 digits with right check digits")]
pub struct Unreadable;

/// Reads what a reader or a hand typed. Spaces anywhere are ignored, all else must be digits.
pub fn classify(text: &str) -> Result<Presented, Unreadable> {
    // No reader sends more; bounds the work on junk.
    if text.len() > 4 * LIVE_DIGITS {
        return Err(Unreadable);
    }
    let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    match digits.len() {
        ShortCode::DIGITS => ShortCode::parse(&digits).map(Presented::Short),
        CREDENTIAL_DIGITS => CredentialDigits::parse(&digits).map(Presented::Full),
        LIVE_DIGITS => {
            let (credential, code) = digits
                .split_at_checked(CREDENTIAL_DIGITS)
                .ok_or(Unreadable)?;
            Ok(Presented::Live(
                CredentialDigits::parse(credential)?,
                LiveCode::parse(code)?,
            ))
        }
        _ => Err(Unreadable),
    }
}
