-- One row: how many accounts were closed. Whoever remembers data keys asks it in the transaction
-- that uses them, and reads them again when it has changed.
CREATE TABLE account_marks (
    one_row boolean PRIMARY KEY DEFAULT true CONSTRAINT account_marks_one_row CHECK (one_row),
    closed bigint NOT NULL
);
INSERT INTO account_marks (closed) VALUES (0);
GRANT SELECT, UPDATE ON account_marks TO guichet_app;
