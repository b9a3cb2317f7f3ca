-- Waiting rooms. Nothing here is per visitor: a place in line is a signed token of theirs.

CREATE TABLE queues (
    id uuid PRIMARY KEY,
    -- Absent: the whole shop.
    event_id uuid REFERENCES events (id),
    state text NOT NULL CONSTRAINT queues_state
        CHECK (state IN ('pre_queue', 'listed', 'open', 'closed')),
    opens_at timestamptz NOT NULL,
    automatic boolean NOT NULL,
    seed_hash bytea NOT NULL CHECK (octet_length(seed_hash) = 32),
    -- The seed, wrapped by a key-encryption key until it is told.
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    seed bytea CHECK (octet_length(seed) = 32),
    -- No number above this was ever given: where counting goes on when Redis has lost the count.
    reserved bigint NOT NULL DEFAULT 0,
    entries bigint NOT NULL DEFAULT 0,
    list_size bigint,
    list_hash bytea CHECK (octet_length(list_hash) = 32),
    listed_at timestamptz,
    opened_at timestamptz,
    closed_at timestamptz,
    serving bigint NOT NULL DEFAULT 0,
    pace_per_minute integer NOT NULL DEFAULT 600,
    -- An operator's own pace; 0 stops the door.
    pace_fixed integer CONSTRAINT queues_pace_fixed CHECK (pace_fixed >= 0),
    called_per_minute integer NOT NULL DEFAULT 0,
    expected bigint NOT NULL DEFAULT 0,
    admitted bigint NOT NULL DEFAULT 0,
    sold_out boolean NOT NULL DEFAULT false,
    paced_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT queues_list_before_seed CHECK (seed IS NULL OR list_hash IS NOT NULL),
    CONSTRAINT queues_seed_when_open CHECK (state <> 'open' OR seed IS NOT NULL)
);
CREATE UNIQUE INDEX queues_one_live ON queues
    (coalesce(event_id, '00000000-0000-0000-0000-000000000000')) WHERE state <> 'closed';

GRANT SELECT, INSERT ON queues TO guichet_app;
-- The hash of the seed is published at once: it can never be changed.
GRANT UPDATE (state, kek_id, wrapped, seed, reserved, entries, list_size, list_hash, listed_at,
    opened_at, closed_at, serving, pace_per_minute, pace_fixed, called_per_minute, expected,
    admitted, sold_out, paced_at) ON queues TO guichet_app;
