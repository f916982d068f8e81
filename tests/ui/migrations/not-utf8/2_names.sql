-- The names that everybody has.
INSERT INTO users (email) VALUES ('jürgen@example.org');
