-- The digest of a ticket's two keys (docs/credential.md, section 5), kept from the moment it is sent:
-- what a gate reports is compared with it without opening what is sealed. It tells neither key and
-- opens nothing. Null for tickets that are not sent, and for those sent before: their keys are opened.
ALTER TABLE tickets ADD COLUMN keys_digest bytea;
-- Nothing is there to be looked through: the table is not read under its lock.
ALTER TABLE tickets ADD CONSTRAINT tickets_keys_digest
    CHECK (octet_length(keys_digest) = 32) NOT VALID;
GRANT UPDATE (keys_digest) ON tickets TO guichet_app;

-- As permanent as the keys. Asked only of an update that names one of them: an entry does not.
DROP TRIGGER tickets_key_is_permanent ON tickets;
CREATE TRIGGER tickets_key_is_permanent
    BEFORE UPDATE OF id, event_id, serial, ticket_key, keys_digest ON tickets
    FOR EACH ROW WHEN (
        OLD.ticket_key IS DISTINCT FROM NEW.ticket_key OR OLD.id <> NEW.id
        OR OLD.event_id <> NEW.event_id OR OLD.serial <> NEW.serial
        OR (OLD.keys_digest IS NOT NULL AND OLD.keys_digest IS DISTINCT FROM NEW.keys_digest))
    EXECUTE FUNCTION refuse_key_change('ticket_key');
