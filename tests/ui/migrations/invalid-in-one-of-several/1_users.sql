CREATE TABLE users (
  id SERIAL PRIMARY KEY,
  tags text[] NOT NULL
);
