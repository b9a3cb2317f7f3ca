//! SQL of the audit. Every check answers one row: what was examined, how many rows break the
//! invariant, and one of them to start from.

use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &CLAIMED_TWICE,
    &TICKETED_TWICE,
    &CLAIM_OF_CLOSED_ORDER,
    &LINE_WITHOUT_CLAIM,
    &CAPTURE_WITHOUT_ORDER,
    &ORDER_WITHOUT_CAPTURE,
    &AMOUNTS_DIFFER,
    &REFUND_FORGOTTEN,
    &LINE_WITHOUT_TICKET,
    &TICKET_WITHOUT_PAYMENT,
    &TICKET_TIMES,
    &TICKET_SERIALS,
    &JOBS_SET_ASIDE,
    &ADMITTED_TWICE,
    &SCANNED_WITHOUT_ADMISSION,
    &CATEGORY_OVERSOLD,
    &OVERDUE_FORGOTTEN,
    &ORDER_WITHOUT_BUYER,
    &NUMBERED_TWICE,
    &LINE_WITHOUT_CATEGORY,
    &LINES_MISCOUNTED,
    &PAYMENT_ORPHANED,
    &FIRST_PAYMENT_LOST,
    &TICKET_ORPHANED,
    &SCAN_ORPHANED,
    &SERIES_WITH_GAPS,
    &SALE_WITHOUT_PAPERS,
    &SALE_WITHOUT_INVOICE,
];

/// One question about one invariant.
pub(super) struct Check {
    pub(super) invariant: &'static str,
    pub(super) what: &'static str,
    pub(super) sql: &'static Sql,
}

const fn check(invariant: &'static str, what: &'static str, sql: &'static Sql) -> Check {
    Check {
        invariant,
        what,
        sql,
    }
}

/// The questions PostgreSQL alone can answer.
pub(super) const CHECKS: &[Check] = &[
    check("I1", "no seat is claimed twice", &CLAIMED_TWICE),
    check("I1", "no seat has two live tickets", &TICKETED_TWICE),
    check(
        "I1",
        "every claim belongs to an open or paid order",
        &CLAIM_OF_CLOSED_ORDER,
    ),
    check(
        "I1",
        "every seat of an open or paid order is claimed by it",
        &LINE_WITHOUT_CLAIM,
    ),
    check(
        "I2",
        "no category has more claims than places",
        &CATEGORY_OVERSOLD,
    ),
    check(
        "I3",
        "every captured payment has its paid order",
        &CAPTURE_WITHOUT_ORDER,
    ),
    check(
        "I3",
        "every paid order has one captured payment",
        &ORDER_WITHOUT_CAPTURE,
    ),
    check(
        "I3",
        "orders, lines and payments agree on the amount",
        &AMOUNTS_DIFFER,
    ),
    check(
        "I3",
        "every refund due is done or under way",
        &REFUND_FORGOTTEN,
    ),
    check(
        "I4",
        "every seat of a paid order has its ticket",
        &LINE_WITHOUT_TICKET,
    ),
    check(
        "I4",
        "every ticket comes from a paid order",
        &TICKET_WITHOUT_PAYMENT,
    ),
    check(
        "I4",
        "every ticket passed its states in order",
        &TICKET_TIMES,
    ),
    check("I4", "ticket serials have no gap", &TICKET_SERIALS),
    check(
        "I6",
        "no work that must follow a commit is set aside",
        &JOBS_SET_ASIDE,
    ),
    check(
        "I6",
        "no order waits that counts as ended",
        &OVERDUE_FORGOTTEN,
    ),
    check("I6", "every order has its buyer", &ORDER_WITHOUT_BUYER),
    check("I6", "no two orders have one number", &NUMBERED_TWICE),
    check(
        "I6",
        "every order line has its category",
        &LINE_WITHOUT_CATEGORY,
    ),
    check("I6", "every order has its lines", &LINES_MISCOUNTED),
    check(
        "I6",
        "numbers of invoices go on without a gap",
        &SERIES_WITH_GAPS,
    ),
    check(
        "I6",
        "every sale that is over has its papers",
        &SALE_WITHOUT_PAPERS,
    ),
    check(
        "I6",
        "every sale of more than an hour ago has its invoice",
        &SALE_WITHOUT_INVOICE,
    ),
    check("I6", "every payment has its order", &PAYMENT_ORPHANED),
    check(
        "I3",
        "every first payment of an order that moved on is known",
        &FIRST_PAYMENT_LOST,
    ),
    check(
        "I6",
        "every ticket has its order line, its event and its buyer",
        &TICKET_ORPHANED,
    ),
    check("I7", "no ticket is admitted twice", &ADMITTED_TWICE),
    check(
        "I7",
        "every scanned ticket has its admission",
        &SCANNED_WITHOUT_ADMISSION,
    ),
    check(
        "I6",
        "every scan has its device and its ticket",
        &SCAN_ORPHANED,
    ),
];

