DROP INDEX CONCURRENTLY parts_out_of_stock;
DROP INDEX CONCURRENTLY parts_by_shelf;
