-- Built while others read and write the table. PostgreSQL refuses that inside a transaction, so each
-- of these statements runs on its own; a start that is cut off is gone on with by the next.
CREATE INDEX CONCURRENTLY parts_by_shelf ON parts (shelf);
CREATE INDEX CONCURRENTLY parts_out_of_stock ON parts (name) WHERE stock = 0;
