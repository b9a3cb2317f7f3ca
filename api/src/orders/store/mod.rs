//! All SQL of orders: the orders, their lines, and the claims on seats.

mod batch;
mod lines;
mod read;
mod write;

pub(super) use batch::{
    NewOrder, ONE_CLAIM_PER_SEAT, ONE_ORDER_PER_ID, claim_seats, count_tickets, insert_orders,
    list_known, list_missing_categories, lock, make_lock_ready,
};
pub(crate) use lines::SealedSeat;
pub(super) use lines::{SealedNames, new_lines};
pub(super) use read::{
    StoredLine, StoredOrder, find_digest, find_order, get_ended_before, list_held, list_lines,
    list_of_user, list_overdue,
};
pub(super) use write::{
    claim_again, delete_claims, lock_order, mark_closed, mark_ended_before, mark_paid,
};

use crate::platform::db::Sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &read::FIND_DIGEST,
    &read::FIND_ORDER,
    &read::LIST_OF_USER,
    &read::LIST_LINES,
    &read::LIST_HELD,
    &read::LIST_OVERDUE,
    &read::GET_ENDED_BEFORE,
    &batch::LOCK,
    &batch::LIST_KNOWN,
    &batch::LIST_MISSING_CATEGORIES,
    &batch::COUNT_TICKETS,
    &batch::INSERT_ORDERS,
    &batch::CLAIM_SEATS,
    &write::CLAIM_AGAIN,
    &write::DELETE_CLAIMS,
    &write::LOCK_ORDER,
    &write::MARK_PAID,
    &write::MARK_CLOSED,
    &write::MARK_ENDED_BEFORE,
];
