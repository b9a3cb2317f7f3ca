-- Names on tickets are corrected until a deadline, a few times a ticket. What was said before is
-- kept, sealed under the buyer's data key like the names themselves.

CREATE TABLE name_corrections (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL,
    order_id uuid NOT NULL,
    -- counts from 1
    no smallint NOT NULL,
    former_first_name bytea NOT NULL,
    former_last_name bytea NOT NULL,
    corrected_at timestamptz NOT NULL,
    CONSTRAINT name_corrections_no UNIQUE (ticket_id, no)
);
CREATE INDEX name_corrections_order_id ON name_corrections (order_id);
GRANT SELECT, INSERT ON name_corrections TO guichet_app;

-- Names may be corrected until this many hours before the doors open.
ALTER TABLE events ADD COLUMN names_until_hours integer NOT NULL DEFAULT 24
    CONSTRAINT events_names_until_hours CHECK (names_until_hours >= 0);
