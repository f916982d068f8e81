CREATE TABLE parts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    stock integer NOT NULL DEFAULT 0 CHECK (stock >= 0)
);

INSERT INTO parts (name, stock)
SELECT 'part ' || number, number % 7
FROM generate_series(1, 20000) AS number;
