CREATE TABLE old_tasks (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    project TEXT NOT NULL DEFAULT 'inbox',
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

INSERT INTO old_tasks (id, title, project, done, created_at)
SELECT
    tasks.id,
    tasks.title,
    projects.name,
    tasks.done_at IS NOT NULL,
    tasks.created_at
FROM tasks JOIN projects ON projects.id = tasks.project_id;

DROP TABLE tasks;

ALTER TABLE old_tasks RENAME TO tasks;

CREATE INDEX open_tasks_by_project ON tasks (project) WHERE done = 0;
