CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

INSERT INTO projects (name)
SELECT project FROM tasks GROUP BY project ORDER BY min(id);
