//! How many are let in: additive increase while orders are placed quickly, halved when they are
//! slow, and never more people inside than could still buy.

/// Calls a minute, at least and at most, while anybody may come in at all.
pub const PACE_MIN: u32 = 60;
pub const PACE_MAX: u32 = 120_000;
const PACE_STEP: u32 = 120;
/// Slower than this for one order in ten, and the door closes a little.
const SLOW_MS: u64 = 800;
/// Those who were called and did not come are waited for about so long.
const PATIENCE_SECONDS: u64 = 30;
/// A person inside takes two places, in the mean.
const SEATS_PER_PERSON: u64 = 2;

/// What the inlet sees once a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Everybody who entered.
    pub entries: u64,
    /// Free places; nothing when they cannot be counted, or for the whole shop.
    pub free: Option<u64>,
    /// Held and not yet paid: they may become free again.
    pub held: u64,
    /// Admitted, without a hold so far.
    pub inside: u64,
    /// Admitted since the last look.
    pub admitted: u64,
    /// The slowest tenth of orders takes at least so long; nothing without orders.
    pub order_ms_p90: Option<u64>,
    /// An operator's own pace: 0 stops.
    pub pace_fixed: Option<u32>,
    pub elapsed_ms: u64,
}

/// The door's state between two looks. Everybody with a rank up to `serving` is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inlet {
    pub serving: u64,
    pub pace_per_minute: u32,
    /// As measured, smoothed over about a minute.
    pub called_per_minute: u32,
    /// Called and not come yet.
    pub expected: u64,
    pub sold_out: bool,
}

impl Inlet {
    #[must_use]
    pub fn step(self, look: &Look) -> Self {
        let sold_out = look.free == Some(0) && look.held == 0;
        let elapsed_ms = look.elapsed_ms.clamp(1, 5_000);
        let pace = self.pace(look);
        let expected = self.expected.saturating_sub(look.admitted);
        let gone = (expected * elapsed_ms).div_ceil(PATIENCE_SECONDS * 1000);
        let expected = expected.saturating_sub(gone);
        let by_pace = (u64::from(pace) * elapsed_ms).div_ceil(60_000);
        let waiting = look.entries.saturating_sub(self.serving);
        let called = if pace == 0 || sold_out {
            0
        } else {
            by_pace.min(waiting).min(room(look, expected))
        };
        let rate = called * 60_000 / elapsed_ms;
        let smoothed = (u64::from(self.called_per_minute) * 60_000 + rate * elapsed_ms)
            / (60_000 + elapsed_ms);
        Self {
            serving: self.serving + called,
            pace_per_minute: pace,
            // The first call is the best guess there is.
            called_per_minute: to_u32(if self.called_per_minute == 0 {
                rate
            } else {
                smoothed
            }),
            expected: expected + called,
            sold_out,
        }
    }

    fn pace(&self, look: &Look) -> u32 {
        if let Some(fixed) = look.pace_fixed {
            return fixed.min(PACE_MAX);
        }
        let slow = look.order_ms_p90.is_some_and(|ms| ms > SLOW_MS);
        let pace = if slow {
            self.pace_per_minute / 2
        } else {
            self.pace_per_minute.saturating_add(PACE_STEP)
        };
        pace.clamp(PACE_MIN, PACE_MAX)
    }
}

/// How many more may come in for the places that are left; one at least while one is left.
fn room(look: &Look, expected: u64) -> u64 {
    let Some(free) = look.free else {
        return u64::MAX;
    };
    let people = if free == 0 {
        0
    } else {
        (free / SEATS_PER_PERSON).max(1)
    };
    people.saturating_sub(look.inside).saturating_sub(expected)
}

fn to_u32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSED: Inlet = Inlet {
        serving: 0,
        pace_per_minute: 600,
        called_per_minute: 0,
        expected: 0,
        sold_out: false,
    };

    const LOOK: Look = Look {
        entries: 100_000,
        free: Some(10_000),
        held: 0,
        inside: 0,
        admitted: 0,
        order_ms_p90: None,
        pace_fixed: None,
        elapsed_ms: 1000,
    };

    #[test]
    fn the_pace_rises_while_orders_are_quick_and_halves_when_they_are_slow() {
        let quick = CLOSED.step(&LOOK);
        assert_eq!((quick.pace_per_minute, quick.serving), (720, 12));
        let slow = Look {
            order_ms_p90: Some(2000),
            ..LOOK
        };
        assert_eq!(quick.step(&slow).pace_per_minute, 360);
        let mut door = quick;
        for _ in 0..20 {
            door = door.step(&slow);
        }
        assert_eq!(door.pace_per_minute, PACE_MIN);
    }

    #[test]
    fn no_more_people_are_inside_or_called_than_could_buy() {
        let look = Look {
            free: Some(20),
            inside: 7,
            pace_fixed: Some(PACE_MAX),
            ..LOOK
        };
        let door = CLOSED.step(&look);
        assert_eq!(door.serving, 3);
        // They have not come yet: nobody else is called for the same places.
        assert_eq!(
            door.step(&Look {
                elapsed_ms: 10,
                ..look
            })
            .serving,
            4
        );
        let full = Look { inside: 10, ..look };
        assert_eq!(CLOSED.step(&full).serving, 0);
    }

    #[test]
    fn those_who_never_come_do_not_block_the_others_for_long() {
        let look = Look {
            free: Some(20),
            pace_fixed: Some(PACE_MAX),
            ..LOOK
        };
        let mut door = CLOSED.step(&look);
        assert_eq!(door.serving, 10);
        for _ in 0..60 {
            door = door.step(&look);
        }
        assert!(door.serving >= 20, "{door:?}");
    }

    #[test]
    fn nobody_is_called_when_nothing_is_left_and_it_is_sold_out_only_without_holds() {
        let held = Look {
            free: Some(0),
            held: 3,
            ..LOOK
        };
        let door = CLOSED.step(&held);
        assert_eq!((door.serving, door.sold_out), (0, false));
        let gone = Look {
            free: Some(0),
            held: 0,
            ..LOOK
        };
        assert!(CLOSED.step(&gone).sold_out);
        let one = Look {
            free: Some(1),
            ..LOOK
        };
        assert_eq!(CLOSED.step(&one).serving, 1);
    }

    #[test]
    fn an_operator_stops_the_door_and_nobody_is_called_who_did_not_enter() {
        let stopped = Look {
            pace_fixed: Some(0),
            ..LOOK
        };
        assert_eq!(CLOSED.step(&stopped).serving, 0);
        let few = Look {
            entries: 5,
            pace_fixed: Some(6000),
            ..LOOK
        };
        let door = CLOSED.step(&few);
        assert_eq!(door.serving, 5);
        assert_eq!(door.step(&few).serving, 5);
    }
}
