//! What people type about themselves, parsed once: from here on an `EmailAddress` is one.

use secrecy::{ExposeSecret, SecretString};
use ticket_core::account;
use ticket_core::limits::{EMAIL_BYTES_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

use crate::notifications::ascii_address;
use crate::platform::error::Error;

/// RFC 5321: the part before the `@`.
const LOCAL_PART_BYTES_MAX: usize = 64;

/// An address that could exist; the mail that is sent there proves whether it does.
#[derive(Clone)]
pub(crate) struct EmailAddress {
    typed: String,
    normalised: String,
}

impl EmailAddress {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let typed = text.trim();
        let refused = || Error::invalid("email", "not an e-mail address");
        if typed.len() > EMAIL_BYTES_MAX {
            return Err(refused());
        }
        let normalised = ascii_address(typed).ok_or_else(refused)?.to_lowercase();
        let (local, domain) = normalised.rsplit_once('@').ok_or_else(refused)?;
        let dotted = domain.contains('.') && !domain.ends_with('.');
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let top_level_is_word = domain.rsplit('.').next().is_some_and(|top| !numeric(top));
        if is_local_part(local) && dotted && top_level_is_word {
            return Ok(Self {
                typed: typed.to_owned(),
                normalised,
            });
        }
        Err(refused())
    }

    /// As its owner writes it.
    pub(crate) fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The one form of all ways to write it: what the blind index is made of.
    pub(crate) fn normalised(&self) -> &str {
        &self.normalised
    }
}

fn is_local_part(local: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= LOCAL_PART_BYTES_MAX
        && local
            .split('.')
            .all(|word| !word.is_empty() && word.bytes().all(atom))
}

/// A number in E.164; spaces, dots, dashes and brackets are forgiven.
pub(super) fn parse_phone(text: &str) -> Result<Option<String>, Error> {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !".-()/".contains(*c))
        .collect();
    if kept.is_empty() {
        return Ok(None);
    }
    let digits = kept
        .strip_prefix('+')
        .or_else(|| kept.strip_prefix("00"))
        .unwrap_or_default();
    let right = (8..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if right {
        return Ok(Some(format!("+{digits}")));
    }
    Err(Error::invalid("phone", "write it as +33612345678"))
}

/// A name by the one rule of names, told of its field.
pub(super) fn parse_name(field: &'static str, text: &str) -> Result<String, Error> {
    account::parse_name(text).map_err(|refused| Error::invalid(field, refused.to_string()))
}

/// Long enough to be worth hashing, short enough to be hashed.
pub(super) fn parse_password(password: SecretString) -> Result<SecretString, Error> {
    let count = password.expose_secret().chars().count();
    if (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&count) {
        return Ok(password);
    }
    let detail = format!("{PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters");
    Err(Error::invalid("password", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_normalised_form() {
        let forms = [" Zoe.Martin+a@Example.ORG ", "zoe.martin+a@example.org"];
        for form in forms {
            let address = EmailAddress::parse(form).unwrap();
            assert_eq!(address.normalised(), "zoe.martin+a@example.org");
            assert_eq!(address.as_typed(), form.trim());
        }
        let idn = EmailAddress::parse("zoe@Müller.example").unwrap();
        assert_eq!(idn.normalised(), "zoe@xn--mller-kva.example");
    }

    #[test]
    fn what_cannot_be_mailed_to_is_no_address() {
        let long = format!("{}@example.org", "a".repeat(65));
        let bad = [
            "",
            "@",
            "a@",
            "@b.example",
            "a b@c.example",
            "a@b",
            "a@1.2.3.4",
            "a@b..example",
            ".a@b.example",
            "a.@b.example",
            "a\r\nBcc: x@b.example",
            "a@b.example.",
            "<a@b.example>",
            "a@b@c.example ,",
            &long,
        ];
        for text in bad {
            assert!(EmailAddress::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_phone_is_read_in_every_usual_dress() {
        let read = |text| parse_phone(text).unwrap();
        assert_eq!(read("+33 6 12.34-56 78").as_deref(), Some("+33612345678"));
        assert_eq!(read("0033612345678").as_deref(), Some("+33612345678"));
        assert_eq!(read("  "), None);
        for bad in [
            "0612345678",
            "+0123456789",
            "+33",
            "+336123456789012345",
            "+33x12345678",
        ] {
            assert!(parse_phone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_is_counted_in_characters() {
        let parse = |text: &str| parse_password(text.to_owned().into());
        assert!(parse(&"é".repeat(10)).is_ok());
        assert!(parse(&"é".repeat(9)).is_err());
        assert!(parse(&"a".repeat(200)).is_ok());
        assert!(parse(&"a".repeat(201)).is_err());
    }
}
