-- Scans are written by the hundred when doors open, like sales (V3): the device is read and the
-- ticket locked in the same transaction, neither is ever deleted, and `api audit` looks for
-- orphans.
ALTER TABLE scans DROP CONSTRAINT scans_ticket_id_fkey;
ALTER TABLE scans DROP CONSTRAINT scans_device_id_fkey;
CREATE TRIGGER devices_are_kept BEFORE DELETE ON devices
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER devices_no_truncate BEFORE TRUNCATE ON devices
    EXECUTE FUNCTION refuse_erasure();

ALTER TABLE scans
    -- the centre said yes before the ticket was let in
    ADD COLUMN asked boolean NOT NULL DEFAULT false,
    -- the transaction that found the conflict: gates follow it as they follow tickets.changed_in
    ADD COLUMN conflict_in bigint,
    ADD CONSTRAINT scans_conflict_in CHECK (conflict = (conflict_in IS NOT NULL)) NOT VALID;
UPDATE scans SET conflict_in = 0 WHERE conflict;
ALTER TABLE scans VALIDATE CONSTRAINT scans_conflict_in;
CREATE INDEX scans_conflicts ON scans (conflict_in) WHERE conflict;
