-- The sandbox bank's own books: a development stand-in for a card payment provider. It shares
-- this database for convenience only; the shop reads none of these tables.

CREATE TABLE sandbox_bank_payments (
    ref text PRIMARY KEY,
    -- the shop's id of the payment: asking twice opens one payment
    merchant_payment_id uuid NOT NULL CONSTRAINT sandbox_bank_payments_merchant UNIQUE,
    order_number text NOT NULL,
    amount_cents bigint NOT NULL CONSTRAINT sandbox_bank_payments_amount CHECK (amount_cents > 0),
    currency text NOT NULL,
    locale text NOT NULL,
    return_url text NOT NULL,
    state text NOT NULL CONSTRAINT sandbox_bank_payments_state CHECK (
        state IN ('open', 'challenged', 'captured', 'refused', 'expired', 'refunded')),
    challenge_code text,
    refund_key text CONSTRAINT sandbox_bank_payments_refund_key UNIQUE,
    refund_ref text,
    created_at timestamptz NOT NULL,
    decided_at timestamptz
);

-- Webhooks to send. The body is kept as text: what is signed is what is sent.
CREATE TABLE sandbox_bank_webhooks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ref text NOT NULL REFERENCES sandbox_bank_payments (ref),
    body text NOT NULL,
    send_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    done_at timestamptz
);
CREATE INDEX sandbox_bank_webhooks_due ON sandbox_bank_webhooks (send_at) WHERE done_at IS NULL;

-- How the bank misbehaves on request; one row.
CREATE TABLE sandbox_bank_faults (
    one_row boolean PRIMARY KEY DEFAULT true
        CONSTRAINT sandbox_bank_faults_one_row CHECK (one_row),
    down_until timestamptz,
    slow_ms bigint NOT NULL DEFAULT 0,
    ignores_expiry boolean NOT NULL DEFAULT false
);
INSERT INTO sandbox_bank_faults DEFAULT VALUES;

GRANT SELECT, INSERT, UPDATE ON sandbox_bank_payments, sandbox_bank_webhooks TO guichet_app;
GRANT SELECT, UPDATE ON sandbox_bank_faults TO guichet_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO guichet_app;
