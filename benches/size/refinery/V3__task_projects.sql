CREATE INDEX task_projects ON tasks (project);
