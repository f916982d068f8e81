CREATE TABLE {{prefix}}users (id INTEGER PRIMARY KEY);
/* 日本 */ CREATE INDX {{prefix}}users_id ON {{prefix}}users (id);
