//! The short code: 22 digits for laser readers and for typing. Valid only against a list.

use std::fmt;

use subtle::ConstantTimeEq;

use super::{TicketKey, TicketNumbers, Unreadable, derived::hmac_sha256};

const CONTEXT: &[u8] = b"guichet-short-v1";
const MODULUS: u128 = 100_000_000_000_000_000_000;

/// 20 digits and two check digits (ISO 7064 MOD 97-10). Compared in constant time.
#[derive(Clone)]
pub struct ShortCode(String);

impl ShortCode {
    pub const DIGITS: usize = 22;

    pub fn of(key: &TicketKey, numbers: TicketNumbers) -> Self {
        let mac = hmac_sha256(key.as_bytes(), &[CONTEXT, &numbers.to_be_bytes()]);
        let body = mac.iter().fold(0_u128, |rest, byte| {
            (rest * 256 + u128::from(*byte)) % MODULUS
        });
        Self(format!("{body:020}{:02}", 98 - body * 100 % 97))
    }

    /// Accepts exactly 22 digits whose check digits are right.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if text.len() != Self::DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Unreadable);
        }
        let number: u128 = text.parse().map_err(|_| Unreadable)?;
        if number % 97 == 1 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Unreadable)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for ShortCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for ShortCode {}

impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortCode(secret)")
    }
}
