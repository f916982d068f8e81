ALTER TABLE customers ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX customers_by_email ON customers (email);
