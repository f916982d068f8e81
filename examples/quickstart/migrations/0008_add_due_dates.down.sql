DROP INDEX open_tasks_by_due_date;
ALTER TABLE tasks DROP COLUMN due_on;