/// (examined, violations, one example).
pub(super) async fn ask(tx: &Tx<'_>, sql: &Sql) -> Result<(i64, i64, Option<String>), Error> {
    let row = tx.query_one(sql, &[]).await?;
    Ok((
        row.get("examined"),
        row.get("violations"),
        row.get("example"),
    ))
}

const CLAIMED_TWICE: Sql = sql!(
    "audit.claimed_twice",
    "SELECT coalesce(sum(n), 0)::bigint AS examined, count(*) FILTER (WHERE n > 1) AS violations,
         min(seat) FILTER (WHERE n > 1) AS example
     FROM (SELECT count(*) AS n,
               concat_ws('/', event_id, category_no, row_no, seat_no) AS seat
           FROM seat_claims GROUP BY event_id, category_no, row_no, seat_no) AS seats"
);

const TICKETED_TWICE: Sql = sql!(
    "audit.ticketed_twice",
    "SELECT coalesce(sum(n), 0)::bigint AS examined, count(*) FILTER (WHERE n > 1) AS violations,
         min(seat) FILTER (WHERE n > 1) AS example
     FROM (SELECT count(*) AS n,
               concat_ws('/', l.event_id, l.category_no, l.row_no, l.seat_no) AS seat
           FROM tickets t JOIN order_lines l USING (order_id, line_no)
           WHERE t.state <> 'deactivated'
           GROUP BY l.event_id, l.category_no, l.row_no, l.seat_no) AS seats"
);

const CLAIM_OF_CLOSED_ORDER: Sql = sql!(
    "audit.claim_of_closed_order",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(order_id::text) FILTER (WHERE bad) AS example
     FROM (SELECT c.order_id,
               o.id IS NULL OR o.state NOT IN ('awaiting_payment', 'paid') AS bad
           FROM seat_claims c LEFT JOIN orders o ON o.id = c.order_id) AS claims"
);

const LINE_WITHOUT_CLAIM: Sql = sql!(
    "audit.line_without_claim",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(order_id::text) FILTER (WHERE bad) AS example
     FROM (SELECT l.order_id, c.order_id IS DISTINCT FROM o.id AS bad
           FROM orders o JOIN order_lines l ON l.order_id = o.id
           LEFT JOIN seat_claims c ON (c.event_id, c.category_no, c.row_no, c.seat_no)
               = (l.event_id, l.category_no, l.row_no, l.seat_no)
           WHERE o.state IN ('awaiting_payment', 'paid')) AS lines"
);

const CATEGORY_OVERSOLD: Sql = sql!(
    "audit.category_oversold",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE n > capacity) AS violations,
         min(category) FILTER (WHERE n > capacity) AS example
     FROM (SELECT k.capacity, count(c.order_id) AS n,
               concat_ws('/', k.event_id, k.code) AS category
           FROM categories k LEFT JOIN seat_claims c USING (event_id, category_no)
           GROUP BY k.event_id, k.category_no, k.code, k.capacity) AS sold"
);

const CAPTURE_WITHOUT_ORDER: Sql = sql!(
    "audit.capture_without_order",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT p.id, o.id IS NULL OR o.state <> 'paid' AS bad
           FROM payments p LEFT JOIN orders o ON o.id = p.order_id
           WHERE p.state = 'captured') AS captures"
);

const ORDER_WITHOUT_CAPTURE: Sql = sql!(
    "audit.order_without_capture",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE n <> 1) AS violations,
         min(id::text) FILTER (WHERE n <> 1) AS example
     FROM (SELECT o.id, count(p.id) AS n
           FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.state = 'captured'
           WHERE o.state = 'paid' AND o.amount_cents > 0 GROUP BY o.id) AS paid"
);

const AMOUNTS_DIFFER: Sql = sql!(
    "audit.amounts_differ",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, other.order_id IS NOT NULL OR o.amount_cents <> (
               SELECT coalesce(sum(l.cents), 0)
               FROM json_to_recordset(o.lines) AS l (cents bigint)) AS bad
           FROM orders o LEFT JOIN (
               SELECT DISTINCT p.order_id FROM payments p JOIN orders q ON q.id = p.order_id
               WHERE p.amount_cents <> q.amount_cents OR p.currency <> q.currency) AS other
               ON other.order_id = o.id) AS amounts"
);

