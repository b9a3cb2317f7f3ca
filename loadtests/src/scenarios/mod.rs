//! One file per scenario; what visitors of each do.

pub(crate) mod browse;
pub(crate) mod checkout;
pub(crate) mod day;
pub(crate) mod fill;
pub(crate) mod gate;
pub(crate) mod hold;
pub(crate) mod order;
pub(crate) mod rush;

pub(crate) use browse::Browse;
pub(crate) use checkout::Checkout;
pub(crate) use hold::Hold;
pub(crate) use order::Order;
