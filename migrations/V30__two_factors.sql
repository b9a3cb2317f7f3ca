-- A second factor for those who want it: one-time codes by time (RFC 6238), and codes for the day
-- the telephone is lost.

CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    -- sealed under the person's data key
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- null until a first code showed that the telephone has the secret: till then it asks nothing
    confirmed_at timestamptz,
    -- codes of this step of thirty seconds and of those before it are used up
    last_step bigint NOT NULL DEFAULT 0
);

-- Each works once. Keyed digests, never the codes.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users (id),
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, digest)
);

-- Sign-ins whose password was right and whose code is awaited.
CREATE TABLE awaited_sign_ins (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0
);
CREATE INDEX awaited_sign_ins_user_id ON awaited_sign_ins (user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes, awaited_sign_ins
    TO guichet_app;
