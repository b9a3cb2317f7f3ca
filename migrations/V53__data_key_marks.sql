-- One row: how many data keys were destroyed. Whoever remembers keys asks it in the transaction that
-- uses them, and reads them again when it has changed. However a key is destroyed, it is counted.
CREATE TABLE data_key_marks (
    one_row boolean PRIMARY KEY DEFAULT true CONSTRAINT data_key_marks_one_row CHECK (one_row),
    destroyed bigint NOT NULL
);
INSERT INTO data_key_marks (destroyed) VALUES (0);
GRANT SELECT ON data_key_marks TO guichet_app;

-- As its owner: nobody else may change the count.
CREATE FUNCTION count_destroyed_keys() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE data_key_marks SET destroyed = destroyed + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER data_keys_destroyed AFTER DELETE ON data_keys
    FOR EACH STATEMENT EXECUTE FUNCTION count_destroyed_keys();
