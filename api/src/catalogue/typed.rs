//! The search as people type it, in the address: what cannot be read is said and left out, never
//! refused.

use serde::Deserialize;

use super::search::{Search, Sort};
use crate::platform::page::percent;

/// The fields of the search panel, by their names in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) q: String,
    pub(super) sport: String,
    pub(super) venue: String,
    pub(super) city: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) max_price: String,
    pub(super) together: String,
    pub(super) step_free: String,
    pub(super) available: String,
    pub(super) sort: String,
    pub(super) view: String,
    pub(super) page: String,
}

/// Both ways to look at what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    Cards,
    Calendar,
}

impl Typed {
    fn fields(&self) -> [(&'static str, &str); 12] {
        [
            ("q", &self.q),
            ("sport", &self.sport),
            ("venue", &self.venue),
            ("city", &self.city),
            ("from", &self.from),
            ("to", &self.to),
            ("max_price", &self.max_price),
            ("together", &self.together),
            ("step_free", &self.step_free),
            ("available", &self.available),
            ("sort", &self.sort),
            ("view", &self.view),
        ]
    }

    pub(super) fn wants_available(&self) -> bool {
        is_ticked(&self.available)
    }

    pub(super) fn wants_step_free(&self) -> bool {
        is_ticked(&self.step_free)
    }

    pub(super) fn show(&self) -> Show {
        match self.view.as_str() {
            "calendar" => Show::Calendar,
            _ => Show::Cards,
        }
    }

    /// Places side by side that are wanted; 1 when it does not matter.
    pub(super) fn places_together(&self) -> u16 {
        self.together
            .parse()
            .ok()
            .filter(|places| (1..=4).contains(places))
            .unwrap_or(1)
    }

    pub(super) fn is_filtered(&self) -> bool {
        let no_filter = ["sort", "view"];
        self.fields()
            .into_iter()
            .any(|(name, value)| !no_filter.contains(&name) && !value.trim().is_empty())
    }

    /// Whether more than the words, the sport and the dates is wanted.
    pub(super) fn is_filtered_further(&self) -> bool {
        let first = ["q", "sport", "from", "to", "view"];
        self.fields()
            .into_iter()
            .any(|(name, value)| !first.contains(&name) && !value.trim().is_empty())
    }

    /// The search, and whether something was left out.
    pub(super) fn read(&self) -> (Search, bool) {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (from, to) = (some(&self.from), some(&self.to));
        let most = some(&self.max_price);
        let q: String = self.q.trim().chars().take(100).collect();
        let sort = match self.sort.as_str() {
            "price" => Sort::Price,
            "date" => Sort::Start,
            _ if q.is_empty() => Sort::Start,
            _ => Sort::Fit,
        };
        let wanted = Search {
            q,
            sport: some(&self.sport),
            venue: some(&self.venue),
            city: some(&self.city),
            from: from.as_ref().and_then(|text| text.parse().ok()),
            to: to.as_ref().and_then(|text| text.parse().ok()),
            max_price_cents: most.as_ref().and_then(|text| euros(text)),
            step_free: self.wants_step_free(),
            sort,
        };
        let is_odd =
            !self.together.is_empty() && self.together != self.places_together().to_string();
        let left_out = from.is_some() != wanted.from.is_some()
            || to.is_some() != wanted.to.is_some()
            || most.is_some() != wanted.max_price_cents.is_some()
            || is_odd;
        (wanted, left_out)
    }

    /// The address of the same search with some fields otherwise; pages begin at the first.
    pub(super) fn href(&self, changed: &[(&'static str, &str)]) -> String {
        let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
        let kept = self
            .fields()
            .into_iter()
            .filter(|(name, _)| !is_changed(name));
        let pairs: Vec<String> = kept
            .chain(changed.iter().copied())
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", percent(value)))
            .collect();
        if pairs.is_empty() {
            return "/".to_owned();
        }
        format!("/?{}", pairs.join("&"))
    }
}

fn is_ticked(value: &str) -> bool {
    !matches!(value, "" | "0" | "false")
}

/// `24` or `24,50`, in cents.
pub(super) fn euros(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let whole: u32 = whole.trim().parse().ok()?;
    let cents: i64 = match cents.len() {
        0 => 0,
        1 | 2 => cents.parse::<u8>().ok().map(i64::from)? * if cents.len() == 1 { 10 } else { 1 },
        _ => return None,
    };
    Some(i64::from(whole) * 100 + cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_with_point_or_comma() {
        assert_eq!(euros("24"), Some(2400));
        assert_eq!(euros("24,5"), Some(2450));
        assert_eq!(euros("24.05"), Some(2405));
        for bad in ["", "x", "-1", "1.234", "1,x", "99999999999"] {
            assert_eq!(euros(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_said() {
        let typed = Typed {
            from: "2026-02-30".into(),
            q: "  judo ".into(),
            ..Typed::default()
        };
        let (wanted, left_out) = typed.read();
        assert!(left_out);
        assert_eq!((wanted.from, wanted.q.as_str()), (None, "judo"));
        assert_eq!(
            wanted.sort,
            Sort::Fit,
            "words are answered by what fits best"
        );
    }

    #[test]
    fn addresses_keep_the_search_and_begin_its_pages_anew() {
        let typed = Typed {
            q: "épée".into(),
            view: "calendar".into(),
            page: "3".into(),
            ..Typed::default()
        };
        assert_eq!(typed.href(&[]), "/?q=%C3%A9p%C3%A9e&view=calendar");
        assert_eq!(typed.href(&[("q", ""), ("view", "")]), "/");
        assert_eq!(
            typed.href(&[("q", ""), ("page", "2")]),
            "/?view=calendar&page=2"
        );
        assert!(typed.is_filtered() && !typed.is_filtered_further());
    }
}
