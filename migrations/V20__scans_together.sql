-- Scans are written by the hundred when doors open, like sales (V3): the device is read and the
-- ticket locked in the same transaction, neither is ever deleted, and `api audit` looks for
-- orphans.
ALTER TABLE scans DROP CONSTRAINT scans_ticket_id_fkey;
ALTER TABLE scans DROP CONSTRAINT scans_device_id_fkey;
CREATE TRIGGER devices_are_kept BEFORE DELETE ON devices
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER devices_no_truncate BEFORE TRUNCATE ON devices
    EXECUTE FUNCTION refuse_erasure();
