-- A new address waits here until codes from both mailboxes have come back; one at a time a person.

CREATE TABLE email_changes (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    -- of this change: its codes and its address are sealed and digested to it
    id uuid NOT NULL,
    email bytea NOT NULL,
    email_index bytea NOT NULL,
    old_code_hash bytea NOT NULL,
    new_code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0
);

GRANT SELECT, INSERT, UPDATE, DELETE ON email_changes TO guichet_app;
