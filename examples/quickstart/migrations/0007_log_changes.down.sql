DROP TRIGGER task_done;
DROP TRIGGER task_added;
DROP TABLE task_changes;
