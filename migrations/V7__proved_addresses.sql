-- A code by text message activates an account, but shows nothing about its address: until a code
-- from the mailbox does, the mailbox's reader may take the account over.

ALTER TABLE users ADD COLUMN by_phone_only boolean NOT NULL DEFAULT false;
GRANT UPDATE (by_phone_only) ON users TO guichet_app;
