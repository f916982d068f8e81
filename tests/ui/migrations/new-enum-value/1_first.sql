CREATE TYPE state AS ENUM ('open', 'closed');
CREATE TABLE tickets (id serial PRIMARY KEY, state state NOT NULL);
