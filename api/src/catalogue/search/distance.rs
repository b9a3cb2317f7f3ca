//! How far apart two words are: letters left out, added, wrong, or swapped with their neighbour.

/// Mistakes that are forgiven in a word of so many letters.
pub(super) const fn mistakes_max(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Mistakes between what was typed and the best beginning of a word (the whole word included), if
/// at most `most`. Optimal string alignment: a swap of neighbours is one mistake.
pub(super) fn mistakes(typed: &[char], word: &[char], most: usize) -> Option<usize> {
    if word.len() + most < typed.len() {
        return None;
    }
    // What lies beyond can only be further away.
    let word = word.get(..typed.len() + most).unwrap_or(word);
    let width = word.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    for (line, letter) in typed.iter().enumerate() {
        let mut row = vec![line + 1; width];
        for (column, other) in word.iter().enumerate() {
            let replaced = at(&above, column) + usize::from(letter != other);
            let mut best = replaced
                .min(at(&above, column + 1) + 1)
                .min(at(&row, column) + 1);
            let swapped = line > 0
                && column > 0
                && typed.get(line - 1) == Some(other)
                && word.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            if let Some(cell) = row.get_mut(column + 1) {
                *cell = best;
            }
        }
        if row.iter().min().is_none_or(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    let shortest = typed.len().saturating_sub(most);
    let ends = above.get(shortest..).unwrap_or_default();
    ends.iter().min().copied().filter(|least| *least <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(typed: &str, word: &str, most: usize) -> Option<usize> {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        mistakes(&letters(typed), &letters(word), most)
    }

    #[test]
    fn one_slip_of_the_finger_is_one_mistake() {
        for (typed, word) in [
            ("jduo", "judo"),
            ("bascketball", "basketball"),
            ("natatin", "natation"),
            ("swimimng", "swimming"),
            ("esrime", "escrime"),
        ] {
            assert_eq!(between(typed, word, 2), Some(1), "{typed}");
        }
        assert_eq!(between("judo", "judo", 1), Some(0));
        assert_eq!(between("voley", "volleyball", 1), Some(1), "a beginning");
        assert_eq!(between("judo", "kendo", 1), None);
        assert_eq!(between("football", "foot", 2), None);
    }
}
