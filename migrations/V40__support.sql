-- Requests and claims: cases, their messages and attachments. What people write is sealed: under
-- the data key of whoever was signed in, so that closing the account ends it, or under a key of
-- the case's own.

CREATE TABLE support_cases (
    -- made by the page: the same form sent twice is one case
    id uuid PRIMARY KEY,
    -- read out on the telephone
    number text COLLATE "C" NOT NULL CONSTRAINT support_cases_number UNIQUE,
    -- in data_keys: the person's id, or the case's own
    key_id uuid NOT NULL,
    -- null: whoever wrote was not signed in, and is reached at the address below
    user_id uuid,
    email bytea,
    locale text NOT NULL,
    subject text NOT NULL CONSTRAINT support_cases_subject CHECK (subject IN ('order', 'payment',
        'ticket', 'name', 'entrance', 'accessibility', 'account', 'claim', 'other')),
    order_id uuid,
    ticket_id uuid,
    -- keyed digest of what was first sent, so that the same id with other content is refused
    content_digest bytea NOT NULL,
    state text NOT NULL DEFAULT 'open'
        CONSTRAINT support_cases_state CHECK (state IN ('open', 'answered', 'closed')),
    created_at timestamptz NOT NULL,
    -- of the last message, or of the closing
    changed_at timestamptz NOT NULL,
    CONSTRAINT support_cases_writer CHECK ((user_id IS NULL) = (email IS NOT NULL))
);
CREATE INDEX support_cases_user_id ON support_cases (user_id, changed_at DESC);
CREATE INDEX support_cases_waiting ON support_cases (changed_at) WHERE state <> 'closed';

CREATE TABLE support_messages (
    -- made by the page, as the case's; the first message has the case's id
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES support_cases (id),
    author text NOT NULL
        CONSTRAINT support_messages_author CHECK (author IN ('person', 'staff')),
    staff_id uuid,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX support_messages_case_id ON support_messages (case_id, created_at);

CREATE TABLE support_attachments (
    id uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES support_cases (id),
    message_id uuid NOT NULL REFERENCES support_messages (id),
    -- from 1, within the message
    no smallint NOT NULL,
    name bytea NOT NULL,
    content_type text NOT NULL CONSTRAINT support_attachments_content_type
        CHECK (content_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    size_bytes integer NOT NULL CONSTRAINT support_attachments_size CHECK (size_bytes > 0),
    content bytea NOT NULL,
    CONSTRAINT support_attachments_no UNIQUE (message_id, no)
);
-- Sealed bytes do not shrink: no time is spent on trying.
ALTER TABLE support_attachments ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX support_attachments_case_id ON support_attachments (case_id);

GRANT SELECT, INSERT, DELETE ON support_cases, support_messages, support_attachments
    TO guichet_app;
GRANT UPDATE (state, changed_at) ON support_cases TO guichet_app;
