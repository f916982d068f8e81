CREATE TABLE {{ prefix }}users (id INTEGER PRIMARY KEY);
CREATE INDEX {{prefix}users_id ON {{prefix}}users (id);
