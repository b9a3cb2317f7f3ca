-- How one gets to a venue and in: whether without a step, and in words by language.
ALTER TABLE venues
    ADD COLUMN step_free boolean NOT NULL DEFAULT false,
    ADD COLUMN access jsonb;
