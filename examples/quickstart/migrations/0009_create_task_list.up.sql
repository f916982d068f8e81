-- What the program lists, so that reports made with other tools agree with it.
CREATE VIEW task_list AS
SELECT
    tasks.id,
    projects.name AS project,
    tasks.title,
    tasks.due_on,
    tasks.done_at IS NOT NULL AS done,
    (SELECT count(*) FROM comments WHERE comments.task_id = tasks.id) AS comments
FROM tasks JOIN projects ON projects.id = tasks.project_id;
