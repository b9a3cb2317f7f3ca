-- Another time, another venue or the end of an event is told to those who have tickets for it,
-- whoever changed it: an import, a command, the backoffice.

ALTER TABLE events ADD COLUMN revision integer NOT NULL DEFAULT 0;

CREATE TABLE event_changes (
    event_id uuid NOT NULL,
    -- events.revision from then on
    revision integer NOT NULL,
    is_cancelled boolean NOT NULL,
    former_starts_at timestamptz NOT NULL,
    former_venue_id uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    -- when the messages about it were put into the outbox
    told_at timestamptz,
    PRIMARY KEY (event_id, revision)
);
CREATE INDEX event_changes_to_tell ON event_changes (changed_at) WHERE told_at IS NULL;

-- SECURITY DEFINER: whoever may change an event need not be allowed to write here.
CREATE FUNCTION note_event_change() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    INSERT INTO event_changes (event_id, revision, is_cancelled, former_starts_at,
        former_venue_id, changed_at)
    VALUES (OLD.id, NEW.revision, NEW.state = 'cancelled', OLD.starts_at, OLD.venue_id,
        clock_timestamp());
    RETURN NEW;
END $$;
CREATE TRIGGER events_changes_are_noted BEFORE UPDATE ON events
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND NEW.state <> 'draft' AND (
        OLD.starts_at <> NEW.starts_at OR OLD.venue_id <> NEW.venue_id
        OR (OLD.state <> 'cancelled' AND NEW.state = 'cancelled')))
    EXECUTE FUNCTION note_event_change();

GRANT SELECT, UPDATE (told_at) ON event_changes TO guichet_app;
