//! Correcting the name on a ticket: until a deadline, a few times, and not once it was used.

use jiff::Timestamp;

use crate::limits::NAME_CORRECTIONS_MAX;
use crate::ticket::TicketStateName;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionRefused {
    #[error("the ticket was used, or is worth nothing any more")]
    TicketOver,
    #[error("names could be corrected until {until}")]
    NamesClosed { until: Timestamp },
    #[error("the name was corrected {NAME_CORRECTIONS_MAX} times already")]
    TooManyCorrections,
}

impl CorrectionRefused {
    /// The stable code of the contract.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TicketOver => "ticket_over",
            Self::NamesClosed { .. } => "names_closed",
            Self::TooManyCorrections => "too_many_corrections",
        }
    }
}

/// Whether the name may be corrected now, after so many corrections.
///
/// # Errors
/// Why not.
pub fn check_correction(
    (state, corrections): (TicketStateName, u32),
    until: Timestamp,
    now: Timestamp,
) -> Result<(), CorrectionRefused> {
    match state {
        TicketStateName::Scanned | TicketStateName::Deactivated => {
            Err(CorrectionRefused::TicketOver)
        }
        TicketStateName::Paid | TicketStateName::Sent if now >= until => {
            Err(CorrectionRefused::NamesClosed { until })
        }
        TicketStateName::Paid | TicketStateName::Sent if corrections >= NAME_CORRECTIONS_MAX => {
            Err(CorrectionRefused::TooManyCorrections)
        }
        TicketStateName::Paid | TicketStateName::Sent => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_corrected_a_few_times_until_the_deadline_and_the_gate() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let check = |state, made, now| {
            check_correction((state, made), at(100), at(now)).map_err(|refused| refused.code())
        };
        for state in [TicketStateName::Paid, TicketStateName::Sent] {
            assert_eq!(check(state, 0, 99), Ok(()));
            assert_eq!(check(state, 0, 100), Err("names_closed"));
            assert_eq!(check(state, NAME_CORRECTIONS_MAX - 1, 99), Ok(()));
            let one_more = check(state, NAME_CORRECTIONS_MAX, 99);
            assert_eq!(one_more, Err("too_many_corrections"));
        }
        for state in [TicketStateName::Scanned, TicketStateName::Deactivated] {
            assert_eq!(check(state, 0, 99), Err("ticket_over"));
        }
    }
}
