//! Words without what people leave out when they type: capitals, accents, ligatures,
//! apostrophes, and the vowels and the article of Arabic.

/// Words that say nothing on their own, in any of the languages, folded.
const SMALL_WORDS: [&str; 59] = [
    "a", "al", "am", "and", "at", "au", "auf", "aux", "bei", "con", "d", "das", "de", "del", "dem",
    "den", "der", "des", "die", "du", "ein", "eine", "el", "en", "et", "for", "im", "in", "l",
    "la", "las", "le", "les", "los", "mit", "of", "on", "ou", "par", "para", "por", "pour", "s",
    "the", "to", "un", "und", "une", "von", "with", "y", "zu", "zum", "zur", "الى", "علي", "في",
    "من", "و",
];

/// Lower case without accents and ligatures, so that `epee` finds *épée* and `coeur` *cœur*.
pub(in crate::catalogue) fn fold(text: &str) -> String {
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
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ئ' => 'ي',
            'ؤ' => 'و',
            'ة' => 'ه',
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
            // Accents written as characters of their own; the vowels of Arabic and the stroke that
            // lengthens a word.
            '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{655}' | '\u{670}' => continue,
            other => other,
        };
        folded.push(plain);
    }
    folded
}

/// The folded words of a text, small ones too.
pub(super) fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| without_article(word).to_owned())
        .collect()
}

/// Arabic writes its article as a part of the word, and people who search leave it out.
fn without_article(word: &str) -> &str {
    word.strip_prefix("ال")
        .filter(|rest| rest.chars().count() > 2)
        .unwrap_or(word)
}

pub(super) fn is_small(word: &str) -> bool {
    SMALL_WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(fold("Épée, Tir à l’Arc"), "epee, tir a l'arc");
        assert_eq!(fold("NATATION"), fold("natation"));
        assert_eq!(fold("Cœur e\u{301}pée"), "coeur epee");
        assert_eq!(
            words("Tir à l’Arc -52 kg"),
            ["tir", "a", "l", "arc", "52", "kg"]
        );
        assert_eq!(words("كُرَة السلّة"), ["كره", "سله"]);
        assert_eq!(words("Boxeo y Fußball"), ["boxeo", "y", "fussball"]);
    }

    #[test]
    fn small_words_are_in_order_and_found() {
        assert!(SMALL_WORDS.is_sorted());
        assert!(is_small("l") && is_small("the") && !is_small("arc"));
    }
}
