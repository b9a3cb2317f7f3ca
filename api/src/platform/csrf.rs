//! Anti-forgery tokens: a keyed digest of the cookie that the request rides on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

/// Makes and checks tokens; they live and die with the cookie they are bound to.
pub struct Csrf(hmac::Key);

impl Csrf {
    pub fn new(cookie_key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, cookie_key))
    }

    /// The token for a cookie's value.
    pub fn token(&self, cookie: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &message(cookie)).as_ref())
    }

    /// Constant-time check.
    pub fn holds(&self, cookie: &str, token: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(token)
            .is_ok_and(|given| hmac::verify(&self.0, &message(cookie), &given).is_ok())
    }
}

fn message(cookie: &str) -> Vec<u8> {
    format!("guichet-csrf-v1|{cookie}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_one_cookie() {
        let csrf = Csrf::new(&[7; 32]);
        let token = csrf.token("one");
        assert!(csrf.holds("one", &token));
        assert!(!csrf.holds("two", &token));
        assert!(!csrf.holds("one", "not base64 !"));
        assert!(!csrf.holds("one", ""));
    }
}
