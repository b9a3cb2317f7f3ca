//! A reader that is a keyboard: raw codes of keys, before any layout. A digit is the key it is on,
//! whatever the country of the reader or of the tablet.

use super::text::Gathered;

const ENTER: u16 = 28;
const KEYPAD_ENTER: u16 = 96;
const TAB: u16 = 15;
const LEFT_CONTROL: u16 = 29;
const RIGHT_CONTROL: u16 = 97;
const LEFT_ALT: u16 = 56;
const RIGHT_ALT: u16 = 100;
/// Shift, lock and system keys: they change nothing of which key is a digit.
const SILENT: [u16; 7] = [42, 54, 58, 69, 70, 125, 126];
/// Keypad 0 to 9.
const KEYPAD: [u16; 10] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];
/// For a key that is no digit: a code that holds it is no code of ours, and is shown as such.
const OTHER: char = '?';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stroke {
    Down,
    Up,
}

#[derive(Debug, Default)]
pub(super) struct Keys {
    gathered: Gathered,
    controls: u8,
    alts: u8,
    /// Typed on the keypad while Alt is down: a character by its number.
    by_number: Option<u32>,
}

impl Keys {
    /// Codes that this stroke ends.
    pub(super) fn stroke(&mut self, key: u16, stroke: Stroke) -> Vec<String> {
        match (key, stroke) {
            (LEFT_CONTROL | RIGHT_CONTROL, stroke) => hold(&mut self.controls, stroke),
            (LEFT_ALT | RIGHT_ALT, stroke) => {
                hold(&mut self.alts, stroke);
                if self.alts == 0 {
                    return self.end_number();
                }
            }
            (_, Stroke::Up) => {}
            (ENTER | KEYPAD_ENTER | TAB, Stroke::Down) => return self.gathered.end(),
            // `Ctrl+J`, `Ctrl+M` and their like: suffixes that a reader may be set to.
            (_, Stroke::Down) if self.controls > 0 => return self.gathered.end(),
            (key, Stroke::Down) if SILENT.contains(&key) => {}
            (key, Stroke::Down) => self.press(key),
        }
        Vec::new()
    }

    /// A reader's burst has no pause in it: this is its end.
    pub(super) fn silence(&mut self) -> Vec<String> {
        self.gathered.end()
    }

    fn press(&mut self, key: u16) {
        let on_keypad = KEYPAD.iter().position(|keypad| *keypad == key);
        match on_keypad.and_then(|digit| u32::try_from(digit).ok()) {
            Some(digit) if self.alts > 0 => {
                let number = self.by_number.unwrap_or(0);
                self.by_number = Some(number.saturating_mul(10).saturating_add(digit));
            }
            Some(digit) => self
                .gathered
                .push(char::from_digit(digit, 10).unwrap_or(OTHER)),
            None => self.gathered.push(digit_of_row(key).unwrap_or(OTHER)),
        }
    }

    fn end_number(&mut self) -> Vec<String> {
        match self.by_number.take() {
            None => {}
            Some(10 | 13) => return self.gathered.end(),
            Some(number) => {
                let character = char::from_u32(number).filter(char::is_ascii_graphic);
                self.gathered.push(character.unwrap_or(OTHER));
            }
        }
        Vec::new()
    }
}

fn hold(held: &mut u8, stroke: Stroke) {
    *held = match stroke {
        Stroke::Down => held.saturating_add(1),
        Stroke::Up => held.saturating_sub(1),
    };
}

/// `1` to `9` are 2 to 10, `0` is 11.
fn digit_of_row(key: u16) -> Option<char> {
    match key {
        2..=10 => char::from_digit(u32::from(key) - 1, 10),
        11 => Some('0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIFT: u16 = 42;
    const SHORT: &str = "1234567890123456789012";

    fn row(digit: char) -> u16 {
        match digit.to_digit(10).unwrap() {
            0 => 11,
            digit => u16::try_from(digit).unwrap() + 1,
        }
    }

    fn keypad(digit: char) -> u16 {
        KEYPAD[usize::try_from(digit.to_digit(10).unwrap()).unwrap()]
    }

    fn tap(keys: &mut Keys, key: u16) -> Vec<String> {
        let mut codes = keys.stroke(key, Stroke::Down);
        codes.extend(keys.stroke(key, Stroke::Up));
        codes
    }

    /// As readers were seen to send it: the digits, then what ends them.
    fn read(digits: &str, key: impl Fn(char) -> u16, end: u16) -> Vec<String> {
        let mut keys = Keys::default();
        let mut codes = Vec::new();
        for digit in digits.chars() {
            codes.extend(tap(&mut keys, key(digit)));
        }
        codes.extend(tap(&mut keys, end));
        codes
    }

    #[test]
    fn digits_are_the_keys_they_are_on() {
        assert_eq!(read(SHORT, row, ENTER), [SHORT]);
        assert_eq!(read(SHORT, keypad, KEYPAD_ENTER), [SHORT]);
        assert_eq!(read(SHORT, row, TAB), [SHORT]);
    }

    #[test]
    fn a_french_reader_holds_shift_for_each_digit() {
        let mut keys = Keys::default();
        for digit in SHORT.chars() {
            keys.stroke(SHIFT, Stroke::Down);
            tap(&mut keys, row(digit));
            keys.stroke(SHIFT, Stroke::Up);
        }
        assert_eq!(tap(&mut keys, ENTER), [SHORT]);
    }

    #[test]
    fn characters_by_their_number_are_read_as_well() {
        let mut keys = Keys::default();
        for digit in SHORT.chars() {
            keys.stroke(LEFT_ALT, Stroke::Down);
            for number in format!("{:03}", u32::from(digit)).chars() {
                tap(&mut keys, keypad(number));
            }
            assert!(keys.stroke(LEFT_ALT, Stroke::Up).is_empty());
        }
        keys.stroke(LEFT_ALT, Stroke::Down);
        tap(&mut keys, keypad('1'));
        tap(&mut keys, keypad('3'));
        assert_eq!(keys.stroke(LEFT_ALT, Stroke::Up), [SHORT]);
    }

    #[test]
    fn a_suffix_with_control_ends_the_code_and_so_does_silence() {
        let mut keys = Keys::default();
        for digit in SHORT.chars() {
            tap(&mut keys, row(digit));
        }
        keys.stroke(LEFT_CONTROL, Stroke::Down);
        assert_eq!(keys.stroke(36, Stroke::Down), [SHORT]);
        keys.stroke(LEFT_CONTROL, Stroke::Up);
        tap(&mut keys, row('7'));
        assert_eq!(keys.silence(), ["7"]);
        assert!(keys.silence().is_empty());
    }

    #[test]
    fn letters_make_it_no_code_instead_of_a_shorter_one() {
        // Physical keys of `https`.
        let mut keys = Keys::default();
        for key in [35, 20, 20, 25, 31] {
            tap(&mut keys, key);
        }
        tap(&mut keys, row('1'));
        assert_eq!(tap(&mut keys, ENTER), ["?????1"]);
    }

    #[test]
    fn two_bursts_are_two_codes() {
        let mut keys = Keys::default();
        let mut codes = Vec::new();
        for _ in 0..2 {
            for digit in SHORT.chars() {
                codes.extend(tap(&mut keys, row(digit)));
            }
            codes.extend(tap(&mut keys, ENTER));
        }
        assert_eq!(codes, [SHORT, SHORT]);
    }
}
