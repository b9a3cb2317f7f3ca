//! A ceiling on what text messages may cost: so many an hour for each country. Counted in
//! PostgreSQL, in the transaction that asks for the message: a counter in Redis that is lost, or
//! not there, would let an invoice grow without end.

use std::str::FromStr;

use jiff::Timestamp;

use super::store;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;

const HOUR_SECONDS: i64 = 3600;
/// All countries that have no ceiling of their own share this one.
const ELSEWHERE: &str = "*";

/// Messages an hour, by country prefix: `+33:5000,*:500`.
#[derive(Debug)]
pub(super) struct Ceilings(Vec<(String, i64)>);

impl FromStr for Ceilings {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "SMS_CEILINGS is not like `+33:5000,*:500`".to_owned();
        let mut ceilings = Vec::new();
        for entry in text.split(',') {
            let (prefix, ceiling) = entry.trim().split_once(':').ok_or_else(wrong)?;
            let digits = prefix.strip_prefix('+').unwrap_or_default();
            let is_prefix = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if !is_prefix && prefix != ELSEWHERE {
                return Err(wrong());
            }
            let ceiling: u32 = ceiling.parse().map_err(|_| wrong())?;
            ceilings.push((prefix.to_owned(), i64::from(ceiling)));
        }
        Ok(Self(ceilings))
    }
}

impl Ceilings {
    /// The longest prefix of a number in E.164, with its ceiling. Nothing for a country that
    /// nobody thought of: its ceiling is 0.
    fn of(&self, phone: &str) -> (&str, i64) {
        self.0
            .iter()
            .filter(|(prefix, _)| prefix == ELSEWHERE || phone.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len() * usize::from(prefix != ELSEWHERE))
            .map_or((ELSEWHERE, 0), |(prefix, ceiling)| (prefix, *ceiling))
    }
}

/// Whether a message may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Within,
    /// Until the hour is over.
    Beyond {
        for_seconds: u64,
    },
}

/// Counts one message to a number in E.164. The first that is beyond the ceiling in an hour is
/// told to the log, by country.
pub(crate) async fn count_sms(app: &App, tx: &Tx<'_>, phone: &str) -> Result<Counted, Error> {
    let now = app.clock.now();
    let into_hour = now.as_second().rem_euclid(HOUR_SECONDS);
    let hour = Timestamp::from_second(now.as_second() - into_hour).map_err(Error::bug)?;
    let (prefix, ceiling) = app.notifications.ceilings.of(phone);
    if store::count_within(tx, (prefix, hour), ceiling).await? {
        return Ok(Counted::Within);
    }
    if store::mark_told(tx, (prefix, hour), now).await? {
        tracing::warn!(
            prefix,
            ceiling,
            "the hour's ceiling of text messages is reached"
        );
    }
    Ok(Counted::Beyond {
        for_seconds: (HOUR_SECONDS - into_hour).unsigned_abs(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_has_the_ceiling() {
        let ceilings: Ceilings = "*:20, +1:100,+1876:0,+33:5000".parse().unwrap();
        assert_eq!(ceilings.of("+33612345678"), ("+33", 5000));
        assert_eq!(ceilings.of("+12125550100"), ("+1", 100));
        assert_eq!(ceilings.of("+18765550100"), ("+1876", 0));
        assert_eq!(ceilings.of("+4915112345678"), ("*", 20));
        let listed: Ceilings = "+33:5000".parse().unwrap();
        assert_eq!(listed.of("+4915112345678"), ("*", 0));
    }

    #[test]
    fn a_ceiling_that_cannot_be_read_is_refused() {
        for text in ["", "+33", "33:1", "+:1", "+33:-1", "+33:many", "+33:1,"] {
            assert!(text.parse::<Ceilings>().is_err(), "{text}");
        }
    }
}