const REFUND_FORGOTTEN: Sql = sql!(
    "audit.refund_forgotten",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT p.id, p.state = 'refund_due' AND p.ask_at IS NULL AS bad
           FROM payments p WHERE p.state IN ('refund_due', 'refunded')) AS refunds"
);

const LINE_WITHOUT_TICKET: Sql = sql!(
    "audit.line_without_ticket",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(order_id::text) FILTER (WHERE bad) AS example
     FROM (SELECT l.order_id, count(t.id) <> 1 AS bad
           FROM orders o JOIN order_lines l ON l.order_id = o.id
           LEFT JOIN tickets t ON t.order_id = l.order_id AND t.line_no = l.line_no
           WHERE o.state = 'paid' GROUP BY l.order_id, l.line_no) AS lines"
);

const TICKET_WITHOUT_PAYMENT: Sql = sql!(
    "audit.ticket_without_payment",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT t.id, o.id IS NULL OR o.state NOT IN ('paid', 'refunded')
               OR (o.state = 'refunded' AND t.state <> 'deactivated') AS bad
           FROM tickets t LEFT JOIN orders o ON o.id = t.order_id) AS issued"
);

const TICKET_TIMES: Sql = sql!(
    "audit.ticket_times",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT id, NOT coalesce(CASE state
               WHEN 'paid' THEN sent_at IS NULL AND scanned_at IS NULL AND deactivated_at IS NULL
               WHEN 'sent' THEN sent_at >= paid_at AND scanned_at IS NULL
                   AND deactivated_at IS NULL
               WHEN 'scanned' THEN sent_at >= paid_at AND scanned_at IS NOT NULL
                   AND deactivated_at IS NULL
               WHEN 'deactivated' THEN deactivated_at IS NOT NULL
                   AND (scanned_at IS NULL OR sent_at IS NOT NULL)
               ELSE false END, false) AS bad
           FROM tickets) AS states"
);

const TICKET_SERIALS: Sql = sql!(
    "audit.ticket_serials",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(code) FILTER (WHERE bad) AS example
     FROM (SELECT e.code, count(t.id) <> e.next_serial - 1
               OR coalesce(max(t.serial), 0) <> e.next_serial - 1 AS bad
           FROM events e LEFT JOIN tickets t ON t.event_id = e.id
           GROUP BY e.id, e.code, e.next_serial) AS series"
);

const JOBS_SET_ASIDE: Sql = sql!(
    "audit.jobs_set_aside",
    "SELECT count(*) AS examined, count(failed_at) AS violations,
         min(kind || '/' || id) FILTER (WHERE failed_at IS NOT NULL) AS example
     FROM outbox"
);

const ADMITTED_TWICE: Sql = sql!(
    "audit.admitted_twice",
    "SELECT coalesce(sum(n), 0)::bigint AS examined, count(*) FILTER (WHERE n > 1) AS violations,
         min(ticket_id::text) FILTER (WHERE n > 1) AS example
     FROM (SELECT ticket_id, count(*) AS n FROM scans WHERE admission GROUP BY ticket_id) AS t"
);

const SCANNED_WITHOUT_ADMISSION: Sql = sql!(
    "audit.scanned_without_admission",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT t.id, (t.scanned_at IS NOT NULL) <> EXISTS (
               SELECT 1 FROM scans s WHERE s.ticket_id = t.id AND s.admission) AS bad
           FROM tickets t) AS scanned"
);

// What no foreign key checks: docs/adr/0010.

const OVERDUE_FORGOTTEN: Sql = sql!(
    "audit.overdue_forgotten",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, o.pay_before < x.ended_before AS bad
           FROM orders o CROSS JOIN order_marks x
           WHERE o.state = 'awaiting_payment') AS waiting"
);

const ORDER_WITHOUT_BUYER: Sql = sql!(
    "audit.order_without_buyer",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, u.id IS NULL AS bad
           FROM orders o LEFT JOIN users u ON u.id = o.user_id) AS bought"
);

const NUMBERED_TWICE: Sql = sql!(
    "audit.numbered_twice",
    "SELECT coalesce(sum(n), 0)::bigint AS examined, count(*) FILTER (WHERE n > 1) AS violations,
         min(number) FILTER (WHERE n > 1) AS example
     FROM (SELECT number, count(*) AS n FROM orders GROUP BY number) AS numbers"
);

