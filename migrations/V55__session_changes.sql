-- Which sessions ended or changed lately, for the processes that remember sessions: each asks for them
-- about once a second and forgets those. However a session ends or changes, it is noted here; a row
-- without a token means all sessions of that account. Rows are of use for minutes.

-- Whoever signs in or out waits no longer than this.
SET LOCAL lock_timeout = '3s';

CREATE TABLE session_changes (
    user_id uuid NOT NULL,
    token_hash bytea,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint
);
CREATE INDEX session_changes_changed_in ON session_changes (changed_in);
CREATE INDEX session_changes_noted_at ON session_changes (noted_at);
GRANT SELECT, DELETE ON session_changes TO guichet_app;
CREATE TRIGGER session_changes_no_truncate BEFORE TRUNCATE ON session_changes
    EXECUTE FUNCTION refuse_erasure();

-- As their owner: nobody else may add a row. People first, as the service writes them.
CREATE FUNCTION note_sessions_of_user() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO session_changes (user_id) VALUES (OLD.id);
    RETURN NULL;
END $$;
-- What a session says of its account. A session that is opened meanwhile is meant too: hence no token.
CREATE TRIGGER users_changed AFTER UPDATE OF state, role, locale ON users
    FOR EACH ROW WHEN (OLD.state = 'active'
        AND (OLD.state, OLD.role, OLD.locale) IS DISTINCT FROM (NEW.state, NEW.role, NEW.locale))
    EXECUTE FUNCTION note_sessions_of_user();

CREATE FUNCTION note_session() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO session_changes (user_id, token_hash) VALUES (OLD.user_id, OLD.token_hash);
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_changed AFTER UPDATE OF token_hash, user_id, expires_at, revoked_at ON sessions
    FOR EACH ROW EXECUTE FUNCTION note_session();
-- One that is over by itself is remembered by nobody.
CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now())
    EXECUTE FUNCTION note_session();
-- It would go round row triggers: whoever signs everybody out revokes.
CREATE TRIGGER sessions_no_truncate BEFORE TRUNCATE ON sessions EXECUTE FUNCTION refuse_erasure();
