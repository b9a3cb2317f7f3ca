-- People. Personal data and keys are AES-256-GCM under the person's data key, with
-- table, column and row id as associated data; erasing a person is erasing one data key.

CREATE TABLE data_keys (
    id uuid PRIMARY KEY,
    kek_id text NOT NULL,
    wrapped bytea NOT NULL
);
CREATE INDEX data_keys_kek_id ON data_keys (kek_id);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    -- keyed blind index of the normalised address: equality only, never in clear
    email_index bytea NOT NULL CONSTRAINT users_email_index UNIQUE,
    email bytea NOT NULL,
    phone bytea,
    first_name bytea NOT NULL,
    last_name bytea NOT NULL,
    password_hash text NOT NULL,
    locale text NOT NULL,
    role text NOT NULL DEFAULT 'user'
        CONSTRAINT users_role
        CHECK (role IN ('user', 'editor', 'gate_agent', 'manager', 'administrator')),
    state text NOT NULL DEFAULT 'pending'
        CONSTRAINT users_state CHECK (state IN ('pending', 'active', 'closed')),
    user_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    activated_at timestamptz
);

CREATE TABLE activation_codes (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    -- the sign-up that this code activates, and what it asked for, sealed: names, password…
    -- Whoever signs up first with another's address gains nothing: each code carries its own.
    sign_up_id uuid NOT NULL,
    sign_up bytea NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    used_at timestamptz
);
CREATE INDEX activation_codes_user_id ON activation_codes (user_id, created_at DESC);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_user_id ON sessions (user_id);

-- What staff and system did, for good: rows are added and never changed.
CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
