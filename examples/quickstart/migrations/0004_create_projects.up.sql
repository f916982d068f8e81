CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

INSERT INTO projects (name)
SELECT DISTINCT project FROM tasks ORDER BY project;
