-- Forgotten passwords: a code to the mailbox, and with it a new password.

CREATE TABLE password_resets (
    -- known to the browser that asked: only there can the code be typed
    id uuid PRIMARY KEY,
    -- null: no account may be opened with the address that was typed. The row is there all the
    -- same, so that nothing that is answered, now or after ten minutes, tells which it was.
    user_id uuid REFERENCES users (id),
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    used_at timestamptz
);
CREATE INDEX password_resets_user_id ON password_resets (user_id, created_at DESC);
CREATE INDEX password_resets_expires_at ON password_resets (expires_at);

GRANT SELECT, INSERT, DELETE ON password_resets TO guichet_app;
GRANT UPDATE (tries, used_at) ON password_resets TO guichet_app;
