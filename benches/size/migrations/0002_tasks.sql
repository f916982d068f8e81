CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES projects (id),
    title TEXT NOT NULL
);
