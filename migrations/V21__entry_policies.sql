-- What an event asks of a ticket at its gates, besides being valid.

CREATE TABLE entry_policies (
    event_id uuid PRIMARY KEY REFERENCES events (id),
    -- paper and screenshots stay outside: only the code of the moment enters
    live_only boolean NOT NULL,
    set_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE (live_only, set_at) ON entry_policies TO guichet_app;
