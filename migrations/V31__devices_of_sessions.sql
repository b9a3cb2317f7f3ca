-- What a person sees of a session: the browser and the system in a word each, and when it was seen
-- last, to a quarter of an hour. No network address, no full name of the browser.

ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT 'other other';
ALTER TABLE sessions ADD COLUMN seen_at timestamptz;
