-- What the database itself refuses, whoever writes the SQL: invariants I4 and I5.

-- I5: keys never change.
CREATE FUNCTION refuse_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% never changes', TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = TG_TABLE_NAME || '_key_is_permanent';
END $$;

CREATE TRIGGER users_key_is_permanent BEFORE UPDATE ON users
    FOR EACH ROW WHEN (OLD.user_key IS DISTINCT FROM NEW.user_key OR OLD.id <> NEW.id)
    EXECUTE FUNCTION refuse_key_change('user_key');
CREATE TRIGGER tickets_key_is_permanent BEFORE UPDATE ON tickets
    FOR EACH ROW WHEN (
        OLD.ticket_key IS DISTINCT FROM NEW.ticket_key OR OLD.id <> NEW.id
        OR OLD.event_id <> NEW.event_id OR OLD.serial <> NEW.serial)
    EXECUTE FUNCTION refuse_key_change('ticket_key');

-- I4: a ticket is made paid, and moves only paid > sent > scanned > deactivated,
-- or from paid or sent straight to deactivated.
CREATE FUNCTION refuse_state_skip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a ticket is made paid, not %', NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'tickets_state_order';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('paid', 'sent'), ('paid', 'deactivated'),
        ('sent', 'scanned'), ('sent', 'deactivated'),
        ('scanned', 'deactivated'))
    THEN
        RAISE EXCEPTION 'a ticket does not move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'tickets_state_order';
    END IF;
    NEW.changed_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER tickets_made_paid BEFORE INSERT ON tickets
    FOR EACH ROW WHEN (NEW.state <> 'paid') EXECUTE FUNCTION refuse_state_skip();
CREATE TRIGGER tickets_state_order BEFORE UPDATE ON tickets
    FOR EACH ROW EXECUTE FUNCTION refuse_state_skip();

CREATE FUNCTION refuse_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = TG_TABLE_NAME || '_are_kept';
END $$;
CREATE TRIGGER tickets_are_kept BEFORE DELETE ON tickets
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER audit_log_is_kept BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER scans_are_kept BEFORE DELETE ON scans
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
-- TRUNCATE would go round row triggers.
CREATE TRIGGER tickets_no_truncate BEFORE TRUNCATE ON tickets EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER scans_no_truncate BEFORE TRUNCATE ON scans EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
    EXECUTE FUNCTION refuse_erasure();

-- What sales refer to without a foreign key (V3) cannot go away under them.
CREATE TRIGGER users_are_kept BEFORE DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER orders_are_kept BEFORE DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER payments_are_kept BEFORE DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER users_no_truncate BEFORE TRUNCATE ON users EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER orders_no_truncate BEFORE TRUNCATE ON orders EXECUTE FUNCTION refuse_erasure();
CREATE TRIGGER payments_no_truncate BEFORE TRUNCATE ON payments EXECUTE FUNCTION refuse_erasure();

-- An import gives an event other categories, but not where places were ordered.
CREATE FUNCTION refuse_lost_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders o
               CROSS JOIN LATERAL json_to_recordset(o.lines) AS l (event uuid, category smallint)
               WHERE (o.event_id = OLD.event_id OR o.event_id IS NULL)
                   AND l.event = OLD.event_id AND l.category = OLD.category_no)
    THEN
        RAISE EXCEPTION 'places were ordered in category % of event %',
            OLD.category_no, OLD.event_id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'categories_ordered_are_kept';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER categories_ordered_are_kept BEFORE DELETE ON categories
    FOR EACH ROW EXECUTE FUNCTION refuse_lost_category();
CREATE TRIGGER categories_ordered_are_named BEFORE UPDATE ON categories
    FOR EACH ROW WHEN (OLD.event_id <> NEW.event_id OR OLD.category_no <> NEW.category_no)
    EXECUTE FUNCTION refuse_lost_category();

-- What was ordered never changes.
CREATE FUNCTION refuse_other_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the lines of an order never change'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'orders_lines_are_kept';
END $$;
-- For the statement: a trigger for rows would lock each one that is paid first.
CREATE TRIGGER orders_lines_are_kept BEFORE UPDATE OF lines, seats, event_id ON orders
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_other_lines();

-- Least privilege for the service's own role: no key column can be named in an UPDATE.
GRANT USAGE ON SCHEMA public TO guichet_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO guichet_app;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO guichet_app;
REVOKE INSERT ON refinery_schema_history FROM guichet_app;
GRANT UPDATE ON sports, venues, seat_plans, events, categories, activation_codes, sessions,
    order_marks, payments, payment_inbox, outbox, devices, gates TO guichet_app;
GRANT UPDATE (state, paid_at, payment_id, closed_at) ON orders TO guichet_app;
GRANT UPDATE (kek_id, wrapped) ON data_keys, event_sealing_keys, event_signing_keys TO guichet_app;
GRANT UPDATE (email_index, email, phone, first_name, last_name, password_hash, locale, role, state,
    activated_at) ON users TO guichet_app;
GRANT UPDATE (state, sent_at, scanned_at, scanned_gate, deactivated_at, deactivated_reason,
    holder_first_name, holder_last_name, issue_number) ON tickets TO guichet_app;
GRANT UPDATE (admission, conflict, answer) ON scans TO guichet_app;
GRANT DELETE ON categories, seat_claims, sessions, data_keys, outbox, activation_codes
    TO guichet_app;