const SERIES_WITH_GAPS: Sql = sql!(
    "audit.series_with_gaps",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(kind || ' ' || year) FILTER (WHERE bad) AS example
     FROM (SELECT s.kind, s.year,
               s.last_no <> count(i.no) OR s.last_no <> coalesce(max(i.no), 0) AS bad
           FROM invoice_series s LEFT JOIN invoices i USING (kind, year)
           GROUP BY s.kind, s.year, s.last_no) AS series"
);

// Where the loop has not been, nothing is due yet; what moved later has a job.
const SALE_WITHOUT_PAPERS: Sql = sql!(
    "audit.sale_without_papers",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, NOT EXISTS (SELECT FROM invoices i
               WHERE i.order_id = o.id AND i.kind = papers.kind)
               AND NOT EXISTS (SELECT FROM outbox b
                   WHERE b.kind = 'invoices.issue' AND b.done_at IS NULL
                       AND b.payload->'orders' @> to_jsonb(o.id::text)) AS bad
           FROM orders o CROSS JOIN invoice_marks m
           JOIN (VALUES ('invoice', 'paid'), ('invoice', 'refunded'), ('credit_note', 'refunded'))
               AS papers (kind, state) ON papers.state = o.state
           WHERE (o.pay_before, o.id) <= (m.pay_before, m.order_id)
               AND o.amount_cents > 0) AS sales"
);

// Wherever the loop is: one that stands still would hide what it never came to.
const SALE_WITHOUT_INVOICE: Sql = sql!(
    "audit.sale_without_invoice",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, NOT EXISTS (SELECT FROM invoices i
               WHERE i.order_id = o.id AND i.kind = 'invoice') AS bad
           FROM orders o
           WHERE o.state IN ('paid', 'refunded') AND o.amount_cents > 0
               AND o.paid_at < now() - interval '1 hour') AS sales"
);

const LINE_WITHOUT_CATEGORY: Sql = sql!(
    "audit.line_without_category",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(order_id::text) FILTER (WHERE bad) AS example
     FROM (SELECT l.order_id, c.event_id IS NULL AS bad
           FROM order_lines l LEFT JOIN categories c USING (event_id, category_no)) AS lines"
);

const LINES_MISCOUNTED: Sql = sql!(
    "audit.lines_miscounted",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, l.n IS DISTINCT FROM o.seats OR l.last IS DISTINCT FROM o.seats
               OR (CASE l.events WHEN 1 THEN l.event END) IS DISTINCT FROM o.event_id::text AS bad
           FROM orders o LEFT JOIN (
               SELECT order_id, count(DISTINCT line_no) AS n, max(line_no) AS last,
                   count(DISTINCT event_id) AS events, min(event_id::text) AS event
               FROM order_lines GROUP BY order_id) l ON l.order_id = o.id) AS placed"
);

const PAYMENT_ORPHANED: Sql = sql!(
    "audit.payment_orphaned",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT p.id, o.id IS NULL AS bad
           FROM payments p LEFT JOIN orders o ON o.id = p.order_id) AS attempts"
);

const FIRST_PAYMENT_LOST: Sql = sql!(
    "audit.first_payment_lost",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT o.id, p.id IS NULL AS bad
           FROM orders o LEFT JOIN payments p ON p.id = o.id AND p.order_id = o.id
           WHERE o.first_provider IS NOT NULL AND o.state <> 'awaiting_payment') AS moved"
);

const TICKET_ORPHANED: Sql = sql!(
    "audit.ticket_orphaned",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT t.id, l.order_id IS NULL OR e.id IS NULL OR u.id IS NULL
               OR l.event_id <> t.event_id OR o.user_id IS DISTINCT FROM t.user_id AS bad
           FROM tickets t
           LEFT JOIN order_lines l USING (order_id, line_no)
           LEFT JOIN orders o ON o.id = t.order_id
           LEFT JOIN events e ON e.id = t.event_id
           LEFT JOIN users u ON u.id = t.user_id) AS issued"
);

const SCAN_ORPHANED: Sql = sql!(
    "audit.scan_orphaned",
    "SELECT count(*) AS examined, count(*) FILTER (WHERE bad) AS violations,
         min(id::text) FILTER (WHERE bad) AS example
     FROM (SELECT s.id, d.id IS NULL OR (s.ticket_id IS NOT NULL AND t.id IS NULL) AS bad
           FROM scans s
           LEFT JOIN devices d ON d.id = s.device_id
           LEFT JOIN tickets t ON t.id = s.ticket_id) AS told"
);
