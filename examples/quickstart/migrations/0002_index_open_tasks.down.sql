DROP INDEX open_tasks_by_project;
