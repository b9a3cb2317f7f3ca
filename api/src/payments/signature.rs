//! Signed webhooks, in the shape that card providers share: `t=<seconds>,v1=<hex>`, where the
//! digest is HMAC-SHA256 over `<t>.<body>`. Several `v1` may stand there while a secret rolls.

use actix_web::http::StatusCode;
use jiff::Timestamp;
use ring::hmac;

use crate::platform::error::Error;

/// An older or younger signature may be a replay.
const TOLERANCE_SECONDS: i64 = 300;

/// The header's value for a body sent now.
pub(super) fn sign(secret: &[u8], body: &[u8], now: Timestamp) -> String {
    let seconds = now.as_second();
    let digest = hmac::sign(&key(secret), &message(&seconds.to_string(), body));
    format!("t={seconds},v1={}", hex(digest.as_ref()))
}

/// Checks a header's value against the raw bytes of the body, in constant time.
///
/// # Errors
/// `signature_invalid`, without saying which part was wrong.
pub(super) fn verify(
    secret: &[u8],
    header: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let time = parts()
        .find_map(|(name, value)| (name == "t").then_some(value))
        .ok_or_else(forged)?;
    let seconds: i64 = time.parse().map_err(|_| forged())?;
    if seconds.abs_diff(now.as_second()) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(forged());
    }
    let (key, message) = (key(secret), message(time, body));
    let holds = parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, value)| unhex(value))
        .any(|digest| hmac::verify(&key, &message, &digest).is_ok());
    if holds { Ok(()) } else { Err(forged()) }
}

/// The refusal of a body that the provider did not sign.
pub(super) fn forged() -> Error {
    Error::refused(
        StatusCode::BAD_REQUEST,
        "signature_invalid",
        "the signature does not hold",
    )
}

fn key(secret: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret)
}

fn message(time: &str, body: &[u8]) -> Vec<u8> {
    [time.as_bytes(), b".", body].concat()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"secret";
    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_signature_holds_for_its_body_secret_and_time_only() {
        let header = sign(SECRET, BODY, at(1000));
        assert!(verify(SECRET, &header, BODY, at(1000)).is_ok());
        assert!(verify(SECRET, &header, BODY, at(1300)).is_ok());
        assert!(verify(SECRET, &header, BODY, at(1301)).is_err());
        assert!(verify(SECRET, &header, BODY, at(699)).is_err());
        assert!(verify(b"other", &header, BODY, at(1000)).is_err());
        assert!(verify(SECRET, &header, b"{}", at(1000)).is_err());
        let moved = header.replace("t=1000", "t=1001");
        assert!(verify(SECRET, &moved, BODY, at(1000)).is_err());
    }

    #[test]
    fn while_a_secret_rolls_any_of_the_signatures_may_hold() {
        let (old, new) = (sign(b"old", BODY, at(9)), sign(SECRET, BODY, at(9)));
        let both = format!("{old},{}", new.split_once(',').unwrap().1);
        assert!(verify(SECRET, &both, BODY, at(9)).is_ok());
    }

    #[test]
    fn a_mangled_header_is_refused() {
        for header in ["", "t=", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=é", "t=1,v1=0"] {
            assert!(verify(SECRET, header, BODY, at(1)).is_err(), "{header}");
        }
    }
}
