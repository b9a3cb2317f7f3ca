//! Searching the catalogue: pure, over one snapshot. Free places are the caller's business.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Snapshot;
use super::event::Event;

/// Every wish narrows the result; none at all gives everything that is still to come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// Words that must all occur in titles, programmes, sport, venue, city or code.
    pub q: String,
    pub sport: Option<String>,
    pub venue: Option<String>,
    /// Days on the venue's clock, both included.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub max_price_cents: Option<i64>,
}

/// The events that fit, by start. What is over shows only to those who ask for its dates, or when
/// the catalogue has nothing else.
pub(crate) fn search(snapshot: &Snapshot, wanted: &Search, now: Timestamp) -> Vec<Arc<Event>> {
    let words: Vec<String> = fold(&wanted.q)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let fitting: Vec<Arc<Event>> = snapshot
        .events()
        .iter()
        .filter(|event| fits(event, wanted) && says(event, &words))
        .cloned()
        .collect();
    if wanted.from.is_some() || wanted.to.is_some() {
        return fitting;
    }
    let to_come = |event: &Arc<Event>| event.ends_at > now;
    if snapshot.events().iter().any(to_come) {
        return fitting.into_iter().filter(to_come).collect();
    }
    fitting
}

fn fits(event: &Event, wanted: &Search) -> bool {
    let day = event.local_start().date();
    let price = event.price_from().map(|price| price.amount_cents());
    wanted
        .sport
        .as_ref()
        .is_none_or(|code| event.sport.code == *code)
        && wanted
            .venue
            .as_ref()
            .is_none_or(|code| event.venue.code == *code)
        && wanted.from.is_none_or(|from| day >= from)
        && wanted.to.is_none_or(|to| day <= to)
        && wanted
            .max_price_cents
            .is_none_or(|most| price.is_some_and(|price| price <= most))
}

fn says(event: &Event, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let texts = [
        event.code.as_str(),
        &event.title.fr,
        &event.title.en,
        &event.programme.fr,
        &event.programme.en,
        &event.sport.name.fr,
        &event.sport.name.en,
        &event.venue.name,
        &event.venue.city,
    ];
    let all = fold(&texts.join(" "));
    words.iter().all(|word| all.contains(word.as_str()))
}

/// Lower case without the accents of French, so that `epee` finds *épée*.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' | 'í' => 'i',
            'ô' | 'ö' | 'ó' => 'o',
            'ù' | 'û' | 'ü' | 'ú' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            '’' => '\'',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(fold("Épée, Tir à l’Arc"), "epee, tir a l'arc");
        assert_eq!(fold("NATATION"), fold("natation"));
    }
}
