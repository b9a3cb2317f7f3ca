-- Gates, their devices and what they scanned.

CREATE TABLE gates (
    name text PRIMARY KEY,
    venue_id uuid NOT NULL REFERENCES venues (id),
    -- what enters here; empty: every event of the venue
    event_ids uuid[] NOT NULL DEFAULT '{}'
);

CREATE TABLE devices (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    gate text NOT NULL REFERENCES gates (name),
    token_hash bytea NOT NULL CONSTRAINT devices_token_hash UNIQUE,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE TABLE scans (
    device_id uuid NOT NULL REFERENCES devices (id),
    id uuid NOT NULL,
    gate text NOT NULL,
    ticket_id uuid REFERENCES tickets (id),
    scanned_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    -- what the agent saw; never rewritten
    verdict text NOT NULL CONSTRAINT scans_verdict CHECK (verdict IN ('admit', 'refuse')),
    reason text NOT NULL,
    -- true: this scan is the ticket's one admission
    admission boolean NOT NULL DEFAULT false,
    -- true: admitted by a gate that was cut off, where the centre would have refused
    conflict boolean NOT NULL DEFAULT false,
    -- what the gate was told, to tell it again
    answer jsonb,
    PRIMARY KEY (device_id, id),
    CONSTRAINT scans_admission_is_admit
        CHECK (NOT admission OR (verdict = 'admit' AND ticket_id IS NOT NULL))
);
CREATE INDEX scans_ticket_id ON scans (ticket_id, scanned_at);
CREATE INDEX scans_gate ON scans (gate, scanned_at DESC);
-- I7: a ticket is admitted once.
CREATE UNIQUE INDEX scans_one_admission ON scans (ticket_id) WHERE admission;
