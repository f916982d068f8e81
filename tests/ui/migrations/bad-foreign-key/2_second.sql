CREATE TABLE orders (id bigint PRIMARY KEY, email text REFERENCES users (email));
