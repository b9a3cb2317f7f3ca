//! An event's own state, when it is on sale, and when its gates are open.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::limits::{GATES_CLOSE_AFTER_END_SECONDS, GATES_OPEN_BEFORE_START_SECONDS};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum EventState {
    /// Seen by staff only.
    Draft,
    Scheduled,
    Cancelled {
        at: Timestamp,
    },
}

impl EventState {
    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// From `opens_at` on, up to but without `closes_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleWindow {
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SaleRefused {
    #[error("the event is not published")]
    NotPublished,
    #[error("the event is cancelled")]
    Cancelled,
    #[error("the sale opens at {opens_at}")]
    NotOpenYet { opens_at: Timestamp },
    #[error("the sale closed at {closed_at}")]
    Closed { closed_at: Timestamp },
}

impl SaleRefused {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPublished
            | Self::Cancelled
            | Self::NotOpenYet { .. }
            | Self::Closed { .. } => "sale_closed",
        }
    }
}

/// Whether holds may be taken now.
pub fn check_sale(
    state: EventState,
    window: SaleWindow,
    now: Timestamp,
) -> Result<(), SaleRefused> {
    match state {
        EventState::Draft => Err(SaleRefused::NotPublished),
        EventState::Cancelled { .. } => Err(SaleRefused::Cancelled),
        EventState::Scheduled if now < window.opens_at => Err(SaleRefused::NotOpenYet {
            opens_at: window.opens_at,
        }),
        EventState::Scheduled if now >= window.closes_at => Err(SaleRefused::Closed {
            closed_at: window.closes_at,
        }),
        EventState::Scheduled => Ok(()),
    }
}

/// When an event's gates admit: from `opens_at` on, up to but without `closes_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionWindow {
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionTime {
    TooEarly,
    Open,
    Over,
}

impl AdmissionWindow {
    /// The usual window around an event. Saturates at the ends of time.
    pub fn around(starts_at: Timestamp, ends_at: Timestamp) -> Self {
        let before = SignedDuration::from_secs(GATES_OPEN_BEFORE_START_SECONDS);
        let after = SignedDuration::from_secs(GATES_CLOSE_AFTER_END_SECONDS);
        Self {
            opens_at: starts_at.checked_sub(before).unwrap_or(Timestamp::MIN),
            closes_at: ends_at.checked_add(after).unwrap_or(Timestamp::MAX),
        }
    }

    pub fn at(self, now: Timestamp) -> AdmissionTime {
        if now < self.opens_at {
            AdmissionTime::TooEarly
        } else if now < self.closes_at {
            AdmissionTime::Open
        } else {
            AdmissionTime::Over
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_sale_opens_on_the_second_and_closes_on_the_second() {
        let window = SaleWindow {
            opens_at: at(10),
            closes_at: at(20),
        };
        let check = |state, second| check_sale(state, window, at(second));
        assert_eq!(
            check(EventState::Scheduled, 9),
            Err(SaleRefused::NotOpenYet { opens_at: at(10) })
        );
        assert_eq!(check(EventState::Scheduled, 10), Ok(()));
        assert_eq!(check(EventState::Scheduled, 19), Ok(()));
        assert_eq!(
            check(EventState::Scheduled, 20),
            Err(SaleRefused::Closed { closed_at: at(20) })
        );
        assert_eq!(check(EventState::Draft, 15), Err(SaleRefused::NotPublished));
        let cancelled = check(EventState::Cancelled { at: at(11) }, 15).unwrap_err();
        assert_eq!(cancelled, SaleRefused::Cancelled);
        assert_eq!(cancelled.code(), "sale_closed");
    }

    #[test]
    fn gates_open_three_hours_before_and_close_one_hour_after() {
        let window = AdmissionWindow::around(at(100_000), at(110_000));
        let minutes = |count: i64| count * 60;
        assert_eq!(
            window.at(at(100_000 - minutes(180) - 1)),
            AdmissionTime::TooEarly
        );
        assert_eq!(window.at(at(100_000 - minutes(180))), AdmissionTime::Open);
        assert_eq!(
            window.at(at(110_000 + minutes(60) - 1)),
            AdmissionTime::Open
        );
        assert_eq!(window.at(at(110_000 + minutes(60))), AdmissionTime::Over);
        let ever = AdmissionWindow::around(Timestamp::MIN, Timestamp::MAX);
        assert_eq!(ever.at(at(0)), AdmissionTime::Open);
    }
}
