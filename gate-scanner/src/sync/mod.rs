//! The gate's link with the centre: the signed list of tickets comes in, scans go out. Without the
//! centre the last list stands; it is kept on disk beside the ledger, signed as it came.

mod asks;
mod centre;
mod changes;
mod conflicts;
mod counts;
mod follow;
mod full;
pub(crate) mod http;
mod kept;
mod link;
mod list;
mod page_list;
mod staff;
mod tell;
mod tickets;

pub(crate) use asks::Asks;
pub(crate) use centre::{Asked, Centre, parse_key};
pub(crate) use changes::Changes;
pub(crate) use counts::HeadCounts;
pub(crate) use follow::{Follower, known_key, pull_once};
pub(crate) use kept::KeptList;
pub(crate) use link::{Link, LinkState};
pub(crate) use list::{Found, List};

use crate::app::App;

/// Follows the list and tells the scans until the process ends.
pub(crate) fn start(app: &App) {
    actix_web::rt::spawn(follow::follow(app.clone()));
    actix_web::rt::spawn(full::follow(app.clone()));
    actix_web::rt::spawn(tell::tell(app.clone()));
    asks::start(app);
}
