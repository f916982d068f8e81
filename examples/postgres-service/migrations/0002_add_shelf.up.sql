ALTER TABLE parts ADD COLUMN shelf text;

DO $$
BEGIN
    UPDATE parts SET shelf = 'shelf ' || id % 10;
END
$$;

ALTER TABLE parts ALTER COLUMN shelf SET NOT NULL;
