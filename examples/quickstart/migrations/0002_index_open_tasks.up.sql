-- The list of open tasks is read on every start; finished tasks only pile up.
CREATE INDEX open_tasks_by_project ON tasks (project) WHERE done = 0;
