//! Accounts: the activation code's rules and what refuses people at the door of the account.

use jiff::{SignedDuration, Timestamp};
use rand::{CryptoRng, RngExt};
use subtle::ConstantTimeEq;

use crate::limits::{
    ACTIVATION_CODE_LENGTH, ACTIVATION_CODE_TTL_SECONDS, ACTIVATION_TRIES_MAX, NAME_CHARS_MAX,
};

/// No 0/O, 1/I/L, U/V: what people misread on a small screen.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A fresh activation code from the unambiguous alphabet.
pub fn activation_code<R: CryptoRng + ?Sized>(rng: &mut R) -> String {
    (0..ACTIVATION_CODE_LENGTH)
        .filter_map(|_| ALPHABET.get(rng.random_range(0..ALPHABET.len())))
        .map(|letter| char::from(*letter))
        .collect()
}

/// As typed: any case, spaces and dashes ignored.
pub fn normalize_activation_code(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.take(2 * ACTIVATION_CODE_LENGTH)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// The name of a person, as it will be printed: in any script, on one line.
///
/// White space at the ends is dropped, within it becomes one space. What would break the line,
/// hide, or turn the text around is refused; the joiners that some scripts need are not.
///
/// # Errors
/// What is wrong with it.
pub fn parse_name(typed: &str) -> Result<String, NameRefused> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let typed = typed.trim();
    if typed.chars().any(|c| turns(c) || breaks(c)) {
        return Err(NameRefused::Unprintable);
    }
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(NameRefused::Length);
    }
    Ok(name)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameRefused {
    #[error("1 to {NAME_CHARS_MAX} characters")]
    Length,
    #[error("letters only, on one line")]
    Unprintable,
}

/// A code that was sent and is not used yet. `digest` is of the code, which is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    pub digest: [u8; 32],
    pub sent_at: Timestamp,
    pub tries: u32,
}

impl Activation {
    /// Checks a try; the caller counts it (also the wrong ones) and deletes the code once used.
    pub fn check(&self, digest_of_typed: &[u8; 32], now: Timestamp) -> Result<(), AccountRefused> {
        let ttl = SignedDuration::from_secs(ACTIVATION_CODE_TTL_SECONDS);
        if now.duration_since(self.sent_at) >= ttl || self.tries >= ACTIVATION_TRIES_MAX {
            return Err(AccountRefused::CodeExpired);
        }
        if bool::from(self.digest.ct_eq(digest_of_typed)) {
            Ok(())
        } else {
            Err(AccountRefused::CodeWrong)
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefused {
    #[error("the account is not active")]
    NotActive,
    #[error("wrong e-mail or password")]
    SignInWrong,
    #[error("wrong code")]
    CodeWrong,
    #[error("the code has expired")]
    CodeExpired,
    #[error("the password is right: send it again with a code of the second factor")]
    SecondFactorRequired,
    #[error("too many tries")]
    RateLimited,
}

impl AccountRefused {
    /// The stable code of the contract.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotActive => "account_not_active",
            Self::SignInWrong => "credentials_wrong",
            Self::CodeWrong => "code_wrong",
            Self::CodeExpired => "code_expired",
            Self::SecondFactorRequired => "second_factor_required",
            Self::RateLimited => "rate_limited",
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_code_has_six_unambiguous_letters_and_is_read_as_typed() {
        let code = activation_code(&mut StdRng::seed_from_u64(1));
        assert_eq!(code.len(), 6);
        assert!(code.bytes().all(|letter| ALPHABET.contains(&letter)));
        assert_ne!(code, activation_code(&mut StdRng::seed_from_u64(2)));
        let typed = format!(" {}-{} ", code[..3].to_lowercase(), &code[3..]);
        assert_eq!(normalize_activation_code(&typed), code);
    }

    #[test]
    fn a_name_is_in_any_script_on_one_line_and_not_turned_around() {
        for good in [
            "Zoë",
            "Αθηνά",
            "محمد",
            "王",
            "O’Brien-Łukasz",
            "علی\u{200c}رضا",
        ] {
            assert_eq!(parse_name(good).as_deref(), Ok(good));
        }
        let spaced = parse_name("  Anne \u{a0} Marie ");
        assert_eq!(spaced.as_deref(), Ok("Anne Marie"));
        let longest = "é".repeat(NAME_CHARS_MAX);
        assert_eq!(parse_name(&longest), Ok(longest.clone()));
        for bad in ["", "  ", &format!("{longest}x")] {
            assert_eq!(parse_name(bad), Err(NameRefused::Length), "{bad:?}");
        }
        for bad in [
            "a\nb",
            "a\0",
            "a\u{7}b",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{2028}b",
        ] {
            assert_eq!(parse_name(bad), Err(NameRefused::Unprintable), "{bad:?}");
        }
    }

    #[test]
    fn a_code_lives_ten_minutes_and_five_tries() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let sent = Activation {
            digest: [1; 32],
            sent_at: at(0),
            tries: 4,
        };
        assert_eq!(sent.check(&[1; 32], at(599)), Ok(()));
        assert_eq!(
            sent.check(&[2; 32], at(599)),
            Err(AccountRefused::CodeWrong)
        );
        assert_eq!(
            sent.check(&[1; 32], at(600)),
            Err(AccountRefused::CodeExpired)
        );
        let tried = Activation { tries: 5, ..sent };
        assert_eq!(
            tried.check(&[1; 32], at(1)),
            Err(AccountRefused::CodeExpired)
        );
    }
}
