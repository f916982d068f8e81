CREATE TABLE tags (id INTEGER);
-- rungs: replaces(5, 6)
