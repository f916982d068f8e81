CREATE TABLE users (name TEXT NOT NULL);

-- rungs: when(users is empty)
INSERT INTO users (name) VALUES ('admin');
