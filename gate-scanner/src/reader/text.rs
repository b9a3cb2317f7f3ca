//! What a reader typed or sent, cut into codes.

use ticket_core::credential::classify;

/// The lengths of our codes: short, full, live.
const LENGTHS: [usize; 3] = [22, 253, 261];
/// Longer than any two codes: the rest is not kept.
const LENGTH_MAX: usize = 2 * 261 + 1;

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
        // Where a cut can be made in two places, check digits tell which one it is.
        let cuts = LENGTHS.iter().filter_map(|at| text.split_at_checked(*at));
        let mut whole =
            cuts.filter(|(one, other)| classify(one).is_ok() && classify(other).is_ok());
        match whole.next() {
            Some((one, other)) => vec![one.to_owned(), other.to_owned()],
            None => vec![text.to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use ticket_core::credential::{
        CredentialKeys, EventSigner, SealingKey, ShortCode, SigningSlot, TicketKey, TicketNumbers,
        UserKey, issue,
    };
    use ticket_core::ids::{EventNumber, IssueNumber, TicketSerial};

    use super::*;

    /// The short and the full code of a ticket.
    fn ticket() -> (String, String) {
        let mut rng = StdRng::seed_from_u64(1);
        let signer = EventSigner::generate(SigningSlot::new(0).unwrap(), &mut rng);
        let sealing = SealingKey::generate(&mut rng);
        let numbers = TicketNumbers {
            event: EventNumber::new(7).unwrap(),
            serial: TicketSerial(1),
            issue: IssueNumber(0),
        };
        let keys = CredentialKeys {
            user: UserKey::generate(&mut rng),
            ticket: TicketKey::generate(&mut rng),
        };
        let full = issue(&signer, &sealing, numbers, &keys);
        let short = ShortCode::of(&keys.ticket, numbers);
        (short.as_str().to_owned(), full.as_str().to_owned())
    }

    fn codes(text: &str) -> Vec<String> {
        let mut gathered = Gathered::default();
        text.chars().for_each(|character| gathered.push(character));
        gathered.end()
    }

    #[test]
    fn two_codes_in_one_burst_are_two_codes() {
        let (short, full) = ticket();
        for (one, other) in [
            (&short, &short),
            (&full, &short),
            (&short, &full),
            (&full, &full),
        ] {
            assert_eq!(
                codes(&format!("{one}{other}")),
                [one.clone(), other.clone()]
            );
        }
        assert_eq!(codes(&format!(" {full}\t")), [full]);
        assert_eq!(codes("https://example.org"), ["https://example.org"]);
        assert_eq!(codes(&"1".repeat(44)), ["1".repeat(44)]);
        assert!(codes("  ").is_empty());
        assert_eq!(codes(&"9".repeat(9000))[0].len(), LENGTH_MAX);
    }
}
