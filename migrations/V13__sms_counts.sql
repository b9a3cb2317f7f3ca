-- How many text messages were asked for, by country prefix and hour: a ceiling on their cost.
CREATE TABLE sms_counts (
    prefix text NOT NULL CONSTRAINT sms_counts_prefix CHECK (prefix ~ '^([+][0-9]{1,14}|[*])$'),
    hour_at timestamptz NOT NULL,
    asked bigint NOT NULL CONSTRAINT sms_counts_asked CHECK (asked >= 0),
    -- When the log was told that the ceiling is reached.
    told_at timestamptz,
    PRIMARY KEY (prefix, hour_at)
);
GRANT SELECT, INSERT, UPDATE ON sms_counts TO guichet_app;
