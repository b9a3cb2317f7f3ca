//! Accounts: sign up, activation, signing in and out, and the person behind a request. Personal
//! data and the user key are sealed under the person's own data key; other slices get them
//! through [`person`], [`data_key`] and [`user_key`] only.

mod cookies;
mod frame;
mod person;
mod session;
mod signed_in;
mod state;
mod store;
mod visitor;

pub(crate) use person::{Person, data_key, person, user_key};
pub(crate) use signed_in::SignedIn;
pub(crate) use state::State;
pub(crate) use store::STATEMENTS;
pub(crate) use visitor::{Visitor, give_visitor_cookie};
