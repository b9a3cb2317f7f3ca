//! The distinct words of a catalogue, each with the events that have it. A word that is typed is
//! looked for as it is, then inside of words, then with mistakes; the first that finds something
//! counts, so that a right word never brings in what only resembles it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::distance::{mistakes, mistakes_max};
use super::fold::{is_small, words};
use super::synonyms;
use crate::catalogue::event::Event;

/// Where an event has a word decides how much it says.
const IN_TITLE: u32 = 4;
const IN_PLACE: u32 = 3;
const IN_PROGRAMME: u32 = 2;
/// How well the word fits.
const WHOLE: u32 = 4;
const BEGINNING: u32 = 3;
const INSIDE: u32 = 2;
const MISTYPED: u32 = 1;

/// Words that are looked for: what is longer or more is left out.
const TYPED_MAX: usize = 12;
const TYPED_LETTERS_MAX: usize = 40;

#[derive(Debug, Default)]
pub(in crate::catalogue) struct Index {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    word: String,
    letters: Vec<char>,
    /// Place of the event in the catalogue, and the weight of the word there.
    events: Vec<(usize, u32)>,
}

/// What words find: events with their score, and what was typed otherwise than it was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hits {
    pub(super) scores: HashMap<usize, u32>,
    pub(super) read_as: Vec<(String, String)>,
}

impl Index {
    pub(in crate::catalogue) fn new(events: &[Arc<Event>]) -> Self {
        let mut weights: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
        for (place, event) in events.iter().enumerate() {
            for (word, weight) in words_of(event) {
                let weights = weights.entry(word).or_default().entry(place).or_default();
                *weights = (*weights).max(weight);
            }
        }
        let entries = weights.into_iter().map(|(word, events)| Entry {
            letters: word.chars().collect(),
            word,
            events: events.into_iter().collect(),
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// The events that have every word; `None` when no word was typed.
    pub(super) fn find(&self, typed: &str) -> Option<Hits> {
        let mut typed: Vec<String> = words(typed)
            .into_iter()
            .filter(|word| word.chars().count() <= TYPED_LETTERS_MAX)
            .take(TYPED_MAX)
            .collect();
        if typed.iter().any(|word| !is_small(word)) {
            typed.retain(|word| !is_small(word));
        }
        let mut found: Option<Hits> = None;
        for word in typed {
            let (scores, read_as) = self.find_word(&word);
            let before = found.take();
            let mut hits = before.unwrap_or_else(|| Hits {
                scores: scores.keys().map(|place| (*place, 0)).collect(),
                read_as: Vec::new(),
            });
            hits.scores.retain(|place, _| scores.contains_key(place));
            for (place, score) in &mut hits.scores {
                *score += scores.get(place).copied().unwrap_or_default();
            }
            hits.read_as.extend(read_as.map(|read_as| (word, read_as)));
            found = Some(hits);
        }
        found
    }

    /// The events that have a word, and how it was read if it was mistyped.
    fn find_word(&self, typed: &str) -> (HashMap<usize, u32>, Option<String>) {
        let mut scores = HashMap::new();
        let alike = synonyms::of(typed);
        for entry in &self.entries {
            if entry.word == typed || alike.contains(&entry.word.as_str()) {
                entry.add_to(&mut scores, WHOLE);
            } else if entry.word.starts_with(typed) {
                entry.add_to(&mut scores, BEGINNING);
            }
        }
        if scores.is_empty() && typed.chars().count() >= 3 {
            for entry in self.entries.iter().filter(|it| it.word.contains(typed)) {
                entry.add_to(&mut scores, INSIDE);
            }
        }
        if !scores.is_empty() {
            return (scores, None);
        }
        self.find_mistyped(typed)
    }

    /// The words with the fewest mistakes; the one of most events stands for them all.
    fn find_mistyped(&self, typed: &str) -> (HashMap<usize, u32>, Option<String>) {
        let letters: Vec<char> = typed.chars().collect();
        let most = mistakes_max(letters.len());
        let mut scores = HashMap::new();
        if most == 0 || typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return (scores, None);
        }
        let near: Vec<(usize, &Entry)> = self
            .entries
            .iter()
            .filter_map(|entry| Some((mistakes(&letters, &entry.letters, most)?, entry)))
            .collect();
        let least = near.iter().map(|(mistakes, _)| *mistakes).min();
        let nearest = near.iter().filter(|(mistakes, _)| Some(*mistakes) == least);
        let mut read_as: Option<&Entry> = None;
        for (_, entry) in nearest {
            entry.add_to(&mut scores, MISTYPED);
            if read_as.is_none_or(|best| best.events.len() < entry.events.len()) {
                read_as = Some(entry);
            }
        }
        (scores, read_as.map(|entry| entry.word.clone()))
    }
}

impl Entry {
    fn add_to(&self, scores: &mut HashMap<usize, u32>, fit: u32) {
        for (place, weight) in &self.events {
            let score = scores.entry(*place).or_default();
            *score = (*score).max(fit * weight);
        }
    }
}

fn words_of(event: &Event) -> Vec<(String, u32)> {
    let (title, sport) = (&event.title, &event.sport.name);
    let places = [
        (event.code.as_str(), IN_TITLE),
        (&event.venue.name, IN_PLACE),
        (&event.venue.city, IN_PLACE),
    ];
    let titles = title.all().chain(sport.all()).map(|it| (it, IN_TITLE));
    let programmes = event.programme.all().map(|it| (it, IN_PROGRAMME));
    let mut found: Vec<(String, u32)> = places
        .into_iter()
        .chain(titles)
        .chain(programmes)
        .flat_map(|(text, weight)| words(text).into_iter().map(move |word| (word, weight)))
        .filter(|(word, _)| !is_small(word))
        .collect();
    // `ATH-105` is also looked for as `ath105`.
    found.push((words(event.code.as_str()).concat(), IN_TITLE));
    found
}
