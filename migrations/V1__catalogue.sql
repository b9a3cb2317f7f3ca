-- The catalogue: sports, venues, seat plans, events and their price categories.
-- Names and texts are kept by language, as {"fr": "...", "en": "..."}.

CREATE TABLE sports (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]{1,8}$'),
    name jsonb NOT NULL
);

CREATE TABLE venues (
    id uuid PRIMARY KEY,
    code text NOT NULL CONSTRAINT venues_code UNIQUE,
    name text NOT NULL,
    city text NOT NULL,
    capacity integer NOT NULL CONSTRAINT venues_capacity CHECK (capacity > 0)
);

-- A plan is written once and shared by every event that is sold on it.
CREATE TABLE seat_plans (
    id uuid PRIMARY KEY,
    digest bytea NOT NULL CONSTRAINT seat_plans_digest UNIQUE,
    plan jsonb NOT NULL
);

CREATE SEQUENCE event_numbers MINVALUE 1 MAXVALUE 16777215;

CREATE TABLE events (
    id uuid PRIMARY KEY,
    number integer NOT NULL DEFAULT nextval('event_numbers') CONSTRAINT events_number UNIQUE,
    code text NOT NULL CONSTRAINT events_code UNIQUE,
    sport_code text NOT NULL REFERENCES sports (code),
    venue_id uuid NOT NULL REFERENCES venues (id),
    seat_plan_id uuid NOT NULL REFERENCES seat_plans (id),
    title jsonb NOT NULL,
    programme jsonb NOT NULL,
    medal_event boolean NOT NULL DEFAULT false,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- the offset of the venue's clock at the start, for showing local times
    utc_offset_seconds integer NOT NULL,
    sale_opens_at timestamptz NOT NULL,
    sale_closes_at timestamptz NOT NULL,
    -- tickets are released this many hours before the start; null: at once
    release_hours integer CONSTRAINT events_release_hours CHECK (release_hours >= 0),
    state text NOT NULL DEFAULT 'scheduled'
        CONSTRAINT events_state CHECK (state IN ('draft', 'scheduled', 'cancelled')),
    cancelled_at timestamptz
        CONSTRAINT events_cancelled_at CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
    capacity integer NOT NULL CONSTRAINT events_capacity CHECK (capacity > 0),
    -- which load of the inventory in Redis is the current one; 0: never loaded
    inventory_epoch bigint NOT NULL DEFAULT 0,
    -- the next ticket serial: an unbroken series per event
    next_serial bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    CONSTRAINT events_end_after_start CHECK (ends_at > starts_at)
);
CREATE INDEX events_starts_at ON events (starts_at);

CREATE TABLE categories (
    event_id uuid NOT NULL REFERENCES events (id),
    category_no smallint NOT NULL CONSTRAINT categories_no CHECK (category_no BETWEEN 0 AND 15),
    code text NOT NULL,
    capacity integer NOT NULL CONSTRAINT categories_capacity CHECK (capacity >= 0),
    price_cents bigint NOT NULL CONSTRAINT categories_price CHECK (price_cents >= 0),
    currency text NOT NULL DEFAULT 'EUR',
    PRIMARY KEY (event_id, category_no),
    CONSTRAINT categories_code UNIQUE (event_id, code)
);

-- The event's secrets, wrapped by a key-encryption key of the configuration.
CREATE TABLE event_sealing_keys (
    event_id uuid PRIMARY KEY REFERENCES events (id),
    kek_id text NOT NULL,
    wrapped bytea NOT NULL
);
CREATE TABLE event_signing_keys (
    event_id uuid NOT NULL REFERENCES events (id),
    slot smallint NOT NULL CONSTRAINT event_signing_keys_slot CHECK (slot BETWEEN 0 AND 15),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, slot)
);
