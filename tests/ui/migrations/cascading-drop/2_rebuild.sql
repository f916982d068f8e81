-- rungs: no-transaction
CREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT);
INSERT INTO users_new (id) SELECT id FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
