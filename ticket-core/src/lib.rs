//! The rules of ticketing: no I/O, no clock, no async.
//!
//! Time comes in as a parameter (`jiff::Timestamp`) and so does randomness, so that every rule
//! here can be tested in microseconds and replayed exactly. What a spectator meets, in order:
//! a [`venue`] with its seat plan and an [`event`] on sale; a [`formula`] held on adjacent seats
//! ([`seating`], [`hold`]); an [`order`] and its [`payment`]; a [`ticket`] and its [`credential`];
//! a gate that knows the [`manifest`] and decides the [`admission`]. [`access`] says which member
//! of staff may do what.
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::indexing_slicing
    )
)]

pub mod access;
pub mod account;
pub mod admission;
pub mod credential;
pub mod event;
pub mod formula;
pub mod hold;
pub mod ids;
pub mod invoice;
pub mod limits;
pub mod manifest;
pub mod money;
pub mod naming;
pub mod order;
pub mod payment;
pub mod queue;
pub mod seating;
pub mod support;
pub mod ticket;
pub mod venue;
