CREATE TABLE projects (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL UNIQUE);
INSERT INTO projects (id, name) VALUES (1, 'inbox');
