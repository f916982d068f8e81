ALTER TABLE tasks ADD COLUMN due_on TEXT CHECK (due_on GLOB '????-??-??');

CREATE INDEX open_tasks_by_due_date ON tasks (due_on) WHERE done_at IS NULL;
