//! All SQL of orders: the orders, their lines, and the claims on seats.

mod read;
mod write;

pub(super) use read::{
    StoredLine, StoredOrder, find_digest, find_order, list_held, list_lines, list_of_user,
    list_overdue,
};
pub(super) use write::{
    NewOrder, SealedLine, claim_again, claim_seats, count_tickets, delete_claims, insert_lines,
    insert_order, lock_buyer, lock_order, mark_closed, mark_paid,
};

use crate::platform::db::Sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &read::FIND_DIGEST,
    &read::FIND_ORDER,
    &read::LIST_OF_USER,
    &read::LIST_LINES,
    &read::LIST_HELD,
    &read::LIST_OVERDUE,
    &write::LOCK_BUYER,
    &write::INSERT_ORDER,
    &write::COUNT_TICKETS,
    &write::INSERT_LINES,
    &write::CLAIM_SEATS,
    &write::CLAIM_AGAIN,
    &write::DELETE_CLAIMS,
    &write::LOCK_ORDER,
    &write::MARK_PAID,
    &write::MARK_CLOSED,
];
