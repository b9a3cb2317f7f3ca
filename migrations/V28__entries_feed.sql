-- An entry is the row of its scan and the ticket's row changed in place, no index of tickets with it:
-- what a gate follows of the entries is read from the scans, which come in the order of their
-- transactions. docs/adr/0010 has the reasons, docs/capacity.md the figures.

-- The transaction that recorded an admission: the cursor of the feed (see tickets.sealed_in).
ALTER TABLE scans ADD COLUMN admitted_in bigint,
    ADD CONSTRAINT scans_admitted_in CHECK (admission = (admitted_in IS NOT NULL)) NOT VALID;
UPDATE scans s SET admitted_in = t.changed_in FROM tickets t
    WHERE s.admission AND t.id = s.ticket_id;
ALTER TABLE scans VALIDATE CONSTRAINT scans_admitted_in;
CREATE INDEX scans_entries ON scans (admitted_in) WHERE admission;

-- Each scan of a ticket stands in one of the two: its admission, or all others.
DROP INDEX scans_ticket_id;
CREATE INDEX scans_no_admission ON scans (ticket_id, scanned_at) WHERE NOT admission;
-- Nobody asks by gate.
DROP INDEX scans_gate;

-- Changes of what is sealed for a gate. Room in each page for the row once it has entered.
DROP INDEX tickets_feed;
CREATE INDEX tickets_feed ON tickets (event_id, sealed_in);
ALTER TABLE tickets SET (fillfactor = 80);
ALTER TABLE tickets DROP COLUMN changed_in;

CREATE OR REPLACE FUNCTION refuse_state_skip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a ticket is made paid, not %', NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'tickets_state_order';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('paid', 'sent'), ('paid', 'deactivated'),
        ('sent', 'scanned'), ('sent', 'deactivated'),
        ('scanned', 'deactivated'))
    THEN
        RAISE EXCEPTION 'a ticket does not move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'tickets_state_order';
    END IF;
    NEW.sealed_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;

-- A ticket that was sent and merely enters passes its states in order, and nothing of it is sealed
-- anew.
DROP TRIGGER tickets_state_order ON tickets;
CREATE TRIGGER tickets_state_order BEFORE UPDATE ON tickets
    FOR EACH ROW WHEN (NOT (
        OLD.state = 'sent' AND NEW.state = 'scanned'
        AND NEW.sealed_in = OLD.sealed_in
        AND NEW.issue_number = OLD.issue_number
        AND NEW.holder_first_name = OLD.holder_first_name
        AND NEW.holder_last_name = OLD.holder_last_name))
    EXECUTE FUNCTION refuse_state_skip();
