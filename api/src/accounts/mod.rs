//! Accounts: sign up, activation, signing in and out, and the person behind a request. Personal
//! data and the user key are sealed under the person's own data key; other slices get them
//! through [`person()`], [`data_key`] and [`user_key`] only.

mod account_page;
mod activate;
mod codes;
mod cookies;
mod details;
mod device;
mod forgotten;
mod frame;
pub(crate) mod http;
mod key_memory;
mod limits;
mod lookups;
mod messages;
mod notice;
pub(crate) mod pages;
mod password;
mod person;
mod rehearse;
mod resend;
mod session;
mod settings;
mod sign_in;
mod sign_up;
mod signed_in;
mod staff;
mod state;
mod store;
mod two_factors;
mod views;
mod visitor;

pub(crate) use codes::SEND_CODE;
pub(crate) use codes::store::STATEMENTS as CODE_STATEMENTS;
pub(crate) use cookies::session_name as session_cookie;
pub(crate) use details::EmailAddress;
pub(crate) use forgotten::STATEMENTS as FORGOTTEN_STATEMENTS;
pub(crate) use forgotten::{SEND_RESET_CODE, send_reset_code};
pub(crate) use messages::{send_already_registered, send_code};
pub(crate) use notice::{PASSWORD_CHANGED, TWO_FACTORS_CHANGED, tell_of_change, tell_of_password};
pub(crate) use person::{Person, data_key, data_keys, named, person, user_key};
pub(crate) use rehearse::store::STATEMENTS as REHEARSAL_STATEMENTS;
pub(crate) use rehearse::{Rehearsed, rehearse};
pub(crate) use session::store::STATEMENTS as SESSION_STATEMENTS;
pub(crate) use session::{run_once, start, watch};
pub(crate) use settings::STATEMENTS as SETTINGS_STATEMENTS;
pub(crate) use settings::{SEND_ADDRESS_CODES, send_address_codes};
pub(crate) use sign_up::ALREADY_REGISTERED;
pub(crate) use signed_in::{SignedIn, sign_in_required};
pub(crate) use staff::{Declared, Outcome, declare, find_staff, hash_pin, set_role};
pub(crate) use state::State;
pub(crate) use store::STATEMENTS;
pub(crate) use two_factors::STATEMENTS as TWO_FACTORS_STATEMENTS;
pub(crate) use two_factors::{Locked, switch_off_by_staff};
pub(crate) use visitor::{Reader, Visitor, give_visitor_cookie};
