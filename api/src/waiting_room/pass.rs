//! The two tokens visitors carry, signed: a place in line, and an admission. Both name the
//! account, so that passing them on is useless; the server keeps nothing of a place.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::hmac;
use ticket_core::ids::{QueueId, UserId};
use ticket_core::queue::Place;

/// Signs and checks; the key is derived from the cookie key.
#[derive(Clone)]
pub struct Signer(hmac::Key);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlacePass {
    pub queue: QueueId,
    pub account: UserId,
    pub place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admission {
    pub queue: QueueId,
    pub account: UserId,
    pub until: Timestamp,
}

impl Signer {
    pub fn new(cookie_key: &[u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, cookie_key);
        let derived = hmac::sign(&root, b"guichet-queue-v1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    pub(super) fn place(&self, pass: &PlacePass) -> String {
        let number = match pass.place {
            Place::Number(number) => number,
            Place::Again(_) => 0,
        };
        self.sign(&format!("place|{}|{}|{number}", pass.queue, pass.account))
    }

    pub(super) fn read_place(&self, token: &str) -> Option<PlacePass> {
        let [queue, account, number] = fields(&self.open(token)?, "place")?;
        let account = account.parse().ok()?;
        Some(PlacePass {
            queue: queue.parse().ok()?,
            account,
            place: match number.parse().ok()? {
                0 => Place::Again(account),
                number => Place::Number(number),
            },
        })
    }

    pub(super) fn admission(&self, pass: &Admission) -> String {
        let until = pass.until.as_millisecond();
        self.sign(&format!(
            "admission|{}|{}|{until}",
            pass.queue, pass.account
        ))
    }

    pub(super) fn read_admission(&self, token: &str) -> Option<Admission> {
        let [queue, account, until] = fields(&self.open(token)?, "admission")?;
        Some(Admission {
            queue: queue.parse().ok()?,
            account: account.parse().ok()?,
            until: Timestamp::from_millisecond(until.parse().ok()?).ok()?,
        })
    }

    fn sign(&self, text: &str) -> String {
        let mac = hmac::sign(&self.0, text.as_bytes());
        let text = URL_SAFE_NO_PAD.encode(text);
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    fn open(&self, token: &str) -> Option<String> {
        let (text, mac) = token.split_once('.')?;
        let text = URL_SAFE_NO_PAD.decode(text).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        hmac::verify(&self.0, &text, &mac).ok()?;
        String::from_utf8(text).ok()
    }
}

fn fields(text: &str, kind: &str) -> Option<[String; 3]> {
    let mut parts = text.split('|').map(str::to_owned);
    if parts.next()? != kind {
        return None;
    }
    let fields = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(fields)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_pass_is_read_back_and_neither_forged_nor_taken_for_the_other_kind() {
        let signer = Signer::new(&[1; 32]);
        let (queue, account) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        for place in [Place::Number(7), Place::Again(account)] {
            let pass = PlacePass {
                queue,
                account,
                place,
            };
            let token = signer.place(&pass);
            assert_eq!(signer.read_place(&token), Some(pass));
            assert_eq!(signer.read_admission(&token), None);
            assert_eq!(Signer::new(&[2; 32]).read_place(&token), None);
        }
        let forged = PlacePass {
            queue,
            account,
            place: Place::Number(1),
        };
        let honest = PlacePass {
            place: Place::Number(9),
            ..forged
        };
        let (forged, honest) = (signer.place(&forged), signer.place(&honest));
        let (text, _) = forged.split_once('.').unwrap_or_default();
        let (_, mac) = honest.split_once('.').unwrap_or_default();
        assert_eq!(signer.read_place(&format!("{text}.{mac}")), None);
        for garbage in ["", ".", "a.b", "é"] {
            assert_eq!(signer.read_place(garbage), None);
        }
        let until = Timestamp::UNIX_EPOCH;
        let admission = Admission {
            queue,
            account,
            until,
        };
        let token = signer.admission(&admission);
        assert_eq!(signer.read_admission(&token), Some(admission));
    }
}
