//! "Did it work?": one page for every way a payment can go.

use actix_web::HttpResponse;
use ticket_core::order::OrderState;

use super::Order;
use super::order_page;
use super::views::OutcomeView;
use crate::app::App;
use crate::catalogue::{self, EventView};
use crate::holds::TimerView;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Page;
use crate::platform::wording;

/// How often a page that waits looks again.
const LOOK_AGAIN_SECONDS: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// About to be taken to the bank's page.
    Leaving,
    Waiting,
    Paid,
    Refused,
    Abandoned,
    Expired,
    Cancelled,
    /// Paid too late for the seats: the money goes back.
    Refunded,
}

impl Kind {
    /// As the order stands. An attempt that is open when its buyer is back was abandoned.
    pub(super) fn of(order: &Order) -> Self {
        let attempt = order.payment.as_ref();
        let state = attempt.map_or("", |attempt| attempt.state.as_str());
        let money_goes_back = matches!(state, "refund_due" | "refunded");
        match order.state {
            OrderState::Paid { .. } => Self::Paid,
            OrderState::Refunded { .. } => Self::Refunded,
            OrderState::Expired { .. } | OrderState::Cancelled { .. } if money_goes_back => {
                Self::Refunded
            }
            OrderState::Expired { .. } => Self::Expired,
            OrderState::Cancelled { .. } => Self::Cancelled,
            OrderState::AwaitingPayment { .. } => match state {
                "refused" => Self::Refused,
                "captured" => Self::Waiting,
                _ => Self::Abandoned,
            },
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Leaving => "leaving",
            Self::Waiting => "waiting",
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    const fn tone(self) -> &'static str {
        match self {
            Self::Leaving | Self::Waiting => "wait",
            Self::Paid => "good",
            Self::Refused => "alarm",
            Self::Abandoned | Self::Expired | Self::Cancelled | Self::Refunded => "heed",
        }
    }

    const fn may_pay(self) -> bool {
        match self {
            Self::Refused | Self::Abandoned => true,
            Self::Leaving
            | Self::Waiting
            | Self::Paid
            | Self::Expired
            | Self::Cancelled
            | Self::Refunded => false,
        }
    }

    const fn has_ended(self) -> bool {
        match self {
            Self::Expired | Self::Cancelled | Self::Refunded => true,
            Self::Leaving | Self::Waiting | Self::Paid | Self::Refused | Self::Abandoned => false,
        }
    }
}

pub(super) async fn page(
    app: &App,
    page: Page,
    order: &Order,
    kind: Kind,
) -> Result<HttpResponse, Error> {
    let words = page.words();
    let catalogue = catalogue::snapshot(app).await?;
    let events = order_page::events_of(order, &catalogue);
    let first = *events.first().ok_or_else(Error::not_found)?;
    // Of several events one is chosen in the programme.
    let choose_again = match events.as_slice() {
        [event] => format!("/events/{}", event.code),
        _ => "/".to_owned(),
    };
    let bank_href = (kind == Kind::Leaving)
        .then(|| order.payment_url().map(str::to_owned))
        .flatten();
    let waits = kind.may_pay() || matches!(kind, Kind::Leaving);
    let view = OutcomeView {
        kind: kind.name(),
        tone: kind.tone(),
        refresh: match (kind, &bank_href) {
            // At once: a page that goes away later is taken from under who is still reading it.
            (Kind::Leaving, Some(href)) => Some(format!("0; url={href}")),
            (Kind::Waiting, _) => Some(LOOK_AGAIN_SECONDS.to_string()),
            _ => None,
        },
        step: if kind == Kind::Paid { 5 } else { 3 },
        events: events
            .iter()
            .map(|event| EventView::of(event, words))
            .collect(),
        order_number: order.number.to_string(),
        order_href: format!("/account/orders/{}", order.id),
        formula_words: order_page::formula_words(words, order, &catalogue),
        amount: wording::price(words, order.amount),
        pay_action: kind.may_pay().then(|| format!("/orders/{}/pay", order.id)),
        bank_href,
        event_href: kind.has_ended().then_some(choose_again),
        timer: waits.then(|| {
            let then_href = format!("/orders/{}/return", order.id);
            TimerView::until(app, words, (order.pay_before, first), then_href)
        }),
        page: page.as_if_at(&format!("/orders/{}/return", order.id)),
    };
    html::page(&view)
}
