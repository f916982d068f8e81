-- rungs: replaces(1..4)
CREATE TABLE posts (id INTEGER);
