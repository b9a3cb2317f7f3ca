-- Who works at a gate: tablets, enrolled by a one-time code, and agents with a PIN; and what is
-- known of a scan beside its verdict.

CREATE TABLE tablets (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT tablets_name CHECK (length(name) BETWEEN 1 AND 120),
    gate text NOT NULL REFERENCES gates (name),
    token_hash bytea NOT NULL CONSTRAINT tablets_token_hash UNIQUE,
    enrolled_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- as in tickets: the cursor of the feed that gates follow
    changed_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint
);
CREATE INDEX tablets_feed ON tablets (gate, changed_in);

CREATE TABLE enrolments (
    -- keyed digest of the code, which is nowhere in clear
    code_hash bytea PRIMARY KEY,
    gate text NOT NULL REFERENCES gates (name),
    -- of the tablet, unless it is given another
    name text NOT NULL CONSTRAINT enrolments_name CHECK (length(name) BETWEEN 1 AND 120),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    tablet_id uuid REFERENCES tablets (id)
);

CREATE TABLE agents (
    number text PRIMARY KEY CONSTRAINT agents_number CHECK (number ~ '^[0-9]{4}$'),
    user_id uuid NOT NULL REFERENCES users (id) CONSTRAINT agents_user_id UNIQUE,
    pin_hash text NOT NULL,
    role text NOT NULL CONSTRAINT agents_role CHECK (role IN ('agent', 'supervisor')),
    made_at timestamptz NOT NULL,
    revoked_at timestamptz,
    changed_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint
);
CREATE INDEX agents_feed ON agents (changed_in);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER tablets_note_change BEFORE UPDATE ON tablets
    FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER agents_note_change BEFORE UPDATE ON agents
    FOR EACH ROW EXECUTE FUNCTION note_change();

-- What runs as the owner finds no table that a caller put before the real one.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;

-- Who loses the account, or the role that scans, is no agent any more.
CREATE FUNCTION revoke_agent() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE agents SET revoked_at = now() WHERE user_id = NEW.id AND revoked_at IS NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER users_revoke_agent AFTER UPDATE OF role, state ON users
    FOR EACH ROW WHEN (NEW.state <> 'active' OR NEW.role IN ('user', 'editor'))
    EXECUTE FUNCTION revoke_agent();

-- The name of one is sealed for the others of the order too: they change with it.
CREATE FUNCTION change_party() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE tickets SET state = state WHERE order_id = NEW.order_id AND id <> NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER tickets_change_party AFTER UPDATE OF holder_first_name, holder_last_name ON tickets
    FOR EACH ROW EXECUTE FUNCTION change_party();

-- Who, on what, how: `ScanContext` of the manifest. Nothing personal of the holder.
ALTER TABLE scans
    ADD COLUMN context jsonb,
    ADD COLUMN agent text GENERATED ALWAYS AS (context ->> 'agent') STORED,
    ADD COLUMN look_only boolean NOT NULL
        GENERATED ALWAYS AS (coalesce(context @> '{"look_only": true}', false)) STORED,
    ADD CONSTRAINT scans_look_admits_nobody CHECK (NOT (admission AND look_only));

CREATE TABLE identity_checks (
    device_id uuid NOT NULL REFERENCES devices (id),
    id uuid NOT NULL,
    -- of the same device; may be told before its scan is
    scan_id uuid NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    outcome text NOT NULL CONSTRAINT identity_checks_outcome
        CHECK (outcome IN ('checked', 'refused')),
    reason text,
    agent text,
    PRIMARY KEY (device_id, id)
);
CREATE INDEX identity_checks_scan ON identity_checks (device_id, scan_id);
CREATE TRIGGER identity_checks_are_kept BEFORE UPDATE OR DELETE ON identity_checks
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER identity_checks_no_truncate BEFORE TRUNCATE ON identity_checks
    EXECUTE FUNCTION refuse_erasure();

GRANT SELECT, INSERT ON tablets, enrolments, agents, identity_checks TO guichet_app;
GRANT UPDATE (revoked_at) ON tablets TO guichet_app;
GRANT UPDATE (used_at, tablet_id) ON enrolments TO guichet_app;
GRANT UPDATE (pin_hash, role, revoked_at) ON agents TO guichet_app;
