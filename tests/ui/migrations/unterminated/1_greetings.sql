CREATE TABLE greetings (text TEXT);
INSERT INTO greetings VALUES ('it's late');
DROP TABLE old_greetings;
