//! Money, dates and times as a reader of each language writes them. The forms themselves are
//! texts (`dates.ftl`), so that a new language needs no code.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use ticket_core::money::Money;

use super::i18n::Locale;
use super::page::Words;

/// An instant on the venue's clock.
pub fn at_venue(instant: Timestamp, utc_offset_seconds: i32) -> DateTime {
    let offset = Offset::from_seconds(utc_offset_seconds).unwrap_or(Offset::UTC);
    offset.to_datetime(instant)
}

/// French puts a no-break space before `: ; ? !`; texts from files rarely do.
pub fn typeset(locale: Locale, text: &str) -> String {
    match locale {
        Locale::En | Locale::Es | Locale::De | Locale::Ar => text.to_owned(),
        Locale::Fr => [':', ';', '?', '!']
            .into_iter()
            .fold(text.to_owned(), |text, mark| {
                text.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"))
            }),
    }
}

/// `24 €`, `1 024,50 €`, `€24.50`: cents are shown only when there are some.
pub fn money(words: Words, amount_cents: i64, currency: &str) -> String {
    if amount_cents % 100 == 0 {
        let whole = grouped(amount_cents / 100, &words.t("thousands-mark"));
        return with_currency(words, &whole, currency);
    }
    money_in_full(words, amount_cents, currency)
}

/// `24,00 €`: always with cents, for columns of figures.
pub fn money_in_full(words: Words, amount_cents: i64, currency: &str) -> String {
    let whole = grouped(amount_cents / 100, &words.t("thousands-mark"));
    let (mark, cents) = (words.t("decimal-mark"), amount_cents % 100);
    with_currency(words, &format!("{whole}{mark}{cents:02}"), currency)
}

fn with_currency(words: Words, amount: &str, currency: &str) -> String {
    match currency {
        "EUR" => words.with("money-eur", "amount", amount),
        other => format!("{amount} {other}"),
    }
}

/// An amount with its currency.
pub fn price(words: Words, price: Money) -> String {
    money(words, price.amount_cents(), price.currency().code())
}

pub(super) fn grouped(number: i64, mark: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push_str(mark);
        }
        out.push(digit);
    }
    out
}

/// `samedi 27 juillet 2026`.
pub fn date_long(words: Words, at: DateTime) -> String {
    words.with_all(
        "date-long",
        &[
            ("weekday", weekday(words, at)),
            ("day", at.day().to_string()),
            ("month", words.pick("month-", at.month().to_string())),
            ("year", at.year().to_string()),
        ],
    )
}

pub fn weekday(words: Words, at: DateTime) -> String {
    words.pick("weekday-", at.weekday().to_monday_one_offset().to_string())
}

pub fn weekday_short(words: Words, at: DateTime) -> String {
    words.pick(
        "weekday-short-",
        at.weekday().to_monday_one_offset().to_string(),
    )
}

pub fn month_short(words: Words, at: DateTime) -> String {
    words.pick("month-short-", at.month().to_string())
}

/// `19 h 30`.
pub fn time(words: Words, at: DateTime) -> String {
    words.with_all("time", &hour_and_minute(at))
}

/// From the start to the end of one event.
pub fn times(words: Words, from: DateTime, to: DateTime) -> String {
    words.with_all(
        "times",
        &[("from", clock(words, from)), ("to", clock(words, to))],
    )
}

/// An hour as it stands within a span: in German without the word that follows the whole.
fn clock(words: Words, at: DateTime) -> String {
    words.with_all("clock", &hour_and_minute(at))
}

