//! Searching the catalogue: pure, over one snapshot. Free places are the caller's business.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use ticket_core::money::Money;

use super::Snapshot;
use super::event::{Event, EventState};

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
    let folded = fold(&wanted.q);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let fitting: Vec<Arc<Event>> = snapshot
        .searched()
        .filter(|(event, _)| event.state != EventState::Draft && fits(event, wanted))
        .filter(|(_, text)| words.iter().all(|word| text.contains(word)))
        .map(|(event, _)| event.clone())
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
    let price = event.price_from().map(Money::amount_cents);
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

/// Everything that words are looked for in, folded.
pub(super) fn searched_text(event: &Event) -> String {
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
    fold(&texts.join(" "))
}

/// Lower case without accents and ligatures, so that `epee` finds *épée* and `coeur` *cœur*.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let plain = match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ą' => 'a',
            'ç' | 'č' | 'ć' => 'c',
            'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ě' | 'ę' => 'e',
            'î' | 'ï' | 'í' | 'ì' | 'ī' | 'ı' => 'i',
            'ł' => 'l',
            'ñ' | 'ń' | 'ň' => 'n',
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'ō' | 'ø' | 'ő' => 'o',
            'ř' => 'r',
            'š' | 'ś' | 'ş' => 's',
            'ù' | 'û' | 'ü' | 'ú' | 'ū' | 'ů' | 'ű' => 'u',
            'ý' | 'ÿ' => 'y',
            'ž' | 'ź' | 'ż' => 'z',
            '’' => '\'',
            'œ' => {
                folded.push('o');
                'e'
            }
            'æ' => {
                folded.push('a');
                'e'
            }
            'ß' => {
                folded.push('s');
                's'
            }
            // Accents written as characters of their own.
            '\u{300}'..='\u{36f}' => continue,
            other => other,
        };
        folded.push(plain);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(fold("Épée, Tir à l’Arc"), "epee, tir a l'arc");
        assert_eq!(fold("NATATION"), fold("natation"));
        assert_eq!(fold("Cœur e\u{301}pée"), "coeur epee");
    }
}
