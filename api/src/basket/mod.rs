//! The basket: everything a spectator holds, over all events, on one page, ordered at once. It is
//! kept nowhere by itself: it is read from the holds, so it is the same on every device and shows
//! what is true at this moment. A cookie only tells pages how many holds to write beside the link.

mod cookies;
mod form;
mod gather;
pub(crate) mod pages;
mod present;
mod views;

pub(crate) use cookies::{badge, badge_after, no_badge};
