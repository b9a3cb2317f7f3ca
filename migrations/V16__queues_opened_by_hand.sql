-- Opening by hand moves the hour of the opening to now.
GRANT UPDATE (opens_at, automatic) ON queues TO guichet_app;
