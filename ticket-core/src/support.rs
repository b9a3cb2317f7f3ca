//! Requests and claims that people write to the organiser: a case with a number that can be read
//! out on the telephone, what it is about, and whose turn it is.

use std::fmt;

use crate::limits::{CASE_FILES_MAX, CASE_TEXT_CHARS_MAX};

/// What a case is about: the list that people choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    Order,
    Payment,
    Ticket,
    Name,
    Entrance,
    Accessibility,
    Account,
    /// Two factors without telephone and kept codes: nothing opens the account any more.
    SecondFactor,
    /// Something went wrong and the writer wants it made good.
    Claim,
    Other,
}

impl Subject {
    pub const ALL: [Self; 10] = [
        Self::Order,
        Self::Payment,
        Self::Ticket,
        Self::Name,
        Self::Entrance,
        Self::Accessibility,
        Self::Account,
        Self::SecondFactor,
        Self::Claim,
        Self::Other,
    ];

    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Payment => "payment",
            Self::Ticket => "ticket",
            Self::Name => "name",
            Self::Entrance => "entrance",
            Self::Accessibility => "accessibility",
            Self::Account => "account",
            Self::SecondFactor => "second_factor",
            Self::Claim => "claim",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseState {
    /// The staff's.
    Open,
    /// The writer's, if they want to say more.
    Answered,
    /// Nobody's; a further message opens it again.
    Closed,
}

impl CaseState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Closed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    Person,
    Staff,
}

impl Author {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Staff => "staff",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Person, Self::Staff]
            .into_iter()
            .find(|it| it.name() == text)
    }

    /// Whose turn it is once they have written.
    pub const fn then(self) -> CaseState {
        match self {
            Self::Person => CaseState::Open,
            Self::Staff => CaseState::Answered,
        }
    }
}

/// `GC-7F3K-92`: 30 bits that were drawn at random, in an alphabet that cannot be misheard.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// Crockford's base 32: no I, L, O or U, which are misread or misheard.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const DIGITS: usize = 6;

    /// Of the highest 30 bits of a random number.
    pub fn of_random(mut bits: u32) -> Self {
        let mut digits = String::new();
        for _ in 0..Self::DIGITS {
            let digit = usize::try_from(bits >> 27).unwrap_or_default();
            digits.push(Self::ALPHABET.get(digit).copied().map_or('0', char::from));
            bits <<= 5;
        }
        Self::grouped(&digits)
    }

    /// Reads a number as typed: any case, with or without its dashes.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| *c != '-' && *c != ' ')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let digits = plain.strip_prefix("GC")?;
        let right = digits.len() == Self::DIGITS
            && digits.bytes().all(|digit| Self::ALPHABET.contains(&digit));
        right.then(|| Self::grouped(digits))
    }

    fn grouped(digits: &str) -> Self {
        let (first, second) = digits.split_at(4);
        Self(format!("GC-{first}-{second}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a message is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextRefused {
    #[error("nothing is written")]
    Empty,
    #[error("longer than {CASE_TEXT_CHARS_MAX} characters")]
    TooLong,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    #[error("more than {CASE_FILES_MAX} files")]
    TooMany,
    #[error("larger than 5 MB")]
    TooLarge,
    #[error("empty")]
    Empty,
    #[error("neither PDF nor JPEG nor PNG, whatever its name says")]
    WrongKind,
    #[error("damaged")]
    Broken,
    #[error("a PDF with programs in it")]
    Active,
    #[error("a PDF that asks for a password")]
    Locked,
}

impl FileRefused {
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooMany => "too-many",
            Self::TooLarge => "too-large",
            Self::Empty => "empty",
            Self::WrongKind => "wrong-kind",
            Self::Broken => "broken",
            Self::Active => "active",
            Self::Locked => "locked",
        }
    }
}

/// A text as it is kept: line ends are `\n`, other control characters go.
pub fn parse_text(text: &str) -> Result<String, TextRefused> {
    let kept: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
        .collect();
    let kept = kept.trim();
    if kept.is_empty() {
        return Err(TextRefused::Empty);
    }
    if kept.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(TextRefused::TooLong);
    }
    Ok(kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = CaseNumber::of_random(0x1234_5678);
        assert_eq!(number.as_str().len(), "GC-7F3K-92".len());
        assert_eq!(
            CaseNumber::parse(" gc 7f3k92 ").unwrap().as_str(),
            "GC-7F3K-92"
        );
        assert_eq!(CaseNumber::parse(number.as_str()), Some(number));
        for wrong in [
            "",
            "GC",
            "GC-7F3K-9",
            "GC-7F3K-922",
            "GX-7F3K-92",
            "GC-7F3K-9U",
            "GC-é3K-92",
        ] {
            assert_eq!(CaseNumber::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn all_bits_of_a_number_count() {
        assert_eq!(CaseNumber::of_random(0).as_str(), "GC-0000-00");
        assert_eq!(CaseNumber::of_random(u32::MAX).as_str(), "GC-ZZZZ-ZZ");
        assert_eq!(CaseNumber::of_random(1 << 2).as_str(), "GC-0000-01");
    }

    #[test]
    fn a_text_keeps_its_lines_and_loses_what_cannot_be_seen() {
        assert_eq!(
            parse_text(" a\r\nb\u{0}\u{1b}[2J\n"),
            Ok("a\nb[2J".to_owned())
        );
        assert_eq!(parse_text(" \n\u{0} "), Err(TextRefused::Empty));
        let long = "é".repeat(CASE_TEXT_CHARS_MAX);
        assert!(parse_text(&long).is_ok());
        assert_eq!(parse_text(&(long + "é")), Err(TextRefused::TooLong));
    }

    #[test]
    fn names_lead_back() {
        for subject in Subject::ALL {
            assert_eq!(Subject::parse(subject.name()), Some(subject));
        }
        for state in CaseState::ALL {
            assert_eq!(CaseState::parse(state.name()), Some(state));
        }
        assert_eq!(
            Author::parse("staff").map(Author::then),
            Some(CaseState::Answered)
        );
    }
}
