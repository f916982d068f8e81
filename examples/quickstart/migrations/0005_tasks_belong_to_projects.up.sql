-- Two changes that ALTER TABLE cannot make: the name of a project becomes a reference to it, and
-- the flag `done` becomes the time at which it was set. So the table is built anew.
--
-- `comments` refers to `tasks` with ON DELETE CASCADE. Rungs turns foreign keys off around this
-- file and runs foreign_key_check before it commits, so DROP TABLE takes no comment with it.
CREATE TABLE new_tasks (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES projects (id),
    title TEXT NOT NULL,
    done_at TEXT,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

INSERT INTO new_tasks (id, project_id, title, done_at, created_at)
SELECT
    tasks.id,
    projects.id,
    tasks.title,
    iif(tasks.done, tasks.created_at, NULL),
    tasks.created_at
FROM tasks JOIN projects ON projects.name = tasks.project;

DROP TABLE tasks;

ALTER TABLE new_tasks RENAME TO tasks;

CREATE INDEX open_tasks_by_project ON tasks (project_id) WHERE done_at IS NULL;
