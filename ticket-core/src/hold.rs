//! A hold: the seats of one formula kept for one spectator until a moment.
//! Where holds are kept (Redis) and how seats are chosen ([`crate::seating`]) is decided elsewhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    event::SaleRefused,
    formula::Formula,
    ids::{CategoryCode, EventId, HoldId, OrderId, UserId},
    limits::MAX_TICKETS_PER_PERSON_AND_EVENT,
    money::Money,
    seating::SeatsRefused,
    venue::SeatRef,
};

/// Invariant: `seats` has as many seats as `formula`, adjacent in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: HoldId,
    pub owner: UserId,
    pub event: EventId,
    pub category: CategoryCode,
    pub formula: Formula,
    pub seats: Vec<SeatRef>,
    pub amount: Money,
    pub state: HoldState,
}

/// What a spectator asks for. `seats` when chosen on the plan, else the best free ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldRequest {
    pub id: HoldId,
    pub owner: UserId,
    pub event: EventId,
    pub category: CategoryCode,
    pub formula: Formula,
    pub seats: Option<Vec<SeatRef>>,
}

impl Hold {
    /// The price of one seat; `None` when that of all does not divide by them.
    pub fn price_of_one(&self) -> Option<Money> {
        let seats = i64::try_from(self.seats.len()).ok()?;
        let whole = self.amount.amount_cents();
        let cents = whole.checked_div(seats)?;
        let divides = whole.checked_rem(seats) == Some(0);
        Money::new(cents, self.amount.currency())
            .ok()
            .filter(|_| divides)
    }

    /// The same id again must ask for the same: then the hold that exists is the answer.
    pub fn check_same_request(&self, request: &HoldRequest) -> Result<(), HoldRefused> {
        let same_seats = request.seats.as_ref().is_none_or(|wanted| {
            let mut wanted = wanted.clone();
            wanted.sort_unstable();
            wanted == self.seats
        });
        let same = self.id == request.id
            && self.owner == request.owner
            && self.event == request.event
            && self.category == request.category
            && self.formula == request.formula
            && same_seats;
        if same {
            Ok(())
        } else {
            Err(HoldRefused::IdReused)
        }
    }
}

/// `tickets` is what the person already holds or has bought for the event.
pub fn check_tickets_per_person(tickets: u32, formula: Formula) -> Result<(), HoldRefused> {
    let after = tickets.saturating_add(u32::from(formula.seats()));
    if after > MAX_TICKETS_PER_PERSON_AND_EVENT {
        return Err(HoldRefused::TooManyTickets);
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum HoldState {
    /// For the spectator to order.
    Held { expires_at: Timestamp },
    /// For an order that awaits its payment.
    Kept {
        order: OrderId,
        pay_before: Timestamp,
    },
    /// The order is paid: the seats are sold.
    Claimed { order: OrderId },
    /// The seats are free again.
    Released { cause: ReleaseCause },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseCause {
    GivenBack,
    Expired,
    /// The order expired, was cancelled or refunded.
    OrderEnded(OrderId),
}

/// Transitions. Each may be repeated with the same cause and then changes nothing.
impl HoldState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Kept { .. } => "kept",
            Self::Claimed { .. } => "claimed",
            Self::Released { .. } => "released",
        }
    }

    /// Until when it can be ordered, or its order be paid; `None` once it has ended.
    pub const fn ends_at(self) -> Option<Timestamp> {
        match self {
            Self::Held { expires_at: at } | Self::Kept { pay_before: at, .. } => Some(at),
            Self::Claimed { .. } | Self::Released { .. } => None,
        }
    }

    /// The spectator ordered in time.
    pub fn keep(
        self,
        order: OrderId,
        pay_before: Timestamp,
        now: Timestamp,
    ) -> Result<Self, HoldRefused> {
        match self {
            Self::Held { expires_at } if now < expires_at => Ok(Self::Kept { order, pay_before }),
            Self::Held { .. } | Self::Released { .. } => Err(HoldRefused::Expired),
            Self::Kept { order: by, .. } | Self::Claimed { order: by } if by == order => Ok(self),
            Self::Kept { .. } | Self::Claimed { .. } => Err(HoldRefused::AlreadyOrdered),
        }
    }

    /// The order is paid.
    pub fn claim(self, order: OrderId) -> Result<Self, HoldRefused> {
        match self {
            Self::Kept { order: by, .. } | Self::Claimed { order: by } if by == order => {
                Ok(Self::Claimed { order })
            }
            Self::Kept { .. } | Self::Claimed { .. } => Err(HoldRefused::AlreadyOrdered),
            Self::Held { .. } => Err(HoldRefused::NotOrdered),
            Self::Released { .. } => Err(HoldRefused::Expired),
        }
    }

    /// The spectator gives the seats back before ordering them.
    pub fn give_back(self) -> Result<Self, HoldRefused> {
        match self {
            Self::Held { .. } => Ok(Self::Released {
                cause: ReleaseCause::GivenBack,
            }),
            Self::Released { .. } => Ok(self),
            Self::Kept { .. } | Self::Claimed { .. } => Err(HoldRefused::AlreadyOrdered),
        }
    }

    /// Nobody ordered in time.
    pub fn expire(self, now: Timestamp) -> Result<Self, HoldRefused> {
        match self {
            Self::Held { expires_at } if now >= expires_at => Ok(Self::Released {
                cause: ReleaseCause::Expired,
            }),
            Self::Held { .. } => Err(HoldRefused::NotExpiredYet),
            Self::Released { .. } => Ok(self),
            Self::Kept { .. } | Self::Claimed { .. } => Err(HoldRefused::AlreadyOrdered),
        }
    }

    /// The order it was kept or claimed for is no more.
    pub fn end_with(self, order: OrderId) -> Result<Self, HoldRefused> {
        match self {
            Self::Kept { order: by, .. } | Self::Claimed { order: by } if by == order => {
                Ok(Self::Released {
                    cause: ReleaseCause::OrderEnded(order),
                })
            }
            Self::Kept { .. } | Self::Claimed { .. } => Err(HoldRefused::AlreadyOrdered),
            Self::Held { .. } => Err(HoldRefused::NotOrdered),
            Self::Released { .. } => Ok(self),
        }
    }
}

