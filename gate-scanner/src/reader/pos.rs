//! A reader that is a HID point-of-sale scanner: reports of up to 56 characters. A report is its
//! id, a length, three bytes of AIM symbology, the characters, and a last byte that says whether
//! the code goes on in the next one.

use super::text::Gathered;

const HEAD_BYTES: usize = 5;
const REPORT_BYTES: usize = 64;
/// Behind which the last byte of a report stands.
const DATA_BYTES_MAX: usize = REPORT_BYTES - HEAD_BYTES - 1;

#[derive(Debug, Default)]
pub(super) struct Reports(Gathered);

impl Reports {
    /// Codes that this report ends. What is no such report is passed over.
    pub(super) fn report(&mut self, report: &[u8]) -> Vec<String> {
        let Some(length) = report.get(1).copied().map(usize::from) else {
            return Vec::new();
        };
        if length == 0 || length > DATA_BYTES_MAX {
            return Vec::new();
        }
        let Some(data) = report.get(HEAD_BYTES..HEAD_BYTES + length) else {
            return Vec::new();
        };
        for byte in data {
            match byte {
                b'\r' | b'\n' => {}
                byte if byte.is_ascii() => self.0.push(char::from(*byte)),
                _ => self.0.push('?'),
            }
        }
        let goes_on =
            report.len() >= REPORT_BYTES && report.last().is_some_and(|byte| byte & 1 == 1);
        if goes_on { Vec::new() } else { self.0.end() }
    }

    /// The rest of a code never came.
    pub(super) fn silence(&mut self) -> Vec<String> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(data: &str, goes_on: bool) -> Vec<u8> {
        let mut report = vec![0; REPORT_BYTES];
        report[0] = 2;
        report[1] = u8::try_from(data.len()).unwrap();
        report[2..5].copy_from_slice(b"]Q1");
        report[5..5 + data.len()].copy_from_slice(data.as_bytes());
        report[REPORT_BYTES - 1] = u8::from(goes_on);
        report
    }

    #[test]
    fn a_long_code_comes_in_several_reports() {
        let code = "7".repeat(253);
        let mut reports = Reports::default();
        let parts: Vec<&str> = code
            .as_bytes()
            .chunks(56)
            .map(|part| std::str::from_utf8(part).unwrap())
            .collect();
        let (last, parts) = parts.split_last().unwrap();
        for part in parts {
            assert!(reports.report(&report(part, true)).is_empty());
        }
        assert_eq!(reports.report(&report(last, false)), [code]);
        assert_eq!(reports.report(&report("12\r\n", false)), ["12"]);
    }

    #[test]
    fn what_is_no_report_is_passed_over() {
        let mut reports = Reports::default();
        for odd in [
            &[][..],
            &[2],
            &[2, 200, 0, 0, 0],
            &[2, 0, 0, 0, 0],
            &[2, 9, 1, 1, 1, 1],
        ] {
            assert!(reports.report(odd).is_empty());
        }
        assert!(reports.report(&report("12", true)).is_empty());
        assert_eq!(reports.silence(), ["12"]);
    }
}
