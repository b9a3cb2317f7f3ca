-- From a claim on a seat to a paid order and its tickets.
--
-- Rows here are written by the hundred in a rush, so each carries the indexes that are asked and no
-- foreign key: a parent is read, locked or written in the same transaction, is never deleted (V5),
-- and `api audit` looks for orphans. docs/adr/0010 has the figures. Text in an index is compared
-- byte by byte.

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    -- made of the id, 60 bits of a digest; `api audit` looks for two of a kind
    number text NOT NULL,
    user_id uuid NOT NULL,
    -- digest of what was asked, so that the same id with other content is refused
    content_digest bytea NOT NULL,
    locale text NOT NULL,
    -- the seats, in the order in which they were held: written with the order and never changed,
    -- hence within it; `order_lines` shows them. A line is {"no", "hold", "event", "category",
    -- "row", "seat", "formula", "label", "cents", "first", "last"}: "no" counts from 1, "label" is
    -- what the spectator reads, {"section", "row", "seat", "standing"}, "first" and "last" are the
    -- holder's sealed names in base64
    lines json NOT NULL,
    seats smallint NOT NULL CONSTRAINT orders_seats CHECK (seats > 0),
    -- the event of them all; null when there are several
    event_id uuid,
    amount_cents bigint NOT NULL CONSTRAINT orders_amount CHECK (amount_cents >= 0),
    currency text NOT NULL,
    state text NOT NULL CONSTRAINT orders_state
        CHECK (state IN ('awaiting_payment', 'paid', 'expired', 'cancelled', 'refunded')),
    created_at timestamptz NOT NULL,
    terms_accepted_at timestamptz NOT NULL,
    pay_before timestamptz NOT NULL,
    -- who collects the first payment, when all else of it follows from the order: it has the
    -- order's id, and becomes a row of payments once something happens to it
    first_provider text,
    paid_at timestamptz,
    -- the payment that paid; the order's own id when there was nothing to pay
    payment_id uuid,
    closed_at timestamptz,
    CONSTRAINT orders_paid_at CHECK (state NOT IN ('paid', 'refunded') OR paid_at IS NOT NULL)
    -- Room in each page for the row as it is once paid: then no index is written again.
) WITH (fillfactor = 50);
CREATE INDEX orders_user_id ON orders (user_id);
-- Without the state, which changes: what is behind the mark below is not looked at again.
CREATE INDEX orders_pay_before ON orders (pay_before);

-- One row: how far the loops that look for silent orders have come, by `orders.pay_before`.
CREATE TABLE order_marks (
    one_row boolean PRIMARY KEY DEFAULT true CONSTRAINT order_marks_one_row CHECK (one_row),
    -- no order before this still awaits its payment
    ended_before timestamptz NOT NULL,
    -- of those that await it before this, the first payment is a row
    written_before timestamptz NOT NULL
);
INSERT INTO order_marks (ended_before, written_before) VALUES ('epoch', 'epoch');

-- The lines, a row each. A line's own id, to which its names are sealed, is made of order and number.
CREATE VIEW order_lines AS
SELECT o.id AS order_id, l.no AS line_no, l.hold AS hold_id, l.event AS event_id,
    l.category AS category_no, l."row" AS row_no, l.seat AS seat_no, l.formula,
    l.label AS seat_label, l.cents AS price_cents,
    decode(l.first, 'base64') AS holder_first_name, decode(l.last, 'base64') AS holder_last_name
FROM orders o CROSS JOIN LATERAL json_to_recordset(o.lines) AS l (
    no smallint, hold uuid, event uuid, category smallint, "row" integer, seat smallint,
    formula text, label json, cents bigint, first text, last text);

-- The fence of invariant I1: one row per seat that an order holds, and only one.
CREATE TABLE seat_claims (
    event_id uuid NOT NULL,
    category_no smallint NOT NULL,
    row_no integer NOT NULL,
    seat_no smallint NOT NULL,
    order_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    hold_id uuid NOT NULL,
    CONSTRAINT seat_claims_seat PRIMARY KEY (event_id, category_no, row_no, seat_no)
);

