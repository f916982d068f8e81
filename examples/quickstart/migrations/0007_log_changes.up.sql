CREATE TABLE task_changes (
    task_id INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    change TEXT NOT NULL CHECK (change IN ('added', 'done')),
    changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TRIGGER task_added AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_changes (task_id, change) VALUES (new.id, 'added');
END;

CREATE TRIGGER task_done AFTER UPDATE OF done_at ON tasks
WHEN old.done_at IS NULL AND new.done_at IS NOT NULL
BEGIN
    INSERT INTO task_changes (task_id, change) VALUES (new.id, 'done');
END;
