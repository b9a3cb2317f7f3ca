//! A reader that is a serial port: bytes up to a line end.

use super::text::Gathered;

#[derive(Debug, Default)]
pub(super) struct Lines(Gathered);

impl Lines {
    /// Codes that these bytes end.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut codes = Vec::new();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' | b'\t' | 0x03 => codes.extend(self.0.end()),
                // The start of a text, in readers that frame it.
                0x02 => {}
                byte if byte.is_ascii() => self.0.push(char::from(*byte)),
                _ => self.0.push('?'),
            }
        }
        codes
    }

    pub(super) fn silence(&mut self) -> Vec<String> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_codes_however_they_are_cut_and_ended() {
        let mut lines = Lines::default();
        assert!(lines.bytes(b"\x0212").is_empty());
        assert_eq!(lines.bytes(b"3\r\n45\n"), ["123", "45"]);
        assert_eq!(lines.bytes(b"6\x03"), ["6"]);
        assert!(lines.bytes(b"789").is_empty());
        assert_eq!(lines.silence(), ["789"]);
        assert_eq!(lines.bytes(b"\xff1\r"), ["?1"]);
        assert!(lines.bytes(b"\r\n\r\n").is_empty());
    }
}