CREATE TABLE payments (
    -- that of the order, for its first payment
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    provider text COLLATE "C" NOT NULL,
    provider_ref text COLLATE "C",
    -- the reference is made of the id, which says all about it
    own_ref boolean NOT NULL DEFAULT false,
    payment_url text,
    amount_cents bigint NOT NULL CONSTRAINT payments_amount CHECK (amount_cents > 0),
    currency text NOT NULL,
    state text NOT NULL CONSTRAINT payments_state
        CHECK (state IN ('created', 'captured', 'refused', 'abandoned', 'refund_due', 'refunded')),
    refund_cause text,
    refund_ref text,
    created_at timestamptz NOT NULL,
    captured_at timestamptz,
    closed_at timestamptz,
    refunded_at timestamptz,
    -- when to ask the provider next; null: never again
    ask_at timestamptz,
    CONSTRAINT payments_captured_at
        CHECK (state NOT IN ('captured', 'refund_due', 'refunded') OR captured_at IS NOT NULL)
);
CREATE UNIQUE INDEX payments_provider_ref ON payments (provider, provider_ref) WHERE NOT own_ref;
CREATE INDEX payments_to_ask ON payments (ask_at) WHERE ask_at IS NOT NULL;
-- I3: an order is paid by one payment; a second capture must become a refund. Also finds the
-- payments of an order.
CREATE UNIQUE INDEX payments_one_capture ON payments (
    order_id,
    (CASE state WHEN 'captured' THEN '00000000-0000-0000-0000-000000000000' ELSE id END));

CREATE TABLE payment_inbox (
    provider text COLLATE "C" NOT NULL,
    provider_event_id text COLLATE "C" NOT NULL,
    -- as it was told; read back once at most
    payload json NOT NULL,
    received_at timestamptz NOT NULL,
    -- when to process it, and again after a failure
    try_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    processed_at timestamptz,
    outcome text,
    PRIMARY KEY (provider, provider_event_id)
);
CREATE INDEX payment_inbox_open ON payment_inbox (try_at) WHERE processed_at IS NULL;

CREATE TABLE tickets (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    serial bigint NOT NULL CONSTRAINT tickets_serial_range CHECK (serial BETWEEN 1 AND 4294967295),
    issue_number smallint NOT NULL DEFAULT 1,
    order_id uuid NOT NULL,
    line_no smallint NOT NULL,
    -- the order's buyer, whose data key seals this row
    user_id uuid NOT NULL,
    ticket_key bytea NOT NULL,
    holder_first_name bytea NOT NULL,
    holder_last_name bytea NOT NULL,
    state text NOT NULL CONSTRAINT tickets_state
        CHECK (state IN ('paid', 'sent', 'scanned', 'deactivated')),
    paid_at timestamptz NOT NULL,
    sent_at timestamptz,
    scanned_at timestamptz,
    scanned_gate text,
    deactivated_at timestamptz,
    deactivated_reason text,
    -- the transaction that last changed the row: the cursor of the feed that gates follow,
    -- safe where a sequence is not, since transactions end in another order than they begin
    changed_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    CONSTRAINT tickets_serial UNIQUE (event_id, serial),
    CONSTRAINT tickets_order_line UNIQUE (order_id, line_no),
    CONSTRAINT tickets_times CHECK (
        (state <> 'sent' OR sent_at IS NOT NULL)
        AND (state <> 'scanned' OR (scanned_at IS NOT NULL AND scanned_gate IS NOT NULL))
        AND (state <> 'deactivated'
            OR (deactivated_at IS NOT NULL AND deactivated_reason IS NOT NULL)))
);
CREATE INDEX tickets_feed ON tickets (event_id, changed_in);

-- Work that must follow a commit, written in the same transaction.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    run_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    done_at timestamptz,
    failed_at timestamptz,
    last_error text
);
CREATE INDEX outbox_ready ON outbox (run_at) WHERE done_at IS NULL AND failed_at IS NULL;
