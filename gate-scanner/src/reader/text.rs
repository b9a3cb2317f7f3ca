//! What a reader typed or sent, cut into codes.

/// The lengths of our codes: short, full, live.
const LENGTHS: [usize; 3] = [22, 253, 261];
/// Longer than any code: the rest is not kept.
const LENGTH_MAX: usize = 2 * 261;

/// Gathers characters until something ends the code: an end key, a line end, silence.
#[derive(Debug, Default)]
pub(super) struct Gathered(String);

impl Gathered {
    pub(super) fn push(&mut self, character: char) {
        if self.0.len() < LENGTH_MAX {
            self.0.push(character);
        }
    }

    /// One code, or two that came in one burst without an end between them.
    pub(super) fn end(&mut self) -> Vec<String> {
        let text = std::mem::take(&mut self.0);
        let text = text.trim();
        if text.is_empty() {
            return Vec::new();
        }
        let is_two = |first: &usize| LENGTHS.contains(&text.len().saturating_sub(*first));
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match LENGTHS.iter().find(|first| is_two(first)) {
            Some(first) if digits && !LENGTHS.contains(&text.len()) => {
                let (one, other) = text.split_at(*first);
                vec![one.to_owned(), other.to_owned()]
            }
            Some(_) | None => vec![text.to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let mut gathered = Gathered::default();
        text.chars().for_each(|character| gathered.push(character));
        gathered.end()
    }

    #[test]
    fn two_codes_in_one_burst_are_two_codes() {
        let (short, full) = ("1".repeat(22), "2".repeat(253));
        assert_eq!(codes(&format!("{short}{short}")), [&*short, &*short]);
        assert_eq!(codes(&format!("{full}{short}")), [&*full, &*short]);
        assert_eq!(codes(&format!(" {full}\t")), [full]);
        assert_eq!(codes("https://example.org"), ["https://example.org"]);
        assert!(codes("  ").is_empty());
        assert_eq!(codes(&"9".repeat(9000))[0].len(), 261);
    }
}
