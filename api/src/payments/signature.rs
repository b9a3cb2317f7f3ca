//! Signed webhooks, in the shape that card providers share: `t=<seconds>,v1=<hex>`, where the
//! digest is HMAC-SHA256 over `<t>.<body>`. Several `v1` may stand there while a secret rolls.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use jiff::Timestamp;
use ring::hmac;

/// An older or younger signature may be a replay.
const TOLERANCE_SECONDS: u64 = 300;

/// The header's value for a body sent now.
pub(super) fn sign(secret: &[u8], body: &[u8], now: Timestamp) -> String {
    let seconds = now.as_second();
    let digest = hmac::sign(&key(secret), &message(&seconds.to_string(), body));
    format!("t={seconds},v1={}", hex(digest.as_ref()))
}

/// Whether a header's value was made with the secret for these raw bytes, lately; constant time.
pub(super) fn holds(secret: &[u8], header: &str, body: &[u8], now: Timestamp) -> bool {
    let parts = || {
        header
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
    };
    let Some((_, time)) = parts().find(|(name, _)| *name == "t") else {
        return false;
    };
    let is_lately = time
        .parse::<i64>()
        .is_ok_and(|second| second.abs_diff(now.as_second()) <= TOLERANCE_SECONDS);
    let (key, message) = (key(secret), message(time, body));
    is_lately
        && parts()
            .filter(|(name, _)| *name == "v1")
            .filter_map(|(_, value)| unhex(value))
            .any(|digest| hmac::verify(&key, &message, &digest).is_ok())
}

/// The digest of a message that is not bound to a time.
pub(super) fn digest(secret: &[u8], message: &[u8]) -> String {
    hex(hmac::sign(&key(secret), message).as_ref())
}

/// Whether [`digest`] made this of the message; constant time.
pub(super) fn is_digest(secret: &[u8], message: &[u8], digest: &str) -> bool {
    unhex(digest).is_some_and(|digest| hmac::verify(&key(secret), message, &digest).is_ok())
}

fn key(secret: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret)
}

fn message(time: &str, body: &[u8]) -> Vec<u8> {
    [time.as_bytes(), b".", body].concat()
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
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
        assert!(holds(SECRET, &header, BODY, at(1000)));
        assert!(holds(SECRET, &header, BODY, at(1300)));
        assert!(!holds(SECRET, &header, BODY, at(1301)));
        assert!(!holds(SECRET, &header, BODY, at(699)));
        assert!(!holds(b"other", &header, BODY, at(1000)));
        assert!(!holds(SECRET, &header, b"{}", at(1000)));
        let moved = header.replace("t=1000", "t=1001");
        assert!(!holds(SECRET, &moved, BODY, at(1000)));
    }

    #[test]
    fn while_a_secret_rolls_any_of_the_signatures_may_hold() {
        let (old, new) = (sign(b"old", BODY, at(9)), sign(SECRET, BODY, at(9)));
        let both = format!("{old},{}", new.split_once(',').unwrap().1);
        assert!(holds(SECRET, &both, BODY, at(9)));
    }

    #[test]
    fn a_mangled_header_is_refused() {
        for header in [
            "",
            "t=",
            "t=1",
            "v1=00",
            "t=x,v1=00",
            "t=1,v1=é",
            "t=1,v1=0",
        ] {
            assert!(!holds(SECRET, header, BODY, at(1)), "{header}");
        }
    }
}
