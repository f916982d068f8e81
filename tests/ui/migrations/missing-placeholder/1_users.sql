CREATE TABLE {{prefix}}users (id INTEGER CONSTRAINT users_pkey PRIMARY KEY);
CREATE INDEX users_id ON {{prefix}}users (id);
