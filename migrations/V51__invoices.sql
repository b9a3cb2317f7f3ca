-- Invoices and credit notes. A paper is written once, with all that it says, and never changes;
-- numbers go on without a gap, a series for each kind and year. No foreign key on orders: their
-- rows are left alone (V3), and they are kept (V5).

CREATE TABLE invoice_series (
    kind text NOT NULL
        CONSTRAINT invoice_series_kind CHECK (kind IN ('invoice', 'credit_note')),
    year smallint NOT NULL,
    -- locked while numbers are given, so that they are given in order and taken back together
    last_no integer NOT NULL DEFAULT 0 CONSTRAINT invoice_series_last_no CHECK (last_no >= 0),
    PRIMARY KEY (kind, year)
);

CREATE TABLE invoices (
    kind text NOT NULL,
    order_id uuid NOT NULL,
    year smallint NOT NULL,
    no integer NOT NULL CONSTRAINT invoices_no CHECK (no > 0),
    -- the buyer, whose data key seals the name
    user_id uuid NOT NULL,
    order_number text NOT NULL,
    issued_at timestamptz NOT NULL,
    -- paid, or given back
    happened_at timestamptz NOT NULL,
    locale text NOT NULL,
    amount_cents bigint NOT NULL CONSTRAINT invoices_amount CHECK (amount_cents > 0),
    vat_cents bigint NOT NULL
        CONSTRAINT invoices_vat CHECK (vat_cents BETWEEN 0 AND amount_cents),
    vat_basis_points integer NOT NULL,
    currency text NOT NULL,
    -- {"lines": [text], "vat_number": text}
    seller json NOT NULL,
    -- first and last name, sealed; null: whoever had closed the account before
    buyer bytea,
    -- [{"what", "detail", "seats", "price_cents", "cents"}]
    lines json NOT NULL,
    CONSTRAINT invoices_order PRIMARY KEY (order_id, kind),
    CONSTRAINT invoices_number UNIQUE (kind, year, no),
    CONSTRAINT invoices_series FOREIGN KEY (kind, year) REFERENCES invoice_series (kind, year)
);

-- One row: how far the loop that invoices has come, by `orders.pay_before` and id.
CREATE TABLE invoice_marks (
    one_row boolean PRIMARY KEY DEFAULT true CONSTRAINT invoice_marks_one_row CHECK (one_row),
    pay_before timestamptz NOT NULL,
    order_id uuid NOT NULL
);
INSERT INTO invoice_marks (pay_before, order_id)
VALUES ('epoch', '00000000-0000-0000-0000-000000000000');

CREATE TRIGGER invoices_are_kept BEFORE UPDATE OR DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER invoices_no_truncate BEFORE TRUNCATE ON invoices
    EXECUTE FUNCTION refuse_erasure();

-- A series goes on and never back, whoever writes the SQL.
CREATE FUNCTION refuse_series_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_no < OLD.last_no OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'the series % of % does not go back', OLD.kind, OLD.year
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'invoice_series_go_on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_series_go_on BEFORE UPDATE ON invoice_series
    FOR EACH ROW EXECUTE FUNCTION refuse_series_back();
CREATE TRIGGER invoice_series_are_kept BEFORE DELETE ON invoice_series
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();

GRANT SELECT, INSERT ON invoices, invoice_series TO guichet_app;
GRANT UPDATE (last_no) ON invoice_series TO guichet_app;
GRANT SELECT ON invoice_marks TO guichet_app;
GRANT UPDATE (pay_before, order_id) ON invoice_marks TO guichet_app;
