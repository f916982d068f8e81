CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT);
CREATE INDEX by_email ON users (email);
