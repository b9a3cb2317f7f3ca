//! One-time codes by time (RFC 6238): six digits of HMAC-SHA-1 in steps of thirty seconds, which is
//! what every authenticator application speaks.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::hmac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::platform::error::Error;
use crate::platform::page::percent;
use crate::platform::seal::random_bytes;

/// As long as the digest: RFC 4226 asks for it.
pub(super) const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
/// Clocks differ by half a minute, and people type slowly: one step either way.
const STEPS_TOLERANCE: i64 = 1;
const DIGITS: usize = 6;

/// What the telephone and we both know.
pub(super) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    pub(super) fn make() -> Result<Self, Error> {
        let bytes = Zeroizing::new(random_bytes::<SECRET_BYTES>()?);
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    pub(super) fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it: base32 in groups of four.
    pub(super) fn in_groups(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.0);
        let groups = text.as_bytes().chunks(4).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join(" ")
    }

    /// What the QR code says: `otpauth://totp/…`.
    pub(super) fn address(&self, account: &str) -> String {
        let secret = BASE32_NOPAD.encode(&self.0);
        format!(
            "otpauth://totp/Guichet:{}?secret={secret}&issuer=Guichet",
            percent(account)
        )
    }

    /// The step of a right code that is later than `last_step`; none for any other. Takes as long
    /// for every code.
    pub(super) fn step_of(&self, typed: &str, now: Timestamp, last_step: i64) -> Option<i64> {
        let typed: Vec<u8> = typed.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let here = now.as_second().div_euclid(STEP_SECONDS);
        let steps = here - STEPS_TOLERANCE..=here + STEPS_TOLERANCE;
        let mut found = None;
        for step in steps {
            let is_right = bool::from(self.code(step).as_bytes().ct_eq(&typed));
            if is_right && step > last_step {
                found = found.or(Some(step));
            }
        }
        found
    }

    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let digest = hmac::sign(&key, &step.to_be_bytes());
        let digest = digest.as_ref();
        let at = digest.last().map_or(0, |byte| usize::from(byte & 0x0f));
        let word = digest.get(at..).and_then(|tail| tail.first_chunk::<4>());
        let word = word.map_or(0, |bytes| u32::from_be_bytes(*bytes) & 0x7fff_ffff);
        format!("{:0DIGITS$}", word % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: the last six of its eight digits.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code(second / 30), code, "{second}");
        }
    }

    #[test]
    fn a_code_is_right_one_step_around_its_own_and_only_once() {
        let secret = secret();
        let code = secret.code(100);
        for (second, is_right) in [
            (2969, false),
            (2970, true),
            (3000, true),
            (3059, true),
            (3060, false),
        ] {
            let step = secret.step_of(&code, at(second), 0);
            assert_eq!(step, is_right.then_some(100), "{second}");
        }
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(secret.step_of(&spaced, at(3000), 99), Some(100));
        assert_eq!(secret.step_of(&code, at(3000), 100), None);
        for bad in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(secret.step_of(bad, at(3000), 0), None, "{bad}");
        }
    }

    #[test]
    fn the_address_is_what_authenticators_read() {
        assert_eq!(
            secret().address("zoé@mail.example"),
            "otpauth://totp/Guichet:zo%C3%A9%40mail.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Guichet"
        );
        assert!(secret().in_groups().starts_with("GEZD GNBV "));
    }
}