/// Why a hold was not taken or not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefused {
    #[error("no adjacent seats are left in this category")]
    SoldOut,
    #[error("a chosen seat is taken")]
    SeatsTaken,
    #[error("the chosen seats are not those of this category or of this formula")]
    InvalidSeats,
    #[error("the seats of a formula are adjacent")]
    SeatsNotAdjacent,
    #[error("at most {MAX_TICKETS_PER_PERSON_AND_EVENT} tickets per person and event")]
    TooManyTickets,
    #[error("the event is not on sale")]
    SaleClosed,
    #[error("this id was used for another request")]
    IdReused,
    #[error("the hold has expired or was given back")]
    Expired,
    #[error("the hold has not expired yet")]
    NotExpiredYet,
    #[error("the hold is in an order")]
    AlreadyOrdered,
    #[error("the hold is in no order")]
    NotOrdered,
    #[error("no such hold")]
    UnknownHold,
    #[error("no such event")]
    UnknownEvent,
    #[error("no such category")]
    UnknownCategory,
    #[error("this category is not sold in this formula")]
    FormulaNotSold,
    #[error("the waiting room comes first")]
    QueueRequired,
}

impl HoldRefused {
    /// The stable code of the contract.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SoldOut => "sold_out",
            Self::SeatsTaken => "seats_taken",
            Self::InvalidSeats => "seats_invalid",
            Self::SeatsNotAdjacent => "seats_not_adjacent",
            Self::TooManyTickets => "too_many_tickets",
            Self::SaleClosed => "sale_closed",
            Self::IdReused => "id_reused",
            Self::Expired => "hold_expired",
            Self::NotExpiredYet => "hold_not_expired",
            Self::AlreadyOrdered => "hold_ordered",
            Self::NotOrdered => "hold_not_ordered",
            Self::UnknownHold => "unknown_hold",
            Self::UnknownEvent => "unknown_event",
            Self::UnknownCategory => "unknown_category",
            Self::FormulaNotSold => "formula_not_sold",
            Self::QueueRequired => "queue_required",
        }
    }
}

impl From<SaleRefused> for HoldRefused {
    fn from(_: SaleRefused) -> Self {
        Self::SaleClosed
    }
}

impl From<SeatsRefused> for HoldRefused {
    fn from(refused: SeatsRefused) -> Self {
        match refused {
            SeatsRefused::Invalid => Self::InvalidSeats,
            SeatsRefused::NotAdjacent => Self::SeatsNotAdjacent,
            SeatsRefused::Taken => Self::SeatsTaken,
        }
    }
}
