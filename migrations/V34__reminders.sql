-- The day before an event its holders' buyers are reminded, once a person and event, unless they
-- wish not to be. Service messages (tickets, changes, refunds) are no choice.

ALTER TABLE users ADD COLUMN wants_reminders boolean NOT NULL DEFAULT true;
GRANT UPDATE (wants_reminders) ON users TO guichet_app;

CREATE TABLE reminders (
    event_id uuid NOT NULL,
    user_id uuid NOT NULL,
    queued_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, user_id)
);
-- Events of which everybody was reminded: not looked at again.
CREATE TABLE reminded_events (
    event_id uuid PRIMARY KEY,
    done_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON reminders, reminded_events TO guichet_app;
