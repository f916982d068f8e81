-- rungs: replaces(1, 3)
CREATE TABLE users (id INTEGER);
CREATE TABLE posts (id INTEGER);
