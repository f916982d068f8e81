-- rungs: replaces(1, 2)
CREATE TABLE users (id INTEGER);
