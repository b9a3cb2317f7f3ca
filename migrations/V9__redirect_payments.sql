-- The sandbox bank learns of a payment when its payer arrives with a signed link. The merchant may
-- close one before that: the row is then there to refuse whoever comes, and knows nothing else.

ALTER TABLE sandbox_bank_payments
    ALTER COLUMN order_number DROP NOT NULL,
    ALTER COLUMN amount_cents DROP NOT NULL,
    ALTER COLUMN currency DROP NOT NULL,
    ALTER COLUMN locale DROP NOT NULL,
    ALTER COLUMN return_url DROP NOT NULL;