fn hour_and_minute(at: DateTime) -> [(&'static str, String); 2] {
    [
        ("hour", at.hour().to_string()),
        ("minute", format!("{:02}", at.minute())),
    ]
}

/// From day to day for what lasts several, else the one day. What ends in the night that follows
/// is of one day.
pub fn days(words: Words, from: DateTime, to: DateTime) -> String {
    if is_one_day(from, to) {
        return date_long(words, from);
    }
    words.with_all(
        "date-span",
        &[("from", date(words, from)), ("to", date(words, to))],
    )
}

pub fn is_one_day(from: DateTime, to: DateTime) -> bool {
    const NIGHT_ENDS_HOUR: i8 = 8;
    let next_morning = from.date().tomorrow().is_ok_and(|day| day == to.date());
    from.date() == to.date() || (next_morning && to.hour() < NIGHT_ENDS_HOUR)
}

/// `27 juillet 2026`.
pub fn date(words: Words, at: DateTime) -> String {
    words.with_all(
        "date",
        &[
            ("day", at.day().to_string()),
            ("month", words.pick("month-", at.month().to_string())),
            ("year", at.year().to_string()),
        ],
    )
}

/// `27 juil.`
pub fn day(words: Words, at: DateTime) -> String {
    let month = month_short(words, at);
    words.with_all("day", &[("day", at.day().to_string()), ("month", month)])
}

/// `27 juillet 2026 à 19 h 30`.
pub fn moment(words: Words, at: DateTime) -> String {
    words.with_all(
        "moment",
        &[
            ("day", at.day().to_string()),
            ("month", words.pick("month-", at.month().to_string())),
            ("year", at.year().to_string()),
            ("time", time(words, at)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_money_and_dates_its_way() {
        let (fr, en) = (Words(Locale::Fr), Words(Locale::En));
        assert_eq!(money(fr, 102_450, "EUR"), "1\u{202f}024,50\u{a0}€");
        assert_eq!(money(en, 102_450, "EUR"), "€1,024.50");
        assert_eq!(money(en, 2_400, "EUR"), "€24");
        let at = at_venue("2026-07-25T17:30:00Z".parse().unwrap(), 7200);
        assert_eq!(date_long(fr, at), "samedi 25 juillet 2026");
        assert_eq!(date_long(en, at), "Saturday 25 July 2026");
        assert_eq!(time(fr, at), "19\u{a0}h\u{a0}30");
        assert_eq!(typeset(Locale::Fr, "Judo : finales"), "Judo\u{a0}: finales");
        let later = at_venue("2026-08-02T20:00:00Z".parse().unwrap(), 7200);
        assert_eq!(days(fr, at, later), "Du 25 juillet 2026 au 2 août 2026");
        let night = at_venue("2026-07-26T00:30:00Z".parse().unwrap(), 7200);
        assert_eq!(days(en, at, night), "Saturday 25 July 2026");
        assert_eq!(moment(en, at), "25 July 2026 at 19:30");
    }

    #[test]
    fn the_other_languages_do_as_well() {
        let [es, de, ar] = [Locale::Es, Locale::De, Locale::Ar].map(Words);
        let at = at_venue("2026-07-25T17:30:00Z".parse().unwrap(), 7200);
        let end = at_venue("2026-07-25T20:05:00Z".parse().unwrap(), 7200);
        assert_eq!(money(es, 102_450, "EUR"), "1.024,50\u{a0}€");
        assert_eq!(money(de, 2_400, "EUR"), "24\u{a0}€");
        assert_eq!(date_long(es, at), "sábado, 25 de julio de 2026");
        assert_eq!(date_long(de, at), "Samstag, 25. Juli 2026");
        assert_eq!(times(de, at, end), "19:30–22:05\u{a0}Uhr");
        assert_eq!(moment(de, at), "25. Juli 2026, 19:30\u{a0}Uhr");
        let plain = |text: String| text.replace(|it| matches!(it, '\u{2066}'..='\u{2069}'), "");
        assert_eq!(plain(money(ar, 102_450, "EUR")), "\u{200f}1,024.50\u{a0}€");
        // Inside another text they are isolated, and run from the right by their first mark.
        assert_eq!(plain(date_long(ar, at)), "\u{200f}السبت، 25 يوليو 2026");
        assert_eq!(plain(times(ar, at, end)), "\u{200f}19:30 – 22:05");
        let later = at_venue("2026-08-02T20:00:00Z".parse().unwrap(), 7200);
        let span = "من \u{200f}25 يوليو 2026 إلى \u{200f}2 أغسطس 2026";
        assert_eq!(plain(days(ar, at, later)), span);
        // The hour stays before the minute on a line that runs from right to left.
        let isolated = "\u{2066}\u{2068}19\u{2069}:\u{2068}30\u{2069}\u{2069}";
        assert_eq!(time(ar, at), isolated);
    }
}
