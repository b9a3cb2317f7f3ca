//! All SQL of orders: the orders, their lines, and the claims on seats.

mod batch;
mod paid;
mod read;
mod write;

pub(super) use batch::{
    Columns, ONE_CLAIM_PER_SEAT, SealedLine, claim_seats, count_tickets, insert_lines,
    insert_orders, list_known, lock_buyers,
};
pub(super) use paid::{LineToIssue, list_to_issue, mark_all_paid};
pub(super) use read::{
    StoredLine, StoredOrder, find_digest, find_order, list_held, list_lines, list_of_user,
    list_overdue,
};
pub(super) use write::{claim_again, delete_claims, lock_order, mark_closed, mark_paid};

use crate::platform::db::Sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &read::FIND_DIGEST,
    &read::FIND_ORDER,
    &read::LIST_OF_USER,
    &read::LIST_LINES,
    &read::LIST_HELD,
    &read::LIST_OVERDUE,
    &batch::LOCK_BUYERS,
    &batch::LIST_KNOWN,
    &batch::COUNT_TICKETS,
    &batch::INSERT_ORDERS,
    &batch::INSERT_LINES,
    &batch::CLAIM_SEATS,
    &write::CLAIM_AGAIN,
    &write::DELETE_CLAIMS,
    &write::LOCK_ORDER,
    &write::MARK_PAID,
    &write::MARK_CLOSED,
    &paid::LIST_TO_ISSUE,
    &paid::MARK_ALL_PAID,
];
