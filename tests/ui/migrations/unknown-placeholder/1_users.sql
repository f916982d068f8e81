CREATE TABLE {{prefix}}users (id INTEGER PRIMARY KEY);
INSERT INTO {{prefix}}users VALUES (1);
/* é */ CREATE INDEX {{prefx}}users_id ON {{prefix}}users (id);
SELECT '{{anything}} goes';
