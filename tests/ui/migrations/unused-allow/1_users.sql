-- rungs: allow(empty-file) only the number counts
CREATE TABLE users (id INTEGER PRIMARY KEY);
