-- From a claim on a seat to a paid order and its tickets.

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    number text NOT NULL CONSTRAINT orders_number UNIQUE,
    user_id uuid NOT NULL REFERENCES users (id),
    -- digest of what was asked, so that the same id with other content is refused
    content_digest bytea NOT NULL,
    locale text NOT NULL,
    amount_cents bigint NOT NULL CONSTRAINT orders_amount CHECK (amount_cents >= 0),
    currency text NOT NULL,
    state text NOT NULL CONSTRAINT orders_state
        CHECK (state IN ('awaiting_payment', 'paid', 'expired', 'cancelled', 'refunded')),
    created_at timestamptz NOT NULL,
    terms_accepted_at timestamptz NOT NULL,
    pay_before timestamptz NOT NULL,
    paid_at timestamptz,
    -- the payment that paid; the order's own id when there was nothing to pay
    payment_id uuid,
    closed_at timestamptz,
    CONSTRAINT orders_paid_at CHECK (state NOT IN ('paid', 'refunded') OR paid_at IS NOT NULL)
);
CREATE INDEX orders_user_id ON orders (user_id, created_at DESC);
CREATE INDEX orders_unpaid ON orders (pay_before) WHERE state = 'awaiting_payment';

CREATE TABLE order_lines (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    line_no smallint NOT NULL,
    hold_id uuid NOT NULL,
    event_id uuid NOT NULL REFERENCES events (id),
    category_no smallint NOT NULL,
    row_no integer NOT NULL,
    seat_no smallint NOT NULL,
    formula text NOT NULL CONSTRAINT order_lines_formula
        CHECK (formula IN ('solo', 'duo', 'family')),
    -- what the spectator reads: {"section", "row", "seat", "standing"}
    seat_label jsonb NOT NULL,
    price_cents bigint NOT NULL,
    holder_first_name bytea NOT NULL,
    holder_last_name bytea NOT NULL,
    CONSTRAINT order_lines_line UNIQUE (order_id, line_no),
    FOREIGN KEY (event_id, category_no) REFERENCES categories (event_id, category_no)
);

-- The fence of invariant I1: one row per seat that an order holds, and only one.
CREATE TABLE seat_claims (
    event_id uuid NOT NULL,
    category_no smallint NOT NULL,
    row_no integer NOT NULL,
    seat_no smallint NOT NULL,
    order_id uuid NOT NULL REFERENCES orders (id),
    claimed_at timestamptz NOT NULL,
    CONSTRAINT seat_claims_seat PRIMARY KEY (event_id, category_no, row_no, seat_no)
);
CREATE INDEX seat_claims_order_id ON seat_claims (order_id);

CREATE TABLE payments (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    provider text NOT NULL,
    provider_ref text,
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
    CONSTRAINT payments_provider_ref UNIQUE (provider, provider_ref),
    CONSTRAINT payments_captured_at
        CHECK (state NOT IN ('captured', 'refund_due', 'refunded') OR captured_at IS NOT NULL)
);
CREATE INDEX payments_order_id ON payments (order_id);
CREATE INDEX payments_to_ask ON payments (ask_at) WHERE ask_at IS NOT NULL;
-- I3: an order is paid by one payment; a second capture must become a refund.
CREATE UNIQUE INDEX payments_one_capture ON payments (order_id) WHERE state = 'captured';

CREATE TABLE payment_inbox (
    provider text NOT NULL,
    provider_event_id text NOT NULL,
    payload jsonb NOT NULL,
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
    event_id uuid NOT NULL REFERENCES events (id),
    serial bigint NOT NULL CONSTRAINT tickets_serial_range CHECK (serial BETWEEN 1 AND 4294967295),
    issue_number smallint NOT NULL DEFAULT 1,
    order_id uuid NOT NULL REFERENCES orders (id),
    order_line_id uuid NOT NULL CONSTRAINT tickets_order_line UNIQUE REFERENCES order_lines (id),
    -- whose data key seals this row
    user_id uuid NOT NULL REFERENCES users (id),
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
    CONSTRAINT tickets_times CHECK (
        (state <> 'sent' OR sent_at IS NOT NULL)
        AND (state <> 'scanned' OR (scanned_at IS NOT NULL AND scanned_gate IS NOT NULL))
        AND (state <> 'deactivated'
            OR (deactivated_at IS NOT NULL AND deactivated_reason IS NOT NULL)))
);
CREATE INDEX tickets_order_id ON tickets (order_id);
CREATE INDEX tickets_user_id ON tickets (user_id);
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
