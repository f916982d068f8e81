DROP VIEW task_list;
