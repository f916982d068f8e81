-- rungs: irreversible
-- `Garden` and `garden` were typed for the same project. Keep the older spelling, and let no second
-- one in. Which task had which spelling is lost, so there is no way back.
UPDATE tasks
SET project_id = (
    SELECT min(same.id)
    FROM projects
    JOIN projects AS same ON lower(same.name) = lower(projects.name)
    WHERE projects.id = tasks.project_id
);

DELETE FROM projects
WHERE id NOT IN (SELECT min(id) FROM projects GROUP BY lower(name));

CREATE UNIQUE INDEX projects_by_lower_name ON projects (lower(name));
